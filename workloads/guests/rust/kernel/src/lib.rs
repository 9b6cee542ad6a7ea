//! What the kernels share: the random numbers and the fold of checksums of `c/kernel.h`, and words made of them.

/// Knuth's MMIX generator.
pub struct Random(pub u64);

const SYLLABLES: [&str; 20] = [
    "ba", "chen", "di", "fro", "gal", "hi", "jor", "ka", "lem", "mu", "nö", "pe", "qua", "ris", "su", "ta",
    "va", "wen", "xi", "zer",
];

impl Random {
    /// One step; the upper half of the state.
    pub fn draw(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    /// A number of `0..below`.
    pub fn below(&mut self, below: u32) -> u32 {
        self.draw() % below
    }

    /// One of a few.
    pub fn pick<T: Copy, const N: usize>(&mut self, of: [T; N]) -> T {
        of[self.draw() as usize % N]
    }

    /// A made-up word of one to three syllables.
    pub fn word(&mut self) -> String {
        (0..=self.below(3)).map(|_| self.pick(SYLLABLES)).collect()
    }

    /// So many words with spaces between them.
    pub fn words(&mut self, count: u32) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }
}

/// Mixes a value into a checksum.
#[must_use]
pub fn fold(checksum: u64, value: u64) -> u64 {
    let mixed = (checksum ^ value).wrapping_mul(1_099_511_628_211);
    mixed ^ (mixed >> 29)
}

/// Mixes bytes into a checksum, eight at a time, and their number.
#[must_use]
pub fn fold_bytes(checksum: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let checksum = words.iter().fold(checksum, |checksum, word| fold(checksum, u64::from_le_bytes(*word)));
    let checksum = rest.iter().fold(checksum, |checksum, byte| fold(checksum, u64::from(*byte)));
    fold(checksum, bytes.len() as u64)
}
