//! What came of one process, and what a run makes of it before it is kept.

use std::path::PathBuf;

use wasmark_adapter::{Settings, TrapKind, protocol::Output};
use wasmark_results::record::{Outcome, Record, metric};
use wasmark_workloads::known_issues::KnownIssue;

/// What came of one process.
#[derive(Debug, Default)]
pub struct Collected {
    /// The rows.
    pub records: Vec<Record>,
    /// The configuration's settings as resolved, where the worker reported them.
    pub settings: Option<Settings>,
    /// Whether the worker ran under SCHED_FIFO.
    pub realtime: bool,
    /// What ended the process before its job was done, if anything did: a failure, a wrong output, or a
    /// configuration that does not do this at all. Trying again would only cost time.
    pub ended_by: Option<Outcome>,
    /// What the first call gave back, where it was not wrong.
    pub output: Option<Output>,
    /// Whether it is left out because it passed the time limit.
    pub too_slow: bool,
    /// Whether a call returned a second time.
    pub called_twice: bool,
    /// The trap that ended the process, with the phase or the metric during which it happened.
    pub trap: Option<(TrapKind, String)>,
    /// The size of the worker and the libraries that it loaded in bytes, but for the C library.
    pub loaded_bytes: Option<u64>,
    /// The files that it needed, but for the module or the artifact.
    pub files: Vec<PathBuf>,
}

impl Collected {
    /// Gives what was measured of a module to the other workloads that have it, too.
    pub fn share<'a>(&mut self, others: impl Iterator<Item = &'a str>) {
        let own = self.records.clone();
        for other in others {
            let of_it = own.iter().map(|record| Record { workload: other.to_string(), ..record.clone() });
            self.records.extend(of_it);
        }
    }

    /// Takes the times of calls for those of so many operations in each: of crossing the boundary.
    pub fn count_operations(&mut self, operations: u32) {
        let of_calls = |metric: &str| [metric::THROUGHPUT, metric::TIME_TO_TRAP].contains(&metric);
        // Single calls, which the clock outweighs.
        self.records.retain(|row| !matches!(row.outcome, Outcome::Histogram(_)));
        for row in self.records.iter_mut().filter(|row| of_calls(&row.metric)) {
            row.metric = metric::BOUNDARY.to_string();
            row.units *= u64::from(operations);
        }
    }

    /// Turns a passed time limit into something that the configuration does not do here, and returns the reason.
    pub fn leave_out_slow(&mut self) -> Option<String> {
        let Some(Outcome::TimedOut(reason)) = &self.ended_by else { return None };
        let reason = format!("too slow: {reason}; --time-limit SECONDS gives it longer");
        let outcomes = self.records.iter_mut().map(|record| &mut record.outcome).chain(&mut self.ended_by);
        for outcome in outcomes.filter(|outcome| matches!(outcome, Outcome::TimedOut(_))) {
            *outcome = Outcome::Unsupported(reason.clone());
        }
        self.too_slow = true;
        Some(reason)
    }

    /// Whether it was measured that a call returned a second time: what follows is no question of starting.
    #[must_use]
    pub fn started(&self) -> bool {
        self.called_twice
    }

    /// Adds the cause to the failures that a known issue is about.
    pub fn explain(&mut self, issue: &KnownIssue) {
        let outcomes = self.records.iter_mut().map(|record| &mut record.outcome).chain(&mut self.ended_by);
        for outcome in outcomes {
            let known = match outcome {
                Outcome::Failed(reason) => issue.explains_failure(reason).then_some(reason),
                Outcome::TimedOut(reason) => issue.explains_time_out().then_some(reason),
                _ => None,
            };
            if let Some(reason) = known {
                *reason = format!("{reason}; known: {}", issue.cause);
            }
        }
    }
}
