#!/usr/bin/env bash
# Builds the guests in C++: each file that says KERNEL(NAME) is the module NAME.
#
# What C++ cannot do here: exceptions, whose functions Debian's libc++abi for wasm32 lacks (__cxa_throw; with
# -fwasm-exceptions __cpp_exception too); std::thread and std::filesystem, which its libc++ was configured without.
# Streams, std::format and std::regex work in a command, for 1.7 MB.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

# A reactor, since a command would flush stdio after each call. But nothing of a kernel is called before run: its static
# constructors would not be either, so it must have none.
kernel() {
    clang_wasm --driver-mode=g++ --target=wasm32-wasip1 --sysroot="$wasi" -nostdinc++ -mexec-model=reactor \
        -isystem "$libcxx/include/wasm32-wasi/c++/v1" "-L$libcxx/lib/wasm32-wasi" -std=c++23 -fno-exceptions -fno-rtti \
        -Wall -Wextra -Wglobal-constructors -Werror -Wl,--stack-first -Wl,-z,stack-size=65536 -Wl,--max-memory=4194304 \
        "$1" "$guests/cpp/libcxx.cpp" -o "$(where "$2")"
}

need_clang
need_wasi_libc
need_packages "libc++-$CLANG-dev-wasm32" "libc++abi-$CLANG-dev-wasm32"
libcxx=/usr/lib/llvm-$CLANG
for source in "$guests"/cpp/*.cpp; do
    name=$(sed -n 's/^KERNEL(\(.*\)) {$/\1/p' "$source")
    if [[ $name ]]; then kernel "$source" "$name"; fi
done
echo "$(clang_version) and libc++, wasi-libc $WASI_LIBC" >"$out/TOOLCHAIN"
