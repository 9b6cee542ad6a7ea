//! The cold-start ladder.

use super::{
    Cell, ColdStart, Estimate, NATIVE, Phase, Source, Start, Unit, distribution,
    subject::{Process, Subject},
};
use crate::record::metric;

/// The ladder of one configuration and workload.
pub fn summarise(subject: &Subject) -> ColdStart {
    let sources = sources(subject);
    let process_from = preferred(&sources);
    ColdStart {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        process_to_result: process_to_result(subject, process_from),
        process_from,
        from_wasm: of_rung(subject, metric::FROM_WASM),
        from_artifact: of_rung(subject, metric::FROM_ARTIFACT),
        fresh_instance: distribution::of_subject(subject, metric::FRESH_INSTANCE),
        reused_instance: distribution::of_subject(subject, metric::REUSED_INSTANCE),
        time_to_trap: distribution::of_subject(subject, metric::TIME_TO_TRAP),
        instantiate_faults: subject.estimate(metric::INSTANTIATE_FAULTS, Unit::Count),
        starts: sources.into_iter().map(|source| start(subject, source)).collect(),
    }
}

/// What the processes ran from that came to their first output.
fn sources(subject: &Subject) -> Vec<Source> {
    let mut sources: Vec<Source> = subject.processes.iter().filter_map(source).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// Which of them users deploy.
fn preferred(sources: &[Source]) -> Option<Source> {
    Source::PREFERRED.into_iter().find(|source| sources.contains(source))
}

/// What a process ran from; `None` where it did not come to its first output, or only made an artifact.
fn source(process: &Process) -> Option<Source> {
    process.source.filter(|_| process.has_result())
}

fn process_to_result(subject: &Subject, from: Option<Source>) -> Cell<Estimate> {
    subject.estimate_of(metric::PROCESS_TO_RESULT, Unit::Nanoseconds, |process| to_result_from(process, from))
}

fn to_result_from(process: &Process, from: Option<Source>) -> Option<f64> {
    let first = process.first(metric::PROCESS_TO_RESULT);
    first.filter(|_| source(process).is_some() && source(process) == from)
}

/// A process's `process_to_result`, where it ran from what the subject's cell is of.
pub(super) fn to_result(subject: &Subject, process: &Process) -> Option<f64> {
    to_result_from(process, preferred(&sources(subject)))
}

fn of_rung(subject: &Subject, name: &str) -> Cell<Estimate> {
    subject.estimate_of(name, Unit::Nanoseconds, |process| rung(process, name))
}

/// A process's rung as it was stored, else the sum of its own windows. They follow each other, so that the sum is the
/// time; what the harness does between them is in none.
pub(super) fn rung(process: &Process, rung: &str) -> Option<f64> {
    let sum = metric::parts_of(rung, |window| process.first(window)).map(|parts| parts.into_iter().sum());
    metric::windows_of(rung).and(process.first(rung)).or(sum)
}

fn start(subject: &Subject, from: Source) -> Start {
    let phases: &[&str] = match from {
        Source::Wasm => &[
            metric::SPAWN,
            metric::ENGINE,
            metric::COMPILE,
            metric::PREPARE,
            metric::INSTANTIATE,
            metric::FIRST_CALL,
            metric::SECOND_CALL,
            metric::TEARDOWN,
        ],
        Source::Artifact => &[
            metric::SPAWN,
            metric::ENGINE,
            metric::LOAD,
            metric::PREPARE,
            metric::INSTANTIATE,
            metric::FIRST_CALL,
            metric::SECOND_CALL,
            metric::TEARDOWN,
        ],
        // What was linked beforehand has no engine, and what is linked into the worker no instances.
        Source::Linked if subject.tier == NATIVE => &[metric::SPAWN, metric::FIRST_CALL, metric::SECOND_CALL],
        Source::Linked => {
            &[metric::SPAWN, metric::INSTANTIATE, metric::FIRST_CALL, metric::SECOND_CALL, metric::TEARDOWN]
        }
    };
    let phase = |name: &&str| Phase {
        phase: (*name).to_owned(),
        time: subject.window(name, |process| source(process) == Some(from)),
    };
    // Workers of before protocol 1.5, and some third-party ones, have no `prepare`.
    let has = |phase: &Phase| phase.phase != metric::PREPARE || !matches!(phase.time, Cell::NotMeasured);
    Start {
        source: from,
        process_to_result: process_to_result(subject, Some(from)),
        phases: phases.iter().map(phase).filter(has).collect(),
    }
}
