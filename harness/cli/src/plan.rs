//! What a run will measure: which processes, in which order. Pure: the same selection and seed give the same plan.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use wasmark_adapter::{
    Configuration, Limits, Source, Tier,
    protocol::{MemoryState, Requests},
};
use wasmark_results::record::{Outcome, Record, metric};
use wasmark_workloads::{Module, Workload, module::WASI};

use crate::{
    metrics::{self, CONCURRENCY, Group, LOAD, MEMORY, RESIDUE},
    profile::Profile,
};

/// A configuration under comparison.
#[derive(Clone, Debug)]
pub struct Target {
    /// `runtime/configuration`.
    pub id: String,
    /// The worker's program.
    pub program: PathBuf,
    /// What the runtime reports of it.
    pub configuration: Configuration,
}

impl Target {
    /// Whether this is its id, or one that it had before.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let (runtime, _) = self.id.rsplit_once('/').unwrap_or_default();
        let before = |old: &String| name.strip_prefix(runtime) == Some(&format!("/{old}"));
        self.id == name || self.configuration.formerly.iter().any(before)
    }
}

/// What one process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Makes the artifact that others of its round load.
    Precompile,
    /// The cold-start ladder alone.
    Start(Source),
    /// The ladder, then the short rungs and throughput. From the source that users would deploy.
    Full(Source),
    /// The memory series.
    Memory(Source, MemoryState),
    /// Instances that come and go.
    Residue(Source),
    /// Requests on several threads.
    Concurrency(Source, Requests),
    /// Requests that arrive at times of their own.
    Load(Source, Requests),
}

impl Kind {
    /// What it runs from.
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Kind::Precompile => Source::Wasm,
            Kind::Start(source)
            | Kind::Full(source)
            | Kind::Memory(source, _)
            | Kind::Residue(source)
            | Kind::Concurrency(source, _)
            | Kind::Load(source, _) => source,
        }
    }

    /// Its name: for costs, for messages, and as the metric of a process that was lost as a whole.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Precompile => metric::PRECOMPILE,
            Kind::Start(_) => metric::START,
            Kind::Full(_) => metric::FULL,
            Kind::Memory(_, MemoryState::Instantiated) => metric::MEMORY_INSTANTIATED,
            Kind::Memory(_, MemoryState::Called) => metric::MEMORY_CALLED,
            Kind::Residue(_) => metric::RESIDUE,
            Kind::Concurrency(_, requests) => metrics::concurrency(requests),
            Kind::Load(_, requests) => metrics::load(requests),
        }
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
                match missing(&one.configuration, what) {
                    Some(reason) => unsupported.push((target, workload, metric::ALL, reason)),
                    None => {
                        let start_only = profile.only_starts(what);
                        let kinds = match start_only {
                            true => kinds_of_start(&one.configuration, &groups),
                            false => kinds(&one.configuration, &groups),
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
        let may_be_slow = BTreeSet::new();
        Plan { profile, targets, workloads, groups, slots, seed, unsupported, may_be_slow }
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

    /// The items that pass a time limit where this one passed it before its second call returned: those that climb the
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

/// Why a process in the place of an instance has nothing but its start: it is a yardstick of that.
const START_ONLY: &str = "measures the start of a process only";
/// Why nothing that is read of the worker's process is known of an instance that is another process.
const OUTSIDE: &str = "a process is outside of the worker, and most of its memory is the kernel's";
const LINKED: &str = "native code is linked beforehand";
const TRAPS: &str = "the call traps: its time is time_to_trap";
const NO_INSTANCES: &str = "native code has no instances";

/// Why the workload cannot run at all in the configuration, if it cannot.
#[must_use]
pub fn missing(configuration: &Configuration, workload: &Workload) -> Option<String> {
    if configuration.tier == Tier::Process && (workload.command() || workload.works()) {
        return Some(START_ONLY.to_string());
    }
    if configuration.starts_from.contains(&Source::Linked) {
        // Twins are found by name, which in a folder without manifests may be another workload's.
        let stranger = workload.manifest().is_none();
        return stranger.then(|| "a module without a manifest has no native twin here".to_string());
    }
    lacks(configuration, workload.module())
}

/// What the module needs and the configuration does not have, if anything, as a reason: proposals, else WASI, else room
/// within the limits that wasmark sets.
#[must_use]
pub fn lacks(configuration: &Configuration, module: &Module) -> Option<String> {
    let lacks = |proposal: &&String| !configuration.proposals.contains(proposal);
    let needs: Vec<&str> = module.proposals.iter().filter(lacks).map(String::as_str).collect();
    if !needs.is_empty() {
        return Some(format!("needs {}", needs.join(", ")));
    }
    let wasi = module.imports.iter().any(|import| import.module == WASI);
    if wasi && !configuration.wasi {
        return Some("needs WASI preview 1".to_string());
    }
    let limits = &configuration.limits;
    let instead =
        limits.instead.as_ref().map(|name| format!("; choose the configuration {name}")).unwrap_or_default();
    exceeds(limits, module).map(|what| format!("needs {what}{instead}"))
}

/// What of a module is beyond the limits of a configuration, if anything is, with what they admit.
fn exceeds(limits: &Limits, module: &Module) -> Option<String> {
    let over = |number: u64, most: Option<u64>| most.filter(|most| number > *most);
    let largest = |numbers: &[u64]| numbers.iter().copied().max().unwrap_or(0);
    let (memory, table) = (largest(&module.memories), largest(&module.tables));
    let (memories, tables) = (module.memories.len() as u64, module.tables.len() as u64);
    let counts = [
        (table, limits.table_elements, "elements of a table"),
        (memories, limits.memories, "memories"),
        (tables, limits.tables, "tables"),
    ];
    let memory = over(memory, limits.memory_bytes).map(|most| {
        format!("a memory of {} pages, where wasmark sets {} at most", memory.div_ceil(PAGE), most / PAGE)
    });
    memory.or_else(|| {
        let beyond = |(number, most, what)| {
            Some(format!("{number} {what}, where wasmark sets {} at most", over(number, most)?))
        };
        counts.into_iter().find_map(beyond)
    })
}

/// A page of a memory, in bytes.
const PAGE: u64 = 64 << 10;

/// What users of the configuration deploy: an artifact where there are such, else the module.
#[must_use]
pub fn preferred(configuration: &Configuration) -> Source {
    let has = |source| configuration.starts_from.contains(&source);
    [Source::Artifact, Source::Wasm].into_iter().find(|source| has(*source)).unwrap_or(Source::Linked)
}

/// What users of both configurations deploy, of what both start from; `None` where that is nothing.
#[must_use]
pub fn shared(one: &Configuration, other: &Configuration) -> Option<Source> {
    let both = |source: &Source| [one, other].iter().all(|side| side.starts_from.contains(source));
    [Source::Artifact, Source::Wasm, Source::Linked].into_iter().find(both)
}

fn kinds(configuration: &Configuration, groups: &BTreeSet<Group>) -> Vec<Kind> {
    let preferred = preferred(configuration);
    let mut kinds = Vec::new();
    if preferred == Source::Artifact {
        kinds.push(Kind::Precompile);
    }
    if groups.contains(&Group::Start) || groups.contains(&Group::Throughput) {
        kinds.push(Kind::Full(preferred));
    }
    if groups.contains(&Group::Start) {
        let others = configuration.starts_from.iter().filter(|source| **source != preferred);
        kinds.extend(others.map(|source| Kind::Start(*source)));
    }
    let tier = configuration.tier;
    let holds_instances = tier.has_instances() && tier.is_in_worker();
    if groups.contains(&Group::Memory) && holds_instances {
        let states = [MemoryState::Instantiated, MemoryState::Called];
        kinds.extend(states.map(|state| Kind::Memory(preferred, state)));
    }
    if groups.contains(&Group::Residue) && holds_instances {
        kinds.push(Kind::Residue(preferred));
    }
    // Where an instance is no object of its own, a request is a call.
    let requests: &[Requests] = if tier.has_instances() { &Requests::ALL } else { &[Requests::Reused] };
    if groups.contains(&Group::Concurrency) {
        kinds.extend(requests.iter().map(|one| Kind::Concurrency(preferred, *one)));
    }
    if groups.contains(&Group::Load) {
        kinds.extend(requests.iter().map(|one| Kind::Load(preferred, *one)));
    }
    kinds
}

/// The kinds of process of a workload that is only started.
fn kinds_of_start(configuration: &Configuration, groups: &BTreeSet<Group>) -> Vec<Kind> {
    if !groups.contains(&Group::Start) {
        return Vec::new();
    }
    let artifact = configuration.starts_from.contains(&Source::Artifact).then_some(Kind::Precompile);
    artifact.into_iter().chain(configuration.starts_from.iter().map(|source| Kind::Start(*source))).collect()
}

/// Adds the metrics that a workload does not have which is only started, with the reason.
fn beyond_start(without: &mut Vec<(&'static str, String)>, workload: &Workload, groups: &BTreeSet<Group>) {
    let start = [metric::FRESH_INSTANCE, metric::REUSED_INSTANCE];
    let of = |group, metrics: &[&'static str]| match groups.contains(&group) {
        true => metrics.to_vec(),
        false => Vec::new(),
    };
    let start = of(Group::Start, &start);
    for metric in start
        .into_iter()
        .chain(of(Group::Throughput, &[metric::THROUGHPUT]))
        .chain(of(Group::Memory, &MEMORY))
        .chain(of(Group::Residue, &RESIDUE))
        .chain(of(Group::Concurrency, &CONCURRENCY))
        .chain(of(Group::Load, &LOAD))
    {
        if without.iter().all(|(known, _)| *known != metric) {
            let name = workload.name();
            without.push((
                metric,
                format!("the profile measures its start alone; --workloads {name} measures the rest"),
            ));
        }
    }
}

/// The metrics that the configuration does not have, with the reason.
fn without(
    configuration: &Configuration,
    workload: &Workload,
    groups: &BTreeSet<Group>,
) -> Vec<(&'static str, String)> {
    let mut without = Vec::new();
    let mut lacks = |metrics: &[&'static str], reason: &str| {
        without.extend(metrics.iter().map(|metric| (*metric, reason.to_string())));
    };
    let has = |source| configuration.starts_from.contains(&source);
    let tier = configuration.tier;
    // Why it does not start from a module, why not from an artifact, and why there is no throughput.
    let idle = "the workload does no work to time";
    let (no_wasm, no_artifact, no_work) = match tier {
        Tier::Process => (START_ONLY, START_ONLY, START_ONLY),
        Tier::Native => (LINKED, LINKED, idle),
        _ => ("runs artifacts only", "has no artifacts", idle),
    };
    if groups.contains(&Group::Start) {
        if !has(Source::Wasm) {
            lacks(&[metric::FROM_WASM], no_wasm);
        }
        if !has(Source::Artifact) {
            let metrics = [metric::FROM_ARTIFACT, metric::LOAD, metric::SAVE, metric::ARTIFACT_SIZE];
            lacks(&metrics, no_artifact);
        }
        if has(Source::Linked) {
            lacks(&[metric::ENGINE, metric::COMPILE, metric::PREPARE], no_wasm);
        }
        if !tier.has_instances() {
            lacks(&[metric::INSTANTIATE, metric::FRESH_INSTANCE], NO_INSTANCES);
        }
        if !tier.is_in_worker() {
            lacks(&[metric::INSTANTIATE_FAULTS], OUTSIDE);
        }
        if workload.traps() {
            lacks(&[metric::REUSED_INSTANCE], TRAPS);
        } else if let Some(reason) = workload.single_use() {
            lacks(&[metric::REUSED_INSTANCE], reason);
        }
    }
    if groups.contains(&Group::Throughput) && workload.traps() {
        lacks(&[metric::THROUGHPUT], TRAPS);
    }
    if groups.contains(&Group::Throughput) && !workload.works() {
        lacks(&[metric::THROUGHPUT], no_work);
    }
    for (group, metrics) in [(Group::Memory, &MEMORY[..]), (Group::Residue, &RESIDUE)] {
        if groups.contains(&group) && !tier.has_instances() {
            lacks(metrics, NO_INSTANCES);
        }
        if groups.contains(&group) && !tier.is_in_worker() {
            lacks(metrics, OUTSIDE);
        }
    }
    for (group, [fresh, _]) in [(Group::Concurrency, CONCURRENCY), (Group::Load, LOAD)] {
        if groups.contains(&group) && !tier.has_instances() {
            lacks(&[fresh], NO_INSTANCES);
        }
    }
    without
}

fn order(items: &[Item], profile: &Profile, seed: u64) -> Vec<Slot> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut slots = Vec::new();
    for round in 0..profile.rounds {
        let of_round = |item: &&Item| match item.kind {
            Kind::Memory(..) | Kind::Residue(_) => round < profile.memory_rounds,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration(limits: Limits) -> Configuration {
        Configuration {
            name: "small".into(),
            formerly: Vec::new(),
            tier: Tier::Optimizing,
            about: String::new(),
            starts_from: vec![Source::Wasm],
            proposals: vec!["multi-memory".into()],
            wasi: false,
            purposes: vec![],
            licence: None,
            serial: true,
            limits,
        }
    }

    fn module(text: &str) -> Module {
        wasmark_workloads::inspect(&wat::parse_str(text).expect("a module")).expect("a module")
    }

    #[test]
    fn what_is_beyond_wasmark_s_limits_is_unsupported_and_the_configuration_that_can_is_named() {
        let limits = Limits {
            memory_bytes: Some(8192 << 16),
            table_elements: Some(20_000),
            memories: Some(1),
            instead: Some("large".into()),
            ..Limits::default()
        };
        let small = configuration(limits);
        let unlimited = configuration(Limits::default());
        for (text, needs) in [
            ("(module (memory 8192) (table 20000 funcref))", None),
            ("(module (memory 8193))", Some("a memory of 8193 pages, where wasmark sets 8192 at most")),
            ("(module (memory 1 65536))", None),
            (
                "(module (table 1000000 funcref))",
                Some("1000000 elements of a table, where wasmark sets 20000 at most"),
            ),
            ("(module (memory 1) (memory 1))", Some("2 memories, where wasmark sets 1 at most")),
        ] {
            let module = module(text);
            let sentence = |what| format!("needs {what}; choose the configuration large");
            assert_eq!(lacks(&small, &module), needs.map(sentence), "{text}");
            assert_eq!(lacks(&unlimited, &module), None, "{text}");
        }
    }
}
