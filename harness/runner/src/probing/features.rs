//! Which proposals a configuration runs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmark_adapter::protocol::Expected;
use wasmark_results::capabilities::Support;
use wasmark_workloads::probes::{PROBES, RIGHT};

use super::trial::{self, Trial};
use crate::{Result, plan::Target};

/// The probes' modules by proposal, written to the folder.
pub fn modules(folder: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    PROBES.iter().map(|probe| Ok((probe.name, trial::module(probe, folder)?))).collect()
}

/// What comes of each probe.
pub fn probe(target: &Target, modules: &[(&'static str, PathBuf)]) -> BTreeMap<String, Support> {
    let support = |wasm: &Path| {
        let trial = Trial { argument: 1, expected: Some(Expected::Checksum(RIGHT)), steps: vec![] };
        let code = trial::code(target, wasm)?;
        trial::attempt(target, code, trial).map(|_| Support::Yes)
    };
    let row = modules.iter().map(|(proposal, wasm)| ((*proposal).to_string(), support(wasm)));
    row.map(|(proposal, support)| (proposal, support.unwrap_or_else(|problem| problem))).collect()
}
