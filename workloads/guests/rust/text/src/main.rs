//! Prints the text that `wordfreq` reads: sentences of made-up words, the frequent ones far more frequent, the same
//! bytes every time. Runs on the host.

use std::fmt::Write as _;

/// The text ends with the first sentence that makes it this long.
const BYTES: usize = 48 * 1024;
const VOCABULARY: usize = 3000;
const SYLLABLES: [&str; 20] = [
    "ba", "chen", "di", "fro", "gal", "hi", "jor", "ka", "lem", "mu", "nö", "pe", "qua", "ris", "su", "ta",
    "va", "wen", "xi", "zer",
];

struct Random(u64);

impl Random {
    /// One step of Knuth's MMIX generator, reduced to `0..below`.
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

fn main() {
    let mut random = Random(48);
    let vocabulary: Vec<String> = (0..VOCABULARY)
        .map(|rank| {
            let syllables = if rank < 60 { 1 } else { 2 } + random.below(2);
            (0..syllables).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect()
        })
        .collect();
    let mut text = String::new();
    while text.len() < BYTES {
        let length = 5 + random.below(15);
        for position in 0..length {
            // Each draw below the one before: a few words make up most of a text, as in real ones.
            let rank = (0..4).fold(VOCABULARY, |below, _| random.below(below) + 1) - 1;
            let word = &vocabulary[rank];
            if position == 0 {
                let mut letters = word.chars();
                text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                text.push_str(letters.as_str());
            } else {
                let separator = if random.below(9) == 0 { ", " } else { " " };
                // Writing to a String does not fail.
                let _ = write!(text, "{separator}{word}");
            }
        }
        text.push_str(if random.below(6) == 0 { ".\n" } else { ". " });
    }
    text.push('\n');
    print!("{text}");
}
