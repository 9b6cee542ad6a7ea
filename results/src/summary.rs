//! Everything that the page, the text tables and `wasmark report --json` show of one run. These only
//! display it. The names of fields and variants are the names in the JSON.
//!
//! Lists are full grids in the run's own order: one row for each configuration and each of the workloads, measured
//! or not. Warm-ups are in no number here.

mod answers;
mod boundary;
mod capacity;
mod code_cache;
mod cold_start;
mod density;
mod distribution;
mod memory;
pub mod noise;
mod page_cache;
mod peak;
pub mod points;
mod problems;
mod programs;
mod quick;
mod residue;
pub mod serving;
mod subject;
mod tenants;
mod throughput;
mod types;
mod values;
pub mod variants;
pub mod waiting;

use std::{borrow::Cow, collections::BTreeMap};

pub use answers::{Answer, Factor, Kind, Question, Standing};
pub use boundary::Crossing;
pub use capacity::{Bound, Density, Instances, Limit};
pub use code_cache::CodeCache;
pub use density::Live;
pub use noise::{Grade, Noise};
pub use page_cache::PageCache;
pub use peak::{OfPhase, Peak};
pub use programs::{Form, FormRow, LanguageRow, Program, Programs};
pub use quick::{QuickRow, TOLERANCE};
pub use serving::{Concurrency, Load};
use subject::{Grid, Subject};
pub use tenants::Tenants;
pub use types::*;
pub use values::*;

use crate::{
    error::chain,
    record::{Outcome, Record, metric},
    run::NATIVE,
    statistics::histogram,
    store::LoadedRun,
};

/// Summarises a run. The same run gives the same summary.
#[must_use]
pub fn summarise(loaded: &LoadedRun) -> Summary {
    let records = readable(&loaded.records);
    let grid = Grid::new(&loaded.run, &records);
    let measured = throughput::levels_of(&grid);
    let throughput = throughput::summarise(&grid, &measured);
    let noise = noise::of_run(&loaded.run);
    let memory: Vec<Memory> = grid.subjects.iter().map(memory::summarise).collect();
    let environment = &loaded.run.environment;
    let compile: Vec<Compile> = grid.subjects.iter().zip(&throughput.rows).map(compile).collect();
    Summary {
        run: loaded.run.clone(),
        warnings: noise.warning().into_iter().chain(warnings(loaded)).collect(),
        damaged: loaded.warnings.clone(),
        noise,
        processes: grid.processes(),
        cold_start: grid.subjects.iter().map(cold_start::summarise).collect(),
        variants: variants::summarise(&grid, &measured, &compile),
        compile,
        programs: programs::summarise(&loaded.run, &measured, &throughput.rows),
        quick: quick::summarise(&loaded.run, &measured),
        throughput,
        density: memory.iter().map(|one| Density::of(one, environment)).collect(),
        memory,
        live: density::summarise(&grid),
        tenants: tenants::summarise(&grid),
        page_cache: page_cache::summarise(&grid),
        code_cache: code_cache::summarise(&grid),
        peak: peak::summarise(&grid),
        residue: residue(&grid),
        concurrency: serving::concurrency(&grid),
        load: serving::load(&grid),
        boundary: boundary::summarise(&loaded.run, &records),
        sizes: loaded.run.configurations.iter().map(|configuration| size(&grid, configuration)).collect(),
        harness: Harness { empty_window: distribution::of_run(&grid) },
        problems: problems::summarise(&loaded.run, &records),
    }
}

/// What a reader of the numbers has to know: what the run noted, which engines are builds that their maintainers do not release, what its
/// workloads did without, what is damaged.
fn warnings(loaded: &LoadedRun) -> Vec<String> {
    let mut builds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &loaded.run.configurations {
        if let Some(reason) = &one.distribution_build {
            builds.entry(reason).or_default().push(&one.id);
        }
    }
    let builds =
        builds.into_iter().map(|(reason, ids)| format!("distribution build ({}): {reason}", ids.join(", ")));
    let stubbed = loaded.run.workloads.iter().filter(|workload| !workload.stubs.is_empty());
    let stubbed = stubbed
        .map(|one| format!("{}: no runtime provides {}; zeros stand in", one.name, one.stubs.join(", ")));
    let mut all = loaded.run.notes.clone();
    all.extend(builds.chain(stubbed));
    all.extend(loaded.warnings.iter().cloned());
    all
}

/// The records, with a reason in place of a histogram that is none.
fn readable(records: &[Record]) -> Cow<'_, [Record]> {
    let unreadable = |record: &Record| match &record.outcome {
        Outcome::Histogram(bytes) => histogram::decode(bytes).err(),
        _ => None,
    };
    let reasons: Vec<(usize, String)> = records
        .iter()
        .enumerate()
        .filter_map(|(row, record)| Some((row, chain(&unreadable(record)?))))
        .collect();
    let mut records = Cow::Borrowed(records);
    for (row, reason) in reasons {
        records.to_mut()[row].outcome = Outcome::Failed(reason);
    }
    records
}

/// A full grid where any process looked.
fn residue(grid: &Grid) -> Vec<Residue> {
    let looked = grid.rows(metric::RESIDUE_PRIVATE).chain(grid.rows(metric::RESIDUE)).next().is_some();
    if looked { grid.subjects.iter().map(residue::summarise).collect() } else { Vec::new() }
}

fn compile((subject, row): (&Subject, &ThroughputRow)) -> Compile {
    Compile {
        configuration: row.configuration.clone(),
        workload: row.workload.clone(),
        tier: row.tier.clone(),
        compile: subject.window(metric::COMPILE, |_| true),
        save: subject.window(metric::SAVE, |_| true),
        artifact_size: subject.estimate(metric::ARTIFACT_SIZE, Unit::Bytes),
        time: row.time.clone(),
        factor: row.factor.clone(),
    }
}

fn size(grid: &Grid, configuration: &crate::run::ConfigurationRecord) -> Size {
    let resolved = (configuration.worker_bytes > 0).then_some(configuration.worker_bytes);
    let worker_bytes = resolved.or_else(|| grid.largest(&configuration.id, metric::WORKER_SIZE));
    Size {
        configuration: configuration.id.clone(),
        tier: configuration.tier.clone(),
        worker_bytes: worker_bytes.map_or(Cell::NotMeasured, Cell::Measured),
    }
}

#[cfg(test)]
mod tests;
