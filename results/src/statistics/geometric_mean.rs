//! The geometric mean, the only mean of ratios that does not depend on which side is the reference.

/// The geometric mean; `None` for no values or for one that is not finite and above zero.
#[must_use]
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|value| !value.is_finite() || *value <= 0.0) {
        return None;
    }
    Some((values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::hostile;

    #[test]
    fn by_hand() {
        assert!((geometric_mean(&[2.0, 8.0]).expect("values") - 4.0).abs() < 1e-12);
        assert_eq!(geometric_mean(&[]), None);
        assert_eq!(geometric_mean(&[1.0, 0.0]), None);
        assert_eq!(geometric_mean(&[1.0, -2.0]), None);
    }

    proptest! {
        #[test]
        fn never_panics(values in hostile::floats()) {
            if let Some(mean) = geometric_mean(&values) {
                prop_assert!(mean > 0.0);
            }
        }

        #[test]
        fn turning_the_ratios_round_turns_the_mean_round(values in hostile::times(20)) {
            let mean = geometric_mean(&values).expect("values");
            let inverse: Vec<f64> = values.iter().map(|value| 1.0 / value).collect();
            prop_assert!((mean * geometric_mean(&inverse).expect("values") - 1.0).abs() < 1e-9);
            let (low, high) = values.iter().fold((f64::MAX, 0.0_f64), |(low, high), v| (low.min(*v), high.max(*v)));
            prop_assert!(low * (1.0 - 1e-9) <= mean && mean <= high * (1.0 + 1e-9));
        }
    }
}
