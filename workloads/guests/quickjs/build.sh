#!/usr/bin/env bash
# Builds QuickJS as a command that runs the program that stdin holds: one of those beside the manifests.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

need_clang
need_wasi_libc
need_crates "$guests/quickjs"
source=$work/vendor/rquickjs-sys/quickjs
say "guests: building QuickJS, which takes a minute or two"
# For size, as who ships an interpreter in a module builds it. Its own check of the stack's depth allows 1 MiB.
clang_wasi -Os -D_GNU_SOURCE -DNDEBUG -Wl,-z,stack-size=1310720 "-I$source" "$guests/quickjs/main.c" \
    "$source"/{quickjs,libregexp,libunicode,dtoa}.c -o "$(where ledger_js)"
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
