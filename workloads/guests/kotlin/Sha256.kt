// Integer arithmetic and rotations: SHA-256 (FIPS 180-4), the program of c/sha256.c. A unit digests 64 KiB, and each
// message begins with the digest before it.
@file:OptIn(ExperimentalUnsignedTypes::class, ExperimentalWasmInterop::class)

import kotlin.wasm.ExperimentalWasmInterop
import kotlin.wasm.WasmExport

private const val BLOCK = 64
private const val MESSAGE = 65536

private val K = uintArrayOf(
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u,
)

private fun ByteArray.loadBE(at: Int): UInt =
    (this[at].toUByte().toUInt() shl 24) or (this[at + 1].toUByte().toUInt() shl 16) or
        (this[at + 2].toUByte().toUInt() shl 8) or this[at + 3].toUByte().toUInt()

private fun ByteArray.storeBE(at: Int, x: UInt) {
    for (i in 0..<4) this[at + i] = (x shr (24 - 8 * i)).toByte()
}

private fun compress(h: UIntArray, bytes: ByteArray, at: Int) {
    val w = UIntArray(64)
    for (i in 0..<16) w[i] = bytes.loadBE(at + 4 * i)
    for (i in 16..<64) {
        val s0 = w[i - 15].rotateRight(7) xor w[i - 15].rotateRight(18) xor (w[i - 15] shr 3)
        val s1 = w[i - 2].rotateRight(17) xor w[i - 2].rotateRight(19) xor (w[i - 2] shr 10)
        w[i] = w[i - 16] + s0 + w[i - 7] + s1
    }
    var a = h[0]
    var b = h[1]
    var c = h[2]
    var d = h[3]
    var e = h[4]
    var f = h[5]
    var g = h[6]
    var k = h[7]
    for (i in 0..<64) {
        val s1 = e.rotateRight(6) xor e.rotateRight(11) xor e.rotateRight(25)
        val t1 = k + s1 + ((e and f) xor (e.inv() and g)) + K[i] + w[i]
        val s0 = a.rotateRight(2) xor a.rotateRight(13) xor a.rotateRight(22)
        val t2 = s0 + ((a and b) xor (a and c) xor (b and c))
        k = g
        g = f
        f = e
        e = d + t1
        d = c
        c = b
        b = a
        a = t1 + t2
    }
    h[0] += a
    h[1] += b
    h[2] += c
    h[3] += d
    h[4] += e
    h[5] += f
    h[6] += g
    h[7] += k
}

/** The length is a whole number of blocks, so the padding is a block of its own. */
private fun digest(bytes: ByteArray): ByteArray {
    val h = uintArrayOf(
        0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u,
    )
    for (at in bytes.indices step BLOCK) compress(h, bytes, at)
    val padding = ByteArray(BLOCK)
    padding[0] = 0x80.toByte()
    padding.storeBE(60, bytes.size.toUInt() * 8u)
    compress(h, padding, 0)
    return ByteArray(32).also { for (i in h.indices) it.storeBE(4 * i, h[i]) }
}

@WasmExport
fun run(n: Int): Long {
    val random = Random(256)
    val message = ByteArray(MESSAGE) { (random.next() shr 24).toByte() }
    repeat(n) { digest(message).copyInto(message) }
    return (message.loadBE(0).toLong() shl 32) or message.loadBE(4).toLong()
}
