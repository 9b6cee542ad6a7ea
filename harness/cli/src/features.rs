//! Which proposals a configuration runs, seen by running a small module for each in a process of its own.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use serde::Serialize;
use wasmark_adapter::{
    Entry, Source,
    protocol::{Code, Event, Expected, Invocation, Job, Measure, Precompile, Task, VERSION},
};
use wasmark_workloads::probes::{PROBES, RIGHT};

use crate::{
    plan::{self, Target},
    process::{self, End, Launch, Limits},
    realtime::Scheduling,
};

/// Whether a configuration runs a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The probe ran and returned what is right.
    Yes,
    /// It was refused or trapped, in the engine's words.
    No(String),
    /// It ran and returned something else.
    Wrong(String),
    /// The process crashed, hung, or grew without end.
    Crashes(String),
}

impl Support {
    /// One word for a table.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Support::Yes => "yes",
            Support::No(_) => "-",
            Support::Wrong(_) => "WRONG",
            Support::Crashes(_) => "CRASHES",
        }
    }

    /// Why it is not a yes.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Support::Yes => None,
            Support::No(reason) | Support::Wrong(reason) | Support::Crashes(reason) => Some(reason),
        }
    }
}

/// Proposals by name, each with what came of its probe, for each configuration by its id.
pub type Matrix = BTreeMap<String, BTreeMap<&'static str, Support>>;

/// What a probe's process may use: it does next to nothing.
const LIMITS: Limits = Limits { time: Duration::from_secs(30), resident: 4 << 30 };

/// Runs every probe in every configuration that runs modules. `tell` learns each configuration before it begins.
///
/// # Errors
/// Where a temporary file cannot be written.
pub fn probe(targets: &[Target], mut tell: impl FnMut(&str)) -> Result<Matrix> {
    let folder = tempfile::tempdir().context("failed to make a temporary folder; set TMPDIR")?;
    let mut modules = Vec::new();
    for probe in PROBES {
        let path = folder.path().join(format!("{}.wasm", probe.proposal));
        let bytes =
            probe.wasm().with_context(|| format!("failed to assemble the probe of {}", probe.proposal))?;
        fs::write(&path, bytes).with_context(|| format!("failed to write {}", path.display()))?;
        modules.push((probe.proposal, path));
    }
    let runs_modules = |target: &&Target| plan::preferred(&target.configuration) != Source::Linked;
    let mut matrix = Matrix::new();
    for target in targets.iter().filter(runs_modules) {
        tell(&target.id);
        let row = modules.iter().map(|(proposal, path)| (*proposal, support(target, path, folder.path())));
        matrix.insert(target.id.clone(), row.collect());
    }
    Ok(matrix)
}

/// What comes of one probe, from the source that users of the configuration deploy.
fn support(target: &Target, wasm: &Path, folder: &Path) -> Support {
    let configuration = target.configuration.name.clone();
    let code = match plan::preferred(&target.configuration) {
        Source::Artifact => {
            // Of the same ending for every engine; see `job::artifact`.
            let artifact: PathBuf = folder.join("probe.so");
            let (wasm, artifact_) = (wasm.to_path_buf(), artifact.clone());
            let job =
                Precompile { configuration: configuration.clone(), wasm, artifact: artifact_, stubs: vec![] };
            match converse(target, Task::Precompile(job)) {
                Ok(_) => Code::Artifact(artifact),
                Err(support) => return support,
            }
        }
        Source::Wasm | Source::Linked => Code::Wasm(wasm.to_path_buf()),
    };
    let expected = Some(Expected::Checksum(RIGHT));
    let cold = Invocation { argument: 1, args: vec![], env: vec![], stdin: None, expected };
    let entry = Entry::Kernel("run".to_string());
    let job = Measure { configuration, code, entry, stubs: vec![], preopens: vec![], cold, steps: vec![] };
    match converse(target, Task::Measure(job)) {
        Ok(()) => Support::Yes,
        Err(support) => support,
    }
}

/// Lets a worker do one job; what it did not do right is the error.
fn converse(target: &Target, task: Task) -> Result<(), Support> {
    let job = Job { protocol: VERSION, task };
    let launch = Launch { padding: 0, scheduling: Scheduling::Normal };
    let crashes = |reason: String| Support::Crashes(reason);
    let said = process::converse(&target.program, &job, LIMITS, launch)
        .map_err(|error| crashes(error.to_string()))?;
    for (_, event) in said.events {
        match event {
            Event::Failed { failure, .. } => return Err(Support::No(failure.message)),
            Event::WrongOutput { actual, .. } => return Err(Support::Wrong(format!("{actual:?}"))),
            _ => {}
        }
    }
    match said.end {
        End::Done => Ok(()),
        End::Broken(reason) => Err(crashes(reason)),
        End::TimedOut(limit) => Err(crashes(format!("did not end within {} s", limit.as_secs()))),
        End::TooLarge(bytes) => Err(crashes(format!("used more than {} MiB of memory", bytes >> 20))),
    }
}
