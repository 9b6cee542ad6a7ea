//! How many instances lived at the same time, and what ended them.

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    subject::{Grid, Process, Subject},
};
use crate::record::{
    Outcome,
    metric::{self, ENDINGS},
};

/// The live instances of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Live {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// What was done with each: `instantiated` or `called` once.
    pub state: String,
    /// How many lived in one process.
    pub instances: Cell<Estimate>,
    /// The process's private memory with them.
    pub private: Cell<Estimate>,
    /// What ended them in the processes, each of [`ENDINGS`] once: more than one where processes differ.
    pub endings: Vec<String>,
    /// Why an engine made no further one, where that ended them.
    pub stopped: Option<String>,
}

/// The metrics and the names of the states.
const STATES: [(&str, &str); 2] =
    [("instantiated", metric::DENSITY_INSTANTIATED), ("called", metric::DENSITY_CALLED)];

/// A full grid where any process looked.
pub fn summarise(grid: &Grid) -> Vec<Live> {
    let any = |metric: &str| grid.rows(metric).next().is_some();
    let looked = |state: &str| any(state) || any(&metric::density(state, "private"));
    let asked = STATES.iter().any(|(_, state)| looked(state));
    let each = |subject: &Subject| STATES.map(|(name, state)| row(subject, name, state));
    grid.subjects.iter().filter(|_| asked).flat_map(each).collect()
}

fn row(subject: &Subject, name: &str, state: &str) -> Live {
    let ending = |process: &Process| {
        let first = |what: &&str| process.first(&metric::density(state, what)).is_some();
        ENDINGS.into_iter().find(first)
    };
    let instances = |process: &Process| process.first(&metric::density(state, ending(process)?));
    let ended: Vec<&str> = subject.processes.iter().filter_map(ending).collect();
    let stopped = metric::density(state, "stopped");
    let mut reasons = subject.processes.iter().flat_map(|process| process.all_rows(&stopped));
    Live {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        state: name.to_owned(),
        instances: subject.estimate_of(state, Unit::Count, instances),
        private: subject
            .estimate_of(state, Unit::Bytes, |process| process.first(&metric::density(state, "private"))),
        endings: ENDINGS.into_iter().filter(|one| ended.contains(one)).map(str::to_owned).collect(),
        stopped: reasons.find_map(|record| match &record.outcome {
            Outcome::Unsupported(reason) => Some(reason.clone()),
            _ => None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{self, measured, record},
        record::Record,
        store::LoadedRun,
        summary::{Summary, summarise},
    };

    const ID: &str = "wasmtime/pooled";

    fn of(process: u32, what: &str, value: f64) -> Record {
        measured(process, ID, "noop", &metric::density(metric::DENSITY_CALLED, what), value)
    }

    fn row(records: Vec<Record>) -> (Summary, Live) {
        let summary = summarise(&LoadedRun { run: example::run(), records, warnings: vec![] });
        let of_it = |row: &&Live| {
            (row.configuration.as_str(), row.workload.as_str(), row.state.as_str()) == (ID, "noop", "called")
        };
        let row = summary.live.iter().find(of_it).cloned().expect("a row");
        (summary, row)
    }

    #[test]
    fn what_ended_them_is_named_with_how_many_there_were() {
        let mut records = Vec::new();
        for (process, instances) in [(0, 900.0), (1, 1000.0), (2, 1100.0)] {
            records.push(of(process, "mappings", instances));
            records.push(of(process, "private", 64e6));
        }
        let stopped = metric::density(metric::DENSITY_CALLED, "stopped");
        let reason = "stopped at 900 instances: no room";
        records.push(record(0, ID, "noop", &stopped, Outcome::Unsupported(reason.into())));
        let (summary, row) = row(records);
        let instances = row.instances.measured().expect("a number");
        assert_eq!((instances.low, instances.median, instances.high), (900.0, 1000.0, 1100.0));
        assert_eq!((row.endings, row.stopped.as_deref()), (vec!["mappings".to_owned()], Some(reason)));
        assert_eq!(row.private.measured().map(|bytes| bytes.median), Some(64e6));
        let other = summary.live.iter().find(|row| row.workload == "fib").expect("a full grid");
        assert_eq!(other.instances, Cell::NotMeasured);
    }

    #[test]
    fn a_process_that_was_lost_has_its_reason() {
        let lost = Outcome::Failed("ended by a signal; at least 64 instances lived".into());
        let (_, row) = row(vec![record(0, ID, "noop", metric::DENSITY_CALLED, lost)]);
        assert!(matches!(&row.instances, Cell::Failed(reason) if reason.contains("64")), "{row:?}");
        assert_eq!((row.endings, row.stopped), (Vec::new(), None));
    }
}
