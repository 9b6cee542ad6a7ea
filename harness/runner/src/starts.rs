//! Several starts of one cell that are one measurement together, because they are compared with each other.

use std::path::Path;

use wasmark_adapter::Source;
use wasmark_results::record::{Outcome, Record, metric};

use crate::{
    collect::Collected,
    executor::Workers,
    job,
    plan::{Item, Kind, Plan, Slot},
};

/// What starts one after the other.
pub struct Starts<'a> {
    workers: &'a mut Workers,
    plan: &'a Plan,
    start: Slot,
    /// The kind's name, for a start that is lost.
    metric: &'static str,
}

/// A start that ended early, in the place of all: there is nothing to compare it with.
pub type Lost = Collected;

impl<'a> Starts<'a> {
    /// Starts from `source` in the place of this slot.
    pub fn new(workers: &'a mut Workers, plan: &'a Plan, slot: Slot, source: Source) -> Starts<'a> {
        let start = Slot { item: Item { kind: Kind::Start(source), ..slot.item }, ..slot };
        Starts { workers, plan, start, metric: slot.item.kind.name() }
    }

    /// The next start, with an engine's code cache in this folder where one is given.
    ///
    /// # Errors
    /// What is left of a start that was interrupted or has no more than a reason.
    pub fn next(&mut self, code_cache: Option<&Path>) -> Result<Collected, Box<Lost>> {
        let mut prepared = job::prepare(self.plan, self.start, &self.workers.artifacts);
        if let (Ok(prepared), Some(folder)) = (&mut prepared, code_cache) {
            prepared.set_code_cache(folder);
        }
        let mut start = self.workers.carry_out(self.plan, self.start, prepared);
        if start.ended_by.is_none() && !start.records.is_empty() {
            return Ok(start);
        }
        start.records.retain(|row| !matches!(row.outcome, Outcome::Measured { .. } | Outcome::Histogram(_)));
        for row in start.records.iter_mut().filter(|row| row.metric == metric::START) {
            row.metric = self.metric.into();
        }
        Err(Box::new(start))
    }
}

/// The first value of `from` in a start, as a row of `to`.
pub fn value(of: &Collected, from: &str, to: &str) -> Option<Record> {
    let row = of.records.iter().find(|row| row.metric == from)?;
    Some(Record { metric: to.into(), index: 0, ..row.clone() })
}

/// A row like this one, of another metric and with another outcome.
pub fn row(like: &Record, metric: &str, outcome: Outcome) -> Record {
    Record { metric: metric.into(), outcome, ..like.clone() }
}

/// A number of bytes as an outcome.
pub fn bytes(bytes: u64) -> Outcome {
    Outcome::Measured { value: bytes as f64, cpu_ns: None }
}
