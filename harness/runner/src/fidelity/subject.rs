//! What both sides of a pair get.

use std::path::{Path, PathBuf};

use wasmark_adapter::Source;
use wasmark_workloads::Workload;

use crate::{
    job,
    plan::Target,
    process::{Launch, Limits},
};

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Pairs of processes of each cell, or a multiple of that ([`super::Metric::pairs`]).
    pub rounds: u32,
    /// Windows of one instance or one call each.
    pub windows: u64,
    /// Further links of either side's program, with their functions in other orders.
    pub layouts: u32,
}

/// A configuration and a workload, as both sides get them.
pub struct Subject<'a> {
    pub target: &'a Target,
    pub workload: &'a Workload,
    pub source: Source,
    pub artifacts: &'a Path,
}

impl Subject<'_> {
    /// The module, or the artifact of one.
    pub fn code(&self) -> PathBuf {
        match self.source {
            Source::Artifact => job::artifact(self.artifacts, self.target, self.workload),
            Source::Wasm | Source::Linked => self.workload.wasm_path().to_path_buf(),
        }
    }
}

/// How a process starts and ends.
#[derive(Clone, Copy)]
pub struct Conditions {
    pub launch: Launch,
    pub limits: Limits,
}
