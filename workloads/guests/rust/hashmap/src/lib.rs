//! The standard library's maps: counting in a `HashMap` (with fixed hash keys), then ordering in a `BTreeMap`. A unit
//! is 4,096 updates over 2,048 possible keys, 2,048 look-ups and a tree of what was found.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasherDefault, DefaultHasher},
};

/// `DefaultHasher` without random keys: the same SipHash and the same order in every run.
type Counts = HashMap<u64, u64, BuildHasherDefault<DefaultHasher>>;

const UPDATES: u32 = 4096;
const KEYS: u64 = 2048;

/// One step of Knuth's MMIX generator.
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 32
}

fn unit(state: &mut u64) -> u64 {
    let mut counts = Counts::default();
    for i in 0..UPDATES {
        *counts.entry(next_random(state) % KEYS).or_insert(0) += u64::from(i);
    }
    let mut found = BTreeMap::new();
    for key in 0..KEYS {
        if let Some(&sum) = counts.get(&key) {
            found.insert((sum, key), key);
        }
    }
    found.values().fold(0, |checksum: u64, key| checksum.rotate_left(5).wrapping_mul(31) ^ key)
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut state = 2048;
    (0..n).fold(0u64, |checksum, _| checksum.rotate_left(9) ^ unit(&mut state)) as i64
}
