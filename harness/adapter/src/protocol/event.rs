//! What a worker reports.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Answered, Expected, Held, Hosted, Memory, Output, Peak, Phase, Slice, Version};
use crate::{Description, Failure, Settings};

/// What a worker reports, one JSON object per line, with the field `event` for its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Always first.
    Hello {
        /// The version that the worker speaks.
        protocol: Version,
        /// CLOCK_MONOTONIC in nanoseconds when `main` began.
        main_ns: u64,
        /// Whether the process runs under SCHED_FIFO or SCHED_RR.
        realtime: bool,
    },
    /// The answer to `describe`.
    Description(Description),
    /// The first output exists; written at once, so that the controller's clock can stamp it, too.
    FirstOutput {
        /// CLOCK_MONOTONIC in nanoseconds when the first call had returned; a worker of an earlier protocol does not
        /// send it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_ns: Option<u64>,
    },
    /// One phase, timed once.
    Phase {
        /// Which.
        phase: Phase,
        /// Wall time in nanoseconds.
        wall_ns: u64,
        /// CPU time of the whole process in nanoseconds.
        cpu_ns: u64,
        /// Page faults that needed no I/O.
        minor_faults: u64,
    },
    /// The output of a call; the same for every call of the invocation, or the worker ends with `wrong_output`.
    Output(Output),
    /// Windows that were timed one by one.
    Samples {
        /// The metric's name.
        metric: String,
        /// Units of work in each window.
        units: u64,
        /// How many of the windows, from the first, were warm-ups.
        warmups: u32,
        /// Wall time of each window in nanoseconds.
        wall_ns: Vec<u64>,
        /// CPU time of the process in each window in nanoseconds.
        cpu_ns: Vec<u64>,
    },
    /// Many short windows, as an HDR histogram of nanoseconds with 3 significant digits.
    Histogram {
        /// The metric's name.
        metric: String,
        /// The histogram in HdrHistogram's V2 format, base64.
        v2_base64: String,
    },
    /// The process's memory at a number of live instances.
    Memory(Memory),
    /// The most memory that the process had during a phase.
    Peak(Peak),
    /// The process's memory once instances are gone and free memory was given back to the system.
    Residue {
        /// How many were to live at the same time before; 0 in the first reading, which has none behind it.
        held: u32,
        /// How many came and went one after the other since.
        cycles: u32,
        /// The memory; its `instances` are 0.
        memory: Memory,
    },
    /// How many instances live: on the way, and at the end.
    Held(Held),
    /// What came of requests to many tenants.
    Hosted(Hosted),
    /// What a number of threads served.
    Slice(Slice),
    /// What came of requests that arrived at times of their own.
    Answered(Answered),
    /// A series ended before its last point. Not fatal: how far it went is a result.
    Stopped {
        /// The metric's name.
        metric: String,
        /// The last point that was reached.
        reached: u32,
        /// Why it stopped.
        failure: Failure,
    },
    /// The configuration's settings as resolved.
    Resolved(Settings),
    /// What was generated for the module and can be executed, after the second call: anonymous mappings that the
    /// process did not have before `engine`, and the artifact's own.
    Code {
        /// Bytes of executable mappings.
        bytes: u64,
    },
    /// The files that the process needed: those that are mapped at its end, so the worker and its libraries, and what
    /// its runtime read or started beside them. The module or the artifact itself is not among them.
    Loaded {
        /// Each file's path and size in bytes.
        files: Vec<(PathBuf, u64)>,
    },
    /// A metric that this configuration does not have.
    Unsupported {
        /// The metric's name.
        metric: String,
        /// Why not, as a sentence that completes "unsupported: ...".
        reason: String,
    },
    /// A call gave another output than expected or than the call before it. The worker ends.
    WrongOutput {
        /// The right output.
        expected: Expected,
        /// What came.
        actual: Output,
        /// The beginning of what a command printed.
        excerpt: String,
    },
    /// Something failed. What was measured before stands; the worker ends.
    Failed {
        /// The phase or the metric.
        during: String,
        /// Why.
        failure: Failure,
    },
    /// The job is finished. A worker that ends without it crashed.
    Done,
}
