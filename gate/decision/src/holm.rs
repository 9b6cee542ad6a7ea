//! Many tests at once, by Holm's procedure: the probability of one or more false alarms among all of them stays below
//! the level, however they depend on each other.

use crate::sign::P;

/// The adjusted probabilities, in the same order: a test is rejected at a level where its own is at most that level.
#[must_use]
pub fn adjust(tests: &[P]) -> Vec<P> {
    let mut order: Vec<usize> = (0..tests.len()).collect();
    order.sort_by(|one, other| tests[*one].get().total_cmp(&tests[*other].get()));
    let mut adjusted = vec![P::ONE; tests.len()];
    let mut least = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        least = least.max(tests[index].get() * (tests.len() - rank) as f64);
        adjusted[index] = P::new(least);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(tests: &[f64]) -> Vec<f64> {
        let tests: Vec<P> = tests.iter().map(|p| P::new(*p)).collect();
        adjust(&tests).into_iter().map(P::get).collect()
    }

    #[test]
    fn agrees_with_holm_s_example() {
        // Holm 1979's scheme on four tests: 4 * 0.005, 3 * 0.01, 2 * 0.03, then 1 * 0.04 raised to the one before it.
        let adjusted = of(&[0.01, 0.04, 0.03, 0.005]);
        for (one, right) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((one - right).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!(of(&[]), Vec::<f64>::new());
        assert_eq!(of(&[f64::NAN, 0.4]), [1.0, 0.8]);
    }

    proptest! {
        #[test]
        fn is_monotone_and_never_below_the_test_itself(tests in prop::collection::vec(0.0_f64..=1.0, 0..40)) {
            let adjusted = of(&tests);
            for (one, other) in (0..tests.len()).flat_map(|a| (0..tests.len()).map(move |b| (a, b))) {
                prop_assert!(tests[one] > tests[other] || adjusted[one] <= adjusted[other]);
            }
            prop_assert!(tests.iter().zip(&adjusted).all(|(test, adjusted)| test <= adjusted));
        }

        #[test]
        fn more_evidence_anywhere_never_raises_any(tests in prop::collection::vec(0.0_f64..=1.0, 1..20), which in any::<prop::sample::Index>()) {
            let before = of(&tests);
            let mut stronger = tests.clone();
            stronger[which.index(tests.len())] *= 0.5;
            prop_assert!(of(&stronger).iter().zip(&before).all(|(after, before)| after <= before));
        }

        #[test]
        fn the_order_of_the_tests_does_not_matter(tests in prop::collection::vec(0.0_f64..=1.0, 0..20)) {
            let reversed: Vec<f64> = tests.iter().rev().copied().collect();
            let mut back = of(&reversed);
            back.reverse();
            prop_assert_eq!(back, of(&tests));
        }
    }
}
