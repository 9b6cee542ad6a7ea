// What a compiler calls where there are no instructions for bulk memory, as a C library has it: by words of 64 bits, which
// WebAssembly needs not aligned, and the rest by bytes.
#include <stddef.h>
#include <stdint.h>

void *memset(void *to, int value, size_t length) {
    uint8_t *at = to, *end = at + length;
    uint64_t word = (uint8_t)value * 0x0101010101010101u;
    for (; (size_t)(end - at) >= sizeof word; at += sizeof word) {
        __builtin_memcpy(at, &word, sizeof word);
    }
    while (at < end) {
        *at++ = (uint8_t)value;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t length) {
    uint8_t *t = to;
    const uint8_t *f = from;
    uint64_t word;
    // Forwards unless that would overwrite what is still to be read.
    if ((uintptr_t)t - (uintptr_t)f >= length) {
        for (; length >= sizeof word; length -= sizeof word, t += sizeof word, f += sizeof word) {
            __builtin_memcpy(&word, f, sizeof word);
            __builtin_memcpy(t, &word, sizeof word);
        }
        while (length-- > 0) {
            *t++ = *f++;
        }
        return to;
    }
    for (; length >= sizeof word; length -= sizeof word) {
        __builtin_memcpy(&word, f + length - sizeof word, sizeof word);
        __builtin_memcpy(t + length - sizeof word, &word, sizeof word);
    }
    while (length-- > 0) {
        t[length] = f[length];
    }
    return to;
}
