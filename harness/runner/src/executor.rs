//! Real worker processes, from a job to the rows that come of it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use wasmark_adapter::protocol::Task;

use crate::{
    Error, Result,
    collect::{self, Collected},
    error::chain,
    job::{self, Prepared},
    pinning::Pinning,
    placement::Placement,
    plan::{self, Kind, Plan, Slot},
    process::{self, Conversation, End, Launch, Limits},
    realtime::Scheduling,
};

/// Real worker processes.
pub struct Workers {
    /// The folder for the run's artifacts.
    pub artifacts: PathBuf,
    /// What a process may use.
    pub limits: Limits,
    /// How processes are scheduled.
    pub scheduling: Scheduling,
    /// Where those are that use one CPU.
    pub pinning: Pinning,
    /// How long a process that is done may take to end by itself.
    pub patience: Duration,
    random: ChaCha8Rng,
}

impl Workers {
    /// Workers that keep artifacts in this folder; `seed` decides where their memory lies.
    #[must_use]
    pub fn new(artifacts: &Path, limits: Limits, scheduling: Scheduling, seed: u64) -> Workers {
        let random = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
        let artifacts = artifacts.to_path_buf();
        Workers { artifacts, limits, scheduling, pinning: Pinning::FREE, patience: process::PATIENCE, random }
    }

    /// Runs one process of the plan with this job.
    pub fn carry_out(&mut self, plan: &Plan, slot: Slot, prepared: Result<Prepared>) -> Collected {
        let (target, workload) = plan.subject(slot.item);
        let limits = Limits { time: plan::time_limit(slot.item.kind, self.limits.time), ..self.limits };
        let placement = Placement::draw(&mut self.random);
        let pinning = if plan.is_serial(slot.item) { self.pinning } else { Pinning::FREE };
        let launch = Launch { placement, scheduling: self.scheduling, pinning, patience: self.patience };
        let expected = prepared.as_ref().ok().and_then(|prepared| match &prepared.job.task {
            Task::Measure(job) | Task::Peak(job) => job.cold.expected.clone(),
            Task::Describe | Task::Precompile(_) => None,
        });
        let program = target.program_of(slot.round);
        let conversation = prepared
            .and_then(|prepared| {
                process::converse(program, &prepared.job, limits, launch).map_err(Error::Process)
            })
            .unwrap_or_else(|problem| Conversation {
                started_ns: 0,
                events: Vec::new(),
                end: End::Broken(format!("the worker did not start: {}", chain(&problem))),
            });
        let mut collected = collect::collect(plan, slot, expected.as_ref(), conversation);
        if let Some(operations) = workload.operations() {
            collected.count_operations(operations);
        }
        if let Some(issue) = workload.known_issue(&target.id) {
            collected.explain(issue);
        }
        if slot.item.kind == Kind::Precompile && !collected.records.is_empty() {
            let file = job::artifact(&self.artifacts, target, workload);
            if let Ok(file) = std::fs::metadata(file) {
                collected.records.push(collect::artifact_size(plan, slot, file.len()));
            }
        }
        collected
    }
}
