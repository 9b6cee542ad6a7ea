// Bulk memory: fills and copies, long and short. A unit is eight fills and eight overlapping moves of 256 KiB, and
// 4,096 copies of 1 to 256 bytes between random places.
#include "kernel.h"

enum { BUFFER = 512 * 1024, LONG = 256 * 1024, SHORTS = 4096 };

static uint8_t buffer[BUFFER];

KERNEL(memory) {
    uint64_t state = 512, checksum = 0;
    __builtin_memset(buffer, 0, BUFFER);
    for (int32_t unit = 0; unit < n; unit++) {
        for (int i = 0; i < 8; i++) {
            uint32_t at = next_random(&state) % (BUFFER - LONG);
            __builtin_memset(buffer + at, (int)(state >> 40), LONG);
            // In a buffer of twice the length, most sources and destinations overlap.
            uint32_t from = next_random(&state) % (BUFFER - LONG);
            uint32_t to = next_random(&state) % (BUFFER - LONG);
            __builtin_memmove(buffer + to, buffer + from, LONG);
        }
        for (int i = 0; i < SHORTS; i++) {
            uint32_t random = next_random(&state);
            uint32_t length = 1 + (random & 255);
            uint32_t from = (random >> 8) % (BUFFER - 256);
            uint32_t to = next_random(&state) % (BUFFER - 256);
            buffer[from] = (uint8_t)i;
            __builtin_memmove(buffer + to, buffer + from, length);
        }
        for (uint32_t i = 0; i < BUFFER; i += 1024) {
            checksum = fold(checksum, buffer[i]);
        }
    }
    return (int64_t)checksum;
}
