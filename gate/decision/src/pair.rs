//! The pair is the sample: two fresh processes, one of each side, one just after the other.

use wasmark_results::statistics::median;

use crate::estimate::Value;

/// The logarithm of candidate / base. Always finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct LogRatio(f64);

impl LogRatio {
    /// Of a pair of processes.
    #[must_use]
    pub fn of(base: Value, candidate: Value) -> LogRatio {
        LogRatio(candidate.get().ln() - base.get().ln())
    }

    /// Of a ratio that is known; none where it is not finite and above zero.
    #[must_use]
    pub fn from_ratio(ratio: f64) -> Option<LogRatio> {
        (ratio.is_finite() && ratio > 0.0).then(|| LogRatio(ratio.ln()))
    }

    /// The logarithm.
    #[must_use]
    pub fn ln(self) -> f64 {
        self.0
    }

    /// The middle of several: what one pair of processes shows that measured several things. None of none.
    #[must_use]
    pub fn middle(ratios: &[LogRatio]) -> Option<LogRatio> {
        let logs: Vec<f64> = ratios.iter().map(|ratio| ratio.0).collect();
        Some(LogRatio(median::median(&logs)?.estimate))
    }

    /// The same ratio, slower by a factor of 1 + `effect`.
    #[must_use]
    pub fn slowed(self, effect: f64) -> LogRatio {
        LogRatio(self.0 + effect.max(-0.99).ln_1p())
    }
}
