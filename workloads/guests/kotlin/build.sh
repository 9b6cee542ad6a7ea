#!/usr/bin/env bash
# Builds the guests in Kotlin, kernels: the compiler's target wasm-wasi, then the optimiser with the arguments that
# Kotlin's Gradle plugin gives it for a production build.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

readonly KOTLIN=2.4.20
readonly KOTLIN_SHA256=c23dab400d7ce5ea8b6c909947c0ca5454189e4bb1108695b5f464500e5e950f
readonly FEATURES=(--enable-gc --enable-reference-types --enable-exception-handling --enable-bulk-memory
    --enable-nontrapping-float-to-int)
readonly OPTIMISE=(--no-inline=kotlin.wasm.internal.throwValue --no-inline=kotlin.wasm.internal.getKotlinException
    --no-inline=kotlin.wasm.internal.jsToKotlinStringAdapter --inline-functions-with-loops --traps-never-happen
    --fast-math --closed-world --type-ssa -O3 -O3 --gufa -O3 --type-merging -O3 -Oz)

kotlinc() {
    bash "$kotlin/bin/kotlinc-wasm" "$@" -Xwasm-target=wasm-wasi -libraries "$kotlin/lib/kotlin-stdlib-wasm-wasi.klib" \
        -ir-output-name "$name" -ir-output-dir "$work/$name" >&2 ||
        fail "build $name in Kotlin: see what the compiler said above"
}

wasm_opt() {
    node "$binaryen/bin/wasm-opt" "${FEATURES[@]}" "$@" >&2 || fail "optimise $name: see what wasm-opt said above"
}

# A kernel imports nothing, and says how much memory it may take. A seed for hash codes that are never asked for is all
# that the standard library wants of a host: zeros will do. Objects are the engine's: no page of memory is used. And an
# empty name is none: wasm-opt writes it but does not read it.
without_host() {
    # shellcheck disable=SC2016
    sed -E -e 's/^ \(import "wasi_snapshot_preview1" "random_get" \((func .*)\)\)$/ (\1 (i32.const 0))/' \
        -e 's/^ \(memory (\S+) 0\)$/ (memory \1 0 1)/' -e 's/\$""/$nameless/g'
}

# kernel NAME SOURCE...
kernel() {
    local name=$1
    (cd "$guests/kotlin" && kotlinc "${@:2}" Kernel.kt)
    kotlinc "-Xinclude=$work/$name/$name.klib" -Xir-produce-js -Xir-dce
    # Its structures have fields of every type, so that no two are alike: vectors too, which are optimised away.
    wasm_opt --enable-simd --debuginfo --emit-text --output="$work/$name.wat" "$work/$name/$name.wasm"
    without_host <"$work/$name.wat" >"$work/$name.kernel.wat"
    wasm_opt "${OPTIMISE[@]}" --output="$(where "$name")" "$work/$name.kernel.wat"
}

need_packages default-jre-headless
need_npm kotlin-compiler "$KOTLIN" "$KOTLIN_SHA256"
need_binaryen
kotlin=$cache/npm/kotlin-compiler-$KOTLIN
kernel sha256_kotlin Sha256.kt
kernel nbody_kotlin Nbody.kt
kernel ledger_kotlin Ledger.kt Json.kt
echo "Kotlin $KOTLIN, binaryen $BINARYEN" >"$out/TOOLCHAIN"
