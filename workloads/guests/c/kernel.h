// What every kernel in C shares: how it is entered, its random numbers and its checksum.
//
// A kernel is one file without libc that compiles to an import-free module exporting `memory` and
// `run(n: i32) -> i64`, and natively to a library with that function. It does `n` equal units of work, starts from the
// same state each time, and returns a checksum of everything that it did.
// Native builds need -std=c11 -ffp-contract=off -fno-math-errno: a fused multiply-add is no WebAssembly instruction, and
// f64.sqrt sets no errno.
#ifndef WASMARK_KERNEL_H
#define WASMARK_KERNEL_H

#include <stdint.h>

#ifdef __wasm__
#define KERNEL(name) __attribute__((export_name("run"))) int64_t run(int32_t n)
#else
#define KERNEL(name)                                                                                                 \
    __attribute__((visibility("default"))) int64_t run(int32_t n);                                                   \
    int64_t run(int32_t n)
#endif

// One step of Knuth's MMIX generator; the high bits are the good ones.
static inline uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

// Folds a value into a checksum, so that neither a value nor the order can change unnoticed.
static inline uint64_t fold(uint64_t checksum, uint64_t value) {
    checksum ^= value;
    checksum *= 1099511628211u;
    return checksum ^ (checksum >> 29);
}

#endif
