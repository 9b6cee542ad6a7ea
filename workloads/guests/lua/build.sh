#!/usr/bin/env bash
# Builds Lua as a command that runs the program that stdin holds: one of those beside the manifests.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

# Lua and those of its libraries that need no host.
readonly SOURCES=(lapi lcode lctype ldebug ldo ldump lfunc lgc llex lmem lobject lopcodes lparser lstate lstring ltable
    ltm lundump lvm lzio lauxlib lbaselib ltablib lstrlib lmathlib lutf8lib)

need_clang
need_wasi_libc
need_crates "$guests/lua"
source=$work/vendor/lua-src/lua-5.4.9
files=("${SOURCES[@]/%/.c}")
say "guests: building Lua"
# wasi-libc's signal.h asks for its emulation, of which only a type is used. Without a seed, hashes would follow from
# the time.
clang_wasi -D_WASI_EMULATED_SIGNAL '-Dluai_makeseed(state)=0x9e3779b9u' \
    -Wl,-z,stack-size=262144 "-I$guests/lua/shim" "-I$source" "$guests/lua/main.c" "${files[@]/#/$source/}" \
    -o "$(where ledger_lua)"
echo "$(clang_version), wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
