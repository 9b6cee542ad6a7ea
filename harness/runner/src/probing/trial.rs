//! One small module in one configuration, in a process of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use wasmark_adapter::{
    Entry, Source,
    protocol::{Code, Event, Expected, Invocation, Job, Measure, Precompile, Step, Task, VERSION},
};
use wasmark_results::capabilities::Support;
use wasmark_workloads::probes::Probe;

use crate::{
    Error,
    error::failed_to,
    pinning::Pinning,
    placement::Placement,
    plan::{self, Target},
    process::{self, End, Launch, Limits},
    realtime::Scheduling,
};

/// What a trial does with the module's `run`.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// Its argument.
    pub argument: i32,
    /// What must come of it; anything, but the same twice, if `None`.
    pub expected: Option<Expected>,
    /// What is done after two calls.
    pub steps: Vec<Step>,
}

/// What a trial's process may use: most do next to nothing, one makes as many instances as it can, beside one of another
/// configuration.
pub const LIMITS: Limits = Limits { time: Duration::from_secs(60), resident: 6 << 30 };

/// The probe's module, written to the folder.
pub fn module(probe: &Probe, folder: &Path) -> crate::Result<PathBuf> {
    let path = folder.join(format!("{}.wasm", probe.name));
    let what = || format!("probe of {}", probe.name);
    let bytes = probe.wasm().map_err(|problem| Error::Assemble { what: what(), source: problem.into() })?;
    fs::write(&path, bytes).map_err(failed_to("write", &path, "set TMPDIR"))?;
    Ok(path)
}

/// The module as the configuration's users deploy it: an artifact where there are such, made in another process.
pub fn code(target: &Target, wasm: &Path) -> Result<Code, Support> {
    match plan::preferred(&target.configuration) {
        Source::Artifact => {
            // Of the same ending for every engine; see `job::artifact`.
            let artifact: PathBuf = wasm.with_extension("so");
            converse(target, precompile(target, wasm, &artifact)).map(|_| Code::Artifact(artifact))
        }
        Source::Wasm | Source::Linked => Ok(Code::Wasm(wasm.to_path_buf())),
    }
}

/// Tries it: what the worker reported, or what went wrong.
pub fn attempt(target: &Target, code: Code, trial: Trial) -> Result<Vec<Event>, Support> {
    converse(target, measure(target, code, trial))
}

/// The job that makes an artifact.
pub fn precompile(target: &Target, wasm: &Path, artifact: &Path) -> Task {
    Task::Precompile(Precompile {
        configuration: target.configuration.name.clone(),
        wasm: wasm.to_path_buf(),
        artifact: artifact.to_path_buf(),
        stubs: vec![],
    })
}

/// The job that calls the module's `run` twice, and does the trial's steps.
pub fn measure(target: &Target, code: Code, trial: Trial) -> Task {
    Task::Measure(Measure {
        configuration: target.configuration.name.clone(),
        tier: Some(target.configuration.tier),
        code,
        entry: Entry::Kernel("run".to_string()),
        stubs: vec![],
        preopens: vec![],
        cold: Invocation {
            argument: trial.argument,
            args: vec![],
            env: vec![],
            stdin: None,
            expected: trial.expected,
        },
        steps: trial.steps,
        fresh: false,
        code_cache: None,
    })
}

/// Lets a worker do one job; what it did not do right is the error.
fn converse(target: &Target, task: Task) -> Result<Vec<Event>, Support> {
    let (events, end) = listen(target, task, LIMITS);
    for event in &events {
        match event {
            Event::Failed { failure, .. } => return Err(Support::No(failure.to_string())),
            Event::WrongOutput { actual, .. } => return Err(Support::Wrong(format!("{actual:?}"))),
            _ => {}
        }
    }
    end.map_or(Ok(events), |reason| Err(Support::Crashes(reason)))
}

/// Lets a worker do one job within these limits: its events, and why it ended before it was done, if it did.
pub fn listen(target: &Target, task: Task, limits: Limits) -> (Vec<Event>, Option<String>) {
    let job = Job { protocol: VERSION, task };
    let launch = Launch {
        placement: Placement::default(),
        scheduling: Scheduling::Normal,
        pinning: Pinning::FREE,
        patience: process::PATIENCE,
    };
    let heard = match process::converse(&target.program, &job, limits, launch) {
        Ok(heard) => heard,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let end = match heard.end {
        End::Done => None,
        End::Broken(reason) => Some(reason),
        End::TimedOut(limit) => Some(format!("did not end within {} s", limit.as_secs())),
        End::TooLarge(bytes) => Some(format!("used more than {} MiB of memory", bytes >> 20)),
        End::Interrupted => Some("was interrupted".into()),
    };
    (heard.events.into_iter().map(|(_, event)| event).collect(), end)
}
