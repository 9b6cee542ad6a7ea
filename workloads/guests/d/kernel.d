/// What every kernel in D shares: its random numbers and its checksum, as in c/kernel.h.
module kernel;

/// One step of Knuth's MMIX generator at a time; the high bits are the good ones.
struct Random
{
    private ulong state;

    uint next()
    {
        state = state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407;
        return cast(uint)(state >> 32);
    }
}

/// Folds values, so that neither a value nor the order can change unnoticed.
struct Checksum
{
    private ulong value;

    void fold(ulong next)
    {
        value = (value ^ next) * 1_099_511_628_211;
        value ^= value >> 29;
    }

    long result() const
    {
        return cast(long) value;
    }
}
