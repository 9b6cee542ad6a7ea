//! Stored results beside each other. Where they were measured in pairs, the same run and the same round, they have a
//! verdict by a test of whole rounds ([`crate::flip`]), corrected for all rows of the comparison. Values of another
//! hour have a ratio and no verdict, relative to native code where both runs measured it (`yardstick`); values of another
//! machine have neither. Values of processes that ran from an artifact and of processes that ran from a module are
//! different rows.

mod cells;
mod yardstick;

use std::collections::{BTreeMap, BTreeSet};

pub use cells::Clock;
use cells::{Cell, Cells, Match};
use serde::Serialize;
use wasmark_results::{
    record::metric,
    run::{Environment, Run, WorkloadRecord},
    source::Source,
    statistics::{
        bootstrap::{self, Seeds},
        median::median,
    },
    store::LoadedRun,
};

use crate::{
    estimate::Value,
    exact::{self, Exact, Tolerance},
    flip::{self, Rounds, Tested},
    pair::LogRatio,
    ratio::{self, Ratio},
    rules::Rules,
    sign::{Direction, P},
};
use yardstick::Yardstick;

/// What is timed, in the order in which it is shown.
const TIMED: [&str; 15] = [
    metric::PROCESS_TO_RESULT,
    metric::FROM_WASM,
    metric::FROM_ARTIFACT,
    metric::SPAWN,
    metric::ENGINE,
    metric::COMPILE,
    metric::LOAD,
    metric::PREPARE,
    metric::INSTANTIATE,
    metric::FIRST_CALL,
    metric::SECOND_CALL,
    metric::FRESH_INSTANCE,
    metric::REUSED_INSTANCE,
    metric::THROUGHPUT,
    metric::BOUNDARY,
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
    /// What the base's processes ran from; none where that is the reason why there is nothing to compare.
    pub base_source: Option<Source>,
    /// What the candidate's ran from: the same, but for metrics of what users deploy.
    pub candidate_source: Option<Source>,
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
        /// What the values were measured by.
        clock: Clock,
        /// The direction of a change that the test is sure of; none where it is not.
        change: Option<Direction>,
        /// The probability of as much evidence among all rows without a change; none with too few pairs for a verdict.
        p: Option<P>,
        /// How many pairs a verdict needs at least, where there are fewer.
        needed: Option<usize>,
    },
    /// Measured by the same machine in different runs: no verdict.
    Unpaired {
        /// The ratio of medians.
        ratio: f64,
        /// The lower end of its bootstrapped interval.
        low: f64,
        /// The upper end.
        high: f64,
        /// The confidence that the interval really has.
        coverage: f64,
        /// Processes on the side that has fewer.
        n: usize,
        /// What the values were measured by.
        clock: Clock,
        /// The configuration in whose times the values were divided, each in that of its own round; none where the values are
        /// themselves compared.
        #[serde(skip_serializing_if = "Option::is_none")]
        relative_to: Option<String>,
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
    let (pairs_of, mut alone) = configurations(base, candidate);
    let foreign = other_machine(&base.run.run.environment, &candidate.run.run.environment);
    let same_run = base.run.run.id == candidate.run.run.id;
    let cells = [Cells::new(base.run), Cells::new(candidate.run)];
    let yardstick = if same_run { None } else { Yardstick::of([base, candidate], &cells) };
    let mut rows = Vec::new();
    let mut pairs = BTreeMap::new();
    for (one, other) in &pairs_of {
        for (workload, crosses) in subjects(&base.run.run) {
            let mut others = subjects(&candidate.run.run);
            let Some((same, _)) = others.find(|(same, of)| same.name == workload.name && *of == crosses)
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
            let sides = [one, other].map(|configuration| (configuration.as_str(), workload.name.as_str()));
            let metrics = TIMED.into_iter().chain(COUNTED);
            for metric in metrics.filter(|metric| crosses == (*metric == metric::BOUNDARY)) {
                for found in cells[0].matches(sides[0], &cells[1], sides[1], metric) {
                    let (sources, relation) = match (found, &barrier) {
                        (Match::Not(reason), _) => ([None; 2], Some(Relation::NotComparable { reason })),
                        (Match::Cells(sources, _), Some(reason)) => {
                            (sources.map(Some), Some(Relation::NotComparable { reason: reason.clone() }))
                        }
                        (Match::Cells(sources, sides), None) => {
                            let relation = if COUNTED.contains(&metric) {
                                counted(sides)
                            } else if same_run {
                                let (relation, rounds) = paired(sides);
                                relation.inspect(|_| {
                                    pairs.insert(rows.len(), rounds);
                                })
                            } else {
                                // The yardstick's own rows are not divided.
                                let yardstick =
                                    yardstick.as_ref().filter(|by| by.id != *one && by.id != *other);
                                unpaired(sides, yardstick)
                            };
                            (sources.map(Some), relation)
                        }
                    };
                    rows.extend(relation.map(|relation| Row {
                        base: one.clone(),
                        candidate: other.clone(),
                        workload: workload.name.clone(),
                        metric,
                        base_source: sources[0],
                        candidate_source: sources[1],
                        relation,
                    }));
                }
            }
        }
    }
    decide(&mut rows, &pairs);
    let names = |side: Side<'_>| -> BTreeSet<String> {
        side.run.run.workloads.iter().map(|workload| workload.name.clone()).collect()
    };
    alone.extend(names(base).symmetric_difference(&names(candidate)).map(|name| format!("workload {name}")));
    (rows, alone)
}

/// The workloads of a run, then what crossed the boundary in it, which is marked.
fn subjects(run: &Run) -> impl Iterator<Item = (&WorkloadRecord, bool)> {
    let workloads = run.workloads.iter().map(|one| (one, false));
    workloads.chain(run.operations.iter().map(|one| (one, true)))
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
    let facts = |environment: &Environment| {
        [
            ("CPU", environment.cpu.clone()),
            ("number of CPUs", environment.cpus.to_string()),
            ("memory", format!("{} MiB", environment.memory_bytes >> 20)),
            ("architecture", environment.architecture.clone()),
            ("kernel", environment.kernel.clone()),
            ("C library", environment.libc.clone()),
        ]
    };
    let differs = facts(one).into_iter().zip(facts(other)).find(|(one, other)| one != other);
    differs.map(|((name, one), (_, other))| format!("other machine ({name}: {one}, {other})"))
}

/// What the values of both cells are compared by: CPU time, as in the gate, where every one of them has it.
fn clock(sides: [&Cell; 2]) -> Clock {
    let all = sides.iter().flat_map(|cell| cell.values().flatten()).all(|value| value.cpu.is_some());
    if all { Clock::Cpu } else { Clock::Wall }
}

fn by(clock: Clock, values: &[cells::Value]) -> Vec<f64> {
    let one = |value: &cells::Value| match clock {
        Clock::Cpu => value.cpu.unwrap_or(value.wall),
        Clock::Wall => value.wall,
    };
    values.iter().map(one).collect()
}

/// The relation of cells of the same run, not yet decided, and its pairs.
fn paired(sides: [&Cell; 2]) -> (Option<Relation>, Rounds) {
    let clock = clock(sides);
    let rounds = rounds(sides, clock);
    let pairs: Vec<LogRatio> = rounds.values().copied().collect();
    let relation = |ratio| Relation::Paired { ratio, clock, change: None, p: None, needed: None };
    (ratio::median_ratio(&pairs).map(relation), rounds)
}

/// The pairs of the rounds that both cells have.
fn rounds([one, other]: [&Cell; 2], clock: Clock) -> Rounds {
    let value = |values: &[cells::Value]| Value::once(median(&by(clock, values))?.estimate).ok();
    let pair = |(round, base): (&u32, &Vec<cells::Value>)| {
        Some((*round, LogRatio::of(value(base)?, value(other.get(round)?)?)))
    };
    one.iter().filter_map(pair).collect()
}

fn unpaired(sides: [&Cell; 2], yardstick: Option<&Yardstick>) -> Option<Relation> {
    let clock = clock(sides);
    let times = |side: usize| {
        let rounds = sides[side].iter();
        rounds.flat_map(|(round, values)| by(clock, values).into_iter().map(|value| (*round, value)))
    };
    let divided = |by: &Yardstick| Some([by.divide(0, times(0))?, by.divide(1, times(1))?]);
    let relative = yardstick.and_then(|by| Some((divided(by)?, by.id.clone())));
    let (values, relative_to) = match relative {
        Some((values, id)) => (values, Some(id)),
        None => ([0, 1].map(|side| times(side).map(|(_, value)| value).collect()), None),
    };
    let level = |side: usize| {
        let processes: Vec<Vec<f64>> = values[side].iter().map(|value| vec![*value]).collect();
        bootstrap::level(&processes, SEEDS[side])
    };
    let ratio = bootstrap::ratio(&level(1)?, &level(0)?);
    Some(Relation::Unpaired {
        ratio: ratio.estimate,
        low: ratio.low,
        high: ratio.high,
        coverage: ratio.coverage,
        n: ratio.n,
        clock,
        relative_to,
    })
}

fn counted([one, other]: [&Cell; 2]) -> Option<Relation> {
    let middle = |cell: &Cell| {
        let values: Vec<f64> = cell.values().flatten().map(|value| value.wall).collect();
        median(&values).map(|median| median.estimate)
    };
    exact::compare(middle(one)?, middle(other)?, SAME).map(Relation::Counted)
}

/// Tests all rows that have pairs together; a change that is not certain among all of them is none.
fn decide(rows: &mut [Row], pairs: &BTreeMap<usize, Rounds>) {
    let family: Vec<Rounds> = pairs.values().cloned().collect();
    let tested = flip::test(&family, Rules::default().margin, flip::ALPHA);
    for (index, tested) in pairs.keys().zip(tested) {
        let Some(Relation::Paired { ratio, change, p, needed, .. }) =
            rows.get_mut(*index).map(|row| &mut row.relation)
        else {
            continue;
        };
        *change = tested.named(ratio, flip::ALPHA);
        match tested {
            Tested::Sure(_, probability) => *p = Some(probability),
            Tested::TooFew(least) => *needed = Some(least),
        }
    }
}

#[cfg(test)]
mod tests;
