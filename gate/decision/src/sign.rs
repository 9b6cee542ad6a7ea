//! The exact sign test. It asks only on which side of a bound each pair lies, so nothing about the shape of the noise
//! can deceive it: under "the median ratio is within the bound" each pair lies beyond with a probability of at most
//! 1/2, and the number that do is at most binomial.

use serde::Serialize;
use wasmark_results::statistics::median::binomial_tails;

use crate::pair::LogRatio;

/// A probability.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct P(f64);

impl P {
    /// Nothing is known against the hypothesis.
    pub const ONE: P = P(1.0);

    /// The number, between 0 and 1; what is none of those counts as 1.
    #[must_use]
    pub fn new(p: f64) -> P {
        if p.is_nan() { P::ONE } else { P(p.clamp(0.0, 1.0)) }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

/// The direction of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The candidate takes more.
    Slower,
    /// The candidate takes less.
    Faster,
}

/// The probability that at least `k` of `n` fair coins show heads.
#[must_use]
pub fn at_least(k: usize, n: usize) -> f64 {
    upper(&binomial_tails(n), k, n)
}

/// The same for every `k` from 0 to `n`.
#[must_use]
pub fn at_least_each(n: usize) -> Vec<f64> {
    let tails = binomial_tails(n);
    (0..=n).map(|k| upper(&tails, k, n)).collect()
}

fn upper(tails: &[f64], k: usize, n: usize) -> f64 {
    match k {
        0 => 1.0,
        _ if k > n => 0.0,
        _ if n - k <= n / 2 => tails[n - k],
        _ => (1.0 - tails[k - 1]).clamp(0.0, 1.0),
    }
}

/// The least number of `n` pairs that must lie beyond for the test to reject at `level`; none where even all would not
/// do.
#[must_use]
pub fn needed(n: usize, level: f64) -> Option<usize> {
    let tails = binomial_tails(n);
    // As many as there can be that lie within, and yet no more than `level` of all outcomes have so few.
    tails.partition_point(|tail| *tail <= level).checked_sub(1).map(|within| n - within)
}

/// Whether a pair lies beyond 1 + margin ([`Direction::Slower`]), or below 1 / (1 + margin) ([`Direction::Faster`]). One
/// that lies on the bound does not.
#[must_use]
pub fn beyond(pair: LogRatio, margin: f64, direction: Direction) -> bool {
    match direction {
        Direction::Slower => pair.ln() > margin.ln_1p(),
        Direction::Faster => pair.ln() < -margin.ln_1p(),
    }
}

/// The test of "the median ratio is at most 1 + margin" ([`Direction::Slower`]), or of "it is at least 1 / (1 + margin)"
/// ([`Direction::Faster`]). A pair that lies on the bound speaks for it. 1 of no pairs.
#[must_use]
pub fn test(pairs: &[LogRatio], margin: f64, direction: Direction) -> P {
    let beyond = pairs.iter().filter(|pair| beyond(**pair, margin, direction)).count();
    P::new(at_least(beyond, pairs.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cumulative binomial probabilities for p = 1/2 as published in tables: P(X <= k) for n, here as P(X >= n - k).
    const TABLE: [(usize, usize, f64); 15] = [
        (5, 0, 0.0313),
        (5, 1, 0.1875),
        (8, 0, 0.0039),
        (8, 1, 0.0352),
        (8, 2, 0.1445),
        (10, 0, 0.0010),
        (10, 1, 0.0107),
        (10, 2, 0.0547),
        (10, 3, 0.1719),
        (15, 3, 0.0176),
        (15, 4, 0.0592),
        (20, 4, 0.0059),
        (20, 5, 0.0207),
        (20, 6, 0.0577),
        (25, 7, 0.0216),
    ];

    fn pairs(ratios: &[f64]) -> Vec<LogRatio> {
        ratios.iter().filter_map(|ratio| LogRatio::from_ratio(*ratio)).collect()
    }

    #[test]
    fn agrees_with_the_published_tables() {
        for (n, k, p) in TABLE {
            assert!((at_least(n - k, n) - p).abs() < 0.00006, "n = {n}, k = {k}: {}", at_least(n - k, n));
        }
    }

    #[test]
    fn agrees_with_counting() {
        // Every outcome of n coins, counted.
        for n in 0..=12_usize {
            for k in 0..=n + 1 {
                let outcomes = (0..1_u32 << n).filter(|coins| coins.count_ones() as usize >= k).count();
                let exact = outcomes as f64 / f64::from(1_u32 << n);
                assert!((at_least(k, n) - exact).abs() < 1e-12, "n = {n}, k = {k}");
            }
        }
    }

    #[test]
    fn what_is_needed_is_just_enough() {
        assert_eq!(needed(40, 0.01), Some(28));
        assert_eq!(needed(8, 0.01), Some(8));
        assert_eq!(needed(5, 0.01), None);
        assert_eq!(needed(0, 0.01), None);
    }

    #[test]
    fn ties_with_the_bound_and_no_pairs_say_nothing() {
        assert_eq!(test(&[], 0.01, Direction::Slower), P::ONE);
        assert_eq!(test(&pairs(&[1.0; 40]), 0.0, Direction::Slower), P::ONE);
        assert_eq!(test(&pairs(&[1.0; 40]), 0.0, Direction::Faster), P::ONE);
        assert_eq!(test(&pairs(&[1.02]), 0.01, Direction::Slower).get(), 0.5);
    }

    proptest! {
        #[test]
        fn is_a_probability_that_falls_as_more_lie_beyond(n in 0_usize..200, k in 0_usize..200) {
            let p = at_least(k, n);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert!(at_least(k + 1, n) <= p);
        }

        #[test]
        fn the_order_of_the_pairs_does_not_matter(mut ratios in prop::collection::vec(0.5_f64..2.0, 0..60), seed in any::<u64>()) {
            let before = test(&pairs(&ratios), 0.01, Direction::Slower);
            ratios.sort_by_key(|ratio| ratio.to_bits().wrapping_mul(seed | 1));
            prop_assert_eq!(test(&pairs(&ratios), 0.01, Direction::Slower), before);
        }

        #[test]
        fn exchanging_the_sides_exchanges_the_directions(ratios in prop::collection::vec(0.5_f64..2.0, 0..60)) {
            let exchanged: Vec<LogRatio> =
                pairs(&ratios).iter().filter_map(|pair| LogRatio::from_ratio((-pair.ln()).exp())).collect();
            // The logarithm and back loses the last bit: keep away from the bound.
            prop_assume!(ratios.iter().all(|ratio| (ratio.ln().abs() - 0.01_f64.ln_1p()).abs() > 1e-9));
            prop_assert_eq!(
                test(&pairs(&ratios), 0.01, Direction::Slower),
                test(&exchanged, 0.01, Direction::Faster)
            );
        }
    }
}
