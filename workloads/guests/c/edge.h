// What the edge functions in C share: pieces of text, and a text of bounded size that a request or a response is
// written to. What does not fit is left out, and the checksum shows it.
#ifndef WASMARK_EDGE_H
#define WASMARK_EDGE_H

#include "kernel.h"

enum { ROOM = 1024 };

struct slice {
    const char *at;
    uint32_t length;
};

struct text {
    uint32_t length;
    char bytes[ROOM];
};

// A slice of a string literal.
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

// Not inlined: a function of an edge platform is small, and this is called from everywhere.
static __attribute__((noinline)) void append(struct text *text, struct slice from) {
    for (uint32_t i = 0; i < from.length && text->length < ROOM; i++) {
        text->bytes[text->length++] = from.at[i];
    }
}

// In decimal, with zeros in front up to this number of digits.
static __attribute__((noinline)) void append_decimal(struct text *text, uint32_t value, uint32_t digits) {
    char reversed[10];
    uint32_t length = 0;
    do {
        reversed[length++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || length < digits);
    while (length > 0) {
        append(text, (struct slice){&reversed[--length], 1});
    }
}

// As 16 hexadecimal digits.
static __attribute__((noinline)) void append_hex(struct text *text, uint64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
        append(text, (struct slice){&"0123456789abcdef"[(value >> shift) & 15], 1});
    }
}

// Eight bytes at a time: the checksum must not cost more than what it checks.
static inline uint64_t fold_text(uint64_t checksum, const struct text *text) {
    uint32_t at = 0;
    for (; at + 8 <= text->length; at += 8) {
        uint64_t word = 0;
        for (int byte = 0; byte < 8; byte++) {
            word |= (uint64_t)(unsigned char)text->bytes[at + byte] << (8 * byte);
        }
        checksum = fold(checksum, word);
    }
    for (; at < text->length; at++) {
        checksum = fold(checksum, (unsigned char)text->bytes[at]);
    }
    return fold(checksum, text->length);
}

#endif
