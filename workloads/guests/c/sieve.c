// Byte stores with a stride: the sieve of Eratosthenes. A unit finds the primes below 131,072.
#include "kernel.h"

enum { LIMIT = 131072 };

static uint8_t composite[LIMIT];

KERNEL(sieve) {
    uint64_t checksum = 0;
    for (int32_t unit = 0; unit < n; unit++) {
        __builtin_memset(composite, 0, LIMIT);
        for (uint32_t i = 2; i * i < LIMIT; i++) {
            if (composite[i]) {
                continue;
            }
            for (uint32_t multiple = i * i; multiple < LIMIT; multiple += i) {
                composite[multiple] = 1;
            }
        }
        uint64_t sum = (uint64_t)unit;
        for (uint32_t i = 2; i < LIMIT; i++) {
            if (!composite[i]) {
                sum += i;
            }
        }
        checksum = fold(checksum, sum);
    }
    return (int64_t)checksum;
}
