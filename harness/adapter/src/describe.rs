//! What a runtime reports of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ValueType;

/// Setting names and values, for people: `"memory" -> "on-demand"`.
pub type Settings = BTreeMap<String, String>;

/// The kind of a tier. Results of different kinds are never ranked against each other without saying so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Executes the module's instructions, in whatever internal form, without generating machine code.
    Interpreter,
    /// Machine code in one pass, no optimisation to speak of.
    Baseline,
    /// Machine code by an optimising compiler that can be part of the process that runs it; what it made may come
    /// from an artifact all the same.
    Optimizing,
    /// Machine code by an optimising compiler that runs apart, before: there are only artifacts.
    Aot,
    /// No WebAssembly: the workload's source compiled for this machine.
    Native,
    /// No WebAssembly: a whole process of the operating system in the place of an instance.
    Process,
}

impl Tier {
    /// Every kind, in the order in which tables show them.
    pub const ALL: [Tier; 6] =
        [Tier::Interpreter, Tier::Baseline, Tier::Optimizing, Tier::Aot, Tier::Native, Tier::Process];

    /// The name that the command line, the results and the page use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Tier::Interpreter => "interpreter",
            Tier::Baseline => "baseline",
            Tier::Optimizing => "optimizing",
            Tier::Aot => "aot",
            Tier::Native => "native",
            Tier::Process => "process",
        }
    }

    /// Whether there is an instance to make before a call: linked code is called as it is.
    #[must_use]
    pub fn has_instances(self) -> bool {
        self != Tier::Native
    }

    /// Whether an instance lives in the worker's process, so that the worker's CPU time, page faults and memory are the
    /// instance's too.
    #[must_use]
    pub fn is_in_worker(self) -> bool {
        self != Tier::Process
    }

    /// Whether it executes WebAssembly, and so is no yardstick.
    #[must_use]
    pub fn is_engine(self) -> bool {
        self.has_instances() && self.is_in_worker()
    }

    /// Whether a module's functions become machine code, be it when the module is compiled or later.
    #[must_use]
    pub fn generates_code(self) -> bool {
        matches!(self, Tier::Baseline | Tier::Optimizing | Tier::Aot)
    }
}

/// What a process runs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The module's bytes: the process compiles, or decodes for interpretation.
    Wasm,
    /// A file that an earlier process saved.
    Artifact,
    /// Code compiled beforehand: linked into the worker, or a program that travels with it.
    Linked,
}

/// What a configuration is the runtime's answer to. A run without words takes the configurations that have any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// What its users get who set nothing.
    Default,
    /// The fastest fresh instance.
    Start,
    /// The most instances in a given memory.
    Density,
    /// The most work per second.
    Throughput,
}

impl Purpose {
    /// The name that the command line and the results use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Default => "default",
            Purpose::Start => "start",
            Purpose::Density => "density",
            Purpose::Throughput => "throughput",
        }
    }
}

/// One way to run modules: a tier and every setting that can change a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Unique within the runtime; `runtime/name` is the configuration's identity everywhere.
    pub name: String,
    /// Names that it had before, which the command line still takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
    /// The kind of tier that executes the code.
    pub tier: Tier,
    /// One line for people.
    pub about: String,
    /// What a process of this configuration can run from, in no order. Never empty.
    pub starts_from: Vec<Source>,
    /// The proposals beyond WebAssembly 1.0 that this configuration runs, by `wasmark-workloads`' names.
    pub proposals: Vec<String>,
    /// Whether WASI preview 1 commands run.
    pub wasi: bool,
    /// What it is the runtime's answer to; empty for one that is only measured where somebody asks for it.
    #[serde(default)]
    pub purposes: Vec<Purpose>,
    /// The licence of this way to run modules, where it is not the engine's, as an SPDX expression.
    #[serde(default)]
    pub licence: Option<String>,
    /// Whether one thread works at a time, so that one CPU is all that a process of it uses: threads of the engine's own
    /// work while the caller's waits. Where it is not stated, several may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub serial: bool,
    /// Whether the engine's library has a cache of its own for the code that it compiles, in files, which the configuration
    /// uses where [`crate::EngineSpec::code_cache`] names a folder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub code_cache: bool,
    /// What wasmark's settings of it admit of a module.
    #[serde(default, skip_serializing_if = "Limits::is_none")]
    pub limits: Limits,
}

/// What a configuration admits of a module, by wasmark's settings or by the way that calls enter the engine. Where a field
/// is `None`, only the engine's own limit holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes of one memory, at first and when it has grown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Elements of one table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_elements: Option<u64>,
    /// Memories of a module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memories: Option<u64>,
    /// Tables of a module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<u64>,
    /// Bytes of the stack that calls have. How deep a module calls is not known before it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_bytes: Option<u64>,
    /// Types of values that calls from outside neither pass nor return, though the engine runs modules with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_in_calls: Vec<ValueType>,
    /// The runtime's configuration without the limits of memories and tables, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

impl Limits {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Limits::default()
    }
}

/// What a runtime's worker reports of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The runtime's name: the folder under `runtimes/`.
    pub runtime: String,
    /// The engine's version, as the library that is linked or opened reports it.
    pub version: String,
    /// The engine's licence, as an SPDX expression.
    pub licence: String,
    /// Its configurations, the one that its users get by default first.
    pub configurations: Vec<Configuration>,
}
