//! The worker protocol: one job in, events out, one JSON document per line, on two inherited descriptors (not on
//! stdin and stdout: engines and guests print). FORMAT.md documents it for programs that are not written in Rust.
//!
//! A minor version adds events and optional fields; a reader keeps what it does not know. A major version may
//! change anything, and a worker refuses a job of another major version.

mod density;
mod memory;
mod serving;
mod tenants;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::{
    density::{Density, Ending, Held},
    memory::{Memory, MemoryState, Peak},
    serving::{Answered, Arrivals, Concurrency, Load, Requests, Slice},
    tenants::{Hosted, Policy, Tenants},
};
use crate::{Description, Entry, Failure, Right, Settings, Stub, Tier, TrapKind, Value, few};

/// The version of the protocol, `major.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Changes when an older reader would misunderstand.
    pub major: u32,
    /// Changes when something is added.
    pub minor: u32,
}

/// What this crate speaks.
pub const VERSION: Version = Version { major: 1, minor: 8 };

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
pub enum Task {
    /// Say what runtime this is.
    Describe,
    /// Make an artifact: `engine`, `compile`, `save`.
    Precompile(Precompile),
    /// Walk up the cold-start ladder, then carry out the steps.
    Measure(Measure),
    /// Walk up the ladder to the first output, and report the memory of each phase in the place of its time. The job's
    /// steps are not carried out.
    Peak(Measure),
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
    /// What stands in for imports that no runtime provides.
    #[serde(default)]
    pub stubs: Vec<Stub>,
}

/// Measuring one workload in one configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The configuration's name within the runtime.
    pub configuration: String,
    /// The configuration's kind of tier; a controller of an earlier protocol does not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// What the process runs from.
    pub code: Code,
    /// Where the workload is entered.
    pub entry: Entry,
    /// What stands in for imports that no runtime provides.
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
    /// What a command reads as its stdin; empty input without one.
    pub stdin: Option<Stdin>,
    /// The right output; `None` where it is not known yet: then each call is compared with the first.
    pub expected: Option<Expected>,
}

/// A command's input: engines may read files and pipes in different ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stdin {
    /// stdin is this file, open for reading.
    File(PathBuf),
    /// stdin is a pipe that gives this file's content.
    Pipe {
        /// The file.
        pipe: PathBuf,
    },
}

impl Stdin {
    /// The file that the content is in.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Stdin::File(path) | Stdin::Pipe { pipe: path } => path,
        }
    }
}

/// What is right of an output. What is `None` of a command's end may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A kernel's checksum.
    Checksum(i64),
    /// What a function returns, in order.
    Returned(#[serde(with = "few")] Vec<Right>),
    /// The call traps, in this way.
    Trap(TrapKind),
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
            (Expected::Returned(right), Output::Returned(actual)) => {
                let each = |(right, actual): (&Right, &Value)| right.admits(*actual);
                right.len() == actual.len() && right.iter().zip(actual).all(each)
            }
            (Expected::Trap(right), Output::Trap(actual)) => right == actual,
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
            Output::Returned(values) => Expected::Returned(values.into_iter().map(Right::from).collect()),
            Output::Trap(kind) => Expected::Trap(kind),
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
    /// What a function returned, in order.
    Returned(#[serde(with = "few")] Vec<Value>),
    /// The trap that ended the call, where one is expected.
    Trap(TrapKind),
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
    /// The rung `time_to_trap`: from the call of `cold` to the trap that is expected of it, in the embedder's hands. On
    /// one instance; of a command on a new one for each call.
    TimeToTrap(Samples),
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
    /// The throughput of a function of which a single call is no measure: blocks of calls of one instance, all of the
    /// same number. Its samples are `throughput`'s, a call a unit.
    Sustained {
        /// The call.
        invocation: Invocation,
        /// How long a block should take in nanoseconds; one of a longer call has that alone.
        block_ns: u64,
        /// Blocks before the samples; kept in the result, marked.
        warmups: u32,
        /// Blocks that count.
        samples: u32,
    },
    /// Memory with so many live instances.
    Memory {
        /// What is done with each instance before it is held. One state per process: what an instance gave back
        /// would be counted in the other.
        state: MemoryState,
        /// The numbers of live instances, ascending.
        instances: Vec<u32>,
        /// Wall time in nanoseconds after which the series ends, once it has three points; as long as it takes without
        /// one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget_ns: Option<u64>,
    },
    /// What instances leave behind once they are gone.
    Residue {
        /// How many live at the same time first.
        held: u32,
        /// Then one after the other is made, called with `cold` and taken down; memory is read after these numbers,
        /// ascending.
        cycles: Vec<u32>,
        /// Wall time in nanoseconds after which no further number is begun.
        budget_ns: u64,
    },
    /// Requests on several threads, as many as there is time for.
    Concurrency(Concurrency),
    /// Requests that arrive at times of their own.
    Load(Load),
    /// Live instances until something ends them.
    Density(Density),
    /// Requests to many tenants with a module each.
    Tenants(Tenants),
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
    /// What is made of code once for all instances.
    Prepare,
    /// From there to a callable instance.
    Instantiate,
    /// The first call of the process.
    FirstCall,
    /// The second call (a command's: on a second instance).
    SecondCall,
    /// Dropping the instance.
    Teardown,
    /// The work that the module itself marks, by the Sightglass ABI; of the first call.
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
            Phase::Prepare => "prepare",
            Phase::Instantiate => "instantiate",
            Phase::FirstCall => "first_call",
            Phase::SecondCall => "second_call",
            Phase::Teardown => "teardown",
            Phase::Execute => "execute",
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueType;

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_json::from_str(text).unwrap_or_else(|problem| panic!("{problem}: {text}"))
    }

    #[test]
    fn jobs_and_events_of_version_1_0_are_read() {
        let entry = |text| match read(text) {
            Entry::Function { results, .. } => results,
            other => panic!("{other:?}"),
        };
        assert_eq!(entry(r#"{"function":{"name":"f","arguments":[],"result":null}}"#), []);
        assert_eq!(entry(r#"{"function":{"name":"f","arguments":[],"result":"i64"}}"#), [ValueType::I64]);
        let cold = r#"{"argument":1,"args":[],"env":[],"stdin":"/in","expected":{"returned":{"f64":9221120237041090560}}}"#;
        let cold: Invocation = read(cold);
        assert_eq!(cold.stdin, Some(Stdin::File("/in".into())));
        let right = Right::Exactly(Value::F64(0x7ff8_0000_0000_0000));
        assert_eq!(cold.expected, Some(Expected::Returned(vec![right])));
        let nothing: Event = read(r#"{"event":"output","returned":null}"#);
        assert_eq!(nothing, Event::Output(Output::Returned(vec![])));
        let one: Event = read(r#"{"event":"output","returned":{"i32":-1}}"#);
        assert_eq!(one, Event::Output(Output::Returned(vec![Value::I32(-1)])));
    }

    #[test]
    fn what_version_1_0_knows_is_written_as_it_wrote_it() {
        let written = |event: Event| serde_json::to_string(&event).expect("JSON");
        let output = |values: &[Value]| written(Event::Output(Output::Returned(values.to_vec())));
        assert_eq!(output(&[]), r#"{"event":"output","returned":null}"#);
        assert_eq!(output(&[Value::I64(2)]), r#"{"event":"output","returned":{"i64":2}}"#);
        let stdin = |stdin: Stdin| serde_json::to_string(&stdin).expect("JSON");
        assert_eq!(stdin(Stdin::File("/in".into())), r#""/in""#);
        assert_eq!(stdin(Stdin::Pipe { pipe: "/in".into() }), r#"{"pipe":"/in"}"#, "1.0 refuses it");
    }

    #[test]
    fn several_values_vectors_and_traps_come_back() {
        let values = vec![Value::I32(1), Value::V128(u128::MAX - 7), Value::F32(0x7fc0_0001)];
        let event = Event::Output(Output::Returned(values.clone()));
        assert_eq!(read::<Event>(&serde_json::to_string(&event).expect("JSON")), event);
        let expected = Expected::from(Output::Returned(values.clone()));
        assert_eq!(read::<Expected>(&serde_json::to_string(&expected).expect("JSON")), expected);
        assert!(expected.admits(&Output::Returned(values.clone())));
        assert!(!expected.admits(&Output::Returned(values[..2].to_vec())), "one is missing");
        assert!(!expected.admits(&Output::Trap(TrapKind::Unreachable)));
        let trap = Expected::Trap(TrapKind::DivideByZero);
        assert_eq!(serde_json::to_string(&trap).expect("JSON"), r#"{"trap":"divide_by_zero"}"#);
        assert!(trap.admits(&Output::Trap(TrapKind::DivideByZero)));
        assert!(!trap.admits(&Output::Trap(TrapKind::Unreachable)));
        let event = r#"{"event":"output","trap":"unreachable"}"#;
        assert_eq!(read::<Event>(event), Event::Output(Output::Trap(TrapKind::Unreachable)));
    }
}
