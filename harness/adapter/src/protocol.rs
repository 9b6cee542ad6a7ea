//! The worker protocol: one job in, events out, one JSON document per line, on two inherited descriptors (not on
//! stdin and stdout: engines and guests print). FORMAT.md documents it for programs that are not written in Rust.
//!
//! A minor version adds events and optional fields; a reader keeps what it does not know. A major version may
//! change anything, and a worker refuses a job of another major version.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Description, Entry, Failure, Settings, Stub, Value};

/// The version of the protocol, `major.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Changes when an older reader would misunderstand.
    pub major: u32,
    /// Changes when something is added.
    pub minor: u32,
}

/// What this crate speaks.
pub const VERSION: Version = Version { major: 1, minor: 0 };

/// The environment variable that names the descriptor to read the job from.
pub const JOB_FD: &str = "WASMARK_JOB_FD";
/// The environment variable that names the descriptor to write events to.
pub const EVENT_FD: &str = "WASMARK_EVENT_FD";

/// What one worker process is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The version that the controller speaks.
    pub protocol: Version,
    /// The work.
    pub task: Task,
}

/// The kinds of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a process has one")]
pub enum Task {
    /// Say what runtime this is.
    Describe,
    /// Make an artifact: `engine`, `compile`, `save`.
    Precompile(Precompile),
    /// Walk up the cold-start ladder, then carry out the steps.
    Measure(Measure),
}

/// Making an artifact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precompile {
    /// The configuration's name within the runtime.
    pub configuration: String,
    /// The module.
    pub wasm: PathBuf,
    /// The file to write.
    pub artifact: PathBuf,
    /// Imports that are answered with zeros.
    #[serde(default)]
    pub stubs: Vec<Stub>,
}

/// Measuring one workload in one configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The configuration's name within the runtime.
    pub configuration: String,
    /// What the process runs from.
    pub code: Code,
    /// Where the workload is entered.
    pub entry: Entry,
    /// Imports that are answered with zeros.
    #[serde(default)]
    pub stubs: Vec<Stub>,
    /// The directories that a command sees.
    pub preopens: Vec<Preopen>,
    /// The first and the second call of the process: a small amount of work, so that the rungs of the cold-start
    /// ladder show the start and not the work.
    pub cold: Invocation,
    /// What to measure afterwards, in this order, on the same engine and module.
    pub steps: Vec<Step>,
    /// Whether each call gets an instance of its own, as a command's does: no call sees what another left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
}

/// What a process runs from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A module's file.
    Wasm(PathBuf),
    /// A file that a `precompile` job of the same configuration wrote.
    Artifact(PathBuf),
    /// The workload of this name that is linked into the worker.
    Linked(String),
}

/// A directory of the host that the guest sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preopen {
    /// The host's path.
    pub host: PathBuf,
    /// The guest's path.
    pub guest: String,
}

/// One call of the entry, with its input and the output that is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invocation {
    /// A kernel's argument: the number of units of work.
    pub argument: i32,
    /// A command's arguments, the program's name first.
    pub args: Vec<String>,
    /// A command's environment.
    pub env: Vec<(String, String)>,
    /// The file that a command reads as its stdin; empty input without one.
    pub stdin: Option<PathBuf>,
    /// The right output; `None` where nobody knows it yet: then each call is compared with the first.
    pub expected: Option<Expected>,
}

/// What is right of an output. What is `None` of a command's end may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A kernel's checksum.
    Checksum(i64),
    /// What a function returns.
    Returned(Option<Value>),
    /// A command's end, in [`Output::Command`]'s words.
    Command {
        /// The exit code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit_code: Option<i32>,
        /// stdout.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stdout_sha256: Option<String>,
        /// stderr.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stderr_sha256: Option<String>,
    },
}

impl Expected {
    /// Whether the output is right.
    #[must_use]
    pub fn admits(&self, output: &Output) -> bool {
        fn fits<T: PartialEq>(expected: &Option<T>, actual: &T) -> bool {
            expected.as_ref().is_none_or(|expected| expected == actual)
        }
        match (self, output) {
            (Expected::Checksum(right), Output::Checksum(actual)) => right == actual,
            (Expected::Returned(right), Output::Returned(actual)) => right == actual,
            (
                Expected::Command { exit_code, stdout_sha256, stderr_sha256 },
                Output::Command { exit_code: code, stdout_sha256: stdout, stderr_sha256: stderr },
            ) => fits(exit_code, code) && fits(stdout_sha256, stdout) && fits(stderr_sha256, stderr),
            _ => false,
        }
    }
}

impl From<Output> for Expected {
    fn from(output: Output) -> Expected {
        match output {
            Output::Checksum(checksum) => Expected::Checksum(checksum),
            Output::Returned(value) => Expected::Returned(value),
            Output::Command { exit_code, stdout_sha256, stderr_sha256 } => Expected::Command {
                exit_code: Some(exit_code),
                stdout_sha256: Some(stdout_sha256),
                stderr_sha256: Some(stderr_sha256),
            },
        }
    }
}

/// What a call gave back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// A kernel's checksum.
    Checksum(i64),
    /// What a function returned.
    Returned(Option<Value>),
    /// A command's end.
    Command {
        /// The exit code.
        exit_code: i32,
        /// sha256 of everything written to stdout, in lower-case hexadecimal.
        stdout_sha256: String,
        /// sha256 of everything written to stderr.
        stderr_sha256: String,
    },
}

/// Something to measure after the cold start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// What the harness's own start and end marks cost with nothing between them.
    EmptyWindow(Samples),
    /// The rung `fresh_instance`: instantiate, call, teardown, with the module loaded; calls `cold`.
    FreshInstance(Samples),
    /// The rung `reused_instance`: call only; calls `cold`. Not for commands, which end with their call.
    ReusedInstance(Samples),
    /// Fixed work on one instance (for a command: on a new instance for each sample, the call alone timed).
    Throughput {
        /// The call.
        invocation: Invocation,
        /// How many units of work it does.
        units: u64,
        /// Calls before the samples; kept in the result, marked.
        warmups: u32,
        /// Calls that count.
        samples: u32,
    },
    /// Memory with so many live instances.
    Memory {
        /// What is done with each instance before it is held. One state per process: what an instance gave back
        /// would be counted in the other.
        state: MemoryState,
        /// The numbers of live instances, ascending.
        instances: Vec<u32>,
    },
}

/// What was done with an instance that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryState {
    /// Nothing yet.
    Instantiated,
    /// Called once, with `cold`.
    Called,
}

/// How often to repeat something short: until either is reached, at least once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// The number of samples.
    pub most: u64,
    /// Wall time in nanoseconds.
    pub budget_ns: u64,
}

/// The timed phases of a process, in the words of METHODOLOGY.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Creating the engine.
    Engine,
    /// From bytes to code.
    Compile,
    /// From code to an artifact's file.
    Save,
    /// From an artifact's file to code.
    Load,
    /// From code to a callable instance.
    Instantiate,
    /// The first call of the process.
    FirstCall,
    /// The second call (a command's: on a second instance).
    SecondCall,
    /// Dropping the instance.
    Teardown,
    /// What the module itself says its work is, by the Sightglass ABI; of the first call.
    Execute,
}

impl Phase {
    /// The name that results and the page use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Phase::Engine => "engine",
            Phase::Compile => "compile",
            Phase::Save => "save",
            Phase::Load => "load",
            Phase::Instantiate => "instantiate",
            Phase::FirstCall => "first_call",
            Phase::SecondCall => "second_call",
            Phase::Teardown => "teardown",
            Phase::Execute => "execute",
        }
    }
}

/// What a worker says, one JSON object per line, with the field `event` for its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Always first.
    Hello {
        /// The version that the worker speaks.
        protocol: Version,
        /// CLOCK_MONOTONIC in nanoseconds when `main` began.
        main_ns: u64,
        /// Whether the process runs under SCHED_FIFO.
        realtime: bool,
    },
    /// The answer to `describe`.
    Description(Description),
    /// The first output exists; written at once, so that the controller's clock can stamp it.
    FirstOutput,
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

/// A process's memory, in bytes unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Live instances.
    pub instances: u32,
    /// What was done with each.
    pub state: MemoryState,
    /// Anonymous PSS and shared memory's PSS together.
    pub anonymous_pss: u64,
    /// `Private_Dirty`.
    pub private_dirty: u64,
    /// Reserved address space: `VmSize`.
    pub reserved: u64,
    /// Page tables: `VmPTE`.
    pub page_tables: u64,
    /// The number of mappings.
    pub maps: u64,
    /// The number of open descriptors; a worker of an earlier protocol does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptors: Option<u64>,
}
