#!/usr/bin/env bash
# Builds the guests in C: each file that says KERNEL(its own name) as a kernel, and each with a `main` as a command.
#
# What C cannot do here: threads (no wasi-libc with them is packaged), fork; setjmp needs the proposal for exceptions
# (-mllvm -wasm-enable-sjlj -lsetjmp), and signals and mmap are emulated where they are asked for.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

need_clang
need_wasi_libc
for source in "$guests"/c/*.c; do
    name=$(basename "$source" .c)
    if grep -q "^KERNEL($name)" "$source"; then
        kernel_c "$name" "$source"
    elif grep -q '^int main(' "$source"; then
        clang_wasi "$source" -o "$(where "$name")"
    else
        say "guests: $name.c has no line that begins with KERNEL($name) or int main(, and is not built"
    fi
done
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
