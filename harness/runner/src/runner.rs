//! Carries out a plan: process after process, each result kept as it arrives.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Instant,
};

use wasmark_adapter::{Settings, Source};
use wasmark_results::record::Outcome;
use wasmark_workloads::Workload;

use crate::{
    Result, code_cache,
    collect::{self, Collected, is_library},
    costs::Costs,
    executor::Workers,
    interrupt, job, page_cache,
    plan::{Item, Kind, Plan, Slot},
};

/// Something that carries out one planned process. Real workers in a run, a script in the tests of the order.
pub trait Execute {
    /// Runs the process and returns what came of it. Never fails: what goes wrong is a result.
    fn execute(&mut self, plan: &Plan, slot: Slot) -> Collected;
}

/// What was learned of a run while it ran.
#[derive(Debug, Default)]
pub struct Learned {
    /// What the configurations' workers reported of themselves, by configuration.
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
    /// Takes over what a later stage learned.
    pub fn extend(&mut self, later: Learned) {
        for (configuration, resolved) in later.configurations {
            let known = self.configurations.entry(configuration).or_default();
            known.loaded_bytes = resolved.loaded_bytes.or(known.loaded_bytes);
            known.libraries.extend(resolved.libraries);
            for (source, settings) in resolved.by_source {
                known.by_source.entry(source).or_default().extend(settings);
            }
        }
        self.realtime.0 += later.realtime.0;
        self.realtime.1 += later.realtime.1;
    }

    /// Notes what a process of this configuration, which ran from `source`, reported.
    pub fn note(&mut self, configuration: &str, source: Source, collected: &Collected) {
        self.realtime.0 += u32::from(collected.realtime);
        self.realtime.1 += 1;
        if let Some(settings) = &collected.settings {
            let known = self.configurations.entry(configuration.to_string()).or_default();
            known.by_source.entry(source).or_default().extend(settings.clone());
            // One that runs from a module may need more than one that loads an artifact.
            known.loaded_bytes = known.loaded_bytes.max(collected.loaded_bytes);
            known.libraries.extend(collected.files.iter().filter(|path| is_library(path)).cloned());
        }
    }
}

/// What is known before a run begins, or goes on.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The processes whose rows are stored.
    pub done: BTreeSet<u32>,
    /// The items that ended badly in one of them: they are not tried again.
    pub dead: BTreeMap<Item, Outcome>,
    /// The items that would end badly: the first process of each is not started and has this as its stored outcome.
    pub foreseen: BTreeMap<Item, Outcome>,
}

impl Known {
    /// Whether the process is still to come.
    #[must_use]
    pub fn waits(&self, slot: &Slot) -> bool {
        !self.done.contains(&slot.process)
            && !self.dead.contains_key(&slot.item)
            && !self.foreseen.contains_key(&slot.item)
    }

    /// Takes over what another knows.
    pub fn extend(&mut self, other: Known) {
        self.done.extend(other.done);
        self.dead.extend(other.dead);
        self.foreseen.extend(other.foreseen);
    }

    /// Notes what came of an item: where it cannot have gone better for others of its cell, they are foreseen.
    fn learn(&mut self, plan: &Plan, item: Item, collected: &Collected) {
        let Some(outcome) = &collected.ended_by else { return };
        self.dead.insert(item, outcome.clone());
        let slow = match outcome {
            Outcome::TimedOut(_) => true,
            Outcome::Unsupported(_) => collected.too_slow,
            _ => false,
        };
        if slow && !collected.started() {
            for other in plan.as_slow(item) {
                self.foreseen.entry(other).or_insert_with(|| outcome.clone());
            }
        }
    }
}

/// Learns of each process of a run.
pub trait Watch {
    /// This process starts. It should take `expected` seconds, and all that has not begun `after` seconds more.
    fn begins(&mut self, slot: Slot, expected: f64, after: f64);
    /// It has ended.
    fn ends(&mut self, slot: Slot);
    /// Something that people should know at once.
    fn note(&mut self, line: &str);
}

/// Runs the processes `slots` of the plan in order, but for what is known of them. What ended badly, now or before, is
/// not tried again, and what needs an artifact that could not be made has that reason for its own. `keep` stores the rows
/// of a process before the next one starts. An interrupt that ends processes ends the run; the process that was under
/// way leaves nothing.
///
/// # Errors
/// Where `keep` fails: without a place for results there is nothing to go on for.
pub fn run(
    plan: &Plan,
    slots: &[Slot],
    known: &mut Known,
    costs: &mut Costs,
    execute: &mut dyn Execute,
    keep: &mut dyn FnMut(Slot, &Collected) -> Result<()>,
    watch: &mut dyn Watch,
) -> Result<Learned> {
    let mut learned = Learned::default();
    for (position, slot) in slots.iter().enumerate() {
        if interrupt::stops() {
            break;
        }
        let item = slot.item;
        if known.done.contains(&slot.process)
            || known.dead.contains_key(&item)
            || !plan.repeats(*slot, costs.known(plan, item))
        {
            continue;
        }
        let mut ran = true;
        let made = plan.maker(item).and_then(|item| known.dead.get(&item));
        let mut collected = match made.or(known.foreseen.get(&item)) {
            Some(outcome) => {
                ran = false;
                collect::not_started(plan, *slot, outcome.clone())
            }
            None => {
                let rest = slots[position + 1..].iter().filter(|slot| known.waits(slot));
                watch.begins(*slot, costs.expected(plan, item), costs.estimate(plan, rest));
                let start = Instant::now();
                let collected = execute.execute(plan, *slot);
                watch.ends(*slot);
                if interrupt::stops() && collected.records.is_empty() {
                    break;
                }
                costs.note(plan, item, start.elapsed(), &collected.records);
                collected
            }
        };
        if plan.may_be_slow.contains(&item.target)
            && let Some(reason) = collected.leave_out_slow()
        {
            let (configuration, workload) = plan.names(item);
            watch.note(&format!("{configuration} {workload} is left out: {reason}"));
        }
        if item.kind == Kind::Precompile {
            collected.share(plan.siblings(item.workload).map(Workload::name));
        }
        known.learn(plan, item, &collected);
        if !collected.records.is_empty() {
            keep(*slot, &collected)?;
        }
        known.done.insert(slot.process);
        if ran {
            learned.note(&plan.subject(item).0.id, item.kind.source(), &collected);
        }
    }
    Ok(learned)
}

impl Execute for Workers {
    fn execute(&mut self, plan: &Plan, slot: Slot) -> Collected {
        if let Kind::PageCache(source) = slot.item.kind {
            return page_cache::measure(self, plan, slot, source);
        }
        if slot.item.kind == Kind::CodeCache {
            return code_cache::measure(self, plan, slot);
        }
        let prepared = job::prepare(plan, slot, &self.artifacts);
        self.carry_out(plan, slot, prepared)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_setting_that_depends_on_the_source_has_each_of_its_values() {
        let mut learned = Learned::default();
        let from = |compiler: &str| Collected {
            settings: Some(
                [("compiler", compiler), ("simd", "on")].map(|(k, v)| (k.into(), v.into())).into(),
            ),
            ..Collected::default()
        };
        learned.note("a", Source::Artifact, &from("none"));
        learned.note("a", Source::Wasm, &from("cranelift"));
        learned.note("a", Source::Artifact, &from("none"));
        let settings = learned.configurations["a"].settings();
        assert_eq!(settings["compiler"], "cranelift (from a module); none (from an artifact)");
        assert_eq!(settings["simd"], "on");
    }

    #[test]
    fn what_a_later_stage_learned_of_libraries_is_kept() {
        let one = |library: &str| Collected {
            settings: Some(Settings::new()),
            files: vec![library.into()],
            loaded_bytes: Some(7),
            ..Collected::default()
        };
        let (mut first, mut later) = (Learned::default(), Learned::default());
        first.note("a", Source::Wasm, &one("libcompiler.so"));
        later.note("a", Source::Artifact, &one("libengine.so"));
        later.note("b", Source::Artifact, &one("libother.so"));
        first.extend(later);
        let libraries = |name: &str| first.configurations[name].libraries.iter().collect::<Vec<_>>();
        assert_eq!(libraries("a"), [Path::new("libcompiler.so"), Path::new("libengine.so")]);
        assert_eq!(libraries("b"), [Path::new("libother.so")]);
        assert_eq!(first.realtime, (0, 3));
    }
}
