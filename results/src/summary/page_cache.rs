//! Starts whose files are in the page cache, and starts whose files are read from the disk.

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    subject::{Grid, Process, Subject},
};
use crate::record::metric;

/// The starts of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageCache {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// `process_to_result` with every file in the page cache. Nanoseconds.
    pub warm: Cell<Estimate>,
    /// The same with none of its own there. Nanoseconds.
    pub cold: Cell<Estimate>,
    /// `spawn` of that start: a part of `cold`. Nanoseconds.
    pub spawn: Cell<Estimate>,
    /// How many times as long the second takes, by pairs of starts.
    pub factor: Cell<Estimate>,
    /// What was dropped from the page cache. Bytes.
    pub dropped: Cell<Estimate>,
    /// What stayed there, because other programs use it. Bytes.
    pub kept: Cell<Estimate>,
}

/// A full grid where any process looked.
pub fn summarise(grid: &Grid) -> Vec<PageCache> {
    let any = |metric: &str| grid.rows(metric).next().is_some();
    let looked = [metric::PAGE_CACHE_WARM, metric::PAGE_CACHE_COLD, metric::PAGE_CACHE].into_iter().any(any);
    grid.subjects.iter().filter(|_| looked).map(row).collect()
}

fn row(subject: &Subject) -> PageCache {
    let factor = |process: &Process| {
        Some(process.first(metric::PAGE_CACHE_COLD)? / process.first(metric::PAGE_CACHE_WARM)?)
    };
    PageCache {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        warm: subject.estimate(metric::PAGE_CACHE_WARM, Unit::Nanoseconds),
        cold: subject.estimate(metric::PAGE_CACHE_COLD, Unit::Nanoseconds),
        spawn: subject.estimate(metric::PAGE_CACHE_COLD_SPAWN, Unit::Nanoseconds),
        factor: subject.estimate_of(metric::PAGE_CACHE_COLD, Unit::Factor, factor),
        dropped: subject.estimate(metric::PAGE_CACHE_DROPPED, Unit::Bytes),
        kept: subject.estimate(metric::PAGE_CACHE_KEPT, Unit::Bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{self, measured, record},
        record::{Outcome, Record},
        store::LoadedRun,
        summary::summarise,
    };

    const ID: &str = "wasmtime/pooled";

    fn row(records: Vec<Record>) -> Option<PageCache> {
        let summary = summarise(&LoadedRun { run: example::run(), records, warnings: vec![] });
        summary.page_cache.into_iter().find(|row| row.configuration == ID && row.workload == "noop")
    }

    #[test]
    fn each_start_is_compared_with_the_one_before_it() {
        let mut records = Vec::new();
        // Slower in each round, by the same factor.
        for (process, warm) in [(0, 1e6), (1, 2e6), (2, 4e6)] {
            records.push(measured(process, ID, "noop", metric::PAGE_CACHE_WARM, warm));
            records.push(measured(process, ID, "noop", metric::PAGE_CACHE_COLD, warm * 30.0));
        }
        let row = row(records).expect("a row");
        let factor = row.factor.measured().expect("a factor");
        assert_eq!((factor.low, factor.median, factor.high), (30.0, 30.0, 30.0));
        assert_eq!(row.cold.measured().map(|ns| ns.median), Some(60e6));
        assert_eq!(row.dropped, Cell::NotMeasured);
    }

    #[test]
    fn what_was_not_dropped_has_its_reason_and_a_run_that_did_not_look_no_rows() {
        let reason = || Outcome::Unsupported("it stays in the page cache".into());
        let row_of = row(vec![
            measured(0, ID, "noop", metric::PAGE_CACHE_WARM, 1e6),
            record(0, ID, "noop", metric::PAGE_CACHE_COLD, reason()),
        ]);
        let row_of = row_of.expect("a row");
        assert!(matches!(&row_of.factor, Cell::Unsupported(why) if why.contains("stays")), "{row_of:?}");
        assert!(row_of.warm.measured().is_some());
        assert_eq!(row(vec![measured(0, ID, "noop", metric::SPAWN, 1e6)]), None);
    }
}
