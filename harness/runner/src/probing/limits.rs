//! How far a configuration goes: the depth of its stack, the size of a memory, the number of live instances.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmark_adapter::protocol::{Event, MemorySeries, MemoryState, Output, Step};
use wasmark_results::capabilities::{Reached, Support};
use wasmark_workloads::probes::{INSTANCES, MEMORY, STACK_DEPTH};

use super::trial::{self, Trial};
use crate::{Result, plan::Target};

/// Where the probes end: more is of no use, and the next factor would cost seconds.
const MOST_CALLS: i32 = 1 << 20;
const MOST_INSTANCES: u32 = 20_000;
const PAGE: u64 = 64 << 10;

/// A limit's name, its probe's module and how it is probed.
type Probe = (&'static str, PathBuf, fn(&Target, &Path) -> Result<Reached, Support>);

/// The probes, their modules written to the folder.
pub fn modules(folder: &Path) -> Result<[Probe; 3]> {
    let module = |probe| trial::module(&probe, folder);
    Ok([
        (STACK_DEPTH.name, module(STACK_DEPTH)?, stack_depth),
        (MEMORY.name, module(MEMORY)?, largest_memory),
        (INSTANCES.name, module(INSTANCES)?, instances),
    ])
}

/// What comes of each probe.
pub fn probe(target: &Target, probes: &[Probe]) -> BTreeMap<String, Reached> {
    let reached = |(name, wasm, probe): &Probe| {
        let unknown = |problem: Support| Reached::Unknown(problem.reason().unwrap_or_default().to_string());
        ((*name).to_string(), probe(target, wasm).unwrap_or_else(unknown))
    };
    probes.iter().map(reached).collect()
}

/// Calls of a small function within each other, to 5 %: a process for each depth that is tried, since some engines do
/// not survive the end of their stack.
fn stack_depth(target: &Target, wasm: &Path) -> Result<Reached, Support> {
    let code = trial::code(target, wasm)?;
    let fails = |depth: i32| {
        let trial = Trial { argument: depth, ..Trial::default() };
        trial::attempt(target, code.clone(), trial).err()
    };
    let (mut good, mut bad, mut reason) = (0, 256, None);
    while reason.is_none() {
        reason = fails(bad);
        if reason.is_none() {
            good = bad;
            if good >= MOST_CALLS {
                return Ok(Reached::AtLeast(good as u64));
            }
            bad *= 2;
        }
    }
    while bad - good > good / 20 + 1 {
        let between = good + (bad - good) / 2;
        match fails(between) {
            Some(problem) => (bad, reason) = (between, Some(problem)),
            None => good = between,
        }
    }
    let reason = reason.as_ref().and_then(Support::reason).unwrap_or_default().to_string();
    Ok(Reached::Most { number: good as u64, reason })
}

/// Bytes of one instance's memory. They are reserved or mapped; nothing is written to them.
fn largest_memory(target: &Target, wasm: &Path) -> Result<Reached, Support> {
    let code = trial::code(target, wasm)?;
    let events = trial::attempt(target, code, Trial::default())?;
    let pages = events.iter().find_map(|event| match event {
        Event::Output(Output::Checksum(pages)) => u64::try_from(*pages).ok(),
        _ => None,
    });
    let pages = pages.ok_or_else(|| Support::Wrong("it returned no number of pages".to_string()))?;
    Ok(match pages {
        // All that 32-bit addresses reach.
        65_536.. => Reached::AtLeast(pages * PAGE),
        _ => Reached::Most { number: pages * PAGE, reason: "memory.grow gave no more".to_string() },
    })
}

/// Instances of one module that live at once.
fn instances(target: &Target, wasm: &Path) -> Result<Reached, Support> {
    let code = trial::code(target, wasm)?;
    let (state, instances) = (MemoryState::Instantiated, vec![MOST_INSTANCES]);
    let step = Step::Memory(MemorySeries { state, instances, budget_ns: None });
    let trial = Trial { steps: vec![step], ..Trial::default() };
    let events = trial::attempt(target, code, trial)?;
    let stopped = events.into_iter().find_map(|event| match event {
        Event::Stopped { reached, failure, .. } => {
            Some(Reached::Most { number: reached.into(), reason: failure.to_string() })
        }
        _ => None,
    });
    Ok(stopped.unwrap_or(Reached::AtLeast(MOST_INSTANCES.into())))
}
