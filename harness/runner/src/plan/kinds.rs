//! What a process does, and which processes a cell needs, by the groups of metrics that are asked for.

use std::collections::BTreeSet;

use wasmark_adapter::{
    Configuration, Source,
    protocol::{MemoryState, Policy, Requests},
};
use wasmark_results::record::metric;
use wasmark_workloads::Workload;

use super::unsupported::{caches_code, never_warm};
use crate::{
    metrics::{self, Group},
    profile::{Extent, Profile},
};

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
    /// Live instances until something ends them.
    Density(Source, MemoryState),
    /// Requests to so many tenants.
    Tenants(Source, Policy, u32),
    /// Starts with files in the page cache, and without.
    PageCache(Source),
    /// Starts from a module without and with the engine's own code cache.
    CodeCache,
    /// The most memory in each phase of the ladder.
    Peak(Source),
    /// Instances that come and go.
    Residue(Source),
    /// Requests on several threads.
    Concurrency(Source, Requests),
    /// Requests that arrive at times of their own.
    Load(Source, Requests),
    /// One crossing of the boundary, again and again.
    Boundary(Source),
}

impl Kind {
    /// What it runs from.
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Kind::Precompile | Kind::CodeCache => Source::Wasm,
            Kind::Start(source)
            | Kind::Full(source)
            | Kind::Memory(source, _)
            | Kind::Density(source, _)
            | Kind::Tenants(source, ..)
            | Kind::PageCache(source)
            | Kind::Peak(source)
            | Kind::Residue(source)
            | Kind::Concurrency(source, _)
            | Kind::Load(source, _)
            | Kind::Boundary(source) => source,
        }
    }

    /// How many tenants it serves, where it serves any.
    #[must_use]
    pub fn tenants(self) -> Option<u32> {
        match self {
            Kind::Tenants(.., count) => Some(count),
            _ => None,
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
            Kind::Density(_, state) => metrics::density(state),
            Kind::Tenants(_, policy, _) => metrics::tenants(policy),
            Kind::PageCache(_) => metric::PAGE_CACHE,
            Kind::CodeCache => metric::CODE_CACHE,
            Kind::Peak(_) => metric::PEAK,
            Kind::Residue(_) => metric::RESIDUE,
            Kind::Concurrency(_, requests) => metrics::concurrency(requests),
            Kind::Load(_, requests) => metrics::load(requests),
            Kind::Boundary(_) => metric::BOUNDARY,
        }
    }
}

/// What users of the configuration deploy: an artifact where there are such, else the module.
#[must_use]
pub fn preferred(configuration: &Configuration) -> Source {
    let has = |source| configuration.starts_from.contains(&source);
    [Source::Artifact, Source::Wasm].into_iter().find(|source| has(*source)).unwrap_or(Source::Linked)
}

/// The states in which instances are held.
const STATES: [MemoryState; 2] = [MemoryState::Instantiated, MemoryState::Called];

pub(super) fn kinds(
    configuration: &Configuration,
    workload: &Workload,
    groups: &BTreeSet<Group>,
    profile: &Profile,
) -> Vec<Kind> {
    let preferred = preferred(configuration);
    let mut kinds = Vec::new();
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
        kinds.extend(STATES.map(|state| Kind::Memory(preferred, state)));
    }
    if groups.contains(&Group::Density) && holds_instances {
        let states = match profile.serving.extent {
            Extent::Whole => &STATES[..],
            Extent::Part => &[MemoryState::Called],
        };
        kinds.extend(states.iter().map(|state| Kind::Density(preferred, *state)));
    }
    if groups.contains(&Group::Tenants) && holds_instances {
        let stays_warm = never_warm(workload).is_none();
        let policies = Policy::ALL.into_iter().filter(|policy| *policy != Policy::Warm || stays_warm);
        let counts: BTreeSet<u32> = profile.tenants.counts.iter().copied().collect();
        let of = |policy| counts.iter().map(move |count| Kind::Tenants(preferred, policy, *count));
        kinds.extend(policies.flat_map(of));
    }
    kinds.extend(kinds_beside_start(configuration, groups));
    if groups.contains(&Group::Residue) && holds_instances {
        kinds.push(Kind::Residue(preferred));
    }
    // Where an instance is no object of its own, a request is a call.
    let requests: &[Requests] = match (tier.has_instances(), profile.serving.extent) {
        (true, Extent::Whole) => &Requests::ALL,
        (true, Extent::Part) => &[Requests::Fresh],
        (false, _) => &[Requests::Reused],
    };
    if groups.contains(&Group::Concurrency) {
        kinds.extend(requests.iter().map(|one| Kind::Concurrency(preferred, *one)));
    }
    if groups.contains(&Group::Load) {
        kinds.extend(requests.iter().map(|one| Kind::Load(preferred, *one)));
    }
    with_maker(kinds)
}

/// These kinds, after the one that makes their artifact where one of them loads it.
fn with_maker(mut kinds: Vec<Kind>) -> Vec<Kind> {
    if kinds.iter().any(|kind| kind.source() == Source::Artifact) {
        kinds.insert(0, Kind::Precompile);
    }
    kinds
}

/// The kinds of process of a crossing of the boundary.
pub(super) fn kinds_of_boundary(configuration: &Configuration) -> impl Iterator<Item = Kind> + use<> {
    let preferred = preferred(configuration);
    let maker = (preferred == Source::Artifact).then_some(Kind::Precompile);
    maker.into_iter().chain([Kind::Boundary(preferred)])
}

/// The kinds of process that look at a start in another way than by its time.
fn kinds_beside_start(configuration: &Configuration, groups: &BTreeSet<Group>) -> Vec<Kind> {
    let (tier, preferred) = (configuration.tier, preferred(configuration));
    let mut kinds = Vec::new();
    if groups.contains(&Group::PageCache) && tier.is_in_worker() {
        kinds.push(Kind::PageCache(preferred));
    }
    if groups.contains(&Group::CodeCache) && caches_code(configuration) {
        kinds.push(Kind::CodeCache);
    }
    if groups.contains(&Group::Peak) && tier.is_in_worker() && tier.has_instances() {
        kinds.push(Kind::Peak(preferred));
    }
    kinds
}

/// The kinds of process of a workload that is only started.
pub(super) fn kinds_of_start(configuration: &Configuration, groups: &BTreeSet<Group>) -> Vec<Kind> {
    let mut kinds = Vec::new();
    if groups.contains(&Group::Start) {
        kinds.extend(configuration.starts_from.iter().map(|source| Kind::Start(*source)));
    }
    kinds.extend(kinds_beside_start(configuration, groups));
    with_maker(kinds)
}
