//! What every kernel in Zig shares: its random numbers and its checksum, as in c/kernel.h.

/// One step of Knuth's MMIX generator; the high bits are the good ones.
pub const Random = struct {
    state: u64,

    pub fn next(self: *Random) u32 {
        self.state = self.state *% 6364136223846793005 +% 1442695040888963407;
        return @truncate(self.state >> 32);
    }
};

/// Folds values into a checksum, so that neither a value nor the order can change unnoticed.
pub const Checksum = struct {
    value: u64 = 0,

    pub fn fold(self: *Checksum, value: u64) void {
        const mixed = (self.value ^ value) *% 1099511628211;
        self.value = mixed ^ (mixed >> 29);
    }

    pub fn result(self: Checksum) i64 {
        return @bitCast(self.value);
    }
};
