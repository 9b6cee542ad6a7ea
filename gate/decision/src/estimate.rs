//! One value of a process.

use serde::Serialize;

/// Samples that are thrown away, from the first.
pub const WARMUPS: usize = 2;
/// Samples that a process has after those, unless they are long.
pub const USUAL: usize = 12;
/// Samples that a process must have after those.
pub const LEAST: usize = 6;

/// What a process took: finite and above zero, whatever it was made from.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Value(f64);

/// How the samples of a process become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// The 10th percentile, nearest rank: what the process takes when little disturbs it, and yet not one lucky sample.
    /// The gate's.
    P10,
    /// The least.
    Minimum,
    /// The 25th percentile, nearest rank.
    P25,
    /// The 50th percentile, nearest rank.
    Median,
    /// The arithmetic mean.
    Mean,
}

impl Estimator {
    /// All of them, the gate's first.
    pub const ALL: [Estimator; 5] =
        [Estimator::P10, Estimator::Minimum, Estimator::P25, Estimator::Median, Estimator::Mean];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Estimator::P10 => "p10",
            Estimator::Minimum => "minimum",
            Estimator::P25 => "p25",
            Estimator::Median => "median",
            Estimator::Mean => "mean",
        }
    }

    /// Of at least one sample.
    fn of(self, samples: &mut [f64]) -> f64 {
        let percent = match self {
            Estimator::Mean => return samples.iter().sum::<f64>() / samples.len() as f64,
            Estimator::Minimum => 0,
            Estimator::P10 => 10,
            Estimator::P25 => 25,
            Estimator::Median => 50,
        };
        let rank = (samples.len() * percent).div_ceil(100).max(1) - 1;
        *samples.select_nth_unstable_by(rank, f64::total_cmp).1
    }
}

/// Why samples make no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// There are fewer than [`LEAST`] after the warm-ups.
    #[error("too few samples after {WARMUPS} warm-ups ({0} of at least {LEAST})")]
    TooFew(usize),
    /// One is not finite.
    #[error("a sample is not finite")]
    NotFinite,
    /// The value is zero or below: shorter than what the clock can tell.
    #[error("a sample is shorter than the clock can tell")]
    NotPositive,
}

impl Value {
    /// Of something that happens once in a process.
    ///
    /// # Errors
    /// Where it is not finite and above zero.
    pub fn once(value: f64) -> Result<Value, Unusable> {
        match value {
            _ if !value.is_finite() => Err(Unusable::NotFinite),
            _ if value <= 0.0 => Err(Unusable::NotPositive),
            _ => Ok(Value(value)),
        }
    }

    /// Of the samples after the warm-ups.
    ///
    /// # Errors
    /// Where the samples are too few or one means nothing.
    pub fn of_samples(samples: &[f64], estimator: Estimator) -> Result<Value, Unusable> {
        let mut counted = samples.get(WARMUPS..).unwrap_or_default().to_vec();
        if counted.len() < LEAST {
            return Err(Unusable::TooFew(counted.len()));
        }
        if counted.iter().any(|sample| !sample.is_finite()) {
            return Err(Unusable::NotFinite);
        }
        Value::once(estimator.of(&mut counted))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn p10(samples: &[f64]) -> Result<Value, Unusable> {
        Value::of_samples(samples, Estimator::P10)
    }

    #[test]
    fn it_is_the_second_smallest_of_twelve_and_of_twenty() {
        for n in [12, 20] {
            // Warm-ups that are far faster than everything after them count for nothing.
            let samples: Vec<f64> = [0.1, 0.1].into_iter().chain((1..=n).rev().map(f64::from)).collect();
            assert_eq!(p10(&samples).map(Value::get), Ok(2.0));
        }
    }

    #[test]
    fn it_is_the_smallest_of_six() {
        let samples: Vec<f64> = [0.1, 0.1].into_iter().chain((1..=6).rev().map(f64::from)).collect();
        assert_eq!(p10(&samples).map(Value::get), Ok(1.0));
    }

    #[test]
    fn others_are_what_their_names_say() {
        let samples: Vec<f64> = [99.0, 99.0].into_iter().chain((1..=20).map(f64::from)).collect();
        let of = |estimator| Value::of_samples(&samples, estimator).map(Value::get);
        assert_eq!(Estimator::ALL.map(of), [Ok(2.0), Ok(1.0), Ok(5.0), Ok(10.0), Ok(10.5)]);
    }

    #[test]
    fn what_means_nothing_is_no_value() {
        assert_eq!(p10(&[]), Err(Unusable::TooFew(0)));
        assert_eq!(p10(&[1.0; 7]), Err(Unusable::TooFew(5)));
        assert_eq!(p10(&[0.0; 14]), Err(Unusable::NotPositive));
        assert_eq!(Value::once(f64::INFINITY), Err(Unusable::NotFinite));
        let mut samples = [1.0; 14];
        samples[13] = f64::NAN;
        assert_eq!(p10(&samples), Err(Unusable::NotFinite));
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_its_word(samples in prop::collection::vec(any::<f64>(), 0..40)) {
            if let Ok(value) = p10(&samples) {
                prop_assert!(value.get().is_finite() && value.get() > 0.0);
            }
        }

        #[test]
        fn the_order_of_the_samples_does_not_matter(mut samples in prop::collection::vec(1.0..1e9, 6..40), seed in any::<u64>()) {
            let with = |counted: &[f64]| {
                let all: Vec<f64> = [5.0, 5.0].iter().chain(counted).copied().collect();
                p10(&all)
            };
            let before = with(&samples);
            samples.sort_by_key(|sample| sample.to_bits().wrapping_mul(seed | 1));
            prop_assert_eq!(with(&samples), before);
        }
    }
}
