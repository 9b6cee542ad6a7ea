//! The ratio of two first quartiles, for work that something else may slow down: what disturbs a process adds to its time
//! and takes nothing away, so that the quicker processes of both sides show what the work itself takes. The median does
//! so only while fewer than half of the processes are disturbed.

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use super::{
    Interval,
    bootstrap::{REPLICATES, of_replicates},
    sorted,
};

/// The first quartile of the numerators in that of the denominators, of pairs `(numerator, denominator)` of processes. Its
/// interval is the middle of the replicates of a bootstrap over the pairs, which `seed` determines. `None` without pairs,
/// or where a value is not finite and above zero.
#[must_use]
pub fn ratio(pairs: &[(f64, f64)], seed: u64) -> Option<Interval> {
    let usable = |value: f64| value.is_finite() && value > 0.0;
    if pairs.is_empty() || !pairs.iter().all(|(one, other)| usable(*one) && usable(*other)) {
        return None;
    }
    let estimate = of_sides(pairs)?;
    let mut draw = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = pairs.to_vec();
    let mut replicate = || {
        drawn.fill_with(|| pairs[draw.random_range(0..pairs.len())]);
        of_sides(&drawn)
    };
    let replicates: Option<Vec<f64>> = (0..REPLICATES).map(|_| replicate()).collect();
    // Draws never leave the range of the pairs that there were, and that range covers no more than this.
    let n = pairs.len().min(1000) as i32;
    let range = 1.0 - 0.25_f64.powi(n) - 0.75_f64.powi(n);
    Some(of_replicates(estimate, replicates?, range, pairs.len()))
}

/// The ratio of the first quartiles of both sides; `None` where it leaves the range of numbers.
fn of_sides(pairs: &[(f64, f64)]) -> Option<f64> {
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    Some(first(&one)? / first(&other)?).filter(|ratio| ratio.is_finite())
}

/// The first quartile (Hyndman and Fan 1996, definition 7). `None` without values, or where one is not finite.
#[must_use]
pub fn first(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values)?;
    let place = (sorted.len() - 1) as f64 / 4.0;
    let below = sorted[place as usize];
    let above = *sorted.get(place as usize + 1).unwrap_or(&below);
    Some(below + place.fract() * (above - below))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::{CONFIDENCE, hostile};

    #[test]
    fn is_that_of_definition_7() {
        // R: quantile(c(...), 0.25), whose default is type 7.
        assert_eq!(first(&[1.0, 2.0, 3.0, 4.0]), Some(1.75));
        assert_eq!(first(&[9.0, 1.0, 5.0, 7.0, 3.0]), Some(3.0));
        assert_eq!(first(&[2.0, 4.0, 4.0, 5.0, 6.0, 7.0]), Some(4.0));
        assert_eq!(first(&[7.0]), Some(7.0));
        assert_eq!(first(&[]), None);
    }

    #[test]
    fn sees_through_disturbances_that_the_median_does_not() {
        // Half of the processes take 1.6 times as long, of either side other ones; the work is 5 % slower.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut time = |work: f64| {
            let disturbed = if random.random::<f64>() < 0.5 { 1.6 } else { 1.0 };
            work * disturbed * (1.0 + 0.01 * random.random::<f64>())
        };
        let pairs: Vec<(f64, f64)> = (0..40).map(|_| (time(1.05), time(1.0))).collect();
        let ratio = ratio(&pairs, 1).expect("a ratio");
        assert!(1.03 < ratio.low && ratio.high < 1.07, "{ratio:?}");
    }

    #[test]
    fn few_pairs_cover_less() {
        let pairs = |n: usize| vec![(1.0, 1.0); n];
        let coverage = |n: usize| ratio(&pairs(n), 1).expect("a ratio").coverage;
        assert_eq!(coverage(1), 0.0);
        assert!((coverage(6) - 0.8218).abs() < 1e-4, "{}", coverage(6));
        assert!(coverage(10) < CONFIDENCE);
        assert_eq!(coverage(11), CONFIDENCE);
    }

    #[test]
    fn covers_about_as_often_as_stated() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let mut noise = || 100.0 + (0..12).map(|_| random.random_range(-1.0..1.0)).sum::<f64>();
        let missed = |seed: &u64| {
            let pairs: Vec<(f64, f64)> = (0..40).map(|_| (noise(), noise())).collect();
            let ratio = ratio(&pairs, *seed).expect("a ratio");
            !(ratio.low..=ratio.high).contains(&1.0)
        };
        let misses = (0..200).filter(missed).count();
        assert!((1..=20).contains(&misses), "{misses} of 200");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn never_panics(one in hostile::floats(), other in hostile::floats(), seed in any::<u64>()) {
            let pairs: Vec<(f64, f64)> = std::iter::zip(one, other).collect();
            let fine = |v: f64| v.is_finite() && v > 0.0;
            let meaningful = !pairs.is_empty() && pairs.iter().all(|(a, b)| fine(*a) && fine(*b));
            let ratio = ratio(&pairs, seed);
            // The ratio itself may leave the range of numbers.
            prop_assert!(ratio.is_none() || meaningful);
        }

        #[test]
        fn contains_its_estimate(one in hostile::times(20), other in hostile::times(20), seed in any::<u64>()) {
            let pairs: Vec<(f64, f64)> = std::iter::zip(one, other).collect();
            let ratio = ratio(&pairs, seed).expect("a ratio");
            prop_assert!(ratio.low <= ratio.estimate && ratio.estimate <= ratio.high);
        }
    }
}
