//! The first look at a cell: a few pairs that can clear it and nothing else. What is flagged is decided by fresh pairs
//! alone, so that the luck which flagged it decides nothing.

use serde::Serialize;

use crate::{
    pair::LogRatio,
    rules::{Design, Rules},
    sign::{self, Direction},
};

/// Pairs after which a cell can be flagged before its screen is over: all of them have to lie beyond the margin, which
/// one in 64 does of cells that are just within it.
const EARLY: usize = 6;

/// What the screen shows of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Screened {
    /// Nothing to see.
    Cleared,
    /// More pairs have to decide.
    Flagged(Direction),
}

/// Looks at a cell. Fewer pairs than the design requires cannot clear it.
#[must_use]
pub fn screen(pairs: &[LogRatio], rules: Rules, design: Design) -> Screened {
    match moved(pairs, rules) {
        Some(direction) => Screened::Flagged(direction),
        None if pairs.len() >= design.screen_rounds as usize => Screened::Cleared,
        None => Screened::Flagged(Direction::Slower),
    }
}

/// Whether the screen of a cell is over: it has all its pairs, or so clear ones that more of them are better fresh.
#[must_use]
pub fn over(pairs: &[LogRatio], rules: Rules, design: Design) -> bool {
    let clear =
        |direction: &Direction| pairs.iter().all(|pair| sign::beyond(*pair, rules.margin, *direction));
    let all = [Direction::Slower, Direction::Faster];
    pairs.len() >= design.screen_rounds as usize
        || (pairs.len() >= EARLY && all.iter().any(clear) && moved(pairs, rules).is_some())
}

/// Of pairs that a cell could have, those that its screen measures.
#[must_use]
pub fn take(pairs: impl IntoIterator<Item = LogRatio>, rules: Rules, design: Design) -> Vec<LogRatio> {
    let mut pairs = pairs.into_iter();
    let mut taken = Vec::with_capacity(design.screen_rounds as usize);
    while !over(&taken, rules, design) {
        match pairs.next() {
            Some(pair) => taken.push(pair),
            None => break,
        }
    }
    taken
}

/// Where the median of the pairs lies beyond what the screen clears.
fn moved(pairs: &[LogRatio], rules: Rules) -> Option<Direction> {
    let median = LogRatio::middle(pairs)?.ln().exp();
    if median > 1.0 + rules.screen {
        Some(Direction::Slower)
    } else {
        (median < 1.0 / (1.0 + rules.screen)).then_some(Direction::Faster)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screened(ratios: &[f64]) -> Screened {
        let pairs: Vec<LogRatio> = ratios.iter().filter_map(|ratio| LogRatio::from_ratio(*ratio)).collect();
        screen(&pairs, Rules::default(), Design::default())
    }

    #[test]
    fn clears_what_hardly_moved_and_flags_the_rest() {
        assert_eq!(screened(&[1.019; 16]), Screened::Cleared);
        assert_eq!(screened(&[1.021; 16]), Screened::Flagged(Direction::Slower));
        assert_eq!(screened(&[0.97; 16]), Screened::Flagged(Direction::Faster));
        // Seven wild pairs of sixteen move no median.
        assert_eq!(screened(&[[1.0; 9].as_slice(), &[9.0; 7]].concat()), Screened::Cleared);
    }

    #[test]
    fn too_few_pairs_clear_nothing() {
        assert_eq!(screened(&[1.0; 15]), Screened::Flagged(Direction::Slower));
        assert_eq!(screened(&[]), Screened::Flagged(Direction::Slower));
        assert_eq!(screened(&[0.9; 3]), Screened::Flagged(Direction::Faster));
    }

    #[test]
    fn what_is_clear_is_flagged_after_six_pairs_and_nothing_else_is() {
        let taken = |ratios: &[f64]| {
            let pairs = ratios.iter().filter_map(|ratio| LogRatio::from_ratio(*ratio)).cycle();
            take(pairs, Rules::default(), Design::default()).len()
        };
        assert_eq!(taken(&[1.03]), 6);
        assert_eq!(taken(&[0.5]), 6);
        // The median is not beyond what the screen clears; or a pair lies within the margin.
        assert_eq!(taken(&[1.015]), 16);
        assert_eq!(taken(&[1.009, 1.5, 1.5, 1.5]), 16);
        assert_eq!(take([], Rules::default(), Design::default()), []);
    }
}
