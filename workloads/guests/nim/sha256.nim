## SHA-256 (FIPS 180-4). A unit digests 64 KiB, and each message begins with the digest before it.
import std/bitops
import kernel

const
  BlockLength = 64
  DigestLength = 32
  Constants = [
    0x428a2f98'u32, 0x71374491'u32, 0xb5c0fbcf'u32, 0xe9b5dba5'u32,
    0x3956c25b'u32, 0x59f111f1'u32, 0x923f82a4'u32, 0xab1c5ed5'u32,
    0xd807aa98'u32, 0x12835b01'u32, 0x243185be'u32, 0x550c7dc3'u32,
    0x72be5d74'u32, 0x80deb1fe'u32, 0x9bdc06a7'u32, 0xc19bf174'u32,
    0xe49b69c1'u32, 0xefbe4786'u32, 0x0fc19dc6'u32, 0x240ca1cc'u32,
    0x2de92c6f'u32, 0x4a7484aa'u32, 0x5cb0a9dc'u32, 0x76f988da'u32,
    0x983e5152'u32, 0xa831c66d'u32, 0xb00327c8'u32, 0xbf597fc7'u32,
    0xc6e00bf3'u32, 0xd5a79147'u32, 0x06ca6351'u32, 0x14292967'u32,
    0x27b70a85'u32, 0x2e1b2138'u32, 0x4d2c6dfc'u32, 0x53380d13'u32,
    0x650a7354'u32, 0x766a0abb'u32, 0x81c2c92e'u32, 0x92722c85'u32,
    0xa2bfe8a1'u32, 0xa81a664b'u32, 0xc24b8b70'u32, 0xc76c51a3'u32,
    0xd192e819'u32, 0xd6990624'u32, 0xf40e3585'u32, 0x106aa070'u32,
    0x19a4c116'u32, 0x1e376c08'u32, 0x2748774c'u32, 0x34b0bcb5'u32,
    0x391c0cb3'u32, 0x4ed8aa4a'u32, 0x5b9cca4f'u32, 0x682e6ff3'u32,
    0x748f82ee'u32, 0x78a5636f'u32, 0x84c87814'u32, 0x8cc70208'u32,
    0x90befffa'u32, 0xa4506ceb'u32, 0xbef9a3f7'u32, 0xc67178f2'u32,
  ]

type
  Digest = array[DigestLength, uint8]
  Sha256 = object
    sums: array[8, uint32]

func initSha256(): Sha256 =
  Sha256(sums: [
    0x6a09e667'u32, 0xbb67ae85'u32, 0x3c6ef372'u32, 0xa54ff53a'u32,
    0x510e527f'u32, 0x9b05688c'u32, 0x1f83d9ab'u32, 0x5be0cd19'u32,
  ])

func loadBigEndian(bytes: openArray[uint8]): uint32 =
  uint32(bytes[0]) shl 24 or uint32(bytes[1]) shl 16 or uint32(bytes[2]) shl 8 or uint32(bytes[3])

func storeBigEndian(bytes: var openArray[uint8], word: uint32) =
  for i in 0 .. 3:
    bytes[i] = uint8(word shr (24 - 8 * i) and 0xff)

func compress(sha: var Sha256, chunk: openArray[uint8]) =
  var w {.noinit.}: array[64, uint32]
  for i in 0 .. 15:
    w[i] = loadBigEndian(chunk.toOpenArray(4 * i, 4 * i + 3))
  for i in 16 .. w.high:
    let s0 = w[i - 15].rotateRightBits(7) xor w[i - 15].rotateRightBits(18) xor w[i - 15] shr 3
    let s1 = w[i - 2].rotateRightBits(17) xor w[i - 2].rotateRightBits(19) xor w[i - 2] shr 10
    w[i] = w[i - 16] + s0 + w[i - 7] + s1
  var (a, b, c, d) = (sha.sums[0], sha.sums[1], sha.sums[2], sha.sums[3])
  var (e, f, g, h) = (sha.sums[4], sha.sums[5], sha.sums[6], sha.sums[7])
  for i, word in w:
    let s1 = e.rotateRightBits(6) xor e.rotateRightBits(11) xor e.rotateRightBits(25)
    let t1 = h + s1 + ((e and f) xor (not e and g)) + Constants[i] + word
    let s0 = a.rotateRightBits(2) xor a.rotateRightBits(13) xor a.rotateRightBits(22)
    let t2 = s0 + ((a and b) xor (a and c) xor (b and c))
    h = g
    g = f
    f = e
    e = d + t1
    d = c
    c = b
    b = a
    a = t1 + t2
  for i, word in [a, b, c, d, e, f, g, h]:
    sha.sums[i] += word

func digest(bytes: openArray[uint8]): Digest =
  ## The length is a whole number of blocks, so the padding is a block of its own.
  var sha = initSha256()
  for at in countup(0, bytes.high, BlockLength):
    sha.compress(bytes.toOpenArray(at, at + BlockLength - 1))
  var padding: array[BlockLength, uint8]
  padding[0] = 0x80
  padding.toOpenArray(BlockLength - 4, BlockLength - 1).storeBigEndian(uint32(bytes.len * 8))
  sha.compress(padding)
  for i, sum in sha.sums:
    result.toOpenArray(4 * i, 4 * i + 3).storeBigEndian(sum)

kernel:
  var random = initRandom(256)
  var message = newSeq[uint8](65536)
  for byte in message.mitems:
    byte = uint8(random.next shr 24)
  for unit in 0 ..< n:
    message[0 ..< DigestLength] = digest(message)
  let high = loadBigEndian(message.toOpenArray(0, 3))
  let low = loadBigEndian(message.toOpenArray(4, 7))
  cast[int64](uint64(high) shl 32 or uint64(low))
