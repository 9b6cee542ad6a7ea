//! Live instances until something ends them: what a worker is asked for, and what it reports.

use serde::{Deserialize, Serialize};

use super::MemoryState;
use crate::Failure;

/// Ever more live instances, until a budget or a limit ends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Density {
    /// What is done with each instance before it is held.
    pub state: MemoryState,
    /// The process's private memory in bytes that they may take.
    pub budget_bytes: u64,
    /// The resident memory in bytes at which the controller ends the worker.
    pub worker_bytes: u64,
    /// Wall time in nanoseconds after which no further instance is made.
    pub budget_ns: u64,
}

/// What ended the number of live instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The budget of private memory.
    Budget,
    /// The resident memory that a worker may have.
    Worker,
    /// The address space of a process.
    AddressSpace,
    /// `vm.max_map_count`.
    Mappings,
    /// RLIMIT_NOFILE.
    Descriptors,
    /// The engine made no further instance, and none of the above is the reason.
    Engine,
    /// The time that there was.
    Time,
}

impl Ending {
    /// All of them.
    pub const ALL: [Ending; 7] = [
        Ending::Budget,
        Ending::Worker,
        Ending::AddressSpace,
        Ending::Mappings,
        Ending::Descriptors,
        Ending::Engine,
        Ending::Time,
    ];

    /// Its name in the metrics' names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Ending::Budget => "budget",
            Ending::Worker => "worker",
            Ending::AddressSpace => "address_space",
            Ending::Mappings => "mappings",
            Ending::Descriptors => "descriptors",
            Ending::Engine => "engine",
            Ending::Time => "time",
        }
    }
}

/// So many instances live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What was done with each.
    pub state: MemoryState,
    /// How many.
    pub instances: u32,
    /// The process's private memory with them, in bytes.
    pub private_dirty: u64,
    /// Why there are no more; absent while more are made, so that a worker that ends meanwhile has shown how far it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// What the engine answered where it made no further one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}
