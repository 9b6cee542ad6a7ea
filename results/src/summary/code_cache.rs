//! Starts from a module with an engine's own code cache: off, on and empty, and in the next process.

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    subject::{Grid, Process, Subject},
};
use crate::record::metric;

/// The starts of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CodeCache {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// `process_to_result` with the cache off. Nanoseconds.
    pub off: Cell<Estimate>,
    /// The same with the cache on and empty. Nanoseconds.
    pub first: Cell<Estimate>,
    /// How many times as long the first use takes as a start without the cache, by pairs.
    pub first_factor: Cell<Estimate>,
    /// `process_to_result` of the next process with the cache. Nanoseconds.
    pub later: Cell<Estimate>,
    /// How many times as long it takes as a start without the cache, by pairs.
    pub later_factor: Cell<Estimate>,
    /// The files in the cache after the first use. Bytes.
    pub bytes: Cell<Estimate>,
}

/// A full grid where any process used such a cache.
pub fn summarise(grid: &Grid) -> Vec<CodeCache> {
    let any = |metric: &str| grid.rows(metric).next().is_some();
    let used = [metric::CODE_CACHE_OFF, metric::CODE_CACHE_FIRST, metric::CODE_CACHE].into_iter().any(any);
    grid.subjects.iter().filter(|_| used).map(row).collect()
}

fn row(subject: &Subject) -> CodeCache {
    let against_off = |metric: &'static str| {
        let factor =
            move |process: &Process| Some(process.first(metric)? / process.first(metric::CODE_CACHE_OFF)?);
        subject.estimate_of(metric, Unit::Factor, factor)
    };
    let time = |metric| subject.estimate(metric, Unit::Nanoseconds);
    CodeCache {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        off: time(metric::CODE_CACHE_OFF),
        first: time(metric::CODE_CACHE_FIRST),
        first_factor: against_off(metric::CODE_CACHE_FIRST),
        later: time(metric::CODE_CACHE_LATER),
        later_factor: against_off(metric::CODE_CACHE_LATER),
        bytes: subject.estimate(metric::CODE_CACHE_BYTES, Unit::Bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{self, measured},
        record::Record,
        store::LoadedRun,
        summary::summarise,
    };

    const ID: &str = "wasmtime/pooled";

    fn row(records: Vec<Record>) -> Option<CodeCache> {
        let summary = summarise(&LoadedRun { run: example::run(), records, warnings: vec![] });
        summary.code_cache.into_iter().find(|row| row.configuration == ID && row.workload == "noop")
    }

    #[test]
    fn each_use_is_compared_with_the_start_without_the_cache_just_before_it() {
        let mut records = Vec::new();
        // Slower in each round, by the same factors.
        for (process, off) in [(0, 1e6), (1, 2e6), (2, 4e6)] {
            records.push(measured(process, ID, "noop", metric::CODE_CACHE_OFF, off));
            records.push(measured(process, ID, "noop", metric::CODE_CACHE_FIRST, off * 1.5));
            records.push(measured(process, ID, "noop", metric::CODE_CACHE_LATER, off / 4.0));
        }
        let row = row(records).expect("a row");
        let factor = |cell: &Cell<Estimate>| {
            let factor = cell.measured().expect("a factor");
            (factor.low, factor.median, factor.high)
        };
        assert_eq!(factor(&row.first_factor), (1.5, 1.5, 1.5));
        assert_eq!(factor(&row.later_factor), (0.25, 0.25, 0.25));
        assert_eq!(row.later.measured().map(|ns| ns.median), Some(5e5));
        assert_eq!(row.bytes, Cell::NotMeasured);
    }

    #[test]
    fn a_run_that_used_no_code_cache_has_no_rows() {
        assert_eq!(row(vec![measured(0, ID, "noop", metric::SPAWN, 1e6)]), None);
    }
}
