//! What is counted and not timed: sizes, instructions, faults. The same work counts the same every time, so that two
//! numbers are compared as they are.

use serde::{Deserialize, Serialize};
use wasmark_results::statistics::theil_sen;

/// How much growth is no regression: the larger of the two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// As a share of the base.
    pub relative: f64,
    /// In the metric's unit.
    pub absolute: f64,
}

/// How the candidate's number stands to the base's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is the same, or grew by no more than is tolerated.
    Within,
    /// It grew by more.
    Grew,
    /// It became smaller by more than the tolerance.
    Shrank,
}

/// A comparison of two counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Exact {
    /// The base's.
    pub base: f64,
    /// The candidate's.
    pub candidate: f64,
    /// Their relation.
    pub change: Change,
}

impl Exact {
    /// The growth as a share of the base; none where the base is zero and the candidate is not.
    #[must_use]
    pub fn growth(&self) -> Option<f64> {
        let difference = self.candidate - self.base;
        if difference == 0.0 { Some(0.0) } else { (self.base > 0.0).then(|| difference / self.base) }
    }
}

/// Compares; none where one is no count.
#[must_use]
pub fn compare(base: f64, candidate: f64, tolerance: Tolerance) -> Option<Exact> {
    let count = |value: f64| value.is_finite() && value >= 0.0;
    if !count(base) || !count(candidate) {
        return None;
    }
    let tolerated = tolerance.absolute.max(base * tolerance.relative);
    let change = match candidate - base {
        difference if difference > tolerated => Change::Grew,
        difference if -difference > tolerated => Change::Shrank,
        _ => Change::Within,
    };
    Some(Exact { base, candidate, change })
}

/// What one more of something takes: the slope of a robust line through (how many, how much), where there are enough
/// points for one; never below zero, because less than nothing is the noise's.
#[must_use]
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    theil_sen::line(points).map(|line| line.slope.estimate.max(0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HALF_PERCENT: Tolerance = Tolerance { relative: 0.005, absolute: 0.0 };

    fn change(base: f64, candidate: f64, tolerance: Tolerance) -> Option<Change> {
        compare(base, candidate, tolerance).map(|exact| exact.change)
    }

    #[test]
    fn a_growth_of_one_percent_is_found_at_every_size() {
        for base in [100.0, 12_345.0, 1e9] {
            assert_eq!(change(base, base * 1.01, HALF_PERCENT), Some(Change::Grew));
            assert_eq!(change(base, base * 1.005, HALF_PERCENT), Some(Change::Within));
            assert_eq!(change(base, base * 0.99, HALF_PERCENT), Some(Change::Shrank));
        }
    }

    #[test]
    fn the_larger_tolerance_counts() {
        let pages = Tolerance { relative: 0.02, absolute: 8.0 };
        assert_eq!(change(10.0, 18.0, pages), Some(Change::Within));
        assert_eq!(change(10.0, 19.0, pages), Some(Change::Grew));
        assert_eq!(change(1000.0, 1019.0, pages), Some(Change::Within));
        assert_eq!(change(0.0, 9.0, pages), Some(Change::Grew));
    }

    #[test]
    fn what_is_no_count_is_not_compared() {
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(compare(bad, 1.0, HALF_PERCENT), None);
            assert_eq!(compare(1.0, bad, HALF_PERCENT), None);
        }
        assert_eq!(compare(0.0, 0.0, HALF_PERCENT).and_then(|exact| exact.growth()), Some(0.0));
        assert_eq!(compare(0.0, 1.0, HALF_PERCENT).and_then(|exact| exact.growth()), None);
    }

    proptest! {
        #[test]
        fn more_is_never_better(base in 0.0_f64..1e12, one in 0.0_f64..1e12, more in 0.0_f64..1e12) {
            let grew = |candidate| change(base, candidate, HALF_PERCENT) == Some(Change::Grew);
            prop_assert!(!grew(one) || grew(one + more));
        }
    }
}
