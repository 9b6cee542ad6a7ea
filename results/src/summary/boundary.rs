//! What crossing the boundary between a host and a guest costs.

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    subject::{Grid, Process, Subject},
};
use crate::{
    record::{Record, metric},
    run::{Run, WorkloadRecord},
    statistics::median::median,
};

/// The operation that does nothing, in the loop that is around every other one of a guest's.
const EMPTY: &str = "empty_loop";
/// The tag of operations that the host does itself: no loop of a guest is around them.
const EXPORT: &str = "export";

/// One operation in one configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind.
    pub tier: String,
    /// The operation, a name of the run's `operations`.
    pub operation: String,
    /// Wall time of one, with the loop around it.
    pub time: Cell<Estimate>,
    /// CPU time of one, all threads.
    pub cpu: Cell<Estimate>,
    /// `time` without the loop: the median less that of the empty loop; its ends are the least and the most that both
    /// intervals admit. None of the empty loop itself, and of what has no loop.
    pub without_loop: Option<Estimate>,
}

/// The wall and the CPU times of a process's samples.
type Times = (Vec<f64>, Vec<f64>);

/// A row for each configuration of an engine and each operation that the run measured.
pub fn summarise(run: &Run, records: &[Record]) -> Vec<Crossing> {
    let of_operations = Run { workloads: run.operations.clone(), ..run.clone() };
    let grid = Grid::new(&of_operations, records);
    let estimate = |subject: &Subject, of: fn(Times) -> Vec<f64>| {
        subject.estimate_of(metric::BOUNDARY, Unit::NanosecondsPerUnit, |process: &Process| {
            Some(median(&of(process.per_unit(metric::BOUNDARY)))?.estimate)
        })
    };
    let time = |subject: &Subject| estimate(subject, |(wall, _)| wall);
    let mut rows = Vec::new();
    for of_configuration in grid.subjects.chunk_by(|one, next| one.configuration == next.configuration) {
        let times: Vec<Cell<Estimate>> = of_configuration.iter().map(time).collect();
        // Native code and processes have no boundary.
        if times.iter().all(|time| *time == Cell::NotMeasured) {
            continue;
        }
        let at = of_configuration.iter().position(|subject| subject.workload == EMPTY);
        let empty = at.and_then(|at| times[at].measured());
        for ((subject, time), operation) in of_configuration.iter().zip(&times).zip(&run.operations) {
            let loops = operation.name != EMPTY && !is_export(operation);
            let without_loop = empty.filter(|_| loops).and_then(|empty| Some(less(time.measured()?, empty)));
            rows.push(Crossing {
                configuration: subject.configuration.to_owned(),
                tier: subject.tier.to_owned(),
                operation: operation.name.clone(),
                time: time.clone(),
                cpu: estimate(subject, |(_, cpu)| cpu),
                without_loop,
            });
        }
    }
    rows
}

fn is_export(operation: &WorkloadRecord) -> bool {
    operation.tags.iter().any(|tag| tag == EXPORT)
}

/// The difference of two medians of different processes.
fn less(one: &Estimate, other: &Estimate) -> Estimate {
    Estimate {
        median: one.median - other.median,
        low: one.low - other.high,
        high: one.high - other.low,
        coverage: (one.coverage + other.coverage - 1.0).max(0.0),
        n: one.n.min(other.n),
        ..one.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{self, measured, record},
        record::Outcome,
    };

    const ID: &str = "wasmtime/pooled";

    fn rows(records: &[Record]) -> Vec<Crossing> {
        let mut run = example::run();
        let one = run.workloads[0].clone();
        let operation = |name: &str, tag: &str| WorkloadRecord {
            name: name.into(),
            tags: vec!["boundary".into(), tag.into()],
            ..one.clone()
        };
        run.operations =
            vec![operation(EMPTY, "import"), operation("host_0", "import"), operation("export_0", EXPORT)];
        summarise(&run, records)
    }

    fn of(process: u32, operation: &str, units: u64, value: f64) -> Record {
        Record { units, ..measured(process, ID, operation, metric::BOUNDARY, value) }
    }

    #[test]
    fn the_empty_loop_is_taken_off_what_it_is_around() {
        let mut records = Vec::new();
        for (process, more) in [(0, 0.0), (3, 1000.0), (6, 2000.0)] {
            records.push(of(process, EMPTY, 1000, 2000.0 + more));
            records.push(of(process + 1, "host_0", 1000, 10_000.0 + more));
            records.push(of(process + 2, "export_0", 10, 300.0));
        }
        let rows = rows(&records);
        assert_eq!(rows.len(), 3, "native code has no boundary");
        let median = |row: &Crossing| row.time.measured().map(|time| time.median);
        assert_eq!(rows.iter().map(median).collect::<Vec<_>>(), [Some(3.0), Some(11.0), Some(30.0)]);
        let without = rows[1].without_loop.as_ref().expect("a difference");
        assert_eq!((without.low, without.median, without.high), (6.0, 8.0, 10.0));
        assert!(rows[0].without_loop.is_none() && rows[2].without_loop.is_none());
    }

    #[test]
    fn what_failed_has_its_reason_and_no_number() {
        let failed = Outcome::Failed("trap: unreachable".into());
        let records = [of(0, EMPTY, 1, 2.0), record(1, ID, "host_0", metric::INSTANTIATE, failed)];
        let rows = rows(&records);
        assert_eq!(rows[1].time, Cell::Failed("instantiate: trap: unreachable".into()));
        assert!(rows[1].without_loop.is_none());
        assert_eq!(rows[2].time, Cell::NotMeasured);
    }
}
