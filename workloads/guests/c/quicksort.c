// Unpredictable branches and short loops over memory: quicksort with insertion sort below 16 elements. A unit sorts
// 4,096 new random numbers.
#include "kernel.h"

enum { LENGTH = 4096, SHORT = 16 };

static uint32_t numbers[LENGTH];

static void insertion_sort(uint32_t *a, uint32_t length) {
    for (uint32_t i = 1; i < length; i++) {
        uint32_t x = a[i], j = i;
        for (; j > 0 && a[j - 1] > x; j--) {
            a[j] = a[j - 1];
        }
        a[j] = x;
    }
}

static inline uint32_t median(uint32_t a, uint32_t b, uint32_t c) {
    if (a < b) {
        return b < c ? b : a < c ? c : a;
    }
    return a < c ? a : b < c ? c : b;
}

static void quicksort(uint32_t *a, uint32_t length) {
    while (length > SHORT) {
        uint32_t pivot = median(a[0], a[length / 2], a[length - 1]);
        uint32_t i = 0, j = length - 1;
        for (;;) {
            while (a[i] < pivot) {
                i++;
            }
            while (a[j] > pivot) {
                j--;
            }
            if (i >= j) {
                break;
            }
            uint32_t x = a[i];
            a[i++] = a[j];
            a[j--] = x;
        }
        // Everything before `split` is at most the pivot, and everything from it on at least. The shorter side by
        // recursion, so that the stack stays small.
        uint32_t split = i;
        if (split < length - split) {
            quicksort(a, split);
            a += split;
            length -= split;
        } else {
            quicksort(a + split, length - split);
            length = split;
        }
    }
    insertion_sort(a, length);
}

KERNEL(quicksort) {
    uint64_t state = 4096, checksum = 0;
    for (int32_t unit = 0; unit < n; unit++) {
        for (uint32_t i = 0; i < LENGTH; i++) {
            numbers[i] = next_random(&state);
        }
        quicksort(numbers, LENGTH);
        for (uint32_t i = 0; i < LENGTH; i += 64) {
            checksum = fold(checksum, numbers[i]);
        }
    }
    return (int64_t)checksum;
}
