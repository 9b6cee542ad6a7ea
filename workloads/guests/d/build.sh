#!/usr/bin/env bash
# Builds the guests in D, the part of the language that needs no runtime: each file with a run is a kernel, NAME.d the
# module NAME_d.
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
echo "Debian LDC $(ldc2 --version | sed -n '1s/.*(\([0-9.]*\)).*/\1/p'), $(clang_version | sed 's/clang/lld/')" >"$out/TOOLCHAIN"
