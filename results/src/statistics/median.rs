//! The median with its exact order-statistic interval.

use super::{Interval, middle, sorted, widest_cut};

/// The median and the narrowest symmetric pair of order statistics that covers the true median with at least 95 %,
/// whatever the distribution; with fewer than six values their whole range, and the coverage that it really has.
/// `None` for no values or for one that is not finite.
#[must_use]
pub fn median(values: &[f64]) -> Option<Interval> {
    let sorted = sorted(values)?;
    let n = sorted.len();
    let tails = binomial_tails(n);
    let (cut, coverage) = widest_cut(n, |cut| tails[cut]);
    Some(Interval { estimate: middle(&sorted), low: sorted[cut], high: sorted[n - 1 - cut], coverage, n })
}

/// `tails[k]`: the probability that at most `k` of `n` fair coins show heads, for `k` up to the middle.
#[must_use]
pub fn binomial_tails(n: usize) -> Vec<f64> {
    // In logarithms: 2^-n is zero in floating point from n = 1075 on.
    let mut term = -(n as f64) * std::f64::consts::LN_2;
    let mut sum = 0.0;
    (0..=n / 2)
        .map(|k| {
            sum += term.exp();
            term += ((n - k) as f64 / (k + 1) as f64).ln();
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::hostile;

    /// Dixon and Massey, Introduction to Statistical Analysis, table "Confidence intervals for the median": for n
    /// values, the k-th smallest and k-th largest cover the median with this confidence (k the largest with 95 %).
    const DIXON_MASSEY: [(usize, usize, f64); 12] = [
        (6, 1, 0.969),
        (7, 1, 0.984),
        (8, 1, 0.992),
        (9, 2, 0.961),
        (10, 2, 0.979),
        (12, 3, 0.961),
        (15, 4, 0.965),
        (17, 5, 0.951),
        (20, 6, 0.959),
        (25, 8, 0.957),
        (30, 10, 0.957),
        (40, 14, 0.962),
    ];

    #[test]
    fn agrees_with_the_published_table() {
        for (n, k, coverage) in DIXON_MASSEY {
            let values: Vec<f64> = (1..=n).map(|value| value as f64).collect();
            let interval = median(&values).expect("values");
            assert_eq!(interval.low, k as f64, "n = {n}");
            assert_eq!(interval.high, (n + 1 - k) as f64, "n = {n}");
            assert!((interval.coverage - coverage).abs() < 0.0005, "n = {n}: {}", interval.coverage);
        }
    }

    #[test]
    fn reports_how_little_few_values_cover() {
        // The range of n values misses the median when all lie on one side of it: 2 / 2^n.
        for (n, coverage) in [(1, 0.0), (2, 0.5), (3, 0.75), (4, 0.875), (5, 0.9375)] {
            let values: Vec<f64> = (1..=n).map(f64::from).collect();
            let interval = median(&values).expect("values");
            assert_eq!((interval.low, interval.high), (1.0, f64::from(n)));
            assert!((interval.coverage - coverage).abs() < 1e-12);
        }
        assert_eq!(median(&[4.0, 1.0]).expect("values").estimate, 2.5);
    }

    #[test]
    fn large_samples_do_not_underflow() {
        let values: Vec<f64> = (0..5000).map(f64::from).collect();
        let interval = median(&values).expect("values");
        // The normal approximation: 2500 -+ 1.96 * sqrt(5000) / 2.
        assert!((interval.low - 2430.0).abs() < 3.0, "{interval:?}");
        assert!((0.95..0.96).contains(&interval.coverage));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, f64::NAN]), None);
        assert_eq!(median(&[f64::NEG_INFINITY]), None);
    }

    proptest! {
        #[test]
        fn never_panics(values in hostile::floats()) {
            let finite = !values.is_empty() && values.iter().all(|value| value.is_finite());
            prop_assert_eq!(median(&values).is_some(), finite);
        }

        #[test]
        fn contains_its_estimate_in_any_order_and_scale(values in hostile::times(60), seed in any::<u64>()) {
            let interval = median(&values).expect("values");
            prop_assert!(interval.low <= interval.estimate && interval.estimate <= interval.high);
            let mut shuffled = values.clone();
            shuffled.sort_by_key(|value| value.to_bits().wrapping_mul(seed | 1));
            prop_assert_eq!(median(&shuffled), Some(interval));
            // By a power of two, which is exact.
            let scaled: Vec<f64> = values.iter().map(|value| value * 4.0).collect();
            let scaled = median(&scaled).expect("values");
            prop_assert_eq!(
                (scaled.estimate, scaled.low, scaled.high),
                (interval.estimate * 4.0, interval.low * 4.0, interval.high * 4.0)
            );
        }
    }
}
