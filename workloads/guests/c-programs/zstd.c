// Zstandard, as it is: text of 32 KiB compressed at its default level and decompressed again.
#include "zstd.h"

#include <string.h>

#include "corpus.h"

KERNEL(zstd) {
    static struct corpus corpus;
    static uint8_t packed[CORPUS_BYTES], unpacked[CORPUS_BYTES];
    uint64_t checksum = 0;
    make_corpus(&corpus);
    for (int32_t unit = 0; unit < n; unit++) {
        next_corpus(&corpus, unit);
        size_t length = ZSTD_compress(packed, sizeof packed, corpus.text, CORPUS_BYTES, ZSTD_CLEVEL_DEFAULT);
        if (ZSTD_isError(length) || ZSTD_decompress(unpacked, sizeof unpacked, packed, length) != CORPUS_BYTES ||
            memcmp(unpacked, corpus.text, CORPUS_BYTES) != 0) {
            __builtin_trap();
        }
        checksum = fold_bytes(checksum, packed, length);
    }
    return (int64_t)checksum;
}
