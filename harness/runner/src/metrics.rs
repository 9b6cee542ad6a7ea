//! The groups of metrics: what a filter on a metric selects.

use std::collections::BTreeSet;

use wasmark_adapter::protocol::{MemoryState, Policy, Requests};
pub use wasmark_results::group::Group;
use wasmark_results::record::metric;

use crate::{Result, suggest};

/// A group's metrics and what they are.
pub struct Described {
    /// The group.
    pub group: Group,
    /// One line for people.
    pub about: &'static str,
    /// The metrics in it.
    pub metrics: &'static [&'static str],
}

/// What the summary makes of the memory series; names of the group, for a filter.
const OF_MEMORY: [&str; 7] =
    ["fixed", "per_instance", "per_instance_private", "reserved", "maps", "descriptors", "page_tables"];

/// The memory series' metrics.
pub const MEMORY: [&str; 7] = [
    metric::MEMORY_INSTANTIATED,
    metric::MEMORY_CALLED,
    metric::MEMORY_PRIVATE,
    metric::MEMORY_RESERVED,
    metric::MEMORY_MAPS,
    metric::MEMORY_DESCRIPTORS,
    metric::MEMORY_PAGE_TABLES,
];

/// Live instances until something ends them.
pub const DENSITY: [&str; 2] = [metric::DENSITY_INSTANTIATED, metric::DENSITY_CALLED];

/// The metric of live instances in this state.
#[must_use]
pub fn density(state: MemoryState) -> &'static str {
    match state {
        MemoryState::Instantiated => metric::DENSITY_INSTANTIATED,
        MemoryState::Called => metric::DENSITY_CALLED,
    }
}

/// Requests to many tenants.
pub const TENANTS: [&str; 3] = [metric::TENANTS_ALL, metric::TENANTS_LRU_MODULES, metric::TENANTS_WARM];

/// The beginning of the metrics of requests to many tenants under this policy.
#[must_use]
pub fn tenants(policy: Policy) -> &'static str {
    match policy {
        Policy::All => metric::TENANTS_ALL,
        Policy::LruModules => metric::TENANTS_LRU_MODULES,
        Policy::Warm => metric::TENANTS_WARM,
    }
}

/// A start with its files in the page cache, and without.
pub const PAGE_CACHE: [&str; 5] = [
    metric::PAGE_CACHE_WARM,
    metric::PAGE_CACHE_COLD,
    metric::PAGE_CACHE_COLD_SPAWN,
    metric::PAGE_CACHE_DROPPED,
    metric::PAGE_CACHE_KEPT,
];

/// Starts with an engine's own code cache, and without it.
pub const CODE_CACHE: [&str; 4] =
    [metric::CODE_CACHE_OFF, metric::CODE_CACHE_FIRST, metric::CODE_CACHE_LATER, metric::CODE_CACHE_BYTES];

/// The most memory during each phase.
pub const PEAK: [&str; 8] = [
    metric::PEAK_BEFORE,
    "peak_engine",
    "peak_compile",
    "peak_save",
    "peak_load",
    "peak_prepare",
    "peak_instantiate",
    "peak_first_call",
];

/// What instances leave behind.
pub const RESIDUE: [&str; 4] =
    [metric::RESIDUE_HELD, metric::RESIDUE_PRIVATE, metric::RESIDUE_MAPS, metric::RESIDUE_DESCRIPTORS];

/// The metric of what several threads serve.
#[must_use]
pub fn concurrency(requests: Requests) -> &'static str {
    match requests {
        Requests::Fresh => metric::CONCURRENCY_FRESH,
        Requests::Reused => metric::CONCURRENCY_REUSED,
    }
}

/// The beginning of the metrics of requests that arrive at times of their own.
#[must_use]
pub fn load(requests: Requests) -> &'static str {
    match requests {
        Requests::Fresh => metric::LOAD_FRESH,
        Requests::Reused => metric::LOAD_REUSED,
    }
}

/// What several threads serve.
pub const CONCURRENCY: [&str; 2] = [metric::CONCURRENCY_FRESH, metric::CONCURRENCY_REUSED];

/// Requests that arrive at times of their own.
pub const LOAD: [&str; 2] = [metric::LOAD_FRESH, metric::LOAD_REUSED];

/// Every group.
pub const GROUPS: [Described; 12] = [
    Described {
        group: Group::Start,
        about: "phases and rungs from a bare process to a result",
        metrics: &[
            metric::SPAWN,
            metric::ENGINE,
            metric::COMPILE,
            metric::SAVE,
            metric::LOAD,
            metric::PREPARE,
            metric::INSTANTIATE,
            metric::FIRST_CALL,
            metric::SECOND_CALL,
            metric::TEARDOWN,
            metric::PROCESS_TO_RESULT,
            metric::FROM_WASM,
            metric::FROM_ARTIFACT,
            metric::FRESH_INSTANCE,
            metric::REUSED_INSTANCE,
            metric::TIME_TO_TRAP,
            metric::EMPTY_WINDOW,
            metric::HARNESS_TIME,
            metric::CONTROLLER_DELAY,
            metric::INSTANTIATE_FAULTS,
            metric::EXECUTE,
            metric::CODE,
            metric::ARTIFACT_SIZE,
            metric::WORKER_SIZE,
        ],
    },
    Described {
        group: Group::Throughput,
        about: "time per unit of work on a warm instance, and against native code",
        metrics: &[metric::THROUGHPUT],
    },
    Described {
        group: Group::Memory,
        about: "memory against the number of live instances",
        metrics: &MEMORY,
    },
    Described {
        group: Group::Density,
        about: "live instances until a budget of private memory or a limit ends them, and which; by name, and in part by quick",
        metrics: &DENSITY,
    },
    Described {
        group: Group::Tenants,
        about: "requests to 1 to 1000 tenants with a module each: all stay loaded, some do, or instances stay warm",
        metrics: &TENANTS,
    },
    Described {
        group: Group::PageCache,
        about: "a start whose files are read from the disk, beside one whose files are cached; only where it is named",
        metrics: &PAGE_CACHE,
    },
    Described {
        group: Group::CodeCache,
        about: "starts from a module with the engine's own code cache: off, first use, later use; only where it is named",
        metrics: &CODE_CACHE,
    },
    Described {
        group: Group::Peak,
        about: "the most memory in each phase of a start, above all of compiling; only where it is named",
        metrics: &PEAK,
    },
    Described {
        group: Group::Residue,
        about: "what instances leave behind once they are gone; only where it is named",
        metrics: &RESIDUE,
    },
    Described {
        group: Group::Concurrency,
        about: "requests per second on 1 thread and on more, up to the number of CPUs; by name, and in part by quick",
        metrics: &CONCURRENCY,
    },
    Described {
        group: Group::Load,
        about: "response times of requests that arrive at 50, 80 and 95 % of the capacity, and in bursts; by name, and in part by quick",
        metrics: &LOAD,
    },
    Described {
        group: Group::Boundary,
        about: "calls between host and guest, and calls of WASI, by functions of wasmark's own; by name, and in part by quick",
        metrics: &[metric::BOUNDARY],
    },
];

/// The names of these groups, in the order of [`GROUPS`].
#[must_use]
pub fn names(groups: &BTreeSet<Group>) -> Vec<String> {
    GROUPS.iter().filter(|one| groups.contains(&one.group)).map(|one| one.group.name().to_string()).collect()
}

/// The groups that these names of groups or metrics select; the usual ones where there are none.
///
/// # Errors
/// An unknown name, with the nearest known one.
pub fn groups(names: &[String]) -> Result<BTreeSet<Group>> {
    if names.is_empty() {
        return Ok(Group::USUAL.into());
    }
    let mut groups = BTreeSet::new();
    for name in names {
        let name = name.as_str();
        let of = |one: &&Described| {
            one.metrics.contains(&name) || (one.group == Group::Memory && OF_MEMORY.contains(&name))
        };
        // A group first: `load` is a phase, too.
        let named = GROUPS.iter().find(|one| one.group.name() == name);
        match named.or_else(|| GROUPS.iter().find(of)) {
            Some(one) => groups.insert(one.group),
            None => {
                let groups =
                    GROUPS.iter().flat_map(|one| one.metrics.iter().copied().chain([one.group.name()]));
                let known: BTreeSet<&str> = groups.chain(OF_MEMORY).collect();
                return Err(suggest::unknown("metric", name, known).into());
            }
        };
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peaks_are_those_of_the_phases() {
        let phases = ["before"].iter().chain(&metric::PEAKS);
        assert_eq!(PEAK.map(str::to_owned).to_vec(), phases.map(|one| metric::peak(one)).collect::<Vec<_>>());
    }
}
