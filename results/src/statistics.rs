//! The statistics, as pure functions on slices: no records, no files, no clock. Input that means nothing (empty,
//! not finite) gives `None`, never a number and never a panic.

pub mod bootstrap;
pub mod change_points;
pub mod geometric_mean;
pub mod histogram;
pub mod median;
pub mod quartile;
pub mod rank;
pub mod theil_sen;

/// The confidence that every interval aims at.
pub const CONFIDENCE: f64 = 0.95;

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate; never outside the interval.
    pub estimate: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence that the interval reaches, in 0..=1. Less than [`CONFIDENCE`] where the samples are too few
    /// for more.
    pub coverage: f64,
    /// The number of samples.
    pub n: usize,
}

/// The values in ascending order; `None` where there are none or one is not finite.
fn sorted(values: &[f64]) -> Option<Vec<f64>> {
    if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Some(sorted)
}

/// The median of ascending values, of which there must be at least one.
fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}

/// How many of the ordered values may be cut off at each end so that what is left still covers with
/// [`CONFIDENCE`], and the coverage reached. `tail(cut)` is the probability that the true value lies below the
/// value that then comes first. Where not even the whole range covers enough, nothing is cut.
fn widest_cut(values: usize, tail: impl Fn(usize) -> f64) -> (usize, f64) {
    let coverage = |cut: usize| (1.0 - 2.0 * tail(cut)).clamp(0.0, 1.0);
    let mut cut = 0;
    while 2 * (cut + 1) < values && coverage(cut + 1) >= CONFIDENCE {
        cut += 1;
    }
    (cut, coverage(cut))
}

/// What the property tests share.
#[cfg(test)]
mod hostile {
    use proptest::prelude::*;

    /// Any floats at all: NaN, infinities, ties, empty.
    pub fn floats() -> impl Strategy<Value = Vec<f64>> {
        let any = prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(0.0), Just(1.0)];
        prop::collection::vec(any, 0..12)
    }

    /// Times as a benchmark sees them, with ties.
    pub fn times(most: usize) -> impl Strategy<Value = Vec<f64>> {
        let time = prop_oneof![1.0..1e9_f64, (1..5_u32).prop_map(f64::from)];
        prop::collection::vec(time, 1..most)
    }
}
