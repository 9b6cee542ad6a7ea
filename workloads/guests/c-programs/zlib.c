// zlib, as it is: text of 32 KiB compressed at its default level and decompressed again.
#include <string.h>

#include "corpus.h"
#include "zlib.h"

KERNEL(zlib) {
    static struct corpus corpus;
    static uint8_t packed[CORPUS_BYTES], unpacked[CORPUS_BYTES];
    uint64_t checksum = 0;
    make_corpus(&corpus);
    for (int32_t unit = 0; unit < n; unit++) {
        uLongf packed_length = sizeof packed, unpacked_length = sizeof unpacked;
        next_corpus(&corpus, unit);
        if (compress(packed, &packed_length, (const Bytef *)corpus.text, CORPUS_BYTES) != Z_OK ||
            uncompress(unpacked, &unpacked_length, packed, packed_length) != Z_OK ||
            unpacked_length != CORPUS_BYTES || memcmp(unpacked, corpus.text, CORPUS_BYTES) != 0) {
            __builtin_trap();
        }
        checksum = fold_bytes(checksum, packed, packed_length);
    }
    return (int64_t)checksum;
}
