//! Whether the run can be believed at all. Two arms are known to be the same on both sides: a copy of the base's worker
//! against the base itself, and native code that no engine has touched. Where one of them shows a shift, the machine or
//! the harness made it, and would make one anywhere.

use serde::Serialize;
use wasmark_results::statistics::median;

use crate::{
    pair::LogRatio,
    ratio::{self, Ratio},
    sign::{self, Direction},
};

/// How far from 1 the median of an arm may be.
const MARGIN: f64 = 0.01;
/// How sure one has to be that it is further. Two arms in two directions: four times this is the chance of a false word.
const LEVEL: f64 = 0.001;
/// The scatter of the control kernel's pairs (median absolute deviation of the ratio) with which nothing can be measured.
const SCATTER: f64 = 0.05;
/// What would help where a run is invalid.
const REMEDY: &str = "close other programs, use --realtime where it is permitted, or repeat on a machine that does nothing else";

/// One arm of which both sides are the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Arm {
    /// Its median ratio, which should be 1.
    pub ratio: Ratio,
    /// The median absolute deviation of its pairs' logarithms: about their usual distance from the median, as a share.
    pub scatter: f64,
}

/// What the arms showed. An arm without pairs is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Arms {
    /// A copy of the base's worker against the base.
    pub copy: Option<Arm>,
    /// Native code against itself.
    pub control: Option<Arm>,
}

/// Whether the run can be believed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "validity", rename_all = "snake_case")]
pub enum Validity {
    /// It can, as far as the arms tell.
    Valid(Arms),
    /// It cannot.
    Invalid {
        /// What the arms showed.
        #[serde(flatten)]
        arms: Arms,
        /// Why, and what would help: sentences.
        reasons: Vec<String>,
    },
}

impl Validity {
    /// What the arms showed.
    #[must_use]
    pub fn arms(&self) -> Arms {
        match self {
            Validity::Valid(arms) | Validity::Invalid { arms, .. } => *arms,
        }
    }
}

/// Looks at the pairs of the copy and of the control kernel, one for each pair of processes.
#[must_use]
pub fn check(copy: &[LogRatio], control: &[LogRatio]) -> Validity {
    let mut reasons = Vec::new();
    for (name, pairs) in [("a copy of the base", copy), ("native code", control)] {
        if let Some(direction) = shifted(pairs) {
            let word = if direction == Direction::Slower { "slower" } else { "faster" };
            let ratio = ratio::median_ratio(pairs).map_or(1.0, |ratio| ratio.value);
            reasons.push(format!("{name} measured {word} than itself, by a factor of {ratio:.3}; {REMEDY}"));
        }
    }
    let arms = Arms { copy: arm(copy), control: arm(control) };
    if let Some(control) = arms.control.filter(|arm| arm.ratio.pairs >= 4 && arm.scatter > SCATTER) {
        let percent = control.scatter * 100.0;
        reasons.push(format!(
            "the machine is too noisy: the same native code varies by {percent:.0} % from one process to the next; {REMEDY}"
        ));
    }
    if reasons.is_empty() { Validity::Valid(arms) } else { Validity::Invalid { arms, reasons } }
}

fn shifted(pairs: &[LogRatio]) -> Option<Direction> {
    let beyond = |direction: &Direction| sign::test(pairs, MARGIN, *direction).get() <= LEVEL;
    [Direction::Slower, Direction::Faster].into_iter().find(beyond)
}

fn arm(pairs: &[LogRatio]) -> Option<Arm> {
    let ratio = ratio::median_ratio(pairs)?;
    let distances: Vec<f64> = pairs.iter().map(|pair| (pair.ln() - ratio.value.ln()).abs()).collect();
    Some(Arm { ratio, scatter: median::median(&distances)?.estimate })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(ratios: &[f64]) -> Vec<LogRatio> {
        ratios.iter().filter_map(|ratio| LogRatio::from_ratio(*ratio)).collect()
    }

    fn reasons(copy: &[f64], control: &[f64]) -> Vec<String> {
        match check(&pairs(copy), &pairs(control)) {
            Validity::Valid(_) => vec![],
            Validity::Invalid { reasons, .. } => reasons,
        }
    }

    #[test]
    fn arms_that_stay_at_one_are_valid_and_so_are_no_arms() {
        assert!(reasons(&[], &[]).is_empty());
        assert!(reasons(&[1.005; 40], &[0.995; 16]).is_empty());
    }

    #[test]
    fn a_shift_of_either_arm_invalidates_the_run() {
        assert!(reasons(&[1.02; 16], &[1.0; 16])[0].starts_with("a copy of the base measured slower"));
        assert!(reasons(&[1.0; 16], &[0.95; 16])[0].starts_with("native code measured faster"));
        // Nine pairs cannot be that sure: 2^-9 is more than the level.
        assert!(reasons(&[1.02; 9], &[]).is_empty());
    }

    #[test]
    fn a_machine_whose_native_code_varies_is_too_noisy() {
        let wild: Vec<f64> = (0..16).map(|pair| if pair % 2 == 0 { 0.9 } else { 1.1 }).collect();
        assert!(reasons(&[], &wild)[0].contains("varies by 10 %"), "{:?}", reasons(&[], &wild));
    }
}
