// What is compressed: sentences of made-up words, the first of which are the most frequent, as in any language, with
// numbers between them.
#ifndef WASMARK_CORPUS_H
#define WASMARK_CORPUS_H

#include <stddef.h>

#include "../c/kernel.h"

enum { WORDS = 1024, LONGEST_WORD = 12, CORPUS_BYTES = 32768 };

struct corpus {
    uint64_t state;
    struct {
        uint8_t length;
        char letters[LONGEST_WORD];
    } words[WORDS];
    char text[CORPUS_BYTES];
};

// Of syllables, so that the letters are as uneven as a language's.
static inline void make_words(struct corpus *corpus) {
    static const char consonants[] = "nrstldmkvgbpfhjw", vowels[] = "eaioueai";
    for (int i = 0; i < WORDS; i++) {
        uint32_t syllables = 1 + next_random(&corpus->state) % (i < 64 ? 2 : LONGEST_WORD / 2);
        for (uint32_t k = 0; k < syllables; k++) {
            uint32_t random = next_random(&corpus->state);
            corpus->words[i].letters[2 * k] = consonants[(random & 15) * (random >> 4 & 15) / 15];
            corpus->words[i].letters[2 * k + 1] = vowels[random >> 8 & 7];
        }
        corpus->words[i].length = (uint8_t)(2 * syllables);
    }
}

// Writes text over a part of the corpus.
static inline void write_text(struct corpus *corpus, size_t from, size_t to) {
    while (from < to) {
        // The product of two even distributions is small more often than large.
        uint32_t random = next_random(&corpus->state);
        uint32_t word = (random & 1023) * (random >> 10 & 1023) / 1024;
        for (int k = 0; k < corpus->words[word].length && from < to; k++) {
            corpus->text[from++] = corpus->words[word].letters[k];
        }
        if (random >> 20 < 64 && from + 4 < to) {
            corpus->text[from++] = ' ';
            corpus->text[from++] = (char)('1' + random % 9);
            corpus->text[from++] = (char)('0' + random / 9 % 10);
        }
        if (random >> 20 > 3840 && from + 1 < to) {
            corpus->text[from++] = random & 1 ? '.' : ',';
        }
        if (from < to) {
            corpus->text[from++] = ' ';
        }
    }
}

static inline void make_corpus(struct corpus *corpus) {
    corpus->state = 64;
    make_words(corpus);
    write_text(corpus, 0, CORPUS_BYTES);
}

// Every unit compresses another text: its eighth part is new, each time another one.
static inline void next_corpus(struct corpus *corpus, int32_t unit) {
    size_t part = CORPUS_BYTES / 8, from = (size_t)(unit % 8) * part;
    write_text(corpus, from, from + part);
}

// Folds bytes by words of eight; the last ones are padded with zeros.
static inline uint64_t fold_bytes(uint64_t checksum, const void *bytes, size_t length) {
    const uint8_t *at = bytes;
    for (; length > 0; at += length < 8 ? length : 8, length -= length < 8 ? length : 8) {
        uint64_t word = 0;
        __builtin_memcpy(&word, at, length < 8 ? length : 8);
        checksum = fold(checksum, word);
    }
    return checksum;
}

#endif
