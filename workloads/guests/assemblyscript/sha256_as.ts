// Integer arithmetic and rotations: SHA-256 (FIPS 180-4), the program of c/sha256.c. A unit digests 64 KiB, and each
// message begins with the digest before it.
import { Random } from "./kernel";

const BLOCK = 64;
const MESSAGE = 65536;

const K: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

function loadBE(bytes: Uint8Array, at: i32): u32 {
  return (<u32>bytes[at] << 24) | (<u32>bytes[at + 1] << 16) | (<u32>bytes[at + 2] << 8) | bytes[at + 3];
}

function storeBE(bytes: Uint8Array, at: i32, x: u32): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = <u8>(x >> (24 - 8 * i));
}

// Each function's own scratch memory is made once: nothing here is for the garbage collector.
const w = new StaticArray<u32>(64);
const h = new StaticArray<u32>(8);
const padding = new Uint8Array(BLOCK);

function compress(bytes: Uint8Array, at: i32): void {
  for (let i = 0; i < 16; i++) w[i] = loadBE(bytes, at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
    const s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
  for (let i = 0; i < 64; i++) {
    const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const t1 = k + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i];
    const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    k = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
  h[5] += f;
  h[6] += g;
  h[7] += k;
}

const START: StaticArray<u32> = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** The length is a whole number of blocks, so the padding is a block of its own. */
function digest(bytes: Uint8Array, out: Uint8Array): void {
  for (let i = 0; i < 8; i++) h[i] = START[i];
  for (let at = 0; at < bytes.length; at += BLOCK) compress(bytes, at);
  padding[0] = 0x80;
  storeBE(padding, 60, <u32>bytes.length * 8);
  compress(padding, 0);
  for (let i = 0; i < 8; i++) storeBE(out, 4 * i, h[i]);
}

const message = new Uint8Array(MESSAGE);
const out = new Uint8Array(32);

export function run(n: i32): i64 {
  const random = new Random(256);
  for (let i = 0; i < MESSAGE; i++) message[i] = <u8>(random.next() >> 24);
  for (let unit = 0; unit < n; unit++) {
    digest(message, out);
    message.set(out);
  }
  return (<i64>loadBE(message, 0) << 32) | loadBE(message, 4);
}
