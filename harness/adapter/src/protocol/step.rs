//! What a process measures after its start.

use serde::{Deserialize, Serialize};

use super::{Concurrency, Density, Invocation, Load, MemoryState, Tenants};

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
    Throughput(Throughput),
    /// The throughput of a function of which a single call is no measure: blocks of calls of one instance, all of the
    /// same number. Its samples are `throughput`'s, a call a unit.
    Sustained(Sustained),
    /// Memory with so many live instances.
    Memory(MemorySeries),
    /// What instances leave behind once they are gone.
    Residue(Residue),
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

/// Fixed work, call after call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    /// The call.
    pub invocation: Invocation,
    /// How many units of work it does.
    pub units: u64,
    /// Calls before the samples; kept in the result, marked.
    pub warmups: u32,
    /// Calls that count.
    pub samples: u32,
    /// Wall time in nanoseconds after which no further call begins, once one has counted; as long as it takes without
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_ns: Option<u64>,
}

/// Calls of a function in blocks, all of the same number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sustained {
    /// The call.
    pub invocation: Invocation,
    /// How long a block should take in nanoseconds; one of a longer call has that alone.
    pub block_ns: u64,
    /// Blocks before the samples; kept in the result, marked.
    pub warmups: u32,
    /// Blocks that count.
    pub samples: u32,
}

/// The numbers of live instances at which memory is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemorySeries {
    /// What is done with each instance before it is held. One state per process: what an instance gave back
    /// would be counted in the other.
    pub state: MemoryState,
    /// The numbers of live instances, ascending.
    pub instances: Vec<u32>,
    /// Wall time in nanoseconds after which the series ends, once it has three points; as long as it takes without
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_ns: Option<u64>,
}

/// Instances that come and go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residue {
    /// How many live at the same time first.
    pub held: u32,
    /// Then one after the other is made, called with `cold` and taken down; memory is read after these numbers,
    /// ascending.
    pub cycles: Vec<u32>,
    /// Wall time in nanoseconds after which no further number is begun.
    pub budget_ns: u64,
}
