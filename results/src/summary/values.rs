//! What stands in one place of a summary: a value with its interval, or a reason.

use serde::Serialize;

use crate::source::Source;

/// A value, or the reason why there is none. Nothing here is ever zero for "nothing".
///
/// In JSON: `{"measured": ...}`, `{"failed": "reason"}`, `"not_measured"`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell<T> {
    /// The value.
    Measured(T),
    /// The configuration does not do this; the reason completes "unsupported: ...".
    Unsupported(String),
    /// It should have worked; the reason states what failed.
    Failed(String),
    /// It did not end within the time limit.
    TimedOut(String),
    /// A process gave a wrong output, so no number of this configuration and workload means anything.
    WrongOutput(String),
    /// It was not asked for, or the run ended before it.
    NotMeasured,
}

impl<T> Cell<T> {
    /// The value, where there is one.
    #[must_use]
    pub fn measured(&self) -> Option<&T> {
        match self {
            Cell::Measured(value) => Some(value),
            _ => None,
        }
    }

    /// Whether a process tried to measure it: it has a value, or something went wrong.
    #[must_use]
    pub fn is_tried(&self) -> bool {
        !matches!(self, Cell::Unsupported(_) | Cell::NotMeasured)
    }

    /// The same cell with another value in it.
    #[must_use]
    pub fn map<U>(self, value: impl FnOnce(T) -> U) -> Cell<U> {
        self.and_then(|measured| Cell::Measured(value(measured)))
    }

    /// The same reason, or what the value leads to.
    #[must_use]
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Cell<U>) -> Cell<U> {
        match self {
            Cell::Measured(value) => next(value),
            Cell::Unsupported(reason) => Cell::Unsupported(reason),
            Cell::Failed(reason) => Cell::Failed(reason),
            Cell::TimedOut(reason) => Cell::TimedOut(reason),
            Cell::WrongOutput(reason) => Cell::WrongOutput(reason),
            Cell::NotMeasured => Cell::NotMeasured,
        }
    }
}

/// What an [`Estimate`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds.
    Nanoseconds,
    /// Nanoseconds for one of the workload's units of work.
    NanosecondsPerUnit,
    /// Bytes.
    Bytes,
    /// A count.
    Count,
    /// How often in a second.
    PerSecond,
    /// A ratio.
    Factor,
    /// A part of a whole, in 0..=1.
    Share,
}

/// What the number of samples of an [`Estimate`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Samples {
    /// Processes, with one value each.
    Processes,
    /// Points of the memory line of one process alone.
    Points,
}

/// The median of one value per process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// The confidence that the interval really has, in 0..=1: at least 0.95 with 6 values or more; with fewer the
    /// interval is their whole range and this is how little that is (0 for one value).
    pub coverage: f64,
    /// How many `samples` there are.
    pub n: u32,
    /// What `n` counts.
    pub samples: Samples,
    /// What the processes ran from: all from the same. `None` where they did not record it and it does not show.
    pub source: Option<Source>,
    /// Rounds in which something failed and this value was not given; the median is over the others.
    pub missing: u32,
    /// The unit of `median`, `low` and `high`.
    pub unit: Unit,
}

/// A ratio of two medians with a bootstrapped interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ratio {
    /// The ratio: above 1 is slower or larger than the reference.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// As [`Estimate::coverage`].
    pub coverage: f64,
    /// Processes on the side that has fewer.
    pub n: u32,
}

/// Percentiles in nanoseconds of all processes' histograms added up. `None` where there are too few samples for the
/// percentile: fewer than 10 / (1 - Q).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Percentiles {
    /// The number of samples.
    pub count: u64,
    /// The median.
    pub p50: Option<f64>,
    /// 90 %.
    pub p90: Option<f64>,
    /// 99 %.
    pub p99: Option<f64>,
    /// 99.9 %.
    pub p99_9: Option<f64>,
}

/// Many short windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// Over the processes' own medians of a block's wall time per window; where there are no blocks, of single
    /// windows. A block has one pair of clock readings; a single window has one of its own, which for a call of a few
    /// nanoseconds is most of it.
    pub typical: Estimate,
    /// The same of CPU time, where blocks of windows were timed on the CPU's clock.
    pub cpu: Option<Estimate>,
    /// Over all samples of all processes; wall time.
    pub percentiles: Percentiles,
}

/// The time of one phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Window {
    /// Wall time.
    pub wall: Estimate,
    /// CPU time of the whole process, where it was recorded.
    pub cpu: Option<Estimate>,
}
