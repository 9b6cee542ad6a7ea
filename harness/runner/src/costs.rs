//! Estimates how long processes take: from earlier runs on this machine, else from the cell's first process, else from
//! the module's size. The announced duration is the sum of these estimates.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    time::Duration,
};

use wasmark_adapter::{
    Source, Tier,
    protocol::{MemoryState, Policy},
};
use wasmark_results::record::{Outcome, Record, metric};
use wasmark_workloads::Workload;

use crate::{
    environment,
    metrics::Group,
    paths,
    plan::{self, Item, Kind, Plan, Slot},
    profile::Calls,
};

/// What the probes of a configuration, or the cases of the specification in it, take in seconds, and under which key
/// the cache has that.
const PROBING: (f64, &str) = (2.0, "probing");

/// Blocks of short windows in a process, and how long one takes at least, as workers measure them.
const BLOCKS: (f64, f64) = (14.0, 0.001);
/// Blocks of long calls, and the seconds after which no further one begins.
const LEAST_BLOCKS: f64 = 8.0;
const BLOCKS_TIME: f64 = 0.2;

/// Seconds by configuration, workload and kind of process.
#[derive(Debug, Default)]
pub struct Costs {
    seconds: BTreeMap<String, f64>,
    /// What this run's processes showed, by target, workload and source.
    seen: BTreeMap<(usize, usize, Source), Seen>,
    /// What a process may take in seconds, where that is limited.
    limit: Option<Duration>,
    /// The CPUs of the machine that they are of; this one's where it is of none.
    cpus: Option<u32>,
}

/// Modules of fewer megabytes show what a process takes, and not what their code does.
const LARGE: f64 = 0.1;

/// What a process takes beside what it compiles, in seconds.
const START: f64 = 0.05;

/// Points of a series below which its budget does not end it, as workers have it.
const LEAST_POINTS: usize = 3;

/// What a process showed of the others of its cell, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    /// A process that does nothing but start.
    start: f64,
    instance: f64,
    call: f64,
}

impl Costs {
    /// What the cache has, for processes that may take `limit`. A cache that cannot be read is an empty one.
    #[must_use]
    pub fn read(limit: Duration) -> Costs {
        let text = file().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        let seconds = serde_json::from_str(&text).unwrap_or_default();
        Costs { seconds, ..Costs::within(limit) }
    }

    /// Nothing yet, of processes that may take `limit`.
    #[must_use]
    pub fn within(limit: Duration) -> Costs {
        Costs { limit: Some(limit), ..Costs::default() }
    }

    /// What does not depend on the machine, for processes that may take `limit`: what another machine finds, too.
    #[must_use]
    pub fn anywhere(limit: Duration) -> Costs {
        Costs { cpus: Some(1), ..Costs::within(limit) }
    }

    /// The seconds that threads serve, one request after the other and as they arrive.
    fn serving(&self, plan: &Plan) -> (f64, f64) {
        plan.profile.serving.seconds(self.cpus.unwrap_or_else(environment::cpus))
    }

    /// Keeps what was learned. Failing to is no reason to fail.
    pub fn write(&self) {
        if let (Some(path), Ok(text)) = (file(), serde_json::to_string(&self.seconds)) {
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::write(path, text)).ok();
        }
    }

    /// Notes what a process took, and what it shows of others.
    pub fn note(&mut self, plan: &Plan, item: Item, took: Duration, records: &[Record]) {
        let took = took.as_secs_f64();
        self.seconds.insert(key(plan, item), took);
        let measured = |row: &Record| matches!(row.outcome, Outcome::Measured { .. } | Outcome::Histogram(_));
        // What a process took that failed shows nothing of others.
        if records.iter().all(measured) {
            self.note_rate(plan, item, took);
        }
        let cell = (item.target, item.workload, item.kind.source());
        let only_start = matches!(item.kind, Kind::Start(_));
        if item.kind != Kind::Precompile && (only_start || !self.seen.contains_key(&cell)) {
            let seen = seen(records, took).map(|seen| match only_start {
                true => Seen { start: took, ..seen },
                false => seen,
            });
            self.seen.extend(seen.map(|seen| (cell, seen)));
        }
    }

    /// Notes what a megabyte of a module takes that is compiled, for modules that have never run: compilers of one tier kind
    /// differ by a factor of ten.
    fn note_rate(&mut self, plan: &Plan, item: Item, took: f64) {
        let megabytes = megabytes(plan, item);
        if compiles(item.kind) && megabytes >= LARGE {
            self.seconds.insert(rate(plan, item), took / megabytes);
        }
    }

    /// For a module that never ran here: from its size, and from what a megabyte of another one took in the configuration.
    fn guess(&self, plan: &Plan, item: Item) -> f64 {
        let known = self.seconds.get(&rate(plan, item)).filter(|_| compiles(item.kind));
        known.map_or_else(
            || guess(plan, item, self.serving(plan)),
            |rate| START + rate * megabytes(plan, item),
        )
    }

    /// Takes over what another has noted.
    pub fn extend(&mut self, other: Costs) {
        self.seconds.extend(other.seconds);
        self.seen.extend(other.seen);
    }

    /// What a process took when it was last seen, in seconds.
    #[must_use]
    pub fn known(&self, plan: &Plan, item: Item) -> Option<f64> {
        self.seconds.get(&key(plan, item)).copied()
    }

    /// The seconds that a process of this item should take.
    #[must_use]
    pub fn expected(&self, plan: &Plan, item: Item) -> f64 {
        let seconds = self
            .known(plan, item)
            .or_else(|| self.derived(plan, item))
            .unwrap_or_else(|| self.guess(plan, item));
        seconds.min(self.most(item.kind))
    }

    /// The seconds that a process of this kind may take.
    fn most(&self, kind: Kind) -> f64 {
        self.limit.map_or(f64::INFINITY, |limit| plan::time_limit(kind, limit).as_secs_f64())
    }

    /// The seconds that these processes should take.
    #[must_use]
    pub fn estimate<'a>(&self, plan: &Plan, slots: impl IntoIterator<Item = &'a Slot>) -> f64 {
        // An item has a process in every round, and a run asks before each of its processes.
        let mut by_item: HashMap<Item, f64> = HashMap::new();
        let one = |slot: &Slot| {
            let first = !by_item.contains_key(&slot.item);
            let seconds = *by_item.entry(slot.item).or_insert_with(|| self.expected(plan, slot.item));
            // A process that passes its limit is not tried again.
            let late = seconds >= self.most(slot.item.kind);
            let runs = if late { first } else { plan.repeats(*slot, Some(seconds)) };
            if runs { seconds } else { 0.0 }
        };
        slots.into_iter().map(one).sum()
    }

    /// The seconds that so many probings of configurations should take.
    #[must_use]
    pub fn of_probing(&self, probings: usize) -> f64 {
        let (usual, key) = PROBING;
        probings as f64 * self.seconds.get(key).copied().unwrap_or(usual)
    }

    /// Notes what so many probings took.
    pub fn note_probing(&mut self, probings: usize, took: Duration) {
        if probings > 0 {
            self.seconds.insert(PROBING.1.to_string(), took.as_secs_f64() / probings as f64);
        }
    }

    /// Whether some of these processes can only be guessed at from the size of their modules.
    #[must_use]
    pub fn guesses<'a>(&self, plan: &Plan, slots: impl IntoIterator<Item = &'a Slot>) -> bool {
        let unknown =
            |slot: &Slot| self.known(plan, slot.item).or_else(|| self.derived(plan, slot.item)).is_none();
        slots.into_iter().any(unknown)
    }

    /// What the cell's other processes let expect.
    fn derived(&self, plan: &Plan, item: Item) -> Option<f64> {
        let seen = |source| self.seen.get(&(item.target, item.workload, source));
        let Some(cell) = seen(item.kind.source()) else {
            // What starts from the module compiles as the maker of the artifact does.
            let maker = Item {
                workload: plan::first_of_module(&plan.workloads, item.workload),
                kind: Kind::Precompile,
                ..item
            };
            let start = seen(Source::Artifact).filter(|_| item.kind == Kind::Start(Source::Wasm))?.start;
            return Some(start + self.known(plan, maker)?);
        };
        let (_, workload) = plan.subject(item);
        match item.kind {
            Kind::Precompile => None,
            Kind::Start(_) | Kind::Peak(_) => Some(cell.start),
            Kind::PageCache(_) => Some(4.0 * cell.start),
            Kind::CodeCache => Some(3.0 * cell.start),
            Kind::Full(_) => Some(cell.start + steps(plan, item, *cell)),
            Kind::Memory(_, state) => {
                let called = if state == MemoryState::Called { cell.call } else { 0.0 };
                let numbers = plan.profile.instances(workload);
                Some(cell.start + series(numbers, plan.profile.memory_budget, cell.instance + called))
            }
            Kind::Density(_, state) => {
                let called = if state == MemoryState::Called { cell.call } else { 0.0 };
                // Of memory per instance nothing is known before one ran: a limit of a process ends most.
                let all = MOST_INSTANCES * (cell.instance + called);
                Some(cell.start + all.min(plan.profile.density.time.as_secs_f64()))
            }
            Kind::Tenants(_, policy, count) => {
                let tenants = &plan.profile.tenants;
                // Of a start, loading is most.
                let (before, in_request) = match policy {
                    Policy::LruModules => (0.0, cell.start / 2.0),
                    Policy::All | Policy::Warm => (f64::from(count) * cell.start, 0.0),
                };
                let requests = f64::from(tenants.requests) * (cell.instance + cell.call + in_request);
                let most = tenants.time.as_secs_f64();
                Some(cell.start + before.min(most) + requests.min(most))
            }
            Kind::Residue(_) => {
                let residue = &plan.profile.residue;
                let one = cell.instance + cell.call;
                let cycles = series(residue.cycles, Some(residue.budget), one);
                Some(cell.start + f64::from(residue.held) * one + cycles)
            }
            Kind::Boundary(_) => Some(cell.start + BOUNDARY),
            Kind::Concurrency(..) => Some(cell.start + self.serving(plan).0),
            Kind::Load(..) => Some(cell.start + self.serving(plan).1),
        }
    }
}

/// The instances that a process holds before it reaches a limit, by and large.
const MOST_INSTANCES: f64 = 20_000.0;

/// The seconds of blocks of calls that cross the boundary.
const BOUNDARY: f64 = 0.05;

/// What a series of instances takes that need `one` second each: all, or up to the first point beyond its budget.
fn series(numbers: &[u32], budget: Option<Duration>, one: f64) -> f64 {
    let budget = budget.map_or(f64::INFINITY, |budget| budget.as_secs_f64());
    let mut numbers = numbers.iter().map(|number| f64::from(*number) * one);
    let beyond = numbers.clone().skip(LEAST_POINTS - 1).find(|seconds| *seconds >= budget);
    beyond.or(numbers.next_back()).unwrap_or(0.0)
}

/// What these rows of a process that took so many seconds show, where it came as far as its second call.
fn seen(records: &[Record], took: f64) -> Option<Seen> {
    let value = |name: &str| {
        let row = records.iter().find(|row| row.metric == name)?;
        match row.outcome {
            Outcome::Measured { value, .. } => Some(value / 1e9),
            _ => None,
        }
    };
    let call = value(metric::SECOND_CALL)?;
    let ladder =
        [metric::SPAWN, metric::ENGINE, metric::COMPILE, metric::LOAD, metric::PREPARE, metric::FIRST_CALL];
    let instance = value(metric::INSTANTIATE).unwrap_or(0.0);
    let ladder_ns: f64 = ladder.iter().filter_map(|name| value(name)).sum();
    Some(Seen { start: (ladder_ns + instance + call + 0.02).min(took), instance, call })
}

/// What follows the start in a process that measures on.
fn steps(plan: &Plan, item: Item, cell: Seen) -> f64 {
    let (target, workload) = plan.subject(item);
    let (samples, (blocks, block)) = (plan.profile.samples, BLOCKS);
    let short = |window: f64| {
        let all = (samples.most as f64 * window).min(samples.budget_ns as f64 / 1e9);
        // Where a call is long, blocks end after their time, once a few have counted.
        all.max(window) + (blocks * block.max(window)).min((LEAST_BLOCKS * window).max(BLOCKS_TIME + window))
    };
    let mut seconds = 0.0;
    if plan.groups.contains(&Group::Start) {
        if target.configuration.tier.has_instances() {
            seconds += short(cell.instance + cell.call);
        }
        if workload.single_use().is_none() {
            seconds += short(cell.call);
        }
    }
    if plan.groups.contains(&Group::Throughput) && workload.works() {
        let Calls { warmups, samples, budget } = plan.profile.throughput;
        let units = f64::from(workload.units(target.configuration.tier));
        let more = if workload.scales() { units / f64::from(workload.cold_units()).max(1.0) } else { 1.0 };
        let (call, all) = (cell.call * more, f64::from(warmups + samples));
        let least = f64::from(warmups + 1) * call;
        seconds +=
            budget.map_or(all * call, |budget| (all * call).min(least.max(budget.as_secs_f64() + call)));
    }
    seconds
}

/// For a machine that never measured: from the module's size, the tier, and how long threads serve.
fn guess(plan: &Plan, item: Item, serving: (f64, f64)) -> f64 {
    let (target, _) = plan.subject(item);
    let megabytes = megabytes(plan, item);
    let compile = match target.configuration.tier {
        Tier::Aot => 0.1 + 10.0 * megabytes,
        Tier::Optimizing => 0.03 + 1.2 * megabytes,
        Tier::Interpreter | Tier::Baseline | Tier::Native | Tier::Process => 0.02 + 0.2 * megabytes,
    };
    match item.kind {
        Kind::Precompile | Kind::Start(_) | Kind::Peak(_) => compile,
        Kind::PageCache(_) => 4.0 * compile,
        Kind::CodeCache => 3.0 * compile,
        Kind::Full(_) => 0.3,
        Kind::Memory(..) => 0.2,
        Kind::Density(..) => 1.0,
        Kind::Tenants(..) => 0.1 + plan.profile.tenants.time.as_secs_f64() / 2.0,
        Kind::Residue(_) => 0.5,
        Kind::Boundary(_) => 0.1 + BOUNDARY,
        Kind::Concurrency(..) => 0.1 + serving.0,
        Kind::Load(..) => 0.1 + serving.1,
    }
}

fn megabytes(plan: &Plan, item: Item) -> f64 {
    plan.subject(item).1.wasm_bytes() as f64 / 1e6
}

/// Whether such a process does little but compile.
fn compiles(kind: Kind) -> bool {
    matches!(kind, Kind::Precompile | Kind::Start(Source::Wasm) | Kind::Peak(Source::Wasm))
}

/// Under which key the cache has the seconds for a megabyte of a module.
fn rate(plan: &Plan, item: Item) -> String {
    format!("megabyte {} {}", plan.subject(item).0.id, item.kind.name())
}

fn key(plan: &Plan, item: Item) -> String {
    let (target, workload) = plan.subject(item);
    let kind = item.kind;
    format!(
        "{} {:?} {} {} {}{} {:?}",
        plan.profile.name,
        plan.groups,
        target.id,
        identity(workload),
        kind.name(),
        kind.tenants().map(|count| format!(" {count}")).unwrap_or_default(),
        kind.source()
    )
}

/// What the cost of a workload depends on: its module, and of one without a manifest what it is called with.
fn identity(workload: &Workload) -> String {
    let module = workload.sha256().get(..8).unwrap_or_default();
    if workload.manifest().is_some() {
        return format!("{} {module}", workload.name());
    }
    let mut hasher = DefaultHasher::new();
    format!("{:?} {:?}", workload.entry(), workload.invocation(workload.cold_units())).hash(&mut hasher);
    format!("{} {module} {:08x}", workload.name(), hasher.finish() as u32)
}

fn file() -> Option<PathBuf> {
    paths::cache().ok().map(|cache| cache.join("costs.json"))
}
