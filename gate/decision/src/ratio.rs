//! How large a change is: the median ratio of pairs with its order-statistic interval, whatever their distribution.

use serde::Serialize;
use wasmark_results::statistics::{CONFIDENCE, median};

use crate::{pair::LogRatio, sign};

/// The median ratio of one or more pairs. Above 1 the candidate takes more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ratio {
    /// The median.
    pub value: f64,
    /// The lower end of its two-sided interval of 95 %.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence that the interval really has; less than 0.95 with fewer than six pairs.
    pub coverage: f64,
    /// Pairs.
    pub pairs: usize,
}

/// The median ratio of the pairs; none of no pairs.
#[must_use]
pub fn median_ratio(pairs: &[LogRatio]) -> Option<Ratio> {
    let logs: Vec<f64> = pairs.iter().map(|pair| pair.ln()).collect();
    let median = median::median(&logs)?;
    let [value, low, high] = [median.estimate, median.low, median.high].map(exp);
    Some(Ratio { value, low, high, coverage: median.coverage, pairs: pairs.len() })
}

/// What the median ratio is below with a confidence of 95 %, one-sided; none where the pairs are too few (under five).
#[must_use]
pub fn upper_bound(pairs: &[LogRatio]) -> Option<f64> {
    let mut logs: Vec<f64> = pairs.iter().map(|pair| pair.ln()).collect();
    logs.sort_unstable_by(f64::total_cmp);
    // The sign test, read backwards: the median lies below the k-th smallest unless k or more pairs lie below it.
    let beyond = sign::needed(logs.len(), 1.0 - CONFIDENCE)?;
    logs.get(beyond.checked_sub(1)?).copied().map(exp)
}

/// The smallest slowdown that the test would have found nine times in ten with pairs that scatter as these do, at this
/// level; none where no slowdown would have been found, because the pairs are too few.
#[must_use]
pub fn detectable(pairs: &[LogRatio], margin: f64, level: f64) -> Option<f64> {
    const POWER: f64 = 0.9;
    let needed = sign::needed(pairs.len(), level)?;
    let mut logs: Vec<f64> = pairs.iter().map(|pair| pair.ln()).collect();
    logs.sort_unstable_by(f64::total_cmp);
    let middle = median::median(&logs)?.estimate;
    // How many pairs may scatter below the margin where the others are still enough, nine times in ten.
    let enough = |below: &usize| {
        let beyond = 1.0 - *below as f64 / logs.len() as f64;
        at_least_with(beyond, needed, logs.len()) >= POWER
    };
    let below = (1..logs.len()).take_while(enough).last().unwrap_or(0);
    let scatter = middle - logs.get(below)?;
    Some(exp(margin.ln_1p() + scatter.max(0.0)) - 1.0)
}

/// The probability that at least `k` of `n` coins show heads which each do with probability `share`.
fn at_least_with(share: f64, k: usize, n: usize) -> f64 {
    let (yes, no) = (share.ln(), (-share).ln_1p());
    let mut choose = 0.0_f64;
    let mut sum = 0.0;
    for heads in 0..=n {
        if heads >= k {
            sum += (choose + yes * heads as f64 + no * (n - heads) as f64).exp();
        }
        choose += ((n - heads) as f64 / (heads + 1) as f64).ln();
    }
    sum
}

/// A ratio beyond what a number can hold is the largest number.
fn exp(log: f64) -> f64 {
    log.exp().min(f64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(ratios: impl IntoIterator<Item = f64>) -> Vec<LogRatio> {
        ratios.into_iter().filter_map(LogRatio::from_ratio).collect()
    }

    #[test]
    fn the_bound_of_eight_pairs_is_their_second_largest() {
        // P(at most one of 8 above the median) = 9 / 256 = 3.5 %.
        let eight = pairs((1..=8).map(f64::from));
        assert!((upper_bound(&eight).expect("pairs") - 7.0).abs() < 1e-9);
        // P(at most 14 of 40) = 4.0 %: the 26th.
        let forty = pairs((1..=40).map(f64::from));
        assert!((upper_bound(&forty).expect("pairs") - 26.0).abs() < 1e-9);
        assert_eq!(upper_bound(&pairs([1.0; 4])), None);
        assert_eq!(upper_bound(&[]), None);
    }

    #[test]
    fn one_pair_has_a_ratio_and_no_confidence() {
        let one = median_ratio(&pairs([1.5])).expect("a pair");
        assert!((one.value - 1.5).abs() < 1e-12 && one.coverage == 0.0 && one.pairs == 1);
        assert_eq!(median_ratio(&[]), None);
    }

    #[test]
    fn without_scatter_anything_beyond_the_margin_is_found() {
        let still = pairs([1.0; 40]);
        assert!((detectable(&still, 0.01, 0.01).expect("enough pairs") - 0.01).abs() < 1e-9);
        assert_eq!(detectable(&pairs([1.0; 5]), 0.01, 0.01), None);
        let wild = pairs((0..40).map(|pair| if pair % 2 == 0 { 0.8 } else { 1.25 }));
        assert!(detectable(&wild, 0.01, 0.01).expect("enough pairs") > 0.2);
    }

    proptest! {
        #[test]
        fn hostile_ratios_never_panic_and_stay_finite(ratios in prop::collection::vec(any::<f64>(), 0..50)) {
            let pairs = pairs(ratios);
            if let Some(ratio) = median_ratio(&pairs) {
                prop_assert!(ratio.low <= ratio.value && ratio.value <= ratio.high && ratio.high.is_finite());
            }
            if let Some(bound) = upper_bound(&pairs) {
                prop_assert!(bound.is_finite() && bound >= median_ratio(&pairs).expect("pairs").value * (1.0 - 1e-12));
            }
            prop_assert!(detectable(&pairs, 0.01, 0.01).is_none_or(|share| share >= 0.0));
        }
    }
}
