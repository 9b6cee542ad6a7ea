//! The first look at a cell: a few pairs that can clear it and nothing else. What is flagged is decided by fresh pairs
//! alone, so that the luck which flagged it has no say.

use serde::Serialize;

use crate::{
    pair::LogRatio,
    rules::{Design, Rules},
    sign::Direction,
};

/// What the screen says of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Screened {
    /// Nothing to see.
    Cleared,
    /// More pairs have to say.
    Flagged(Direction),
}

/// Looks at a cell. Fewer pairs than the design wants cannot clear it.
#[must_use]
pub fn screen(pairs: &[LogRatio], rules: Rules, design: Design) -> Screened {
    let median = LogRatio::middle(pairs).filter(|_| pairs.len() >= design.screen_rounds as usize);
    match median.map(|median| median.ln().exp()) {
        Some(median) if median > 1.0 + rules.screen => Screened::Flagged(Direction::Slower),
        Some(median) if median < 1.0 / (1.0 + rules.screen) => Screened::Flagged(Direction::Faster),
        Some(_) => Screened::Cleared,
        None => Screened::Flagged(Direction::Slower),
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
    }
}
