//! Many short windows: histograms, and blocks of windows with CPU time.

use super::{
    Cell, Distribution, Percentiles, Source, Unit,
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
    let of = |process: &Process| {
        let histogram = merged(process.rows(metric));
        Some((middle(process, metric, histogram.as_ref())?, histogram))
    };
    let missing = subject.missing(metric, of);
    let cpu = subject.estimate_of(metric, Unit::Nanoseconds, |process| {
        Some(median(&process.per_unit(metric).1)?.estimate)
    });
    subject.cell(metric, of).and_then(|values| {
        let (typical, histograms): (Vec<f64>, Vec<_>) = values.list.into_iter().unzip();
        let histograms: Vec<_> = histograms.into_iter().flatten().collect();
        distribution(&typical, &histograms, (values.source, missing)).map_or(Cell::NotMeasured, |wall| {
            Cell::Measured(Distribution { cpu: cpu.measured().cloned(), ..wall })
        })
    })
}

/// A process's own typical value.
pub(super) fn typical(process: &Process, metric: &str) -> Option<f64> {
    middle(process, metric, merged(process.rows(metric)).as_ref())
}

/// The median of its blocks where it has some, which the clock hardly weighs on. A worker that is not ours may have nothing
/// but single windows.
fn middle(process: &Process, metric: &str, histogram: Option<&Histogram<u64>>) -> Option<f64> {
    let blocks = median(&process.per_unit(metric).0).map(|blocks| blocks.estimate);
    blocks.or_else(|| histogram.and_then(histogram::middle))
}

/// Of the harness's own marks, over all processes of the run.
pub fn of_run(grid: &Grid) -> Cell<Distribution> {
    let processes = grid.subjects.iter().flat_map(|subject| &subject.processes);
    let histograms: Vec<_> =
        processes.filter_map(|process| merged(process.rows(metric::EMPTY_WINDOW))).collect();
    let middles: Vec<f64> = histograms.iter().filter_map(histogram::middle).collect();
    distribution(&middles, &histograms, (None, 0)).map_or(Cell::NotMeasured, Cell::Measured)
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

/// From one typical value per process, and the histograms that there are.
fn distribution(
    typical: &[f64],
    histograms: &[Histogram<u64>],
    of: (Option<Source>, u32),
) -> Option<Distribution> {
    let all = histogram::merge(histograms);
    let percentile = |quantile| histogram::percentile(all.as_ref()?, quantile);
    Some(Distribution {
        typical: estimate(typical, Unit::Nanoseconds, of)?,
        cpu: None,
        percentiles: Percentiles {
            count: all.as_ref().map_or(0, Histogram::len),
            p50: percentile(0.5),
            p90: percentile(0.9),
            p99: percentile(0.99),
            p99_9: percentile(0.999),
        },
    })
}
