// Integer arithmetic and rotations: SHA-256 (FIPS 180-4), the program of c/sha256.c. A unit digests 64 KiB, and each
// message begins with the digest before it.
package sha256

import (
	"math/bits"

	"wasmark/guests/kernel"
)

const (
	blockSize   = 64
	messageSize = 65536
)

var k = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

func rotate(x uint32, by int) uint32 { return bits.RotateLeft32(x, -by) }

func loadBE(bytes []byte) uint32 {
	_ = bytes[3]
	return uint32(bytes[0])<<24 | uint32(bytes[1])<<16 | uint32(bytes[2])<<8 | uint32(bytes[3])
}

func storeBE(bytes []byte, x uint32) {
	_ = bytes[3]
	bytes[0], bytes[1], bytes[2], bytes[3] = byte(x>>24), byte(x>>16), byte(x>>8), byte(x)
}

func compress(h *[8]uint32, block []byte) {
	var w [64]uint32
	for i := range 16 {
		w[i] = loadBE(block[4*i:])
	}
	for i := 16; i < 64; i++ {
		s0 := rotate(w[i-15], 7) ^ rotate(w[i-15], 18) ^ w[i-15]>>3
		s1 := rotate(w[i-2], 17) ^ rotate(w[i-2], 19) ^ w[i-2]>>10
		w[i] = w[i-16] + s0 + w[i-7] + s1
	}
	a, b, c, d, e, f, g, last := h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
	for i := range 64 {
		s1 := rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
		t1 := last + s1 + (e&f ^ ^e&g) + k[i] + w[i]
		s0 := rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
		t2 := s0 + (a&b ^ a&c ^ b&c)
		last, g, f, e, d, c, b, a = g, f, e, d+t1, c, b, a, t1+t2
	}
	for i, x := range [8]uint32{a, b, c, d, e, f, g, last} {
		h[i] += x
	}
}

// The length is a whole number of blocks, so the padding is a block of its own.
func digest(bytes []byte) (out [32]byte) {
	h := [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	for at := 0; at < len(bytes); at += blockSize {
		compress(&h, bytes[at:at+blockSize])
	}
	padding := [blockSize]byte{0x80}
	storeBE(padding[60:], uint32(len(bytes)*8))
	compress(&h, padding[:])
	for i, x := range h {
		storeBE(out[4*i:], x)
	}
	return out
}

// Run does so many units of work and returns the checksum.
func Run(units int) uint64 {
	message := make([]byte, messageSize)
	state := uint64(256)
	for i := range message {
		message[i] = byte(kernel.Random(&state) >> 24)
	}
	for range units {
		out := digest(message)
		copy(message, out[:])
	}
	return uint64(loadBE(message))<<32 | uint64(loadBE(message[4:]))
}
