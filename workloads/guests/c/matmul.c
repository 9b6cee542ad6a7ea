// Floating point through memory: the product of two 64 x 64 matrices of f64. A unit is one product, of a new left
// matrix and the same right one.
#include "kernel.h"

enum { SIDE = 64 };

static double left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];

static void randomise(double matrix[SIDE][SIDE], uint64_t *state) {
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            matrix[i][j] = (double)(int32_t)next_random(state) / 2147483648.0;
        }
    }
}

// Not inlined, and by pointers: otherwise a compiler sees whole matrices and moves work between units.
static __attribute__((noinline)) void multiply(double (*a)[SIDE], double (*b)[SIDE], double (*c)[SIDE]) {
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < SIDE; k++) {
                sum += a[i][k] * b[k][j];
            }
            c[i][j] = sum;
        }
    }
}

KERNEL(matmul) {
    uint64_t state = 64, checksum = 0;
    randomise(right, &state);
    for (int32_t unit = 0; unit < n; unit++) {
        randomise(left, &state);
        multiply(left, right, product);
        double sum = 0;
        for (int i = 0; i < SIDE; i++) {
            for (int j = 0; j < SIDE; j++) {
                sum += product[i][j] * (double)(i - j);
            }
        }
        uint64_t bits;
        __builtin_memcpy(&bits, &sum, sizeof bits);
        checksum = fold(checksum, bits);
    }
    return (int64_t)checksum;
}
