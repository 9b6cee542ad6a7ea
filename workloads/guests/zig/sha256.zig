//! SHA-256 (FIPS 180-4). A unit digests 64 KiB, and each message begins with the digest before it.
const std = @import("std");
const kernel = @import("kernel.zig");

const block_length = 64;
const digest_length = 32;

const k = [64]u32{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

const Sha256 = struct {
    h: [8]u32 = .{
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    },

    fn compress(self: *Sha256, block: *const [block_length]u8) void {
        var w: [64]u32 = undefined;
        for (w[0..16], 0..) |*word, i| word.* = std.mem.readInt(u32, block[4 * i ..][0..4], .big);
        for (16..64) |i| {
            const s0 = std.math.rotr(u32, w[i - 15], 7) ^ std.math.rotr(u32, w[i - 15], 18) ^ (w[i - 15] >> 3);
            const s1 = std.math.rotr(u32, w[i - 2], 17) ^ std.math.rotr(u32, w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] +% s0 +% w[i - 7] +% s1;
        }
        var a, var b, var c, var d, var e, var f, var g, var h = self.h;
        for (k, w) |constant, word| {
            const s1 = std.math.rotr(u32, e, 6) ^ std.math.rotr(u32, e, 11) ^ std.math.rotr(u32, e, 25);
            const t1 = h +% s1 +% ((e & f) ^ (~e & g)) +% constant +% word;
            const s0 = std.math.rotr(u32, a, 2) ^ std.math.rotr(u32, a, 13) ^ std.math.rotr(u32, a, 22);
            const t2 = s0 +% ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d +% t1;
            d = c;
            c = b;
            b = a;
            a = t1 +% t2;
        }
        for (&self.h, [8]u32{ a, b, c, d, e, f, g, h }) |*sum, word| sum.* +%= word;
    }

    /// The length is a whole number of blocks, so the padding is a block of its own.
    fn digest(bytes: []const u8) [digest_length]u8 {
        var sha: Sha256 = .{};
        var at: usize = 0;
        while (at < bytes.len) : (at += block_length) sha.compress(bytes[at..][0..block_length]);
        var padding: [block_length]u8 = @splat(0);
        padding[0] = 0x80;
        std.mem.writeInt(u64, padding[block_length - 8 ..], @as(u64, bytes.len) * 8, .big);
        sha.compress(&padding);
        var out: [digest_length]u8 = undefined;
        for (sha.h, 0..) |word, i| std.mem.writeInt(u32, out[4 * i ..][0..4], word, .big);
        return out;
    }
};

var message: [65536]u8 = undefined;

export fn run(n: i32) i64 {
    var random: kernel.Random = .{ .state = 256 };
    for (&message) |*byte| byte.* = @truncate(random.next() >> 24);
    var unit: i32 = 0;
    while (unit < n) : (unit += 1) message[0..digest_length].* = Sha256.digest(&message);
    return std.mem.readInt(i64, message[0..8], .big);
}
