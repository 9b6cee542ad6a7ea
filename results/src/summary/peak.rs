//! The most memory that a process has in each phase of its start.

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    subject::{Grid, Process, Subject},
};
use crate::record::metric;

/// The peaks of one configuration and workload. Bytes of the whole process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Peak {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// Resident memory before there was an engine.
    pub before: Cell<Estimate>,
    /// The phases of [`metric::PEAKS`], in their order.
    pub phases: Vec<OfPhase>,
    /// The highest of all phases that a process walks up from the source that users deploy to its first output.
    pub to_output: Cell<Estimate>,
}

/// The peak of a phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfPhase {
    /// Its name.
    pub phase: String,
    /// The most resident memory during it.
    pub peak: Cell<Estimate>,
}

impl Peak {
    /// Of this phase.
    #[must_use]
    pub fn of(&self, phase: &str) -> Cell<Estimate> {
        let one = self.phases.iter().find(|one| one.phase == phase);
        one.map_or(Cell::NotMeasured, |one| one.peak.clone())
    }
}

/// A full grid where any process looked.
pub fn summarise(grid: &Grid) -> Vec<Peak> {
    let any = |metric: &str| grid.rows(metric).next().is_some();
    // What makes an artifact reports its peaks in any run.
    let looked = any(metric::PEAK_BEFORE) || any(metric::PEAK);
    grid.subjects.iter().filter(|_| looked).map(row).collect()
}

fn row(subject: &Subject) -> Peak {
    let peak = |phase: &&str| metric::peak(phase);
    let highest = |process: &Process| {
        process.first(&metric::peak(metric::FIRST_CALL))?;
        let all = metric::PEAKS.iter().filter_map(|phase| process.first(&peak(phase)));
        all.max_by(f64::total_cmp)
    };
    Peak {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        before: subject.estimate(metric::PEAK_BEFORE, Unit::Bytes),
        phases: metric::PEAKS
            .iter()
            .map(|phase| OfPhase {
                phase: (*phase).to_owned(),
                peak: subject.estimate(&peak(phase), Unit::Bytes),
            })
            .collect(),
        to_output: subject.estimate_of(&metric::peak(metric::FIRST_CALL), Unit::Bytes, highest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{self, measured},
        record::Record,
        store::LoadedRun,
        summary::{Summary, summarise},
    };

    const ID: &str = "wasmtime/pooled";
    const MIB: f64 = 1_048_576.0;

    fn of(process: u32, phase: &str, mib: f64) -> Record {
        measured(process, ID, "noop", &metric::peak(phase), mib * MIB)
    }

    fn summary(records: Vec<Record>) -> Summary {
        summarise(&LoadedRun { run: example::run(), records, warnings: vec![] })
    }

    #[test]
    fn the_highest_phase_of_each_process_counts() {
        let mut records = Vec::new();
        for (process, compile) in [(0, 30.0), (1, 40.0), (2, 50.0)] {
            records.push(of(process, "before", 2.0));
            records.push(of(process, "compile", compile));
            records.push(of(process, "first_call", 12.0));
        }
        // A process that got no output shows how far it came, and not what an output needs.
        records.push(of(3, "before", 2.0));
        records.push(of(3, "compile", 90.0));
        let summary = summary(records);
        let row = summary.peak.iter().find(|row| row.configuration == ID && row.workload == "noop");
        let row = row.expect("a row");
        let median = |cell: &Cell<Estimate>| cell.measured().map(|bytes| bytes.median / MIB);
        assert_eq!(median(&row.to_output), Some(40.0));
        assert_eq!(median(&row.before), Some(2.0));
        assert_eq!(median(&row.of("compile")), Some(45.0));
        assert_eq!(row.of("load"), Cell::NotMeasured);
    }

    #[test]
    fn what_making_an_artifact_needs_is_shown_beside_the_rest_alone() {
        assert_eq!(summary(vec![of(0, "compile", 30.0)]).peak, Vec::new());
    }
}
