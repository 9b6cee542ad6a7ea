#!/usr/bin/env bash
# Builds the guests in C: each file that says KERNEL(its own name), and the commands below.
#
# What C cannot do here: threads (no wasi-libc with them is packaged), fork; setjmp needs the proposal for exceptions
# (-mllvm -wasm-enable-sjlj -lsetjmp), and signals and mmap are emulated where they are asked for.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

command_c() {
    clang_wasm --target=wasm32-wasip1 --sysroot="$wasi" -std=gnu11 "${@:2}" -o "$(where "$1")"
}

# The amalgamation comes from the crate that the lock file in c/sqlite pins.
sqlite() {
    local source=$work/vendor/libsqlite3-sys/sqlite3
    say "guests: building SQLite"
    cargo vendor -q --locked --manifest-path "$guests/c/sqlite/Cargo.toml" "$work/vendor" >/dev/null ||
        fail "fetch SQLite's source: see what cargo said above"
    command_c sqlite -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL -DSQLITE_TEMP_STORE=3 \
        -D_WASI_EMULATED_GETPID "-I$source" "$guests/c/sqlite.c" "$source/sqlite3.c" -lwasi-emulated-getpid
}

need_clang
need_wasi_libc
for source in "$guests"/c/*.c; do
    name=$(basename "$source" .c)
    if grep -q "^KERNEL($name)" "$source"; then kernel_c "$name" "$source"; fi
done
command_c hello "$guests/c/hello.c"
sqlite
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
