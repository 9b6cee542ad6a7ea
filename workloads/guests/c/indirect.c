// Indirect calls: sixteen functions of one type behind a table, each chosen by what the one before computed. A unit is
// 16,384 calls.
#include "kernel.h"

enum { CALLS = 16384 };

typedef uint32_t operation(uint32_t x, uint32_t salt);

// Small and different from each other; noinline is not needed, as their addresses are taken and data picks them.
#define OPERATION(name, expression)                                                                                  \
    static uint32_t name(uint32_t x, uint32_t salt) { return (expression); }
OPERATION(add, x + salt)
OPERATION(subtract, x - salt * 3)
OPERATION(exclusive, x ^ (salt << 7))
OPERATION(multiply, x * (salt | 1))
OPERATION(rotate_left, (x << 5 | x >> 27) + salt)
OPERATION(rotate_right, (x >> 9 | x << 23) ^ salt)
OPERATION(negate, ~x + (salt >> 3))
OPERATION(shift_mix, x ^ (x >> 15) ^ salt)
OPERATION(scale, x * 2654435761u + salt)
OPERATION(swap, (x >> 16 | x << 16) - salt)
OPERATION(masked, (x & 0x55555555u) * 3 + (salt ^ x))
OPERATION(other_mask, (x & 0xaaaaaaaau) + (salt | x))
OPERATION(square, x * x + salt + 1)
OPERATION(difference, salt - x)
OPERATION(weighted, x * 31 + salt * 17)
OPERATION(folded, (x + (x >> 11)) ^ (salt + 0x9e3779b9u))

static operation *const OPERATIONS[16] = {
    add,   subtract, exclusive, multiply,   rotate_left, rotate_right, negate,   shift_mix,
    scale, swap,     masked,    other_mask, square,      difference,   weighted, folded,
};

KERNEL(indirect) {
    uint64_t checksum = 0;
    for (int32_t unit = 0; unit < n; unit++) {
        uint32_t x = (uint32_t)unit * 2654435761u + 1;
        for (uint32_t i = 0; i < CALLS; i++) {
            // Multiplied before the bits are taken, so that a function that favours some bits does not pick its
            // own successor for ever.
            x = OPERATIONS[((x ^ i) * 0x9e3779b1u) >> 28](x, i);
        }
        checksum = fold(checksum, x);
    }
    return (int64_t)checksum;
}
