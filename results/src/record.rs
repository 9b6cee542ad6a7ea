//! One row of a result: a value, or the reason why there is none.

use crate::source::Source;

pub mod metric;

/// The schema that this version writes (FORMAT.md lists all).
pub const SCHEMA: u32 = 1;

/// One row. A process writes many; together they are everything that it measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The process's number within the run, from 0.
    pub process: u32,
    /// The round that the process belonged to, from 0.
    pub round: u32,
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload's name.
    pub workload: String,
    /// The metric's name (METHODOLOGY.md lists them with their units).
    pub metric: String,
    /// Counts the rows of one metric in one process, from 0.
    pub index: u32,
    /// Whether the row is a warm-up: kept, and left out of every statistic.
    pub warmup: bool,
    /// Units of work inside the value; 1 where the metric has no unit of work.
    pub units: u64,
    /// Live instances, for the memory series.
    pub instances: Option<u32>,
    /// What the process ran from; absent in rows that no process wrote, and in runs that recorded none and whose
    /// phases do not show it.
    pub source: Option<Source>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a measurement. There is no zero for "nothing".
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A value in the metric's unit (times: wall nanoseconds; sizes: bytes; else a count).
    Measured {
        /// The value.
        value: f64,
        /// CPU time of the process in the same window in nanoseconds, for times.
        cpu_ns: Option<f64>,
    },
    /// Many short windows as an HDR histogram (V2 format) of nanoseconds.
    Histogram(Vec<u8>),
    /// The configuration does not do this.
    Unsupported(String),
    /// It should have worked, and did not.
    Failed(String),
    /// It did not end within the time limit.
    TimedOut(String),
    /// It gave another output than the right one, so its times mean nothing.
    WrongOutput(String),
}
