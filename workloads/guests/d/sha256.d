/// SHA-256 (FIPS 180-4). A unit digests 64 KiB, and each message begins with the digest before it.
module sha256;

import core.bitop : ror;
import std.bitmanip : bigEndianToNative, nativeToBigEndian;
import kernel : Random;

enum blockLength = 64;
enum digestLength = 32;

immutable uint[64] constants = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

struct Sha256
{
    private uint[8] sums = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private void compress(const ubyte[] block)
    {
        uint[64] w = void;
        foreach (i, ref word; w[0 .. 16])
            word = bigEndianToNative!uint(block[4 * i .. $][0 .. 4]);
        foreach (i; 16 .. w.length)
        {
            immutable s0 = ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ (w[i - 15] >> 3);
            immutable s1 = ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        uint a = sums[0], b = sums[1], c = sums[2], d = sums[3];
        uint e = sums[4], f = sums[5], g = sums[6], h = sums[7];
        foreach (i, word; w)
        {
            immutable s1 = ror(e, 6) ^ ror(e, 11) ^ ror(e, 25);
            immutable t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + word;
            immutable s0 = ror(a, 2) ^ ror(a, 13) ^ ror(a, 22);
            immutable t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        uint[8] words = [a, b, c, d, e, f, g, h];
        sums[] += words[];
    }

    /// The length is a whole number of blocks, so the padding is a block of its own.
    static ubyte[digestLength] digest(const ubyte[] bytes)
    {
        Sha256 sha;
        for (size_t at = 0; at < bytes.length; at += blockLength)
            sha.compress(bytes[at .. at + blockLength]);
        ubyte[blockLength] padding;
        padding[0] = 0x80;
        padding[$ - 8 .. $] = nativeToBigEndian(ulong(bytes.length) * 8);
        sha.compress(padding[]);
        ubyte[digestLength] result;
        foreach (i, sum; sha.sums)
            result[4 * i .. 4 * i + 4] = nativeToBigEndian(sum);
        return result;
    }
}

__gshared ubyte[65_536] message;

extern (C) long run(int n)
{
    auto random = Random(256);
    foreach (ref b; message)
        b = cast(ubyte)(random.next >> 24);
    foreach (unit; 0 .. n)
        message[0 .. digestLength] = Sha256.digest(message[]);
    return bigEndianToNative!long(message[0 .. 8]);
}
