//! Many short windows: histograms, and blocks of windows with CPU time.

use super::{
    Cell, Distribution, Percentiles, Unit,
    subject::{Grid, Process, Subject, estimate},
};
use crate::{
    record::{Outcome, Record, metric},
    statistics::{
        histogram::{self, Histogram},
        median::median,
    },
};

/// Of one configuration and workload.
pub fn of_subject(subject: &Subject, metric: &str) -> Cell<Distribution> {
    let of = |process: &Process| merged(process.rows(metric));
    let missing = subject.missing(metric, of);
    let blocks = |of: fn(&Process, &str) -> Vec<f64>| {
        let of = |process: &Process| Some(median(&of(process, metric))?.estimate);
        subject.estimate_of(metric, Unit::Nanoseconds, of).measured().cloned()
    };
    let (wall, cpu) = (
        blocks(|process, metric| process.per_unit(metric).0),
        blocks(|process, metric| process.per_unit(metric).1),
    );
    subject.cell(metric, of).and_then(|histograms| {
        distribution(&histograms, missing).map_or(Cell::NotMeasured, |windows| {
            let typical = wall.unwrap_or(windows.typical);
            Cell::Measured(Distribution { typical, cpu, percentiles: windows.percentiles })
        })
    })
}

/// Of the harness's own marks, over all processes of the run.
pub fn of_run(grid: &Grid) -> Cell<Distribution> {
    let processes = grid.subjects.iter().flat_map(|subject| &subject.processes);
    let histograms: Vec<_> =
        processes.filter_map(|process| merged(process.rows(metric::EMPTY_WINDOW))).collect();
    distribution(&histograms, 0).map_or(Cell::NotMeasured, Cell::Measured)
}

fn merged<'a>(rows: impl Iterator<Item = &'a Record>) -> Option<Histogram<u64>> {
    let histograms: Vec<_> = rows
        .filter_map(|record| match &record.outcome {
            Outcome::Histogram(bytes) => histogram::decode(bytes).ok(),
            _ => None,
        })
        .collect();
    histogram::merge(&histograms).filter(|merged| !merged.is_empty())
}

/// From one histogram per process.
fn distribution(histograms: &[Histogram<u64>], missing: u32) -> Option<Distribution> {
    let middles: Vec<f64> = histograms.iter().filter_map(histogram::middle).collect();
    let all = histogram::merge(histograms)?;
    Some(Distribution {
        typical: estimate(&middles, Unit::Nanoseconds, missing)?,
        cpu: None,
        percentiles: Percentiles {
            count: all.len(),
            p50: histogram::percentile(&all, 0.5),
            p90: histogram::percentile(&all, 0.9),
            p99: histogram::percentile(&all, 0.99),
            p99_9: histogram::percentile(&all, 0.999),
        },
    })
}
