//! The arms of a comparison.

use serde::{Deserialize, Serialize};

/// Who a process works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// The base.
    Base,
    /// The candidate.
    Candidate,
    /// The base once more, from another copy of its worker: it must measure as the base does.
    Copy,
}

impl Arm {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Arm::Base => "base",
            Arm::Candidate => "candidate",
            Arm::Copy => "copy",
        }
    }
}
