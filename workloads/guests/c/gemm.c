// Floating point over rows: the product of two 64 x 64 matrices of f32, row by row. A unit is one product, of a new left
// matrix and the same right one. The inner loop's sums are independent, so vectors change the order of none of them and
// the checksum is the same with and without.
#include "kernel.h"

enum { SIDE = 64 };

static float left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];

static void randomise(float matrix[SIDE][SIDE], uint64_t *state) {
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            matrix[i][j] = (float)((int32_t)next_random(state) >> 8) / 8388608.0f;
        }
    }
}

// Not inlined, and by pointers: otherwise a compiler sees whole matrices and moves work between units.
static __attribute__((noinline)) void multiply(float (*restrict a)[SIDE], float (*restrict b)[SIDE],
                                               float (*restrict c)[SIDE]) {
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            c[i][j] = 0;
        }
        for (int k = 0; k < SIDE; k++) {
            float factor = a[i][k];
            for (int j = 0; j < SIDE; j++) {
                c[i][j] += factor * b[k][j];
            }
        }
    }
}

KERNEL(gemm) {
    uint64_t state = 64, checksum = 0;
    randomise(right, &state);
    for (int32_t unit = 0; unit < n; unit++) {
        randomise(left, &state);
        multiply(left, right, product);
        for (int i = 0; i < SIDE; i += 7) {
            uint32_t bits;
            __builtin_memcpy(&bits, &product[i][(i * 3) % SIDE], sizeof bits);
            checksum = fold(checksum, bits);
        }
    }
    return (int64_t)checksum;
}
