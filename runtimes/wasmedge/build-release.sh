#!/usr/bin/env bash
# Builds WasmEdge's library from a source tree as its maintainers release it: CMake's Release (-O3, no C assertions), with
# its LLVM compiler, without its tools and plugins.
#
#   runtimes/wasmedge/build-release.sh SOURCE PREFIX
#
# SOURCE is a tree of the version that the adapter binds, with its VERSION file. Then WASMEDGE_DIR=PREFIX names the
# library for ./setup.sh and `wasmark build`. WASMEDGE_LLVM is the folder of an LLVM with lld (/usr/lib/llvm-19: the
# packages llvm-19-dev and liblld-19-dev). WasmEdge requires fmt 11 and spdlog 1.15, which its build downloads;
# WASMEDGE_FMT and WASMEDGE_SPDLOG name trees of them for a machine without a network. Takes about seven CPU-minutes.
#
# Exit codes: 0 built, 1 a step failed, 2 usage or a missing part.
set -euo pipefail
fail() { printf 'build-release: failed to %s\n' "$1" >&2; exit "${2:-1}"; }
[[ $# == 2 ]] || fail "understand the arguments; usage: runtimes/wasmedge/build-release.sh SOURCE PREFIX" 2
source=$(realpath -- "$1") prefix=$(realpath -m -- "$2")
llvm=${WASMEDGE_LLVM:-/usr/lib/llvm-19}
bound=$(sed -n 's/^WASMEDGE=\([0-9.]*\).*/\1/p' "$(dirname "$0")/../../setup.sh")

[[ -f $source/CMakeLists.txt ]] || fail "find CMakeLists.txt in $source; name a source tree of WasmEdge $bound" 2
# Without this file WasmEdge's build takes the version from git, or 0.0.0.
version=$(head -n 1 "$source/VERSION" 2>/dev/null || true)
[[ $version == "$bound".* ]] ||
  fail "use $source: its VERSION file holds '${version:-nothing}', and the adapter binds $bound.x; name a tree of that version, with the file" 2
for part in llvm lld; do
  [[ -f $llvm/lib/cmake/$part/${part^^}Config.cmake ]] ||
    fail "find ${part^^} in $llvm; install llvm-19-dev and liblld-19-dev, or set WASMEDGE_LLVM" 2
done

options=(-DCMAKE_BUILD_TYPE=Release "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib
  -DWASMEDGE_BUILD_TESTS=OFF -DWASMEDGE_BUILD_TOOLS=OFF -DWASMEDGE_BUILD_PLUGINS=OFF -DWASMEDGE_USE_LLVM=ON
  "-DLLVM_DIR=$llvm/lib/cmake/llvm" "-DLLD_DIR=$llvm/lib/cmake/lld")
[[ ${WASMEDGE_FMT:-} ]] && options+=("-DFETCHCONTENT_SOURCE_DIR_FMT=$WASMEDGE_FMT")
[[ ${WASMEDGE_SPDLOG:-} ]] && options+=("-DFETCHCONTENT_SOURCE_DIR_SPDLOG=$WASMEDGE_SPDLOG")

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cmake -S "$source" -B "$build" -G Ninja "${options[@]}" || fail "configure WasmEdge; CMake's output is above"
cmake --build "$build" || fail "build WasmEdge; the compiler's output is above"
cmake --install "$build" || fail "install WasmEdge into $prefix; name a folder that can be written"
printf 'built WasmEdge %s; now: export WASMEDGE_DIR=%q\n' "$version" "$prefix"
