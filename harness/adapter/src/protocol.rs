//! The worker protocol: one job in, events out, one JSON document per line, on two inherited descriptors (not on
//! stdin and stdout: engines and guests print). FORMAT.md documents it for programs that are not written in Rust.
//!
//! A minor version adds events and optional fields; a reader keeps what it does not know. A major version may
//! change anything, and a worker refuses a job of another major version.

mod call;
mod density;
mod event;
mod memory;
mod phase;
mod serving;
mod step;
mod tenants;
mod version;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use self::{
    call::{Expected, Invocation, Output, Stdin},
    density::{Density, Ending, Held},
    event::Event,
    memory::{Memory, MemoryState, Peak},
    phase::Phase,
    serving::{Answered, Arrivals, Concurrency, Load, Requests, Slice},
    step::{MemorySeries, Residue, Samples, Step, Sustained, Throughput},
    tenants::{Hosted, Policy, Tenants},
    version::{VERSION, Version},
};
use crate::{EngineSpec, Entry, Source, Stub, Tier};

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
    /// The folder of the engine's own code cache, which is off without one. Only with code from a module, and only for a
    /// configuration that describes such a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_cache: Option<PathBuf>,
}

impl Measure {
    /// What the process's engine is made for.
    #[must_use]
    pub fn engine(&self) -> EngineSpec<'_> {
        EngineSpec {
            configuration: &self.configuration,
            source: self.code.source(),
            stubs: &self.stubs,
            code_cache: self.code_cache.as_deref(),
        }
    }

    /// Whether it makes instances; true where the controller, of protocol 1.1 or earlier, does not state the tier.
    #[must_use]
    pub fn has_instances(&self) -> bool {
        self.tier.is_none_or(Tier::has_instances)
    }
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

impl Code {
    /// The kind of code.
    #[must_use]
    pub fn source(&self) -> Source {
        match self {
            Code::Wasm(_) => Source::Wasm,
            Code::Artifact(_) => Source::Artifact,
            Code::Linked(_) => Source::Linked,
        }
    }
}

/// A directory of the host that the guest sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preopen {
    /// The host's path.
    pub host: PathBuf,
    /// The guest's path.
    pub guest: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Right, TrapKind, Value, ValueType};

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
