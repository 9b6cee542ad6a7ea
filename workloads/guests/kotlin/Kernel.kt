// The random numbers and the checksum of c/kernel.h.

/** Knuth's MMIX generator; the high bits are the good ones. */
class Random(private var state: Long) {
    fun next(): UInt {
        state = state * 6364136223846793005 + 1442695040888963407
        return (state ushr 32).toUInt()
    }
}

/** Folds a value into a checksum, so that neither a value nor the order can change unnoticed. */
fun fold(checksum: Long, value: Long): Long {
    val mixed = (checksum xor value) * 1099511628211
    return mixed xor (mixed ushr 29)
}
