//! The side of the worker: a process with one step, whose windows are read as they come.

use std::path::Path;

use wasmark_adapter::protocol::{
    Event, Job, MemorySeries, MemoryState, Precompile, Samples, Step, Task, VERSION,
};
use wasmark_reports::format::counted;
use wasmark_results::statistics::median::median;

use super::{
    cell::{Blocks, Failure, INSTANCES, LEAST, Metric, Reading},
    subject::{Conditions, Size, Subject},
};
use crate::{
    error::chain,
    job,
    plan::{self, Kind},
    process::{self, Conversation, End, Limits},
    profile::Calls,
};

/// Enough for the windows of any configuration: the number of windows ends them.
const BUDGET_NS: u64 = 10_000_000_000;
/// Calls with fixed work before those that count, and those that count.
const CALLS: Calls = Calls { warmups: 2, samples: 5, budget: None };

/// What one process gave.
pub struct Measured {
    pub reading: Reading,
    /// The blocks of calls that it is of, if their size is the worker's choice.
    pub blocks: Option<Blocks>,
    /// Whether the process ran under SCHED_FIFO.
    pub realtime: bool,
}

/// Makes the artifact of the subject.
pub fn precompile(subject: &Subject<'_>, conditions: Conditions) -> Result<(), Failure> {
    let task = Task::Precompile(Precompile {
        configuration: subject.target.configuration.name.clone(),
        wasm: subject.workload.wasm_path().to_path_buf(),
        artifact: subject.code(),
        stubs: Vec::new(),
    });
    let time = plan::time_limit(Kind::Precompile, conditions.limits.time);
    let conditions = Conditions { limits: Limits { time, ..conditions.limits }, ..conditions };
    converse(&subject.target.program, &Job { protocol: VERSION, task }, conditions).map(drop)
}

/// Measures the subject once, by this copy of its worker.
pub fn measure(
    subject: &Subject<'_>,
    metric: Metric,
    program: &Path,
    size: Size,
    conditions: Conditions,
) -> Result<Measured, Failure> {
    let Subject { target, workload, source, artifacts } = subject;
    let samples = Samples { most: size.windows, budget_ns: BUDGET_NS };
    let step = match metric {
        Metric::FreshInstance => Step::FreshInstance(samples),
        Metric::ReusedInstance => Step::ReusedInstance(samples),
        Metric::Throughput => job::throughput(target, workload, &CALLS),
        Metric::PerInstancePrivate => {
            let (state, instances) = (MemoryState::Called, INSTANCES.to_vec());
            Step::Memory(MemorySeries { state, instances, budget_ns: None })
        }
    };
    let prepared = job::measure(target, workload, *source, vec![step], artifacts)
        .map_err(|problem| Failure::Failed(chain(&problem)))?;
    let events = converse(program, &prepared.job, conditions)?;
    let realtime = matches!(events.first(), Some(Event::Hello { realtime: true, .. }));
    let missing = || {
        let stopped = events.iter().find_map(|event| match event {
            Event::Stopped { reached, failure, .. } => {
                Some(format!("stopped at {}: {failure}", counted(*reached as usize, "instance", "instances")))
            }
            _ => None,
        });
        let why = stopped.unwrap_or_else(|| format!("reported no {}", metric.name()));
        Failure::Failed(format!("the worker {why}"))
    };
    let (reading, blocks) = read(metric, &events).ok_or_else(missing)?;
    Ok(Measured { reading, blocks, realtime })
}

/// Calls before those that count, and those that count, of [`Metric::Throughput`].
pub fn calls() -> Calls {
    CALLS
}

/// What the events hold of the metric, and its blocks if it is of such.
fn read(metric: Metric, events: &[Event]) -> Option<(Reading, Option<Blocks>)> {
    let samples = || {
        events.iter().find_map(|event| match event {
            Event::Samples { metric: name, units, warmups, wall_ns, .. } if name == metric.name() => {
                let count = wall_ns.iter().skip(*warmups as usize);
                let each: Vec<f64> = count.map(|ns| *ns as f64 / *units as f64).collect();
                let blocks = Blocks { warmups: *warmups as usize, windows: wall_ns.len(), calls: *units };
                Some((Reading::Time(median(&each)?.estimate), blocks))
            }
            _ => None,
        })
    };
    match metric {
        Metric::FreshInstance | Metric::ReusedInstance => {
            samples().map(|(value, blocks)| (value, Some(blocks)))
        }
        Metric::Throughput => samples().map(|(value, _)| (value, None)),
        Metric::PerInstancePrivate => {
            let point = |event: &Event| match event {
                Event::Memory(memory) => Some((memory.instances, memory.private_dirty)),
                _ => None,
            };
            let points: Vec<(u32, u64)> = events.iter().filter_map(point).collect();
            (points.len() >= LEAST).then_some((Reading::Memory(points), None))
        }
    }
}

/// What a worker reported, where it did its job.
fn converse(program: &Path, job: &Job, conditions: Conditions) -> Result<Vec<Event>, Failure> {
    let conversation = process::converse(program, job, conditions.limits, conditions.launch)
        .map_err(|problem| Failure::Failed(format!("the worker did not start: {problem}")))?;
    let Conversation { events, end, .. } = conversation;
    let events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    for event in &events {
        match event {
            Event::WrongOutput { expected, actual, .. } => {
                return Err(Failure::WrongOutput(format!("the worker: {actual:?} instead of {expected:?}")));
            }
            Event::Failed { during, failure } => {
                return Err(Failure::Failed(format!("the worker, during {during}: {failure}")));
            }
            Event::Unsupported { reason, .. } => {
                return Err(Failure::Failed(format!("the worker: {reason}")));
            }
            _ => {}
        }
    }
    match end {
        End::Done => Ok(events),
        End::Broken(reason) => Err(Failure::Failed(reason)),
        End::TimedOut(limit) => {
            Err(Failure::Failed(format!("the worker did not end within {} s", limit.as_secs())))
        }
        End::TooLarge(bytes) => {
            Err(Failure::Failed(format!("the worker used more than {} MiB of memory", bytes >> 20)))
        }
        End::Interrupted => Err(Failure::Failed("interrupted".to_string())),
    }
}
