//! Stored results beside each other, by the gate's rules where they were measured in pairs: the same run, the same round.
//! What was measured in another hour has a ratio and no verdict; what was measured on another machine has neither.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use wasmark_results::{
    record::{Outcome, Record, metric},
    run::Environment,
    statistics::{
        bootstrap::{self, Seeds},
        median::median,
    },
    store::LoadedRun,
};

use crate::{
    estimate::Value,
    exact::{self, Exact, Tolerance},
    holm,
    pair::LogRatio,
    ratio::{self, Ratio},
    rules::{Design, Rules},
    sign::{self, Direction, P},
};

/// What is timed, in the order in which it is shown.
const TIMED: [&str; 9] = [
    metric::PROCESS_TO_RESULT,
    metric::SPAWN,
    metric::COMPILE,
    metric::LOAD,
    metric::INSTANTIATE,
    metric::FIRST_CALL,
    metric::FRESH_INSTANCE,
    metric::REUSED_INSTANCE,
    metric::THROUGHPUT,
];
/// What is counted.
const COUNTED: [&str; 4] =
    [metric::ARTIFACT_SIZE, metric::WORKER_SIZE, metric::CODE, metric::INSTANTIATE_FAULTS];
/// Counts of the same thing are the same to half a percent.
const SAME: Tolerance = Tolerance { relative: 0.005, absolute: 0.0 };
/// For ratios of what was not measured in pairs.
const SEEDS: [Seeds; 2] = [Seeds { processes: 1, samples: 2 }, Seeds { processes: 3, samples: 4 }];

/// One side: a run, or one configuration of it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The run.
    pub run: &'a LoadedRun,
    /// The configuration; all of the run's where there is none.
    pub configuration: Option<&'a str>,
}

/// One row: a cell of both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The base's configuration.
    pub base: String,
    /// The other's.
    pub candidate: String,
    /// The workload.
    pub workload: String,
    /// The metric.
    pub metric: &'static str,
    /// How they stand to each other.
    pub relation: Relation,
}

/// How two cells stand to each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "relation", rename_all = "snake_case")]
pub enum Relation {
    /// Measured in the same rounds.
    Paired {
        /// The median of the rounds' ratios.
        ratio: Ratio,
        /// The direction of a change that the test is sure of; none where it is not.
        change: Option<Direction>,
        /// The probability of as much evidence without a change, among all rows (Holm); the smaller of both directions.
        p: P,
    },
    /// Measured by the same machine in different runs: no verdict.
    Unpaired {
        /// The ratio of medians.
        ratio: f64,
        /// The lower end of its bootstrapped interval.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// Counted.
    Counted(Exact),
    /// Cannot be compared.
    NotComparable {
        /// Why not.
        reason: String,
    },
}

/// Compares every cell that both sides measured; and the names of what only one of them has.
#[must_use]
pub fn compare(base: Side<'_>, candidate: Side<'_>) -> (Vec<Row>, Vec<String>) {
    let (pairs, mut alone) = configurations(base, candidate);
    let foreign = other_machine(&base.run.run.environment, &candidate.run.run.environment);
    let same_run = base.run.run.id == candidate.run.run.id;
    let grids = [base, candidate].map(|side| grid(&side.run.records));
    let mut rows = Vec::new();
    for (one, other) in &pairs {
        for workload in &base.run.run.workloads {
            let Some(same) = candidate.run.run.workloads.iter().find(|same| same.name == workload.name)
            else {
                continue;
            };
            let barrier = match &foreign {
                Some(reason) => Some(reason.clone()),
                None if same.wasm_sha256 != workload.wasm_sha256 => {
                    Some("another module of this name".to_string())
                }
                None => None,
            };
            for metric in TIMED.into_iter().chain(COUNTED) {
                let cells = (
                    grids[0].get(&(one.as_str(), workload.name.as_str(), metric)),
                    grids[1].get(&(other.as_str(), workload.name.as_str(), metric)),
                );
                let relation = match (cells, &barrier) {
                    ((Some(_), Some(_)), Some(reason)) => {
                        Some(Relation::NotComparable { reason: reason.clone() })
                    }
                    ((Some(one), Some(other)), None) if COUNTED.contains(&metric) => counted(one, other),
                    ((Some(one), Some(other)), None) if same_run => paired(one, other),
                    ((Some(one), Some(other)), None) => unpaired(one, other),
                    _ => None,
                };
                rows.extend(relation.map(|relation| Row {
                    base: one.clone(),
                    candidate: other.clone(),
                    workload: workload.name.clone(),
                    metric,
                    relation,
                }));
            }
        }
    }
    adjust(&mut rows);
    let names = |side: Side<'_>| -> BTreeSet<String> {
        side.run.run.workloads.iter().map(|workload| workload.name.clone()).collect()
    };
    alone.extend(names(base).symmetric_difference(&names(candidate)).map(|name| format!("workload {name}")));
    (rows, alone)
}

/// The configurations that are compared with each other, and those that only one side has.
fn configurations(base: Side<'_>, candidate: Side<'_>) -> (Vec<(String, String)>, Vec<String>) {
    let ids = |side: Side<'_>| -> BTreeSet<String> {
        side.run.run.configurations.iter().map(|one| one.id.clone()).collect()
    };
    match (base.configuration, candidate.configuration) {
        (None, None) => {
            let (base, candidate) = (ids(base), ids(candidate));
            let both = base.intersection(&candidate).map(|id| (id.clone(), id.clone())).collect();
            (both, base.symmetric_difference(&candidate).map(|id| format!("configuration {id}")).collect())
        }
        (Some(one), Some(other)) => (vec![(one.to_string(), other.to_string())], vec![]),
        (Some(one), None) => (ids(candidate).into_iter().map(|id| (one.to_string(), id)).collect(), vec![]),
        (None, Some(other)) => (ids(base).into_iter().map(|id| (id, other.to_string())).collect(), vec![]),
    }
}

/// Why nothing that one machine measured can be compared with what the other did, if so.
#[must_use]
pub fn other_machine(one: &Environment, other: &Environment) -> Option<String> {
    let told = |environment: &Environment| {
        [
            ("CPU", environment.cpu.clone()),
            ("number of CPUs", environment.cpus.to_string()),
            ("memory", format!("{} MiB", environment.memory_bytes >> 20)),
            ("architecture", environment.architecture.clone()),
            ("kernel", environment.kernel.clone()),
            ("C library", environment.libc.clone()),
        ]
    };
    let differs = told(one).into_iter().zip(told(other)).find(|(one, other)| one != other);
    differs.map(|((name, one), (_, other))| format!("other machine ({name}: {one}, {other})"))
}

/// Values by round: one for each process, of the median of its samples.
type Cell = BTreeMap<u32, Vec<f64>>;

fn grid(records: &[Record]) -> BTreeMap<(&str, &str, &str), Cell> {
    let mut samples: BTreeMap<(&str, &str, &str, u32, u32), Vec<f64>> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.warmup && record.units > 0) {
        if let Outcome::Measured { value, cpu_ns } = record.outcome {
            let key = (
                record.configuration.as_str(),
                record.workload.as_str(),
                record.metric.as_str(),
                record.round,
                record.process,
            );
            // CPU time where it is known, as in the gate: it counts no time that others had.
            samples.entry(key).or_default().push(cpu_ns.unwrap_or(value) / record.units as f64);
        }
    }
    let mut cells: BTreeMap<_, Cell> = BTreeMap::new();
    for ((configuration, workload, metric, round, _), samples) in samples {
        let cell = cells.entry((configuration, workload, metric)).or_default();
        cell.entry(round).or_default().extend(median(&samples).map(|median| median.estimate));
    }
    cells
}

fn paired(one: &Cell, other: &Cell) -> Option<Relation> {
    let pairs = pairs(one, other);
    let ratio = ratio::median_ratio(&pairs)?;
    let tests = [Direction::Slower, Direction::Faster]
        .map(|direction| (direction, sign::test(&pairs, Rules::default().margin, direction)));
    let [(slower, p), (faster, q)] = tests;
    let (direction, p) = if p <= q { (slower, p) } else { (faster, q) };
    // Both directions are tested: twice the chance of a false word. Holm's part follows when all rows are there.
    Some(Relation::Paired { ratio, change: Some(direction), p: P::new(2.0 * p.get()) })
}

fn pairs(one: &Cell, other: &Cell) -> Vec<LogRatio> {
    let value = |values: &Vec<f64>| Value::once(median(values)?.estimate).ok();
    let pair = |(round, base): (&u32, &Vec<f64>)| Some(LogRatio::of(value(base)?, value(other.get(round)?)?));
    one.iter().filter_map(pair).collect()
}

fn unpaired(one: &Cell, other: &Cell) -> Option<Relation> {
    let processes = |cell: &Cell| cell.values().flatten().map(|value| vec![*value]).collect::<Vec<_>>();
    let [base, candidate] =
        [bootstrap::level(&processes(one), SEEDS[0]), bootstrap::level(&processes(other), SEEDS[1])];
    let ratio = bootstrap::ratio(&candidate?, &base?);
    Some(Relation::Unpaired { ratio: ratio.estimate, low: ratio.low, high: ratio.high })
}

fn counted(one: &Cell, other: &Cell) -> Option<Relation> {
    let middle = |cell: &Cell| {
        let values: Vec<f64> = cell.values().flatten().copied().collect();
        median(&values).map(|median| median.estimate)
    };
    exact::compare(middle(one)?, middle(other)?, SAME).map(Relation::Counted)
}

/// Holm's procedure over all rows that were tested; a change that is not certain among all of them is none.
fn adjust(rows: &mut [Row]) {
    let tests: Vec<P> = rows.iter().filter_map(|row| test_of(&row.relation)).collect();
    let mut adjusted = holm::adjust(&tests).into_iter();
    for row in rows {
        if let Relation::Paired { change, p, .. } = &mut row.relation {
            *p = adjusted.next().unwrap_or(P::ONE);
            *change = change.filter(|_| p.get() <= Design::default().alpha);
        }
    }
}

fn test_of(relation: &Relation) -> Option<P> {
    match relation {
        Relation::Paired { p, .. } => Some(*p),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(values: &[f64]) -> Cell {
        (0..).zip(values).map(|(round, value)| (round, vec![*value])).collect()
    }

    fn row(metric: &'static str, relation: Relation) -> Row {
        let name = || "x".to_string();
        Row { base: name(), candidate: name(), workload: name(), metric, relation }
    }

    #[test]
    fn rounds_that_both_have_are_pairs() {
        let mut other = cell(&[2.0, 4.0, 6.0]);
        other.remove(&1);
        assert_eq!(pairs(&cell(&[1.0, 2.0, 3.0]), &other).len(), 2);
        assert!(pairs(&cell(&[0.0, f64::NAN]), &cell(&[1.0, 1.0])).is_empty());
    }

    #[test]
    fn a_change_is_one_only_among_all_rows() {
        let base = cell(&[1.0; 12]);
        let slower = paired(&base, &cell(&[1.5; 12])).expect("pairs");
        let mut few = vec![row(metric::COMPILE, slower.clone())];
        adjust(&mut few);
        assert!(matches!(few[0].relation, Relation::Paired { change: Some(Direction::Slower), .. }));
        let mut many: Vec<Row> = (0..40).map(|_| row(metric::COMPILE, slower.clone())).collect();
        adjust(&mut many);
        assert!(many.iter().all(|row| matches!(row.relation, Relation::Paired { change: None, .. })));
    }

    #[test]
    fn other_runs_have_a_ratio_and_counts_a_difference() {
        let (base, other) = (cell(&[1.0, 1.1, 0.9]), cell(&[2.0, 2.2, 1.8]));
        match unpaired(&base, &other) {
            Some(Relation::Unpaired { ratio, .. }) => assert!((ratio - 2.0).abs() < 1e-9),
            other => panic!("{other:?}"),
        }
        let grew = counted(&cell(&[100.0]), &cell(&[101.0]));
        assert!(matches!(grew, Some(Relation::Counted(Exact { change: exact::Change::Grew, .. }))));
    }
}
