#!/usr/bin/env bash
# Builds real C programs as they are, each around a kernel of ours: zlib and Zstandard.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

here=$guests/c-programs

# library NAME FLAG|FILE...: the kernel NAME and the library around which it is. They take malloc from wasi-libc, and
# nothing from a host; 4 MiB of memory are enough.
library() {
    say "guests: building $1"
    clang_wasi -nostartfiles -Wl,--no-entry -Wl,--max-memory=4194304 "$here/$1.c" "${@:2}" -o "$(where "$1")"
}

need_clang
need_wasi_libc
need_crates "$here"
source=$work/vendor/libz-sys/src/zlib
library zlib "-I$source" "$source"/{adler32,compress,crc32,deflate,inffast,inflate,inftrees,trees,uncompr,zutil}.c
source=$work/vendor/zstd-sys/zstd/lib
library zstd -DZSTD_DISABLE_ASM "-I$source" "$source"/{common,compress,decompress}/*.c
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
