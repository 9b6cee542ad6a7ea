//! What is known to be unsupported before anything runs: what a configuration lacks of what a module needs, and the
//! metrics that it, or a workload, does not have.

use std::collections::BTreeSet;

use wasmark_adapter::{Configuration, Limits, Source, Tier};
use wasmark_results::record::metric;
use wasmark_workloads::{Module, Workload, module::WASI};

use crate::metrics::{
    CODE_CACHE, CONCURRENCY, DENSITY, Group, LOAD, MEMORY, PAGE_CACHE, PEAK, RESIDUE, TENANTS,
};

/// Why a process in the place of an instance has nothing but its start: it is a yardstick of that.
const START_ONLY: &str = "measures the start of a process only";
/// Why nothing that is read of the worker's process is known of an instance that is another process.
const OUTSIDE: &str = "a process is outside of the worker, and most of its memory is the kernel's";
/// Why artifacts are all that there is: what an embedder saves and loads itself is no cache of the engine's.
const NO_CODE_CACHE: &str = "the engine has no code cache of its own for what this configuration compiles";
const LINKED: &str = "native code is linked beforehand";
const TRAPS: &str = "the call traps: its time is time_to_trap";
const NO_INSTANCES: &str = "native code has no instances";

/// Whether the engine has a code cache of its own for what this configuration compiles.
pub(super) fn caches_code(configuration: &Configuration) -> bool {
    configuration.code_cache && configuration.starts_from.contains(&Source::Wasm)
}

/// Why the workload cannot run at all in the configuration, if it cannot.
#[must_use]
pub fn missing(configuration: &Configuration, workload: &Workload) -> Option<String> {
    if configuration.tier == Tier::Process && (workload.command() || workload.works()) {
        return Some(START_ONLY.to_string());
    }
    if configuration.starts_from.contains(&Source::Linked) {
        // Twins are found by name, which in a folder without manifests may be another workload's.
        let own = workload.manifest().is_none();
        return own.then(|| "a module without a manifest has no native twin here".to_string());
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

/// Adds the metrics that a workload does not have which is only started, with the reason.
pub(super) fn beyond_start(
    without: &mut Vec<(&'static str, String)>,
    workload: &Workload,
    groups: &BTreeSet<Group>,
) {
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
        .chain(of(Group::Density, &DENSITY))
        .chain(of(Group::Tenants, &TENANTS))
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

/// Why no instance of the workload is kept for the next request, if none is.
pub(super) fn never_warm(workload: &Workload) -> Option<&'static str> {
    workload.single_use().or(workload.traps().then_some(TRAPS))
}

/// The metrics that the configuration does not have, with the reason.
pub(super) fn without(
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
    let of_instances = [
        (Group::Memory, &MEMORY[..]),
        (Group::Density, &DENSITY),
        (Group::Tenants, &TENANTS),
        (Group::Peak, &PEAK),
        (Group::Residue, &RESIDUE),
    ];
    for (group, metrics) in of_instances {
        if groups.contains(&group) && !tier.has_instances() {
            lacks(metrics, NO_INSTANCES);
        }
        if groups.contains(&group) && !tier.is_in_worker() {
            lacks(metrics, OUTSIDE);
        }
    }
    if groups.contains(&Group::PageCache) && !tier.is_in_worker() {
        lacks(&PAGE_CACHE, OUTSIDE);
    }
    if groups.contains(&Group::CodeCache) && !caches_code(configuration) {
        let reason = if tier.is_engine() { NO_CODE_CACHE } else { LINKED };
        lacks(&CODE_CACHE, reason);
    }
    if groups.contains(&Group::Peak) && tier.has_instances() && tier.is_in_worker() && !has(Source::Artifact)
    {
        lacks(&["peak_save", "peak_load"], no_artifact);
    }
    if groups.contains(&Group::Tenants)
        && tier.has_instances()
        && tier.is_in_worker()
        && let Some(reason) = never_warm(workload)
    {
        lacks(&[metric::TENANTS_WARM], reason);
    }
    for (group, [fresh, _]) in [(Group::Concurrency, CONCURRENCY), (Group::Load, LOAD)] {
        if groups.contains(&group) && !tier.has_instances() {
            lacks(&[fresh], NO_INSTANCES);
        }
    }
    without
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
            code_cache: false,
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
