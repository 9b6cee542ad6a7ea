// SHA-256 (FIPS 180-4). A unit digests 64 KiB, and each message begins with the digest before it.
#include "kernel.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <vector>

namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t digest_size = 32;

constexpr std::array<std::uint32_t, 64> constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

std::uint32_t load_big_endian(std::span<const std::uint8_t, 4> bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void store_big_endian(std::span<std::uint8_t, 4> bytes, std::uint32_t word) {
    for (int shift = 24; std::uint8_t &byte : bytes) {
        byte = static_cast<std::uint8_t>(word >> shift);
        shift -= 8;
    }
}

class Sha256 {
public:
    using Block = std::span<const std::uint8_t, block_size>;
    using Digest = std::array<std::uint8_t, digest_size>;

    // The length is a whole number of blocks, so the padding is a block of its own.
    static Digest digest(std::span<const std::uint8_t> bytes) {
        Sha256 sha;
        for (std::size_t at = 0; at < bytes.size(); at += block_size) {
            sha.compress(Block{bytes.subspan(at, block_size)});
        }
        std::array<std::uint8_t, block_size> padding{0x80};
        store_big_endian(std::span{padding}.last<4>(), static_cast<std::uint32_t>(bytes.size() * 8));
        sha.compress(padding);
        Digest out;
        for (std::size_t i = 0; i < sha.h_.size(); ++i) {
            store_big_endian(std::span{out}.subspan(4 * i).first<4>(), sha.h_[i]);
        }
        return out;
    }

private:
    void compress(Block block) {
        std::array<std::uint32_t, 64> w;
        for (std::size_t i = 0; i < 16; ++i) {
            w[i] = load_big_endian(block.subspan(4 * i).first<4>());
        }
        for (std::size_t i = 16; i < w.size(); ++i) {
            const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
            const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        auto [a, b, c, d, e, f, g, h] = h_;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
            const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
            const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
            const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        const std::array words{a, b, c, d, e, f, g, h};
        std::ranges::transform(h_, words, h_.begin(), std::plus{});
    }

    std::array<std::uint32_t, 8> h_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};

} // namespace

KERNEL(sha256_cpp) {
    std::vector<std::uint8_t> message(65536);
    std::ranges::generate(message, [random = Random{256}]() mutable { return std::uint8_t(random() >> 24); });
    for (std::int32_t unit = 0; unit < n; ++unit) {
        std::ranges::copy(Sha256::digest(message), message.begin());
    }
    const std::span bytes{message};
    const auto high = load_big_endian(bytes.first<4>()), low = load_big_endian(bytes.subspan(4).first<4>());
    return static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
}
