#!/usr/bin/env bash
# Builds the guests in C: each file that says KERNEL(its own name), and the command below.
#
# What C cannot do here: threads (no wasi-libc with them is packaged), fork; setjmp needs the proposal for exceptions
# (-mllvm -wasm-enable-sjlj -lsetjmp), and signals and mmap are emulated where they are asked for.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

need_clang
need_wasi_libc
for source in "$guests"/c/*.c; do
    name=$(basename "$source" .c)
    if grep -q "^KERNEL($name)" "$source"; then kernel_c "$name" "$source"; fi
done
clang_wasi "$guests/c/hello.c" -o "$(where hello)"
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
