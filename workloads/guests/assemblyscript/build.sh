#!/usr/bin/env bash
# Builds the guests in AssemblyScript: each file that exports `run` is the kernel of its name.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

readonly ASC=0.28.20
readonly ASC_SHA256=26696c1bbb716bd85a0fbd38c7efbda186c83bc648ba4f78369d432081b4b1cb
readonly LONG=5.3.2
readonly LONG_SHA256=68033e466773df7d52c9e59341bb729d83716cd920c56460395724456d646b26

need_npm assemblyscript "$ASC" "$ASC_SHA256"
need_npm long "$LONG" "$LONG_SHA256"
need_binaryen
asc=$cache/npm/assemblyscript-$ASC
mkdir -p "$asc/node_modules"
ln -sfn "$cache/npm/long-$LONG" "$asc/node_modules/long"
ln -sfn "$binaryen" "$asc/node_modules/binaryen"

# Without the import `abort`, which would say where a program failed: a failure traps. No more than 4 MiB of memory.
for source in $(cd "$guests/assemblyscript" && grep -l '^export function run' ./*.ts); do
    name=$(basename "$source" .ts)
    (cd "$guests/assemblyscript" && node "$asc/bin/asc.js" "$name.ts" -O3 --use abort= --maximumMemory 64 \
        --outFile "$(where "$name")") || fail "build $name in AssemblyScript: see what the compiler said above"
done
echo "AssemblyScript $ASC" >"$out/TOOLCHAIN"
