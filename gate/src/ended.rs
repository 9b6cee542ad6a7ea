//! Why a cell has no values, and what follows from that for the side on which it happened.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wasmark_results::record::Outcome;
use wasmark_runner::collect::AGAIN;

use crate::arm::Arm;

/// How many times as long as the base took a limit must be, for a candidate that reaches it to be slower for sure: less may
/// be the machine's doing.
const SURELY: f64 = 2.0;

/// Why a cell has no values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The engine does not do this.
    Unsupported(String),
    /// It should have worked.
    Failed(String),
    /// A limit ended it. Of a candidate whose base stays far below that limit: [`Ended::TooSlow`].
    TimedOut(String),
    /// The candidate takes so much more than the base that it cannot be measured in the time there is: a regression.
    TooSlow(String),
    /// Nothing went wrong, and it was not measured.
    LeftOut(String),
    /// The base gives another result when it is called again, so that there is nothing to compare with.
    Unrepeatable(String),
    /// The output was wrong.
    WrongOutput(String),
}

/// What the base did with the work that the candidate is given, and whose word its output has to keep to.
#[derive(Clone, Copy, Debug)]
pub struct Base {
    /// Seconds that its process took.
    pub seconds: f64,
    /// Where its own output is what is right: what to do where it gives another one.
    pub unrepeatable: Option<&'static str>,
}

impl Ended {
    /// The same, with the arm's name before the reason.
    #[must_use]
    pub fn on(self, arm: Arm) -> Ended {
        let named = |reason: String| format!("{}: {reason}", arm.name());
        match self {
            Ended::Unsupported(reason) => Ended::Unsupported(named(reason)),
            Ended::Failed(reason) => Ended::Failed(named(reason)),
            Ended::TimedOut(reason) => Ended::TimedOut(named(reason)),
            Ended::TooSlow(reason) => Ended::TooSlow(reason),
            Ended::LeftOut(reason) => Ended::LeftOut(named(reason)),
            Ended::Unrepeatable(reason) => Ended::Unrepeatable(named(reason)),
            Ended::WrongOutput(reason) => Ended::WrongOutput(named(reason)),
        }
    }

    /// What follows from a process's end for its arm, given what the base did under the same limit.
    #[must_use]
    pub fn beside(self, arm: Arm, base: Base, limit: Duration) -> Ended {
        match (arm, self) {
            (Arm::Candidate, Ended::TimedOut(_)) if limit.as_secs_f64() >= SURELY * base.seconds => {
                Ended::too_slow(base.seconds, limit.as_secs_f64())
            }
            (Arm::Candidate, Ended::TimedOut(reason)) => {
                let took = seconds(base.seconds);
                Ended::TimedOut(format!("candidate: {reason}; base took {took}; raise --time-limit"))
            }
            // A cell that the base runs and the candidate does not is not a lack but a loss.
            (Arm::Candidate, Ended::Unsupported(reason)) => {
                Ended::Failed(format!("unsupported on one side only: candidate: {reason}"))
            }
            (Arm::Base | Arm::Copy, Ended::WrongOutput(reason)) => match base.unrepeatable {
                Some(advice) => Ended::unrepeatable(&reason, advice),
                None => Ended::WrongOutput(reason).on(arm),
            },
            (arm, ended) => ended.on(arm),
        }
    }

    /// A base whose output differs from the one before, as `reason` states.
    #[must_use]
    pub fn unrepeatable(reason: &str, advice: &str) -> Ended {
        // It stands there already where one process called twice.
        let reason = reason.strip_prefix(AGAIN).unwrap_or(reason);
        Ended::Unrepeatable(format!("base: {AGAIN}{reason}; {advice}"))
    }

    /// A candidate that takes more than `candidate` seconds for what the base does in `base`.
    #[must_use]
    pub fn too_slow(base: f64, candidate: f64) -> Ended {
        let (base, candidate) = (seconds(base), seconds(candidate));
        Ended::TooSlow(format!("slower than the limit: base took {base}, candidate more than {candidate}"))
    }

    /// A candidate that takes at least `candidate` seconds where the base takes at most `base`, and pairs do not fit the budget.
    #[must_use]
    pub fn unaffordable(base: f64, candidate: f64) -> Ended {
        let (base, candidate) = (seconds(base), seconds(candidate));
        Ended::TooSlow(format!(
            "slower than the budget has time to measure in pairs: base took {base}, candidate {candidate} or more"
        ))
    }

    /// Why there is no value, of a row that has none.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Option<Ended> {
        match outcome {
            Outcome::Measured { .. } | Outcome::Histogram(_) => None,
            Outcome::Unsupported(reason) => Some(Ended::Unsupported(reason.clone())),
            Outcome::Failed(reason) => Some(Ended::Failed(reason.clone())),
            Outcome::TimedOut(reason) => Some(Ended::TimedOut(reason.clone())),
            Outcome::WrongOutput(reason) => Some(Ended::WrongOutput(reason.clone())),
        }
    }
}

/// Seconds for people, with two digits that mean something.
fn seconds(seconds: f64) -> String {
    match seconds {
        s if s >= 10.0 => format!("{s:.0} s"),
        s if s >= 0.1 => format!("{s:.1} s"),
        s if s >= 1e-4 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.2} us", s * 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: Base = Base { seconds: 0.05, unrepeatable: Some("add --fresh") };

    #[test]
    fn a_candidate_that_reaches_a_limit_far_above_the_base_is_slower_and_a_base_is_not() {
        let late = || Ended::TimedOut("did not end within 60 s".into());
        let minute = Duration::from_secs(60);
        let slower = "slower than the limit: base took 50.0 ms, candidate more than 60 s";
        assert_eq!(late().beside(Arm::Candidate, FUNCTION, minute), Ended::TooSlow(slower.into()));
        let close = Base { seconds: 31.0, ..FUNCTION };
        assert!(
            matches!(late().beside(Arm::Candidate, close, minute), Ended::TimedOut(why) if why.contains("base took 31 s"))
        );
        assert_eq!(
            late().beside(Arm::Base, FUNCTION, minute),
            Ended::TimedOut("base: did not end within 60 s".into())
        );
    }

    #[test]
    fn the_base_is_not_wrong_against_itself_and_the_candidate_is_against_the_base() {
        let wrong = || Ended::WrongOutput("2 instead of 1".into());
        let limit = Duration::from_secs(1);
        assert_eq!(
            wrong().beside(Arm::Copy, FUNCTION, limit),
            Ended::Unrepeatable("base: another result when called again: 2 instead of 1; add --fresh".into())
        );
        assert_eq!(
            wrong().beside(Arm::Candidate, FUNCTION, limit),
            Ended::WrongOutput("candidate: 2 instead of 1".into())
        );
        let base = Base { unrepeatable: None, ..FUNCTION };
        assert_eq!(wrong().beside(Arm::Base, base, limit), Ended::WrongOutput("base: 2 instead of 1".into()));
    }
}
