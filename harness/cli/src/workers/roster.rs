//! The runtimes of a run: each with a worker that answered, or with the reason why there is none.

use std::{collections::BTreeMap, fs, time::Duration};

use anyhow::{Context, Result, bail};
use wasmark_adapter::{
    Configuration, Description, host,
    protocol::{Event, Job, Task, VERSION},
};

use super::{
    build::{self, Built},
    find::{self, Origin, Package},
};
use crate::{
    paths,
    process::{self, End, Launch, Limits},
    realtime::Scheduling,
    suggest,
};

/// A runtime whose worker answered.
#[derive(Clone, Debug)]
pub struct Worker {
    /// The worker.
    pub built: Built,
    /// What it said of itself.
    pub description: Description,
}

/// What to do about workers that are not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Build them.
    Build,
    /// Leave them unavailable: whoever only looks does not wait for a compiler.
    Leave,
}

/// All the runtimes that were asked for.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Those that can be measured, by name.
    pub workers: BTreeMap<String, Worker>,
    /// Those that cannot, with the reason and the remedy.
    pub unavailable: BTreeMap<String, String>,
}

impl Roster {
    /// Finds the workers of the named runtimes (all of them where none is named), builds those that are not built as
    /// `missing` says, and asks each what it is. A runtime whose worker cannot be had is unavailable, and no error.
    ///
    /// # Errors
    /// An unknown name, with the nearest known one.
    pub fn gather(names: &[String], missing: Missing) -> Result<Roster> {
        let found = find::runtimes(paths::runtimes().as_deref())?;
        if found.is_empty() {
            bail!("failed to find any runtime; run wasmark in its checkout, or put workers on PATH");
        }
        for name in names {
            if !found.contains_key(name) {
                bail!("failed to find the runtime {name:?}; {}", suggest::nearest(name, found.keys()));
            }
        }
        let mut roster = Roster::default();
        for (name, origin) in found {
            if names.is_empty() || names.contains(&name) {
                match worker(&name, &origin, missing) {
                    Ok(worker) => drop(roster.workers.insert(name, worker)),
                    Err(problem) => drop(roster.unavailable.insert(name, format!("{problem:#}"))),
                }
            }
        }
        Ok(roster)
    }

    /// Every configuration of every runtime, by runtime and in the order in which each lists its own.
    pub fn configurations(&self) -> impl Iterator<Item = (&str, &Worker, &Configuration)> {
        self.workers.iter().flat_map(|(name, worker)| {
            worker.description.configurations.iter().map(move |one| (name.as_str(), worker, one))
        })
    }
}

fn worker(name: &str, origin: &Origin, missing: Missing) -> Result<Worker> {
    let built = match origin {
        Origin::Package(package) => match missing {
            Missing::Build => build::worker(name, package, &mut build::report(name))?,
            Missing::Leave => build::cached(name, package)?.with_context(|| not_built(name, package))?,
        },
        Origin::Program(program) => {
            let bytes = fs::read(program).with_context(|| format!("failed to read {}", program.display()))?;
            Built { program: program.clone(), key: host::sha256(&bytes)[..16].to_string() }
        }
    };
    let description = describe(&built).with_context(|| format!("failed to start the worker of {name}"))?;
    Ok(Worker { built, description })
}

/// What to do about a worker that nobody built yet.
fn not_built(name: &str, package: &Package) -> String {
    let needs = match package.metadata.needs.as_slice() {
        [] => "nothing but Rust".to_string(),
        packages => format!("the packages {}, which ./setup.sh installs", packages.join(", ")),
    };
    format!(
        "not built yet ({}); run `wasmark build --runtimes {name}`, which needs {needs}",
        package.metadata.about
    )
}

/// Asks a worker what it is.
fn describe(built: &Built) -> Result<Description> {
    let job = Job { protocol: VERSION, task: Task::Describe };
    let limits = Limits { time: Duration::from_secs(20), resident: 4 << 30 };
    let launch = Launch { padding: 0, scheduling: Scheduling::Normal };
    let conversation = process::converse(&built.program, &job, limits, launch)?;
    let mut problem = None;
    for (_, event) in conversation.events {
        match event {
            Event::Description(description) => return Ok(description),
            Event::Failed { failure, .. } => problem = Some(failure.message),
            _ => {}
        }
    }
    match (problem, conversation.end) {
        (Some(problem), _) | (None, End::Broken(problem)) => bail!("{problem}"),
        (None, End::TimedOut(limit)) => bail!("it said nothing for {} s", limit.as_secs()),
        (None, _) => bail!("it did not say what it is"),
    }
}
