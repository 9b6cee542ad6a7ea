//! What the kernel reports of a process's memory.

use serde::{Deserialize, Serialize};

use super::Phase;

/// What was done with an instance that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryState {
    /// Nothing yet.
    Instantiated,
    /// Called once, with `cold`.
    Called,
}

/// A process's memory, in bytes unless stated otherwise.
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

/// The resident memory of a process before a phase and at most during it, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    /// The phase.
    pub phase: Phase,
    /// `VmRSS` when the phase began.
    pub before: u64,
    /// `VmHWM` when it had ended, which was set to `before` when it began.
    pub peak: u64,
}
