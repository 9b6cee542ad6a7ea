//! Time per unit of work, factors against native code, and places among equals.

use sha2::{Digest, Sha256};

use super::{
    Cell, NATIVE, Overall, Ratio, Throughput, ThroughputRow, Unit,
    subject::{Grid, Process, Subject},
};
use crate::{
    record::metric,
    statistics::{
        Interval,
        bootstrap::{self, Level, Seeds},
        median::median,
        rank::{ranks, touches_one},
    },
};

/// A subject and its level, where it has one.
pub struct Measured<'a> {
    pub subject: &'a Subject<'a>,
    pub level: Cell<Level>,
}

/// Every subject's level, in the order of the subjects.
pub fn levels_of<'a>(grid: &'a Grid) -> Vec<Measured<'a>> {
    let measured = |subject| Measured { subject, level: level(subject, grid.run.seed) };
    grid.subjects.iter().map(measured).collect()
}

/// The throughput of a run.
pub fn summarise(grid: &Grid, measured: &[Measured]) -> Throughput {
    let reference = grid.run.configurations.iter().find(|configuration| configuration.tier == NATIVE);
    let reference = reference.map(|configuration| configuration.id.clone());

    let mut rows: Vec<ThroughputRow> = measured
        .iter()
        .map(|one| row(one, &reference_of(measured, reference.as_deref(), one.subject.workload)))
        .collect();
    place_rows(&mut rows, measured);

    let configurations: Vec<(&str, &str)> =
        grid.run.configurations.iter().map(|one| (one.id.as_str(), one.tier.as_str())).collect();
    let has = |configuration: &str, workload: &str| find(measured, Some(configuration), workload).is_some();
    let workloads = || grid.run.workloads.iter().map(|workload| workload.name.as_str());
    let (compared, left_out): (Vec<_>, Vec<_>) =
        configurations.iter().copied().partition(|(id, _)| workloads().any(|workload| has(id, workload)));
    let common: Vec<&str> = workloads()
        .filter(|workload| !compared.is_empty() && compared.iter().all(|(id, _)| has(id, workload)))
        .collect();

    let mut overall: Vec<Overall> = configurations
        .iter()
        .map(|(configuration, tier)| Overall {
            configuration: (*configuration).to_owned(),
            tier: (*tier).to_owned(),
            factor: overall_factor(measured, configuration, reference.as_deref(), &common),
            workloads: if compared.iter().any(|(id, _)| id == configuration) {
                common.len() as u32
            } else {
                0
            },
            rank: None,
            to_least: None,
        })
        .collect();
    place_overall(&mut overall, measured, &common);
    Throughput {
        reference,
        rows,
        common: common.into_iter().map(str::to_owned).collect(),
        left_out: left_out.into_iter().map(|(id, _)| id.to_owned()).collect(),
        overall,
    }
}

fn level(subject: &Subject, seed: u64) -> Cell<Level> {
    level_of(subject, seed, metric::THROUGHPUT, |process| samples(subject, process).0)
}

/// The level of a metric from the samples of each process; those of another subject are paired with it.
pub fn level_of(
    subject: &Subject,
    seed: u64,
    metric: &str,
    samples: impl Fn(&Process) -> Vec<f64>,
) -> Cell<Level> {
    let of = |process: &Process| {
        let samples = samples(process);
        (!samples.is_empty()).then_some((process.round, samples))
    };
    subject.cell(metric, of).and_then(|values| {
        // Processes of the same rounds are drawn together, so that a round's drift is on both sides of a ratio.
        let (rounds, samples): (Vec<u32>, Vec<Vec<f64>>) = values.list.into_iter().unzip();
        let rounds: Vec<u8> = rounds.iter().flat_map(|round| round.to_le_bytes()).collect();
        let seeds = Seeds {
            processes: derive(seed, &[&rounds]),
            samples: derive(seed, &[subject.configuration.as_bytes(), subject.workload.as_bytes()]),
        };
        bootstrap::level(&samples, seeds)
            .map_or_else(|| Cell::Failed("a time of zero cannot be compared".into()), Cell::Measured)
    })
}

/// Wall and CPU time per unit of a process's samples. A function's are blocks of calls, and its sustained cost is the
/// mean of them: a median would leave out what is done in few calls.
fn samples(subject: &Subject, process: &Process) -> (Vec<f64>, Vec<f64>) {
    match subject.kind {
        "function" => process.mean_per_unit(metric::THROUGHPUT),
        _ => process.per_unit(metric::THROUGHPUT),
    }
}

/// A process's wall time per unit of work.
pub(super) fn time(subject: &Subject, process: &Process) -> Option<f64> {
    Some(median(&samples(subject, process).0)?.estimate)
}

/// A seed for a purpose.
fn derive(seed: u64, parts: &[&[u8]]) -> u64 {
    let mut hash = Sha256::new_with_prefix(seed.to_le_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).fold(0, |derived, byte| derived << 8 | u64::from(*byte))
}

/// The level of a configuration and workload.
pub fn find<'a>(measured: &'a [Measured], configuration: Option<&str>, workload: &str) -> Option<&'a Level> {
    measured
        .iter()
        .find(|one| Some(one.subject.configuration) == configuration && one.subject.workload == workload)?
        .level
        .measured()
}

/// The reference's level of a workload, or why it has none: then no configuration has a factor, for that reason.
fn reference_of(measured: &[Measured], reference: Option<&str>, workload: &str) -> Cell<Level> {
    let one =
        |one: &&Measured| Some(one.subject.configuration) == reference && one.subject.workload == workload;
    measured.iter().find(one).map_or(Cell::NotMeasured, |one| one.level.clone())
}

fn row(one: &Measured, reference: &Cell<Level>) -> ThroughputRow {
    let subject = one.subject;
    let of = |process: &Process| time(subject, process);
    let cpu = |process: &Process| Some(median(&samples(subject, process).1)?.estimate);
    ThroughputRow {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        time: subject.estimate_of(metric::THROUGHPUT, Unit::NanosecondsPerUnit, of),
        cpu: subject.estimate_of(metric::THROUGHPUT, Unit::NanosecondsPerUnit, cpu),
        factor: one
            .level
            .clone()
            .and_then(|level| reference.clone().map(|reference| shown(bootstrap::ratio(&level, &reference)))),
        rank: None,
        to_least: None,
    }
}

/// An interval as summaries have it.
pub fn shown(interval: Interval) -> Ratio {
    Ratio {
        value: interval.estimate,
        low: interval.low,
        high: interval.high,
        coverage: interval.coverage,
        n: interval.n as u32,
    }
}

/// Gives each row its place among the rows of the same workload and tier.
fn place_rows(rows: &mut [ThroughputRow], measured: &[Measured]) {
    let alike = |a: &Subject, b: &Subject| a.workload == b.workload && a.tier == b.tier;
    for (index, one) in measured.iter().enumerate() {
        // Each group once, at its first row.
        if measured[..index].iter().any(|earlier| alike(earlier.subject, one.subject)) {
            continue;
        }
        let group: Vec<(usize, &Level)> = (index..measured.len())
            .filter(|other| alike(measured[*other].subject, one.subject))
            .filter_map(|other| Some((other, measured[other].level.measured()?)))
            .collect();
        let estimates: Vec<f64> = group.iter().map(|(_, level)| level.estimate).collect();
        let ranks = ranks(&estimates, |a, b| touches_one(bootstrap::ratio(group[a].1, group[b].1)));
        let Some(least) = least(&estimates) else { continue };
        for ((row, level), rank) in group.iter().zip(ranks) {
            rows[*row].rank = Some(rank);
            rows[*row].to_least = Some(shown(bootstrap::ratio(level, group[least].1)));
        }
    }
}

fn levels<'a>(measured: &'a [Measured], configuration: &str, common: &[&str]) -> Option<Vec<&'a Level>> {
    common.iter().map(|workload| find(measured, Some(configuration), workload)).collect()
}

fn overall_factor(
    measured: &[Measured],
    configuration: &str,
    reference: Option<&str>,
    common: &[&str],
) -> Cell<Ratio> {
    let levels = |configuration| levels(measured, configuration, common);
    if let Some(of) = levels(configuration)
        && let Some(against) = reference.and_then(levels)
        && let Some(mean) = bootstrap::mean_ratio(&of.into_iter().zip(against).collect::<Vec<_>>())
    {
        return Cell::Measured(shown(mean));
    }
    // The reason why a configuration has nothing is its first row's.
    let own = measured.iter().filter(|one| one.subject.configuration == configuration);
    let first = own.map(|one| one.level.clone()).next().unwrap_or(Cell::NotMeasured);
    first.and_then(|_| Cell::NotMeasured)
}

/// Gives each configuration its place among those of the same tier, over the common workloads.
fn place_overall(overall: &mut [Overall], measured: &[Measured], common: &[&str]) {
    let mut tiers: Vec<String> = overall.iter().map(|one| one.tier.clone()).collect();
    tiers.sort_unstable();
    tiers.dedup();
    for tier in tiers {
        let group: Vec<(usize, Vec<&Level>)> = (0..overall.len())
            .filter(|index| overall[*index].tier == tier && !common.is_empty())
            .filter_map(|index| Some((index, levels(measured, &overall[index].configuration, common)?)))
            .collect();
        let Some((_, leader)) = group.first() else { continue };
        let against = |a: &[&Level], b: &[&Level]| {
            bootstrap::mean_ratio(&a.iter().copied().zip(b.iter().copied()).collect::<Vec<_>>())
        };
        // Any reference orders them alike.
        let sizes: Option<Vec<f64>> =
            group.iter().map(|(_, levels)| Some(against(levels, leader)?.estimate)).collect();
        let sizes = sizes.unwrap_or_default();
        let same = |a: usize, b: usize| against(&group[a].1, &group[b].1).is_some_and(touches_one);
        let ranks = ranks(&sizes, same);
        let Some(least) = least(&sizes) else { continue };
        for ((index, levels), rank) in group.iter().zip(ranks) {
            overall[*index].rank = Some(rank);
            overall[*index].to_least = against(levels, &group[least].1).map(shown);
        }
    }
}

/// Where the least value is; `None` where there are none.
fn least(values: &[f64]) -> Option<usize> {
    (0..values.len()).min_by(|a, b| values[*a].total_cmp(&values[*b]))
}
