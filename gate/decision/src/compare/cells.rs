//! The cells of a run for a comparison: values of one process each, by round, apart for each source.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use wasmark_results::{
    provenance,
    record::{Outcome, Record, metric},
    source::{self, Source},
    statistics::median::median,
    store::LoadedRun,
};

/// What a value is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// CPU time, which counts no time that others had.
    Cpu,
    /// Wall time; or no clock, of what is counted.
    Wall,
}

/// What one process gave: the median of its samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    pub wall: f64,
    pub cpu: Option<f64>,
}

/// Values by round.
pub type Cell = BTreeMap<u32, Vec<Value>>;

/// The cells of a metric by what the processes ran from.
type BySource = BTreeMap<Option<Source>, Cell>;

/// A configuration and a workload.
type Subject<'a> = (&'a str, &'a str);

/// Every cell of a run.
pub struct Cells<'a> {
    cells: BTreeMap<(Subject<'a>, &'a str), BySource>,
    /// Why no number of a configuration and workload means anything.
    wrong: BTreeMap<Subject<'a>, &'a str>,
}

/// Two cells that can be compared, or why they cannot.
pub enum Match<'a> {
    /// What the base and the candidate ran from, and their cells.
    Cells([Source; 2], [&'a Cell; 2]),
    /// Both have the metric, and nothing that can be compared.
    Not(String),
}

impl<'a> Cells<'a> {
    /// The cells of `run`.
    pub fn new(run: &'a LoadedRun) -> Cells<'a> {
        let mut processes: BTreeMap<(Subject<'a>, u32), Vec<&'a Record>> = BTreeMap::new();
        let mut wrong = BTreeMap::new();
        for record in &run.records {
            let subject = (record.configuration.as_str(), record.workload.as_str());
            if let Outcome::WrongOutput(reason) = &record.outcome {
                wrong.entry(subject).or_insert(reason.as_str());
            }
            processes.entry((subject, record.process)).or_default().push(record);
        }
        let mut cells: BTreeMap<_, BySource> = BTreeMap::new();
        for ((subject, _), rows) in processes {
            let round = rows.first().map_or(0, |row| row.round);
            for (metric, value) in values(&rows) {
                let by_source = cells.entry((subject, metric)).or_default();
                let cell = by_source.entry(provenance::of_process(rows.iter().copied())).or_default();
                cell.entry(round).or_default().push(value);
            }
        }
        Cells { cells, wrong }
    }

    /// What there is to compare of a metric; nothing where a side does not have it.
    pub fn matches<'b>(
        &'b self,
        of: Subject<'b>,
        other: &'b Cells<'b>,
        to: Subject<'b>,
        metric: &'b str,
    ) -> Vec<Match<'b>> {
        let (Some(one), Some(another)) = (self.of(of, metric), other.of(to, metric)) else {
            return Vec::new();
        };
        if let Some(reason) = self.wrong.get(&of).or(other.wrong.get(&to)) {
            return vec![Match::Not(format!("wrong output: {reason}"))];
        }
        let same = Source::PREFERRED.into_iter().filter_map(|source| {
            Some(Match::Cells([source; 2], [one.get(&Some(source))?, another.get(&Some(source))?]))
        });
        let mut matches: Vec<Match<'b>> = same.collect();
        if matches.is_empty() {
            matches.push(match (deployed(one), deployed(another)) {
                (Some((base, cell)), Some((candidate, counterpart))) if metric::of_deployed(metric) => {
                    Match::Cells([base, candidate], [cell, counterpart])
                }
                (Some((base, _)), Some((candidate, _))) => {
                    Match::Not(format!("one ran from {}, the other from {}", base.name(), candidate.name()))
                }
                _ => Match::Not("the run did not record what its processes ran from".to_string()),
            });
        }
        matches
    }

    fn of<'b>(&'b self, subject: Subject<'b>, metric: &'b str) -> Option<&'b BySource> {
        self.cells.get(&(subject, metric))
    }
}

/// What users deploy, of the sources that are known.
fn deployed(cells: &BySource) -> Option<(Source, &Cell)> {
    let known = cells.iter().filter_map(|(source, cell)| Some(((*source)?, cell)));
    known.min_by_key(|(source, _)| source::preference(Some(*source)))
}

/// What one process gave of each metric; sums of windows where it has all of them. Nothing of a metric at which it failed.
fn values<'a>(rows: &[&'a Record]) -> Vec<(&'a str, Value)> {
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut(_));
    let failures: BTreeSet<&str> =
        rows.iter().filter(|row| failed(&row.outcome)).map(|row| row.metric.as_str()).collect();
    let mut samples: BTreeMap<&'a str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for row in
        rows.iter().filter(|row| !row.warmup && row.units > 0 && !failures.contains(row.metric.as_str()))
    {
        if let Outcome::Measured { value, cpu_ns } = row.outcome {
            let (wall, cpu) = samples.entry(row.metric.as_str()).or_default();
            wall.push(value / row.units as f64);
            cpu.extend(cpu_ns.map(|cpu_ns| cpu_ns / row.units as f64));
        }
    }
    let middle = |values: &[f64]| median(values).map(|median| median.estimate);
    let one = |(metric, (wall, cpu)): (&'a str, (Vec<f64>, Vec<f64>))| {
        let cpu = if cpu.len() == wall.len() { middle(&cpu) } else { None };
        Some((metric, Value { wall: middle(&wall)?, cpu }))
    };
    let mut values: BTreeMap<&str, Value> = samples.into_iter().filter_map(one).collect();
    for rung in [metric::FROM_WASM, metric::FROM_ARTIFACT] {
        if let Some(windows) = metric::parts_of(rung, |name| values.get(name)) {
            let wall = windows.iter().map(|window| window.wall).sum();
            let sum = Value { wall, cpu: windows.iter().map(|window| window.cpu).sum() };
            values.entry(rung).or_insert(sum);
        }
    }
    values.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(metric: &str, value: f64, cpu_ns: Option<f64>) -> Record {
        Record {
            process: 1,
            round: 0,
            configuration: "a/b".into(),
            workload: "noop".into(),
            metric: metric.into(),
            index: 0,
            warmup: false,
            units: 1,
            instances: None,
            source: None,
            outcome: Outcome::Measured { value, cpu_ns },
        }
    }

    fn of(rows: &[Record], metric: &str) -> Option<Value> {
        let rows: Vec<&Record> = rows.iter().collect();
        values(&rows).into_iter().find(|(name, _)| *name == metric).map(|(_, value)| value)
    }

    #[test]
    fn rungs_are_sums_within_a_process_that_has_every_window() {
        let mut rows = vec![
            row(metric::ENGINE, 100.0, Some(90.0)),
            row(metric::LOAD, 40.0, Some(30.0)),
            row(metric::INSTANTIATE, 7.0, Some(6.0)),
            row(metric::FIRST_CALL, 3.0, Some(2.0)),
        ];
        assert_eq!(of(&rows, metric::FROM_ARTIFACT), Some(Value { wall: 150.0, cpu: Some(128.0) }));
        assert_eq!(of(&rows, metric::FROM_WASM), None);
        rows.push(row(metric::PREPARE, 10.0, Some(9.0)));
        assert_eq!(of(&rows, metric::FROM_ARTIFACT), Some(Value { wall: 160.0, cpu: Some(137.0) }));
        rows[1] = row(metric::LOAD, 40.0, None);
        assert_eq!(of(&rows, metric::FROM_ARTIFACT), Some(Value { wall: 160.0, cpu: None }));
    }

    #[test]
    fn what_a_process_failed_at_is_no_value() {
        let mut rows = vec![row(metric::FIRST_CALL, 3.0, None), row(metric::ENGINE, 3.0, None)];
        rows.push(Record { outcome: Outcome::Failed("trap".into()), ..row(metric::FIRST_CALL, 0.0, None) });
        assert_eq!((of(&rows, metric::FIRST_CALL), of(&rows, metric::ENGINE).is_some()), (None, true));
    }
}
