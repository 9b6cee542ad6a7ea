//! What stands behind single cells: one value for each process, in order of time.

use super::{
    Estimate, Unit, cold_start, distribution, memory,
    subject::{Grid, Process, Subject, Values, estimate},
    throughput,
};
use crate::{record::metric, store::LoadedRun};

/// The name of the slope of private memory over live instances.
pub const PRIVATE: &str = "per_instance_private";

/// The metrics of [`points`], which the main tables have.
pub const METRICS: [&str; 7] = [
    metric::FRESH_INSTANCE,
    metric::REUSED_INSTANCE,
    metric::FROM_ARTIFACT,
    metric::FROM_WASM,
    metric::PROCESS_TO_RESULT,
    metric::THROUGHPUT,
    PRIVATE,
];

/// One cell's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// Its name.
    pub metric: &'static str,
    /// Their median with its interval.
    pub estimate: Estimate,
    /// The number of each process within the run, and its value: ascending by number, which is the order of time.
    pub values: Vec<(u32, f64)>,
}

/// The values behind each cell that has any, by configuration and workload in the run's order: those that the summary's
/// cells of these metrics are the medians of.
#[must_use]
pub fn points(loaded: &LoadedRun) -> Vec<Points> {
    points_of(loaded, &METRICS)
}

/// The same of these metrics: of [`METRICS`], or what a process measures once.
#[must_use]
pub fn points_of(loaded: &LoadedRun, metrics: &[&'static str]) -> Vec<Points> {
    let records = super::readable(&loaded.records);
    let grid = Grid::new(&loaded.run, &records);
    let cells = grid
        .subjects
        .iter()
        .flat_map(|subject| metrics.iter().filter_map(move |metric| of_cell(subject, metric)));
    cells.collect()
}

fn of_cell(subject: &Subject, metric: &'static str) -> Option<Points> {
    let of = |process: &Process| Some((process.number, value(subject, process, metric)?));
    let recorded = if metric == PRIVATE { metric::MEMORY_PRIVATE } else { metric };
    let cell = subject.cell(recorded, of);
    let Values { source, list } = cell.measured()?;
    let values: Vec<f64> = list.iter().map(|(_, value)| *value).collect();
    let unit = match metric {
        metric::THROUGHPUT => Unit::NanosecondsPerUnit,
        PRIVATE | metric::ARTIFACT_SIZE => Unit::Bytes,
        _ => Unit::Nanoseconds,
    };
    Some(Points {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        metric,
        estimate: estimate(&values, unit, (*source, 0))?,
        values: list.clone(),
    })
}

fn value(subject: &Subject, process: &Process, metric: &str) -> Option<f64> {
    match metric {
        metric::FRESH_INSTANCE | metric::REUSED_INSTANCE => distribution::typical(process, metric),
        metric::PROCESS_TO_RESULT => cold_start::to_result(subject, process),
        metric::THROUGHPUT => throughput::time(subject, process),
        PRIVATE => memory::slope(process, metric::MEMORY_PRIVATE),
        metric::FROM_WASM | metric::FROM_ARTIFACT => cold_start::rung(process, metric),
        once => process.first(once),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{measured, run},
        record::Record,
        summary::summarise,
    };

    const ID: &str = "wasmtime/pooled";

    #[test]
    fn the_values_are_those_that_the_summary_is_the_median_of() {
        let mut records = Vec::new();
        for (process, factor) in [(4, 3.0), (1, 1.0), (9, 2.0)] {
            let one = |metric, value: f64| measured(process, ID, "noop", metric, value * factor);
            records.extend([
                one(metric::ENGINE, 100.0),
                one(metric::COMPILE, 40.0),
                one(metric::INSTANTIATE, 7.0),
                one(metric::FIRST_CALL, 3.0),
                one(metric::PROCESS_TO_RESULT, 1200.0),
                Record { units: 10, ..one(metric::FRESH_INSTANCE, 500.0) },
                Record { units: 10, ..one(metric::THROUGHPUT, 80.0) },
            ]);
            for instances in [1_u32, 4, 16] {
                let value = 1000.0 + 50.0 * f64::from(instances);
                records.push(Record { instances: Some(instances), ..one(metric::MEMORY_PRIVATE, value) });
            }
        }
        let loaded = LoadedRun { run: run(), records, warnings: vec![] };
        let summary = summarise(&loaded);
        let all = points(&loaded);
        let of = |metric: &str| all.iter().find(|one| one.metric == metric).expect(metric);
        let is = |metric: &str, estimate: &Estimate| assert_eq!(&of(metric).estimate, estimate, "{metric}");

        let row = summary.cold_start.iter().find(|row| row.configuration == ID && row.workload == "noop");
        let row = row.expect("a row");
        is(metric::FROM_WASM, row.from_wasm.measured().expect("measured"));
        is(metric::PROCESS_TO_RESULT, row.process_to_result.measured().expect("measured"));
        is(metric::FRESH_INSTANCE, &row.fresh_instance.measured().expect("measured").typical);
        let work =
            summary.throughput.rows.iter().find(|row| row.configuration == ID && row.workload == "noop");
        is(metric::THROUGHPUT, work.expect("a row").time.measured().expect("measured"));
        let memory = summary.memory.iter().find(|row| row.configuration == ID && row.workload == "noop");
        let line = memory.expect("a row").private.measured().expect("measured");
        is(PRIVATE, &line.fit.as_ref().expect("a line").per_instance);

        assert_eq!(of(metric::FROM_WASM).values, [(1, 150.0), (4, 450.0), (9, 300.0)], "in order of time");
        assert!(all.iter().all(|one| one.metric != metric::FROM_ARTIFACT), "nothing ran from an artifact");
    }
}
