//! What the edge functions share: the random numbers and the checksum of `c/kernel.h`, and the tokens of two of them.

pub mod token;

/// Knuth's MMIX generator; the high bits are the good ones.
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub const fn number(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    pub const fn below(&mut self, limit: u32) -> u32 {
        self.number() % limit
    }

    /// One of a table that is not empty.
    pub fn pick<T: Copy, const N: usize>(&mut self, table: &[T; N]) -> T {
        table[self.number() as usize % N]
    }
}

/// Folds a value into a checksum, so that neither a value nor the order can change unnoticed.
pub const fn fold(mut checksum: u64, value: u64) -> u64 {
    checksum = (checksum ^ value).wrapping_mul(1_099_511_628_211);
    checksum ^ (checksum >> 29)
}

/// Eight bytes at a time: the checksum must not cost more than what it checks.
pub fn fold_bytes(checksum: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let checksum = words.iter().fold(checksum, |checksum, word| fold(checksum, u64::from_le_bytes(*word)));
    let checksum = rest.iter().fold(checksum, |checksum, byte| fold(checksum, u64::from(*byte)));
    fold(checksum, bytes.len() as u64)
}
