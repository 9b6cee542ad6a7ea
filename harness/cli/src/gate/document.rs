//! What a gate found, as `gate.json` has it. The files for people are made from this and from nothing else.

use serde::Serialize;
use wasmark_gate::{
    exact::{Change, Exact},
    judge::Verdict,
    rules::Design,
    validity::Validity,
};
use wasmark_results::run::Environment;

use super::{
    bench::Ended,
    metric::{Counted, Timed},
    policy::Lane,
};
use crate::exit;

/// Everything.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// [`super::journal::SCHEMA`].
    pub schema: u32,
    /// The gate's name.
    pub id: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended.
    pub finished: String,
    /// The command line.
    pub command: String,
    /// The seed.
    pub seed: u64,
    /// The base, in words.
    pub base: String,
    /// The candidate.
    pub candidate: String,
    /// What is said of all.
    pub overall: Overall,
    /// The exit code.
    pub exit_code: u8,
    /// How much was measured.
    pub design: Design,
    /// Whether the run can be believed.
    pub validity: Validity,
    /// What is timed.
    pub cells: Vec<Cell>,
    /// What is counted.
    pub counts: Vec<Count>,
    /// What was left out, as sentences.
    pub left_out: Vec<String>,
    /// What whoever reads this must know beside it.
    pub notes: Vec<String>,
    /// The machine.
    pub environment: Environment,
}

/// A timed cell.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The configuration.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The metric.
    pub metric: Timed,
    /// Whether it can fail the gate.
    pub lane: Lane,
    /// What came of it.
    pub outcome: Outcome,
    /// Why a regression was accepted, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// The command that measures this cell again.
    pub again: String,
}

/// What came of a timed cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A verdict.
    Judged(Verdict),
    /// None, and why.
    Ended(Ended),
}

/// A counted cell.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// The configuration.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The metric.
    pub metric: Counted,
    /// Whether it can fail the gate.
    pub lane: Lane,
    /// Both numbers, or why there are none.
    pub outcome: Result<Exact, Ended>,
    /// Why a growth was accepted, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// What is said of all cells together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    /// Nothing that gates became slower or larger.
    Passed,
    /// Nothing did as far as one can tell, and one had to be able to tell.
    Inconclusive,
    /// A cell could not be measured.
    Failed,
    /// Something that gates became slower or larger.
    Regressed,
    /// The run cannot be believed, or did not come to its end.
    Invalid,
    /// The sides do not compute the same.
    WrongOutput,
}

impl Overall {
    /// The exit code.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Overall::Passed => exit::OK,
            Overall::Regressed => exit::REGRESSION,
            Overall::Inconclusive => exit::INCONCLUSIVE,
            Overall::Failed | Overall::Invalid => exit::FAILED,
            Overall::WrongOutput => exit::WRONG_OUTPUT,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Overall::Passed => "PASSED: nothing became slower or larger",
            Overall::Inconclusive => "INCONCLUSIVE: some cells vary too much, and conclusions were required",
            Overall::Failed => "FAILED: some cells could not be measured",
            Overall::Regressed => "REGRESSED",
            Overall::Invalid => "INVALID: the run cannot be believed; no cell is judged",
            Overall::WrongOutput => "WRONG OUTPUT: the sides do not compute the same; no speed is judged",
        }
    }
}

impl Cell {
    /// Its name: what `wasmark gate accept --cell` takes.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {} {}", self.configuration, self.workload, self.metric.name())
    }

    /// What it alone calls for.
    #[must_use]
    pub fn calls_for(&self, require_conclusive: bool) -> Overall {
        match &self.outcome {
            // Even what is only reported has to compute the same.
            Outcome::Ended(Ended::WrongOutput(_)) => Overall::WrongOutput,
            _ if self.lane == Lane::Report => Overall::Passed,
            Outcome::Ended(Ended::Failed(_)) => Overall::Failed,
            Outcome::Judged(Verdict::Invalid) => Overall::Invalid,
            Outcome::Judged(Verdict::Regressed(_)) if self.accepted.is_none() => Overall::Regressed,
            Outcome::Judged(Verdict::Inconclusive { .. }) if require_conclusive => Overall::Inconclusive,
            Outcome::Judged(_) | Outcome::Ended(Ended::Unsupported(_)) => Overall::Passed,
        }
    }
}

impl Count {
    /// Its name: what `wasmark gate accept --cell` takes.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {} {}", self.configuration, self.workload, self.metric.name())
    }

    /// What it alone calls for.
    #[must_use]
    pub fn calls_for(&self) -> Overall {
        match &self.outcome {
            Err(Ended::WrongOutput(_)) => Overall::WrongOutput,
            _ if self.lane == Lane::Report => Overall::Passed,
            Err(Ended::Failed(_)) => Overall::Failed,
            Ok(Exact { change: Change::Grew, .. }) if self.accepted.is_none() => Overall::Regressed,
            Ok(_) | Err(Ended::Unsupported(_)) => Overall::Passed,
        }
    }
}

impl Document {
    /// The worst that any cell calls for. An invalid run judges no speed, but what is counted stands.
    #[must_use]
    pub fn overall(&self, require_conclusive: bool) -> Overall {
        let invalid = matches!(self.validity, Validity::Invalid { .. }).then_some(Overall::Invalid);
        let cells = self.cells.iter().map(|cell| cell.calls_for(require_conclusive));
        let counts = self.counts.iter().map(Count::calls_for);
        cells.chain(counts).chain(invalid).max().unwrap_or(Overall::Passed)
    }
}
