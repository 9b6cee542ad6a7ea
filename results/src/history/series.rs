//! The series of each cell, with its marks and changes; what changed most comes first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    digest::{Cell, Digest, RunFacts, unit},
    folder::{Folder, Stored},
    gates::{Gate, OfGate},
    since::Since,
};
use crate::{
    machine::Class,
    parallel::each,
    source::Source,
    statistics::{
        bootstrap::{self, Seeds},
        change_points::{self, change_points},
        median::median,
    },
    summary::{Ratio, Unit},
};

/// The history of a folder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct History {
    /// [`super::SCHEMA`].
    pub schema: u32,
    /// The probability up to which a change is significant, in each series.
    pub alpha: f64,
    /// The classes of machines, in order.
    pub machines: Vec<Class>,
    /// The runs, those that began first first.
    pub runs: Vec<RunFacts>,
    /// Series: what changed most comes first, then those that did not change, by their names.
    pub series: Vec<Series>,
    /// The gates, in order of time.
    pub gates: Vec<Gate>,
    /// As [`Folder::left_out`].
    pub left_out: Vec<String>,
    /// As [`Folder::odd`].
    pub odd: Vec<String>,
}

/// One cell on machines of one class, over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// The index of the class in [`History::machines`].
    pub machine: usize,
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind, in the newest run.
    pub tier: String,
    /// The workload.
    pub workload: String,
    /// The metric.
    pub metric: &'static str,
    /// What the processes ran from.
    pub source: Option<Source>,
    /// The unit of the values.
    pub unit: Unit,
    /// The values, in order of time.
    pub points: Vec<Point>,
    /// Differences from the run before.
    pub marks: Vec<Mark>,
    /// Where the values change, in order of time.
    pub changes: Vec<Change>,
    /// The verdicts of gates on machines of this class, in order of time.
    pub gates: Vec<OfGate>,
}

/// The value of one run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The index of the run in [`History::runs`].
    pub run: usize,
    /// The median over the run's processes.
    pub median: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence that the interval has.
    pub coverage: f64,
    /// The number of processes.
    pub n: u32,
}

/// A difference from the run before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// The index of the point.
    pub at: usize,
    /// What it is: `version`, `worker`, `module`, or the name of a setting of the machine or the run.
    pub what: String,
    /// What it was before; empty where it was not known.
    pub before: String,
    /// What it is now.
    pub after: String,
}

/// A change: another distribution from a point on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The index of the first point after it.
    pub at: usize,
    /// The median of the values between the change before and this one.
    pub before: f64,
    /// The median of the values from this change to the next one.
    pub after: f64,
    /// `after` against `before`, above 1 where it takes more; none where a value is zero or less.
    pub ratio: Option<Ratio>,
    /// The share of series in a random order with a change as clear as this one.
    pub p: f64,
}

/// What makes a series: class, configuration, workload, metric, source.
type Key<'a> = (usize, &'a str, &'a str, &'static str, Option<Source>);

/// Where a point's value is from.
struct Place<'a> {
    run: usize,
    stored: &'a Stored,
    cell: &'a Cell,
}

impl History {
    /// The history of what a folder holds, of the runs and gates that began at `since` or later.
    #[must_use]
    pub fn new(folder: &Folder, since: Option<Since>) -> History {
        let shown: Vec<&Stored> =
            folder.runs.iter().filter(|run| since.is_none_or(|since| run.began >= since.0)).collect();
        let shown_gate = |gate: &&Gate| {
            let began = gate.started.parse::<jiff::Timestamp>().ok();
            since.is_none_or(|since| began.is_some_and(|began| began >= since.0))
        };
        let gates: Vec<Gate> = folder.gates.iter().filter(shown_gate).cloned().collect();
        let of_runs = shown.iter().map(|run| &run.digest.run.machine);
        let machines: BTreeSet<&Class> = of_runs.chain(gates.iter().map(|gate| &gate.machine)).collect();
        let machines: Vec<Class> = machines.into_iter().cloned().collect();

        let mut cells: BTreeMap<Key, Vec<Place>> = BTreeMap::new();
        for (run, stored) in shown.iter().enumerate() {
            let digest = &stored.digest;
            let machine = machines.binary_search(&digest.run.machine).unwrap_or_default();
            for cell in &digest.cells {
                let (configuration, workload) = names(digest, cell);
                let key = (machine, configuration, workload, cell.metric, cell.source);
                cells.entry(key).or_default().push(Place { run, stored, cell });
            }
        }
        let cells: Vec<(Key, Vec<Place>)> = cells.into_iter().collect();
        let mut series = each(&cells, |(key, places)| of_cell(*key, places));
        for one in &mut series {
            one.gates = verdicts(one, &machines, &gates);
        }
        // Stable: those that did not change stay in the order of their names.
        series.sort_by(|one, other| other.largest().total_cmp(&one.largest()));
        History {
            schema: super::SCHEMA,
            alpha: change_points::ALPHA,
            machines,
            runs: shown.iter().map(|stored| stored.digest.run.clone()).collect(),
            series,
            gates,
            left_out: folder.left_out.clone(),
            odd: folder.odd.clone(),
        }
    }

    /// The series that changed, which come first.
    #[must_use]
    pub fn changed(&self) -> &[Series] {
        let end = self.series.iter().position(|one| one.changes.is_empty()).unwrap_or(self.series.len());
        &self.series[..end]
    }
}

impl Series {
    /// The size of its largest change, as the logarithm of the ratio; 0 without changes.
    fn largest(&self) -> f64 {
        self.changes.iter().map(Change::size).fold(0.0, f64::max)
    }

    /// Its change that is the largest.
    #[must_use]
    pub fn largest_change(&self) -> Option<&Change> {
        self.changes.iter().max_by(|one, other| one.size().total_cmp(&other.size()))
    }

    /// The marks of the run with which `change` began, and of the runs beside it: the place of a change is not exact.
    pub fn beside<'a>(&'a self, change: &Change) -> impl Iterator<Item = &'a Mark> {
        let near = change.at.saturating_sub(1)..=change.at + 1;
        self.marks.iter().filter(move |mark| near.contains(&mark.at))
    }

    /// Its name: configuration, workload, metric, and the source where it is known.
    #[must_use]
    pub fn name(&self) -> String {
        let source = self.source.map_or(String::new(), |source| format!(" from {}", source.name()));
        format!("{} {} {}{source}", self.configuration, self.workload, self.metric)
    }
}

impl Change {
    /// The size of the change: the same for twice and for half. What has no ratio comes after all that have one.
    fn size(&self) -> f64 {
        self.ratio.as_ref().map_or(f64::MIN_POSITIVE, |ratio| ratio.value.ln().abs().max(f64::MIN_POSITIVE))
    }
}

fn names<'a>(digest: &'a Digest, cell: &Cell) -> (&'a str, &'a str) {
    (&digest.configurations[cell.configuration as usize].id, &digest.workloads[cell.workload as usize].name)
}

fn of_cell((machine, configuration, workload, metric, source): Key, places: &[Place]) -> Series {
    let point = |place: &Place| {
        let Cell { median, low, high, coverage, n, .. } = *place.cell;
        Point { run: place.run, median, low, high, coverage, n }
    };
    let points: Vec<Point> = places.iter().map(point).collect();
    let tier = places.last().map(|last| configuration_of(last).tier.clone()).unwrap_or_default();
    let mut series = Series {
        machine,
        configuration: configuration.to_owned(),
        tier,
        workload: workload.to_owned(),
        metric,
        source,
        unit: unit(metric),
        points,
        marks: marks(places),
        changes: Vec::new(),
        gates: Vec::new(),
    };
    series.changes = changes(&series);
    series
}

fn configuration_of<'a>(place: &Place<'a>) -> &'a super::digest::Configuration {
    &place.stored.digest.configurations[place.cell.configuration as usize]
}

/// The differences between one run and the next.
fn marks(places: &[Place]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (at, pair) in places.windows(2).enumerate() {
        let [before, after] = [&pair[0], &pair[1]].map(facts);
        for what in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let [before, after] = [&before, &after].map(|facts| facts.get(what).copied().unwrap_or_default());
            if before != after {
                let [before, after] = [before, after].map(str::to_owned);
                marks.push(Mark { at: at + 1, what: (*what).to_owned(), before, after });
            }
        }
    }
    marks
}

fn facts<'a>(place: &Place<'a>) -> BTreeMap<&'a str, &'a str> {
    let digest = &place.stored.digest;
    let configuration = configuration_of(place);
    let workload = &digest.workloads[place.cell.workload as usize];
    let settings = digest.run.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let own = [
        ("version", configuration.version.as_str()),
        ("worker", configuration.worker.as_str()),
        ("module", workload.sha256.as_str()),
    ];
    settings.chain(own).collect()
}

/// The change points of the logarithms of the values: equal ratios are equal distances. Of values of which one is zero or
/// less, those of the values themselves.
fn changes(series: &Series) -> Vec<Change> {
    let values: Vec<f64> = series.points.iter().map(|point| point.median).collect();
    let positive = values.iter().all(|value| *value > 0.0);
    let scaled: Vec<f64> = values.iter().map(|value| if positive { value.ln() } else { *value }).collect();
    let seed = seed(series);
    let found = change_points(&scaled, seed).unwrap_or_default();
    let mut changes = Vec::new();
    for (index, point) in found.iter().enumerate() {
        let from = index.checked_sub(1).map_or(0, |before| found[before].at);
        let to = found.get(index + 1).map_or(values.len(), |after| after.at);
        let (before, after) = (&values[from..point.at], &values[point.at..to]);
        let middle = |values: &[f64]| median(values).map(|median| median.estimate).unwrap_or_default();
        changes.push(Change {
            at: point.at,
            before: middle(before),
            after: middle(after),
            ratio: ratio(before, after, seed),
            p: point.p,
        });
    }
    changes
}

/// The ratio of the medians, with an interval of runs that are drawn again.
fn ratio(before: &[f64], after: &[f64], seed: u64) -> Option<Ratio> {
    let level = |values: &[f64], seed: u64| {
        let runs: Vec<Vec<f64>> = values.iter().map(|value| vec![*value]).collect();
        bootstrap::level(&runs, Seeds { processes: seed, samples: seed })
    };
    let ratio = bootstrap::ratio(&level(after, seed)?, &level(before, seed.wrapping_add(1))?);
    Some(Ratio {
        value: ratio.estimate,
        low: ratio.low,
        high: ratio.high,
        coverage: ratio.coverage,
        n: ratio.n as u32,
    })
}

/// The same for the same cell, whatever else is in the folder.
fn seed(series: &Series) -> u64 {
    let hash = Sha256::digest(series.name());
    hash.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

fn verdicts(series: &Series, machines: &[Class], gates: &[Gate]) -> Vec<OfGate> {
    let of_class = gates.iter().filter(|gate| machines.get(series.machine) == Some(&gate.machine));
    let verdicts = of_class.flat_map(|gate| {
        let own = gate.cells.iter().filter(|cell| {
            cell.configuration == series.configuration
                && cell.workload == series.workload
                && cell.metric == series.metric
        });
        own.map(|cell| OfGate {
            gate: gate.id.clone(),
            started: gate.started.clone(),
            verdict: cell.verdict.clone(),
            ratio: cell.ratio,
        })
    });
    verdicts.collect()
}
