//! What a gate found, as `gate.json` has it. The files for people are made from this and from nothing else.

use serde::Serialize;
use wasmark_decision::{
    exact::{Change, Exact},
    judge::Verdict,
    rules::Design,
    validity::Validity,
};
use wasmark_results::run::Environment;
use wasmark_runner::exit;

use crate::{
    ended::Ended,
    metric::{Counted, Timed},
    policy::Lane,
};

/// Everything.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// [`crate::journal::SCHEMA`].
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
    /// The verdict on all.
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
    /// Subjects, and runtimes, that are the same bytes on both sides, so that there is nothing to measure.
    pub identical: usize,
    /// What was left out, as sentences.
    pub left_out: Vec<String>,
    /// What a reader has to know beside it.
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
    /// What was asked of it.
    pub demand: Demand,
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
    /// What was asked of it.
    pub demand: Demand,
    /// Why a growth was accepted, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// What is asked of a cell beside that it is no regression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// Nothing: where the cell is not decided, the verdict names it.
    #[default]
    Nothing,
    /// It was asked for by name: where it was not measured, or the budget had no time to decide it, the gate fails.
    Measurement,
    /// A conclusion was required: where there is none, the gate fails.
    Conclusion,
}

/// The verdict on all cells together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    /// Everything that gates was measured and decided, and nothing became slower or larger.
    Passed,
    /// Nothing became slower or larger of what was decided, and something was not.
    Partial,
    /// Nothing was decided, or something was not that had to be.
    Inconclusive,
    /// Nothing was measured.
    Unmeasured,
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
            Overall::Passed | Overall::Partial => exit::OK,
            Overall::Regressed => exit::REGRESSION,
            Overall::Inconclusive => exit::INCONCLUSIVE,
            Overall::Unmeasured | Overall::Failed | Overall::Invalid => exit::FAILED,
            Overall::WrongOutput => exit::WRONG_OUTPUT,
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
    pub fn calls_for(&self) -> Overall {
        match &self.outcome {
            Outcome::Ended(ended) => of_ended(ended, self.lane, self.demand),
            _ if self.lane == Lane::Report => Overall::Passed,
            Outcome::Judged(Verdict::Invalid) => Overall::Invalid,
            Outcome::Judged(Verdict::Regressed(_)) if self.accepted.is_none() => Overall::Regressed,
            Outcome::Judged(Verdict::Inconclusive { .. }) if self.demand == Demand::Conclusion => {
                Overall::Inconclusive
            }
            Outcome::Judged(Verdict::Inconclusive { .. }) => Overall::Partial,
            Outcome::Judged(_) => Overall::Passed,
        }
    }

    /// How far it came.
    #[must_use]
    pub fn progress(&self) -> Progress {
        match &self.outcome {
            Outcome::Judged(Verdict::Inconclusive { .. } | Verdict::Invalid) => Progress::Measured,
            Outcome::Judged(_) | Outcome::Ended(Ended::TooSlow(_)) => Progress::Decided,
            Outcome::Ended(_) => Progress::Nowhere,
        }
    }
}

/// How far a cell came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// There are no numbers of it.
    Nowhere,
    /// There are, and they decide nothing.
    Measured,
    /// It has a verdict.
    Decided,
}

/// What a cell without values calls for.
fn of_ended(ended: &Ended, lane: Lane, demand: Demand) -> Overall {
    match (ended, lane) {
        // Even what is only reported has to compute the same.
        (Ended::WrongOutput(_), _) => Overall::WrongOutput,
        (_, Lane::Report) | (Ended::Unsupported(_), _) => Overall::Passed,
        (Ended::Failed(_) | Ended::TimedOut(_) | Ended::Unrepeatable(_), Lane::Gate) => Overall::Failed,
        (Ended::TooSlow(_), Lane::Gate) => Overall::Regressed,
        (Ended::LeftOut(_), Lane::Gate) if demand == Demand::Nothing => Overall::Partial,
        (Ended::LeftOut(_), Lane::Gate) => Overall::Inconclusive,
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
            Err(ended) => of_ended(ended, self.lane, self.demand),
            _ if self.lane == Lane::Report => Overall::Passed,
            Ok(Exact { change: Change::Grew, .. }) if self.accepted.is_none() => Overall::Regressed,
            Ok(_) => Overall::Passed,
        }
    }

    /// How far it came.
    #[must_use]
    pub fn progress(&self) -> Progress {
        match &self.outcome {
            Ok(_) | Err(Ended::TooSlow(_)) => Progress::Decided,
            Err(_) => Progress::Nowhere,
        }
    }
}

impl Document {
    /// The worst that any cell calls for; where no cell has a verdict, that is one of its own. An invalid run judges no
    /// speed, but what is counted stands.
    #[must_use]
    pub fn overall(&self) -> Overall {
        let invalid = matches!(self.validity, Validity::Invalid { .. }).then_some(Overall::Invalid);
        let cells = self.cells.iter().map(Cell::calls_for);
        let counts = self.counts.iter().map(Count::calls_for);
        let least = match self.progress() {
            Progress::Decided => Overall::Passed,
            Progress::Measured => Overall::Inconclusive,
            Progress::Nowhere => Overall::Unmeasured,
        };
        cells.chain(counts).chain(invalid).max().unwrap_or(Overall::Passed).max(least)
    }

    /// How far the cell came that came furthest: of those that gate, where any does.
    fn progress(&self) -> Progress {
        if self.identical > 0 {
            return Progress::Decided;
        }
        let cells = self.cells.iter().map(|cell| (cell.lane, cell.progress()));
        let all: Vec<(Lane, Progress)> =
            cells.chain(self.counts.iter().map(|count| (count.lane, count.progress()))).collect();
        let gates = all.iter().any(|(lane, _)| *lane == Lane::Gate);
        let counts =
            |(lane, progress): &(Lane, Progress)| (!gates || *lane == Lane::Gate).then_some(*progress);
        all.iter().filter_map(counts).max().unwrap_or(Progress::Nowhere)
    }
}
