//! Carries out a plan: process after process, each result kept as it arrives.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Result;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wasmark_adapter::{Settings, Source, protocol::Task};
use wasmark_results::record::Outcome;
use wasmark_workloads::Workload;

use crate::{
    collect::{self, Collected},
    costs::Costs,
    job::{self, Prepared},
    plan::{self, Item, Kind, Plan, Slot},
    process::{self, Conversation, End, Launch, Limits},
    realtime::Scheduling,
};

/// Something that carries out one planned process. Real workers in a run, a script in the tests of the order.
pub trait Execute {
    /// Runs the process and says what came of it. Never fails: what goes wrong is a result.
    fn execute(&mut self, plan: &Plan, slot: Slot) -> Collected;
}

/// What was learned of a run while it ran.
#[derive(Debug, Default)]
pub struct Learned {
    /// What the configurations' workers said of themselves, by configuration.
    pub configurations: BTreeMap<String, Resolved>,
    /// Workers that ran under SCHED_FIFO, and all workers.
    pub realtime: (u32, u32),
}

/// A configuration as its processes resolved it.
#[derive(Debug, Default)]
pub struct Resolved {
    /// Settings by what the process ran from: one that loads an artifact may have no compiler.
    by_source: BTreeMap<Source, Settings>,
    /// The size of the worker and the libraries that it loaded in bytes.
    pub loaded_bytes: Option<u64>,
    /// The shared libraries that it loaded, but for the C library.
    pub libraries: BTreeSet<PathBuf>,
}

impl Resolved {
    /// The settings; one that depends on what a process runs from with each value that it has.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let mut values: BTreeMap<&str, Vec<(Source, &str)>> = BTreeMap::new();
        for (source, settings) in &self.by_source {
            for (name, value) in settings {
                values.entry(name).or_default().push((*source, value));
            }
        }
        let one = |values: &[(Source, &str)]| {
            let same = values.iter().all(|(_, value)| *value == values[0].1);
            let each = values.iter().map(|(source, value)| match source {
                Source::Wasm => format!("{value} (from a module)"),
                Source::Artifact => format!("{value} (from an artifact)"),
                Source::Linked => (*value).to_string(),
            });
            if same { values[0].1.to_string() } else { each.collect::<Vec<_>>().join("; ") }
        };
        values.iter().map(|(name, values)| ((*name).to_string(), one(values))).collect()
    }
}

impl Learned {
    /// Notes what a process of this configuration, which ran from `source`, said.
    pub fn note(&mut self, configuration: &str, source: Source, collected: &Collected) {
        self.realtime.0 += u32::from(collected.realtime);
        self.realtime.1 += 1;
        if let Some(settings) = &collected.settings {
            let known = self.configurations.entry(configuration.to_string()).or_default();
            known.by_source.entry(source).or_default().extend(settings.clone());
            known.loaded_bytes = collected.loaded_bytes.or(known.loaded_bytes);
            known.libraries.extend(collected.libraries.iter().cloned());
        }
    }
}

/// Runs those of the plan's processes `slots` that `done` does not have yet, in order. What ended badly, now or before (`dead`), is not tried again, and what needs
/// an artifact that could not be made has that reason for its own. `keep` stores the rows of a process before the next one starts; `progress` is
/// told the estimate of the seconds that are left.
///
/// # Errors
/// Where `keep` fails: without a place for results there is nothing to go on for.
pub fn run(
    plan: &Plan,
    slots: &[Slot],
    (done, mut dead): (&BTreeSet<u32>, BTreeMap<Item, Outcome>),
    costs: &mut Costs,
    execute: &mut dyn Execute,
    keep: &mut dyn FnMut(&Collected) -> Result<()>,
    progress: &mut dyn FnMut(Slot, f64),
) -> Result<Learned> {
    let mut learned = Learned::default();
    let again = plan.profile.precompile_again_below.as_secs_f64();
    for (position, slot) in slots.iter().enumerate() {
        let slow = slot.item.kind == Kind::Precompile
            && slot.round > 0
            && costs.known(plan, slot.item).is_some_and(|seconds| seconds > again);
        if done.contains(&slot.process) || dead.contains_key(&slot.item) || slow {
            continue;
        }
        let rest = slots[position..].iter().filter(|slot| !dead.contains_key(&slot.item));
        progress(*slot, costs.estimate(plan, rest));
        let mut collected = match plan.maker(slot.item).and_then(|item| dead.get(&item)) {
            Some(outcome) => collect::without_artifact(*slot, plan.names(slot.item), outcome.clone()),
            None => {
                let start = Instant::now();
                let collected = execute.execute(plan, *slot);
                costs.note(plan, slot.item, start.elapsed());
                collected
            }
        };
        if slot.item.kind == Kind::Precompile {
            collected.share(plan.siblings(slot.item.workload).map(Workload::name));
        }
        if let Some(outcome) = &collected.ended_by {
            dead.insert(slot.item, outcome.clone());
        }
        if !collected.records.is_empty() {
            keep(&collected)?;
        }
        learned.note(&plan.subject(slot.item).0.id, slot.item.kind.source(), &collected);
    }
    Ok(learned)
}

/// Real worker processes.
pub struct Workers {
    /// The folder for the run's artifacts.
    pub artifacts: PathBuf,
    /// What a process may use.
    pub limits: Limits,
    /// How processes are scheduled.
    pub scheduling: Scheduling,
    /// How long a process that is done may take to end by itself.
    pub patience: Duration,
    random: ChaCha8Rng,
}

impl Workers {
    /// Workers that keep artifacts in this folder; `seed` decides the sizes of their environments.
    #[must_use]
    pub fn new(artifacts: &Path, limits: Limits, scheduling: Scheduling, seed: u64) -> Workers {
        let random = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
        let artifacts = artifacts.to_path_buf();
        Workers { artifacts, limits, scheduling, patience: process::PATIENCE, random }
    }

    /// Runs one process of the plan with this job.
    pub fn carry_out(&mut self, plan: &Plan, slot: Slot, prepared: Result<Prepared>) -> Collected {
        let (target, workload) = plan.subject(slot.item);
        let limits = Limits { time: plan::time_limit(slot.item.kind, self.limits.time), ..self.limits };
        let padding = self.random.random_range(0..4096);
        let launch = Launch { padding, scheduling: self.scheduling, patience: self.patience };
        let expected = prepared.as_ref().ok().and_then(|prepared| match &prepared.job.task {
            Task::Measure(job) => job.cold.expected.clone(),
            Task::Describe | Task::Precompile(_) => None,
        });
        let said = prepared
            .and_then(|prepared| Ok(process::converse(&target.program, &prepared.job, limits, launch)?))
            .unwrap_or_else(|problem| Conversation {
                started_ns: 0,
                events: Vec::new(),
                end: End::Broken(format!("the worker did not start: {problem:#}")),
            });
        let names = plan.names(slot.item);
        let mut collected = collect::collect(slot, names, target.configuration.tier, expected.as_ref(), said);
        if let Some(issue) = workload.known_issue(&target.id) {
            collected.explain(issue);
        }
        if slot.item.kind == Kind::Precompile {
            let file = job::artifact(&self.artifacts, target, workload);
            if let Ok(file) = std::fs::metadata(file) {
                collected.records.push(collect::artifact_size(slot, names, file.len()));
            }
        }
        collected
    }
}

impl Execute for Workers {
    fn execute(&mut self, plan: &Plan, slot: Slot) -> Collected {
        let prepared = job::prepare(plan, slot.item, &self.artifacts);
        self.carry_out(plan, slot, prepared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_depends_on_the_source_has_each_of_its_values() {
        let mut learned = Learned::default();
        let said = |compiler: &str| Collected {
            settings: Some(
                [("compiler", compiler), ("simd", "on")].map(|(k, v)| (k.into(), v.into())).into(),
            ),
            ..Collected::default()
        };
        learned.note("a", Source::Artifact, &said("none"));
        learned.note("a", Source::Wasm, &said("cranelift"));
        learned.note("a", Source::Artifact, &said("none"));
        let settings = learned.configurations["a"].settings();
        assert_eq!(settings["compiler"], "cranelift (from a module); none (from an artifact)");
        assert_eq!(settings["simd"], "on");
    }
}
