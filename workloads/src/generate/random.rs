//! The random numbers of the guests (`guests/c/kernel.h`): Knuth's MMIX generator, of which the high bits are good.

pub(super) struct Random(u64);

impl Random {
    /// Each `stream` of a seed has numbers of its own.
    pub fn new(seed: u64, stream: u64) -> Random {
        let mut random = Random(seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // The states of neighbouring streams look alike at first.
        (0..4).for_each(|_| _ = random.next());
        random
    }

    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    /// One of the numbers below `end`, which is at least 1.
    pub fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }

    /// One of `all`, which holds something.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u32) as usize]
    }
}
