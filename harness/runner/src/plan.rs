//! What a run will measure: which processes, in which order. Pure: the same selection and seed give the same plan.

mod kinds;
mod part;
mod unsupported;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use wasmark_adapter::{Configuration, Source};
use wasmark_results::record::{Outcome, Record, metric};
use wasmark_workloads::Workload;

pub use self::kinds::{Kind, preferred};
pub use self::unsupported::{lacks, missing};
use self::{
    kinds::{kinds, kinds_of_boundary, kinds_of_start},
    unsupported::{beyond_start, without},
};
use crate::{metrics::Group, profile::Profile};

/// A configuration under comparison.
#[derive(Clone, Debug)]
pub struct Target {
    /// `runtime/configuration`.
    pub id: String,
    /// The worker's program.
    pub program: PathBuf,
    /// The same worker in other layouts of its code, which rounds take in turns; with none, all take [`Target::program`].
    pub layouts: Vec<PathBuf>,
    /// What the runtime reports of it.
    pub configuration: Configuration,
}

impl Target {
    /// The program of this round's processes.
    #[must_use]
    pub fn program_of(&self, round: u32) -> &Path {
        let turn = (round as usize).checked_rem(self.layouts.len());
        turn.map_or(&self.program, |turn| &self.layouts[turn])
    }

    /// The runtime, as it was asked for.
    #[must_use]
    pub fn runtime(&self) -> &str {
        self.id.rsplit_once('/').unwrap_or_default().0
    }

    /// Whether this is its id, or one that it had before.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let before = |old: &String| name.strip_prefix(self.runtime()) == Some(&format!("/{old}"));
        self.id == name || self.configuration.formerly.iter().any(before)
    }
}

/// One process of every round that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// Index into [`Plan::targets`].
    pub target: usize,
    /// Index into [`Plan::workloads`].
    pub workload: usize,
    /// What it does.
    pub kind: Kind,
}

/// One process of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The process's number within the run. 0 is the plan's own, for what is unsupported.
    pub process: u32,
    /// Its round.
    pub round: u32,
    /// What it does.
    pub item: Item,
}

/// A run before it begins.
#[derive(Debug)]
pub struct Plan {
    /// The profile.
    pub profile: Profile,
    /// The configurations.
    pub targets: Vec<Target>,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// The groups of metrics that were asked for.
    pub groups: BTreeSet<Group>,
    /// Every process, in order.
    pub slots: Vec<Slot>,
    /// The number of the process that shows what a cell gives, by target and workload, where nothing states the right output.
    pub agreement: BTreeMap<(usize, usize), u32>,
    /// What the order and the arrivals of requests are drawn from.
    pub seed: u64,
    /// What is known to be unsupported before anything runs.
    pub unsupported: Vec<Record>,
    /// The targets, by index, of which a passed time limit is no failure: they are too slow, and are left out.
    pub may_be_slow: BTreeSet<usize>,
}

impl Plan {
    /// Plans all rounds. In each, the artifacts are made first, then everything else in random order.
    #[must_use]
    pub fn new(
        profile: Profile,
        targets: Vec<Target>,
        workloads: Vec<Workload>,
        groups: BTreeSet<Group>,
        seed: u64,
    ) -> Plan {
        let (mut items, mut unsupported) = (Vec::new(), Vec::new());
        for (target, one) in targets.iter().enumerate() {
            for (workload, what) in workloads.iter().enumerate() {
                let reason = missing(&one.configuration, what);
                if what.operations().is_some() {
                    match (one.configuration.tier.is_engine(), reason) {
                        (true, None) => {
                            let kinds = kinds_of_boundary(&one.configuration);
                            items.extend(once_per_module(kinds, target, workload, &workloads));
                        }
                        (true, Some(reason)) => {
                            unsupported.push((target, workload, metric::BOUNDARY, reason));
                        }
                        (false, _) => {}
                    }
                    continue;
                }
                match reason {
                    Some(reason) => unsupported.push((target, workload, metric::ALL, reason)),
                    None => {
                        let groups = profile.groups(what, &groups);
                        let start_only = profile.only_starts(what);
                        let kinds = match start_only {
                            true => kinds_of_start(&one.configuration, &groups),
                            false => kinds(&one.configuration, what, &groups, &profile),
                        };
                        items.extend(once_per_module(kinds, target, workload, &workloads));
                        let mut without = without(&one.configuration, what, &groups);
                        if start_only {
                            beyond_start(&mut without, what, &groups);
                        }
                        unsupported.extend(without.into_iter().map(|(m, why)| (target, workload, m, why)));
                    }
                }
            }
        }
        let unsupported = unsupported
            .into_iter()
            .map(|(target, workload, metric, reason)| Record {
                process: 0,
                round: 0,
                configuration: targets[target].id.clone(),
                workload: workloads[workload].name().to_string(),
                metric: metric.to_string(),
                index: 0,
                warmup: false,
                units: 1,
                instances: None,
                source: None,
                outcome: Outcome::Unsupported(reason),
            })
            .collect();
        let slots = order(&items, &profile, seed);
        let agreement = numbers_of_cells(&slots);
        let may_be_slow = BTreeSet::new();
        Plan { profile, targets, workloads, groups, slots, agreement, seed, unsupported, may_be_slow }
    }

    /// A plan of nothing.
    #[must_use]
    pub fn empty(profile: Profile) -> Plan {
        Plan::new(profile, Vec::new(), Vec::new(), BTreeSet::new(), 0)
    }

    /// Whether the process runs in its round, where one like it took so many seconds before: what is slow and hardly
    /// varies is repeated less often.
    #[must_use]
    pub fn repeats(&self, slot: Slot, took: Option<f64>) -> bool {
        let within = |limit: Duration| took.is_none_or(|took| took <= limit.as_secs_f64());
        match slot.item.kind {
            // What compiling takes is no result where a module is there for its calls alone.
            Kind::Precompile if self.workloads[slot.item.workload].operations().is_some() => slot.round == 0,
            Kind::Precompile => slot.round == 0 || within(self.profile.precompile_again_below),
            Kind::Start(Source::Wasm) if self.profile.only_starts(&self.workloads[slot.item.workload]) => {
                slot.round < ROUNDS_OF_SLOW_STARTS || within(SLOW_START)
            }
            _ => true,
        }
    }

    /// The item that makes the artifact that this one loads, where it loads one.
    #[must_use]
    pub fn maker(&self, item: Item) -> Option<Item> {
        let loads = item.kind != Kind::Precompile && item.kind.source() == Source::Artifact;
        let workload = first_of_module(&self.workloads, item.workload);
        loads.then_some(Item { kind: Kind::Precompile, workload, ..item })
    }

    /// The other workloads whose module is this one's, too: what is compiled for one is compiled for all of them.
    pub fn siblings(&self, workload: usize) -> impl Iterator<Item = &Workload> {
        let others = move |index: &usize| {
            *index != workload && self.workloads[*index].sha256() == self.workloads[workload].sha256()
        };
        (0..self.workloads.len()).filter(others).map(|index| &self.workloads[index])
    }

    /// The items that pass a time limit where this one passed it before its second call returned: those that start the
    /// same ladder, and those that compile what could not be compiled in the longer time of an artifact's maker.
    pub fn as_slow(&self, item: Item) -> impl Iterator<Item = Item> {
        let workload = move |other: usize| match item.kind {
            Kind::Precompile => self.workloads[other].sha256() == self.workloads[item.workload].sha256(),
            _ => other == item.workload,
        };
        let kind = move |other: Kind| match item.kind {
            Kind::Precompile => other != Kind::Precompile,
            kind => other != Kind::Precompile && other.source() == kind.source(),
        };
        let items = self.slots.iter().map(|slot| slot.item);
        items.filter(move |other| {
            *other != item && other.target == item.target && workload(other.workload) && kind(other.kind)
        })
    }

    /// The names of an item's configuration and workload.
    #[must_use]
    pub fn names(&self, item: Item) -> (&str, &str) {
        let (target, workload) = self.subject(item);
        (&target.id, workload.name())
    }

    /// Whether one CPU is all that an item's process uses.
    #[must_use]
    pub fn is_serial(&self, item: Item) -> bool {
        let several = matches!(item.kind, Kind::Concurrency(..) | Kind::Load(..));
        self.targets[item.target].configuration.serial && !several
    }

    /// The configuration and the workload of an item.
    #[must_use]
    pub fn subject(&self, item: Item) -> (&Target, &Workload) {
        (&self.targets[item.target], &self.workloads[item.workload])
    }
}

/// Numbers that no process of these slots has, one for each cell that they measure.
fn numbers_of_cells(slots: &[Slot]) -> BTreeMap<(usize, usize), u32> {
    let cells: BTreeSet<(usize, usize)> =
        slots.iter().map(|slot| (slot.item.target, slot.item.workload)).collect();
    let first = slots.iter().map(|slot| slot.process).max().unwrap_or(0) + 1;
    cells.into_iter().zip(first..).collect()
}

/// The first workload with the same module as this one: the one that artifacts are made for.
#[must_use]
pub fn first_of_module(workloads: &[Workload], workload: usize) -> usize {
    let same = |one: &Workload| one.sha256() == workloads[workload].sha256();
    workloads.iter().position(same).unwrap_or(workload)
}

/// The items of a cell, of which making the artifact is left to the first workload with the module.
fn once_per_module(
    kinds: impl IntoIterator<Item = Kind>,
    target: usize,
    workload: usize,
    workloads: &[Workload],
) -> impl Iterator<Item = Item> {
    let first = first_of_module(workloads, workload) == workload;
    let kinds = kinds.into_iter().filter(move |kind| first || *kind != Kind::Precompile);
    kinds.map(move |kind| Item { target, workload, kind })
}

/// What users of both configurations deploy, of what both start from; `None` where that is nothing.
#[must_use]
pub fn shared(one: &Configuration, other: &Configuration) -> Option<Source> {
    let both = |source: &Source| [one, other].iter().all(|side| side.starts_from.contains(source));
    [Source::Artifact, Source::Wasm, Source::Linked].into_iter().find(both)
}

fn order(items: &[Item], profile: &Profile, seed: u64) -> Vec<Slot> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut slots = Vec::new();
    for round in 0..profile.rounds {
        let of_round = |item: &&Item| match item.kind {
            Kind::Memory(..) | Kind::Peak(_) | Kind::Residue(_) => round < profile.memory_rounds,
            Kind::Density(..) => round < profile.density.rounds,
            Kind::Tenants(..) => round < profile.tenants.rounds,
            Kind::Boundary(_) if profile.sketch.is_some() => round < profile.serving.rounds,
            Kind::Concurrency(..) | Kind::Load(..) => round < profile.serving.rounds,
            _ => true,
        };
        let (mut first, mut rest): (Vec<Item>, Vec<Item>) =
            items.iter().filter(of_round).partition(|item| item.kind == Kind::Precompile);
        first.shuffle(&mut random);
        rest.shuffle(&mut random);
        for item in first.into_iter().chain(rest) {
            slots.push(Slot { process: slots.len() as u32 + 1, round, item });
        }
    }
    slots
}

/// A start that takes longer than this is measured in a few rounds only, where a workload is only started.
const SLOW_START: Duration = Duration::from_secs(2);
/// The few rounds.
const ROUNDS_OF_SLOW_STARTS: u32 = 3;

/// How long an item's process may take at most.
#[must_use]
pub fn time_limit(kind: Kind, limit: Duration) -> Duration {
    // Ahead-of-time compilers take minutes for what runs in milliseconds.
    if kind == Kind::Precompile { limit.saturating_mul(5) } else { limit }
}
