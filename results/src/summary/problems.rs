//! Everything that has a reason instead of a value.

use super::{Counts, Problem, Problems, Status};
use crate::{
    record::{Outcome, Record},
    run::Run,
};

/// Every reason once, in the run's order of configurations and workloads, then by process.
pub fn summarise(run: &Run, records: &[Record]) -> Problems {
    // With the process that gave a reason last, to count each process once.
    let mut list: Vec<(Problem, u32)> = Vec::new();
    for record in records {
        let Some((status, reason)) = problem(&record.outcome) else { continue };
        let same = |known: &&mut (Problem, u32)| {
            let known = &known.0;
            known.status == status
                && known.metric == record.metric
                && known.workload == record.workload
                && known.configuration == record.configuration
                && known.reason == reason
        };
        match list.iter_mut().find(same) {
            Some((known, last)) if *last != record.process => {
                known.processes += 1;
                *last = record.process;
            }
            Some(_) => {}
            None => list.push((
                Problem {
                    configuration: record.configuration.clone(),
                    workload: record.workload.clone(),
                    metric: record.metric.clone(),
                    status,
                    reason: reason.to_owned(),
                    processes: 1,
                },
                record.process,
            )),
        }
    }
    let configuration = |id: &str| run.configurations.iter().position(|configuration| configuration.id == id);
    let workload = |name: &str| run.workloads.iter().position(|workload| workload.name == name);
    let last = |position: Option<usize>| position.unwrap_or(usize::MAX);
    let mut list: Vec<Problem> = list.into_iter().map(|(problem, _)| problem).collect();
    list.sort_by_key(|problem| {
        (last(configuration(&problem.configuration)), last(workload(&problem.workload)))
    });
    let count = |status| list.iter().filter(|problem| problem.status == status).count() as u32;
    let counts = Counts {
        unsupported: count(Status::Unsupported),
        failed: count(Status::Failed),
        timed_out: count(Status::TimedOut),
        wrong_output: count(Status::WrongOutput),
    };
    Problems { counts, list }
}

fn problem(outcome: &Outcome) -> Option<(Status, &str)> {
    match outcome {
        Outcome::Measured { .. } | Outcome::Histogram(_) => None,
        Outcome::Unsupported(reason) => Some((Status::Unsupported, reason)),
        Outcome::Failed(reason) => Some((Status::Failed, reason)),
        Outcome::TimedOut(reason) => Some((Status::TimedOut, reason)),
        Outcome::WrongOutput(reason) => Some((Status::WrongOutput, reason)),
    }
}
