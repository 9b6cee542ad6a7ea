//! The records of a run by configuration, workload and process, and the one way from records to a [`Cell`].

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{Cell, Estimate, Samples, Unit, Window};
use crate::{
    provenance,
    record::{Outcome, Record, metric},
    run::Run,
    source::{self, Source},
    statistics::median::median,
};

/// A run's records, by configuration and workload.
pub struct Grid<'a> {
    pub run: &'a Run,
    /// Every configuration with every workload, in the run's order.
    pub subjects: Vec<Subject<'a>>,
    records: &'a [Record],
}

/// One configuration and workload.
pub struct Subject<'a> {
    pub configuration: &'a str,
    pub tier: &'a str,
    pub workload: &'a str,
    /// How the workload is entered: `kernel`, `command` or `function`.
    pub kind: &'a str,
    /// Its processes, by number.
    pub processes: Vec<Process<'a>>,
    /// Every metric that anything in the run has a row of.
    asked: Rc<BTreeSet<&'a str>>,
}

/// What one process wrote about one configuration and workload. Never without records.
#[derive(Clone)]
pub struct Process<'a> {
    /// Its number within the run.
    pub number: u32,
    pub round: u32,
    /// What it ran from, where that is known.
    pub source: Option<Source>,
    records: Vec<&'a Record>,
}

impl<'a> Grid<'a> {
    pub fn new(run: &'a Run, records: &'a [Record]) -> Grid<'a> {
        let mut by_subject: BTreeMap<(&str, &str), BTreeMap<u32, Vec<&Record>>> = BTreeMap::new();
        for record in records {
            let subject = by_subject.entry((&record.configuration, &record.workload)).or_default();
            subject.entry(record.process).or_default().push(record);
        }
        let mut asked: BTreeSet<&str> = records.iter().map(|record| record.metric.as_str()).collect();
        if asked.contains(metric::FIRST_CALL) {
            // Sums of others, which need no rows of their own.
            asked.extend([metric::FROM_WASM, metric::FROM_ARTIFACT]);
        }
        let asked = Rc::new(asked);
        let mut subjects = Vec::new();
        for configuration in &run.configurations {
            for workload in &run.workloads {
                let processes = by_subject.remove(&(configuration.id.as_str(), workload.name.as_str()));
                let processes = processes.unwrap_or_default().into_iter().map(|(number, records)| Process {
                    number,
                    round: records.first().map_or(0, |record| record.round),
                    source: provenance::of_process(records.iter().copied()),
                    records,
                });
                subjects.push(Subject {
                    configuration: &configuration.id,
                    tier: &configuration.tier,
                    workload: &workload.name,
                    kind: &workload.kind,
                    processes: processes.collect(),
                    asked: asked.clone(),
                });
            }
        }
        Grid { run, subjects, records }
    }

    /// How many processes there were. One that wrote only what it does not do may be no process at all: the plan's
    /// own rows.
    pub fn processes(&self) -> u32 {
        let ran = |record: &&Record| !matches!(record.outcome, Outcome::Unsupported(_));
        self.records.iter().filter(ran).map(|record| record.process).collect::<BTreeSet<_>>().len() as u32
    }

    /// All rows of a metric that are no warm-ups.
    pub fn rows(&self, metric: &str) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.metric == metric && !record.warmup)
    }

    /// The largest value of a metric for a configuration, as a whole number.
    pub fn largest(&self, configuration: &str, metric: &str) -> Option<u64> {
        let of = self.rows(metric).filter(|record| record.configuration == configuration);
        of.filter_map(value).map(|(value, _)| value as u64).max()
    }
}

impl<'a> Process<'a> {
    /// The rows of a metric, whatever else happened.
    pub fn all_rows(&self, metric: &str) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.metric == metric).copied()
    }

    /// The rows of a metric that are no warm-ups; none where the process failed at it, because what it measured until
    /// then is no value of the metric.
    pub fn rows(&self, metric: &str) -> impl Iterator<Item = &'a Record> {
        let failed = self.failures().any(|record| record.metric == metric);
        self.records.iter().filter(move |r| !failed && r.metric == metric && !r.warmup).copied()
    }

    /// The first value of something that is measured once.
    pub fn first(&self, metric: &str) -> Option<f64> {
        self.rows(metric).find_map(value).map(|(value, _)| value)
    }

    /// Values per unit, and the CPU time per unit of those that have it.
    pub fn per_unit(&self, metric: &str) -> (Vec<f64>, Vec<f64>) {
        let (mut wall, mut cpu) = (Vec::new(), Vec::new());
        for record in self.rows(metric).filter(|record| record.units > 0) {
            if let Some((value, cpu_ns)) = value(record) {
                wall.push(value / record.units as f64);
                cpu.extend(cpu_ns.map(|cpu_ns| cpu_ns / record.units as f64));
            }
        }
        (wall, cpu)
    }

    /// As [`Process::per_unit`], all windows together: the mean, and with it what happens in few of them.
    pub fn mean_per_unit(&self, metric: &str) -> (Vec<f64>, Vec<f64>) {
        let (mut wall, mut cpu, mut units, mut cpu_units) = (0.0, 0.0, 0, 0);
        for record in self.rows(metric) {
            if let Some((value, cpu_ns)) = value(record) {
                wall += value;
                units += record.units;
                cpu += cpu_ns.unwrap_or(0.0);
                cpu_units += if cpu_ns.is_some() { record.units } else { 0 };
            }
        }
        let mean = |sum: f64, units: u64| (units > 0).then(|| sum / units as f64).into_iter().collect();
        (mean(wall, units), mean(cpu, cpu_units))
    }

    /// Whether it got a first output.
    pub fn has_result(&self) -> bool {
        self.first(metric::FIRST_CALL).is_some()
    }

    fn failures(&self) -> impl Iterator<Item = &'a Record> {
        let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut(_));
        self.records.iter().copied().filter(move |record| failed(&record.outcome))
    }

    /// What ended the process before its job was done: a failure, or an engine that does not do the job at all. Rows
    /// about single metrics that it does not have ended nothing.
    fn ends(&self) -> impl Iterator<Item = &'a Record> {
        let spawned = self.all_rows(metric::SPAWN).next().is_some();
        let without_result = spawned && !self.has_result();
        let whole = [metric::PRECOMPILE, metric::START, metric::FULL, metric::RESIDUE];
        let refused = move |record: &Record| {
            matches!(record.outcome, Outcome::Unsupported(_))
                && (without_result || whole.contains(&record.metric.as_str()))
        };
        self.failures().chain(self.records.iter().copied().filter(move |record| refused(record)))
    }

    /// What ended this process before it could give `metric`.
    fn ends_before(&self, metric: &str) -> impl Iterator<Item = &'a Record> {
        // Processes of these families measure nothing else.
        let family = |metric: &str| FAMILIES.iter().position(|family| metric.starts_with(family));
        let own = family(metric);
        let of_start = OF_START.contains(&metric);
        let has_result = self.has_result();
        self.ends().filter(move |record| match family(&record.metric) {
            Some(other) => own == Some(other),
            None if of_start => !has_result,
            None => true,
        })
    }
}

/// How the metrics begin that have processes of their own.
const FAMILIES: [&str; 15] = [
    "memory",
    metric::DENSITY_INSTANTIATED,
    metric::DENSITY_CALLED,
    metric::TENANTS_ALL,
    metric::TENANTS_LRU_MODULES,
    metric::TENANTS_WARM,
    metric::BOUNDARY,
    metric::PAGE_CACHE,
    metric::CODE_CACHE,
    metric::PEAK,
    metric::RESIDUE,
    metric::CONCURRENCY_FRESH,
    metric::CONCURRENCY_REUSED,
    metric::LOAD_FRESH,
    metric::LOAD_REUSED,
];

/// What a process has measured by its first output, if it measures it at all.
const OF_START: [&str; 12] = [
    metric::SPAWN,
    metric::ENGINE,
    metric::COMPILE,
    metric::SAVE,
    metric::LOAD,
    metric::PREPARE,
    metric::INSTANTIATE,
    metric::FIRST_CALL,
    metric::PROCESS_TO_RESULT,
    metric::FROM_WASM,
    metric::FROM_ARTIFACT,
    metric::ARTIFACT_SIZE,
];

/// What processes of the same source gave.
pub struct Values<T> {
    /// What they ran from, where that is known.
    pub source: Option<Source>,
    /// At least one value, by process.
    pub list: Vec<T>,
}

impl<'a> Subject<'a> {
    /// The same but for some of its processes.
    pub fn without(&self, which: impl Fn(&Process<'a>) -> bool) -> Subject<'a> {
        let processes = self.processes.iter().filter(|process| !which(process)).cloned().collect();
        Subject { processes, asked: self.asked.clone(), ..*self }
    }

    /// The cell of a metric from what each process gave: the values, or the reason why there are none. Processes that
    /// ran from different sources are never joined: the values are of those that ran from what users deploy.
    pub fn cell<T>(&self, metric: &str, of: impl Fn(&Process<'a>) -> Option<T>) -> Cell<Values<T>> {
        let records = || self.processes.iter().flat_map(|process| &process.records);
        if let Some(reason) = records().find_map(|record| wrong_output(&record.outcome)) {
            return Cell::WrongOutput(reason.clone());
        }
        let values = self.processes.iter().filter_map(|process| Some((process.source, of(process)?)));
        let mut values: Vec<(Option<Source>, T)> = values.collect();
        if let Some(source) =
            values.iter().map(|(source, _)| *source).min_by_key(|one| source::preference(*one))
        {
            values.retain(|(one, _)| *one == source);
            return Cell::Measured(Values {
                source,
                list: values.into_iter().map(|(_, value)| value).collect(),
            });
        }
        let own = records().filter(|record| record.metric == metric || record.metric == metric::ALL);
        // A failure shows more than what is not supported.
        if let Some(record) = own.min_by_key(|record| severity(&record.outcome))
            && let Some(cell) = reason(&record.outcome, None)
        {
            return cell;
        }
        // No other process has it either: it was not asked for, and no failure is the reason.
        let asked = self.asked.contains(metric) || !self.asked.contains(metric::FIRST_CALL);
        let mut before = self.processes.iter().flat_map(|process| process.ends_before(metric));
        let earlier = asked.then(|| before.next()).flatten();
        earlier.and_then(|record| reason(&record.outcome, Some(&record.metric))).unwrap_or(Cell::NotMeasured)
    }

    /// The median over processes of something that a process measures once.
    pub fn estimate(&self, metric: &str, unit: Unit) -> Cell<Estimate> {
        self.estimate_of(metric, unit, |process| process.first(metric))
    }

    /// The median over processes of what `of` makes of each.
    pub fn estimate_of(
        &self,
        metric: &str,
        unit: Unit,
        of: impl Fn(&Process<'a>) -> Option<f64>,
    ) -> Cell<Estimate> {
        let missing = self.missing(metric, &of);
        self.cell(metric, of).and_then(|values| {
            estimate(&values.list, unit, (values.source, missing)).map_or(Cell::NotMeasured, Cell::Measured)
        })
    }

    /// Wall and CPU time of a phase, over the processes that `which` selects.
    pub fn window(&self, metric: &str, which: impl Fn(&Process<'a>) -> bool) -> Cell<Window> {
        let first = |process: &Process<'a>| process.rows(metric).find_map(value).filter(|_| which(process));
        let wall = self.estimate_of(metric, Unit::Nanoseconds, |process| Some(first(process)?.0));
        let cpu = self.estimate_of(metric, Unit::Nanoseconds, |process| first(process)?.1);
        wall.map(|wall| Window { wall, cpu: cpu.measured().cloned() })
    }

    /// Rounds in which something ended early and `of` gave nothing.
    pub fn missing<T>(&self, metric: &str, of: impl Fn(&Process<'a>) -> Option<T>) -> u32 {
        let failed = self.processes.iter().filter(|process| process.ends_before(metric).next().is_some());
        let mut rounds: BTreeSet<u32> = failed.map(|process| process.round).collect();
        for process in self.processes.iter().filter(|process| of(process).is_some()) {
            rounds.remove(&process.round);
        }
        rounds.len() as u32
    }
}

/// The median of one value per process, of processes that ran from `source`, in a run in which `missing` rounds gave
/// none; `None` for no values.
pub fn estimate(values: &[f64], unit: Unit, (source, missing): (Option<Source>, u32)) -> Option<Estimate> {
    let median = median(values)?;
    Some(Estimate {
        median: median.estimate,
        low: median.low,
        high: median.high,
        coverage: median.coverage,
        n: median.n as u32,
        samples: Samples::Processes,
        source,
        missing,
        unit,
    })
}

/// The value of a row and its CPU time.
pub fn value(record: &Record) -> Option<(f64, Option<f64>)> {
    match record.outcome {
        Outcome::Measured { value, cpu_ns } => Some((value, cpu_ns)),
        _ => None,
    }
}

fn wrong_output(outcome: &Outcome) -> Option<&String> {
    match outcome {
        Outcome::WrongOutput(reason) => Some(reason),
        _ => None,
    }
}

fn severity(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::WrongOutput(_) => 0,
        Outcome::Failed(_) => 1,
        Outcome::TimedOut(_) => 2,
        Outcome::Unsupported(_) => 3,
        Outcome::Measured { .. } | Outcome::Histogram(_) => 4,
    }
}

fn reason<T>(outcome: &Outcome, during: Option<&str>) -> Option<Cell<T>> {
    let say = |reason: &str| during.map_or_else(|| reason.to_owned(), |during| format!("{during}: {reason}"));
    match outcome {
        Outcome::Measured { .. } | Outcome::Histogram(_) => None,
        Outcome::Unsupported(reason) => Some(Cell::Unsupported(say(reason))),
        Outcome::Failed(reason) => Some(Cell::Failed(say(reason))),
        Outcome::TimedOut(reason) => Some(Cell::TimedOut(say(reason))),
        Outcome::WrongOutput(reason) => Some(Cell::WrongOutput(say(reason))),
    }
}
