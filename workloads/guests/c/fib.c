// Calls: a doubly recursive function. A unit is one walk of the call tree of fib(23), 92,735 calls.
#include "kernel.h"

// The sum is mixed with `leaf` on the way up: a plain sum lets a compiler turn one of the two calls into a loop.
static __attribute__((noinline)) uint32_t fib(uint32_t k, uint32_t leaf) {
    if (k < 2) {
        return k + leaf;
    }
    uint32_t left = fib(k - 1, leaf);
    uint32_t right = fib(k - 2, leaf);
    return (left + right) ^ leaf;
}

KERNEL(fib) {
    uint64_t checksum = 0;
    for (int32_t unit = 0; unit < n; unit++) {
        checksum = fold(checksum, fib(23, (uint32_t)unit));
    }
    return (int64_t)checksum;
}
