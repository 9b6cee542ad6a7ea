//! Shards of one run on machines of one class as that run.

use std::collections::BTreeMap;

use crate::{
    record::Record,
    run::{ConfigurationRecord, Disturbance, Environment, Realtime, Run, Shard, WorkloadRecord},
    store::LoadedRun,
};

/// The run that these shards are parts of, which were measured on machines of one class. Where some are missing it has
/// not finished, and its workloads are those that are there.
pub fn merge(first: LoadedRun, rest: Vec<LoadedRun>) -> LoadedRun {
    let mut shards: Vec<LoadedRun> = std::iter::once(first).chain(rest).collect();
    let mut records: Vec<Record> =
        shards.iter_mut().flat_map(|shard| std::mem::take(&mut shard.records)).collect();
    let runs: Vec<&Run> = shards.iter().map(|shard| &shard.run).collect();
    let first = runs[0];
    let (job, of, order) = match &first.shard {
        Some(Shard { job, of, division, .. }) => (job.clone(), *of, division.as_slice()),
        None => (first.id.clone(), 1, &[][..]),
    };
    let position = |name: &str| order.iter().position(|one| one.workload == name).unwrap_or(order.len());
    let in_order = |of: fn(&Run) -> &[WorkloadRecord]| {
        let mut all: Vec<WorkloadRecord> = runs.iter().flat_map(|run| of(run).to_vec()).collect();
        all.sort_by_key(|one| position(&one.name));
        all
    };
    let complete = runs.len() == of as usize && runs.iter().all(|run| run.finished.is_some());
    let run = Run {
        id: job,
        shard: None,
        started: runs.iter().map(|run| &run.started).min().cloned().unwrap_or_default(),
        finished: runs.iter().filter_map(|run| run.finished.clone()).max().filter(|_| complete),
        realtime: runs.iter().map(|run| run.realtime).reduce(least).unwrap_or(first.realtime),
        environment: environment(&runs),
        configurations: configurations(&runs),
        workloads: in_order(|run| &run.workloads),
        operations: in_order(|run| &run.operations),
        notes: notes(&runs),
        ..first.clone()
    };
    let target = |record: &Record| {
        let at = run.configurations.iter().position(|one| one.id == record.configuration);
        at.unwrap_or(run.configurations.len())
    };
    let warnings = shards.iter().flat_map(|shard| shard.warnings.iter().cloned()).collect();
    // Rows of the plan's own come from each shard; within a process, rows keep their order.
    records.sort_by_cached_key(|record| match record.process {
        0 => (0, target(record), position(&record.workload)),
        process => (process, 0, 0),
    });
    LoadedRun { run, records, warnings }
}

fn least(one: Realtime, other: Realtime) -> Realtime {
    if one == other { one } else { Realtime::Refused }
}

/// The first machine's, with what disturbed the worst of them.
fn environment(runs: &[&Run]) -> Environment {
    let all = || runs.iter().map(|run| &run.environment);
    let most = |of: fn(&Environment) -> Option<f64>| all().filter_map(of).reduce(f64::max);
    let least = |of: fn(&Environment) -> Option<u64>| all().filter_map(of).min();
    let first = &runs[0].environment;
    let disturbance = all().filter_map(|one| one.disturbance.clone()).reduce(Disturbance::worst);
    Environment {
        kernel: each(all().map(|one| &one.kernel)),
        libc: each(all().map(|one| &one.libc)),
        os: each(all().map(|one| &one.os)),
        toolchain: each(all().map(|one| &one.toolchain)),
        pinning: Some(each(all().filter_map(|one| one.pinning.as_ref()))).filter(|text| !text.is_empty()),
        memory_bytes: least(|one| Some(one.memory_bytes)).unwrap_or(first.memory_bytes),
        load: most(|one| Some(one.load)).unwrap_or(first.load),
        noise: most(|one| one.noise),
        max_map_count: least(|one| one.max_map_count),
        max_descriptors: least(|one| one.max_descriptors),
        disturbance,
        ..first.clone()
    }
}

/// Each of the values that differ, once.
fn each<'a>(values: impl Iterator<Item = &'a String>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for value in values {
        if !all.contains(&value.as_str()) {
            all.push(value);
        }
    }
    all.join("; ")
}

/// The configurations with what all shards' processes resolved of them.
fn configurations(runs: &[&Run]) -> Vec<ConfigurationRecord> {
    let merged = |one: &ConfigurationRecord| {
        let same = || runs.iter().flat_map(|run| &run.configurations).filter(|other| other.id == one.id);
        let mut settings: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for (name, value) in same().flat_map(|other| &other.settings) {
            settings.entry(name.clone()).or_default().push(value);
        }
        ConfigurationRecord {
            settings: settings.into_iter().map(|(name, all)| (name, each(all.into_iter()))).collect(),
            worker_bytes: same().map(|other| other.worker_bytes).max().unwrap_or(one.worker_bytes),
            distribution_build: same().find_map(|other| other.distribution_build.clone()),
            capabilities: same().find_map(|other| other.capabilities.clone()),
            ..one.clone()
        }
    };
    runs[0].configurations.iter().map(merged).collect()
}

fn notes(runs: &[&Run]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for note in runs.iter().flat_map(|run| &run.notes) {
        if !all.contains(note) {
            all.push(note.clone());
        }
    }
    let revisions = each(runs.iter().filter_map(|run| run.revision.as_ref()));
    if revisions.contains("; ") {
        all.push(format!("the shards were measured by several revisions of wasmark: {revisions}"));
    }
    all
}
