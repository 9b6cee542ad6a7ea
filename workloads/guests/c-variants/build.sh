#!/usr/bin/env bash
# Builds other forms of kernels in C, from the same sources: what the optimisation level, the proposals and the vectors
# of a compiler are worth in each runtime.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

need_clang
for level in 0 1 3 s z; do
    kernel_c "sha256_o$level" "-O$level" "$guests/c/sha256.c"
done
# The modern form is the suite's own: what this clang uses without being asked is all that `memory` has a use for.
kernel_c memory_mvp -mcpu=mvp -ffreestanding -fno-builtin "$guests/c/memory.c" "$guests/c-variants/mem.c"
kernel_c gemm_simd -msimd128 "$guests/c/gemm.c"
clang_version >"$out/TOOLCHAIN"
