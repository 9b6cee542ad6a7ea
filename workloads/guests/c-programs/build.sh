#!/usr/bin/env bash
# Builds real C programs as they are, from the sources that the lock file beside it pins: NAME.c is ours, a kernel or a
# command around the program, NAME.args what the compiler is told besides, where those sources are, and NAME.wasi what
# it is told for WASI alone. The native worker compiles the same files.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

here=$guests/c-programs
# Kernels take malloc from wasi-libc and nothing from a host; 4 MiB of memory are enough for each.
KERNEL=(-nostartfiles -Wl,--no-entry -Wl,--max-memory=4194304)

need_clang
need_wasi_libc
need_crates "$here"
cd "$work/vendor"
for source in "$here"/*.c; do
    name=$(basename "$source" .c) options=()
    if grep -q "^KERNEL($name)" "$source"; then options=("${KERNEL[@]}"); fi
    if [[ -f $here/$name.wasi ]]; then options+=("@$here/$name.wasi"); fi
    say "guests: building $name"
    clang_wasi "${options[@]}" "$source" "@$here/$name.args" -o "$(where "$name")"
done
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
