#!/usr/bin/env bash
# Builds the guests in D, the part of the language that needs no runtime: each file with a run is a kernel, NAME.d the
# module NAME_d.
#
# What D cannot do here: there is no runtime for wasm32, so no garbage collector, exceptions, classes, associative
# arrays or ~=, and nothing of Phobos that uses them (std.json) or that must be linked (std.digest). Its templates work
# (std.algorithm, std.bitmanip). Casts from one array type to another do not compile. Its LLVM is version 14.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

need_clang
need_packages ldc
for source in "$guests"/d/*.d; do
    grep -q '^extern (C) long run(int n)$' "$source" || continue
    name=$(basename "$source" .d)
    # Without bulk memory LDC calls memcpy, of which there is none. 4 MiB is more than each of them needs, and a limit
    # that a runtime can plan with.
    (cd "$guests/d" && ldc2 -mtriple=wasm32-unknown-unknown-wasm -mattr=+bulk-memory -betterC -O2 -release \
        -boundscheck=on -fp-contract=off -i -c "-of=$work/$name.o" "$name.d" runtime.d) ||
        fail "build $name.d: see what ldc2 said above"
    "wasm-ld-$CLANG" --no-entry --export=run --strip-all --stack-first -z stack-size=65536 --max-memory=4194304 \
        "$work/$name.o" -o "$(where "${name}_d")"
done
ldc_version=$(ldc2 --version | sed -n '1s/.*(\([0-9.]*\)).*/\1/p')
echo "Debian LDC $ldc_version, $(clang_version | sed 's/clang/lld/')" >"$out/TOOLCHAIN"
