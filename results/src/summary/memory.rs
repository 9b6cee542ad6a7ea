//! Memory over live instances.

use std::collections::BTreeMap;

use super::{
    Cell, Estimate, Fit, Line, Memory, Point, Samples, Source, Unit,
    subject::{Process, Subject, Values, estimate, value},
};
use crate::{
    record::{Outcome, metric},
    statistics::theil_sen,
};

const SERIES: [&str; 7] = [
    metric::MEMORY_INSTANTIATED,
    metric::MEMORY_CALLED,
    metric::MEMORY_PRIVATE,
    metric::MEMORY_RESERVED,
    metric::MEMORY_MAPS,
    metric::MEMORY_DESCRIPTORS,
    metric::MEMORY_PAGE_TABLES,
];

/// The memory of one configuration and workload.
pub fn summarise(subject: &Subject) -> Memory {
    let reached =
        SERIES.iter().flat_map(|metric| subject.processes.iter().flat_map(|process| points(process, metric)));
    Memory {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        reached: reached.map(|(instances, _)| instances).max(),
        stopped: stopped(subject),
        instantiated: line(subject, metric::MEMORY_INSTANTIATED, Unit::Bytes),
        called: line(subject, metric::MEMORY_CALLED, Unit::Bytes),
        private: line(subject, metric::MEMORY_PRIVATE, Unit::Bytes),
        reserved: line(subject, metric::MEMORY_RESERVED, Unit::Bytes),
        maps: line(subject, metric::MEMORY_MAPS, Unit::Count),
        descriptors: line(subject, metric::MEMORY_DESCRIPTORS, Unit::Count),
        page_tables: line(subject, metric::MEMORY_PAGE_TABLES, Unit::Bytes),
    }
}

/// The series of one process. What it measured before it failed stands: each point is a value of its own.
fn points(process: &Process, metric: &str) -> Vec<(u32, f64)> {
    process.all_rows(metric).filter_map(|record| Some((record.instances?, value(record)?.0))).collect()
}

fn stopped(subject: &Subject) -> Option<String> {
    let rows = |metric| subject.processes.iter().flat_map(move |process| process.all_rows(metric));
    SERIES.into_iter().flat_map(rows).filter(|record| record.instances.is_some()).find_map(|record| {
        match &record.outcome {
            Outcome::Unsupported(reason) | Outcome::Failed(reason) | Outcome::TimedOut(reason) => {
                Some(reason.clone())
            }
            _ => None,
        }
    })
}

pub(super) fn line(subject: &Subject, metric: &str, unit: Unit) -> Cell<Line> {
    let of = |process: &Process| Some(points(process, metric)).filter(|points| !points.is_empty());
    let missing = subject.missing(metric, of);
    subject.cell(metric, of).map(|Values { source, list: processes }| {
        let mut by_instances: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (instances, value) in processes.iter().flatten() {
            by_instances.entry(*instances).or_default().push(*value);
        }
        let point = |(instances, values): (u32, Vec<f64>)| {
            Some(Point { instances, value: estimate(&values, unit, (source, missing))? })
        };
        Line {
            points: by_instances.into_iter().filter_map(point).collect(),
            fit: fit(&processes, unit, (source, missing)),
        }
    })
}

/// The slope of the line through the series of one process.
pub(super) fn slope(process: &Process, metric: &str) -> Option<f64> {
    Some(through(&points(process, metric))?.slope.estimate)
}

/// The line through a process's series.
fn through(points: &[(u32, f64)]) -> Option<theil_sen::Line> {
    theil_sen::line(
        &points.iter().map(|(instances, value)| (f64::from(*instances), *value)).collect::<Vec<_>>(),
    )
}

fn fit(processes: &[Vec<(u32, f64)>], unit: Unit, (source, missing): (Option<Source>, u32)) -> Option<Fit> {
    let lines: Vec<theil_sen::Line> = processes.iter().filter_map(|points| through(points)).collect();
    let intercepts: Vec<f64> = lines.iter().map(|line| line.intercept).collect();
    let slopes: Vec<f64> = lines.iter().map(|line| line.slope.estimate).collect();
    let per_instance = match lines.as_slice() {
        [only] => Estimate {
            median: only.slope.estimate,
            low: only.slope.low,
            high: only.slope.high,
            coverage: only.slope.coverage,
            n: only.slope.n as u32,
            samples: Samples::Points,
            source,
            missing,
            unit,
        },
        _ => estimate(&slopes, unit, (source, missing))?,
    };
    Some(Fit { fixed: estimate(&intercepts, unit, (source, missing))?, per_instance })
}
