//! The runtimes of a run: each with a worker that answered, or with the reason why there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use wasmark_adapter::{
    Configuration, Description,
    protocol::{Event, Job, Task, VERSION},
};

use super::{
    Error, NoDescription,
    build::{self, Built},
    external,
    find::{self, Origin, Package},
    variant,
    version::Wanted,
};
use crate::{
    Result,
    error::chain,
    paths,
    pinning::Pinning,
    placement::Placement,
    process::{self, End, Launch, Limits},
    realtime::Scheduling,
    suggest,
};

/// How long a worker may take to describe itself.
const ANSWER: Duration = Duration::from_secs(20);

/// A runtime whose worker answered.
#[derive(Clone, Debug)]
pub struct Worker {
    /// The worker.
    pub built: Built,
    /// What it reported of itself; its name is the one that it was asked for by, with the version if one was chosen.
    pub description: Description,
}

/// Programs with other layouts of their code, by the worker's program.
pub type Layouts = BTreeMap<PathBuf, Vec<PathBuf>>;

/// What to do about workers that are not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Build them.
    Build,
    /// Build what a run without words needs, where a package states it and its whole worker is not built.
    BuildQuick,
    /// Leave them unavailable: a command that only looks does not wait for a compiler.
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
    /// `missing` states, and asks each what it is; and so for the workers at the paths `programs`, which are known by what
    /// they call themselves. A runtime whose worker cannot be had is unavailable, and no error.
    ///
    /// # Errors
    /// An unknown name, with the nearest known one; a version where none can be chosen; a path without a program, or
    /// whose program has the name of another runtime.
    pub fn gather(names: &[String], programs: &[PathBuf], missing: Missing) -> Result<Roster> {
        let found = find::runtimes(paths::runtimes().as_deref())?;
        let mut roster = Roster::default();
        for program in external::programs(programs)? {
            roster.admit(&program, &found)?;
        }
        if found.is_empty() && programs.is_empty() {
            return Err(Error::NoRuntime.into());
        }
        let mut wanted: BTreeSet<Wanted> =
            names.iter().map(|name| Wanted::parse(name)).collect::<Result<_, _>>()?;
        if wanted.is_empty() {
            wanted = found.keys().map(|name| Wanted::named(name)).collect();
        }
        let origins = wanted.into_iter().map(|one| Ok((origin(&one, &found, &roster)?, one)));
        // Every name is looked at before the first is built.
        let origins = origins.collect::<Result<Vec<_>>>()?;
        let origins = origins.into_iter().filter_map(|(origin, wanted)| Some((origin?, wanted)));
        let workers: Vec<_> = origins.collect();
        let built = at_once(workers.iter().map(|(origin, wanted)| || built(wanted, origin, missing)));
        for ((_, wanted), built) in workers.iter().zip(built) {
            roster.insert(wanted.to_string(), built.and_then(|built| worker(wanted, built)));
        }
        Ok(roster)
    }

    /// The workers at these paths and nothing else, by what they call themselves: one side of a comparison, on which they
    /// may be called as runtimes are that can be found.
    ///
    /// # Errors
    /// A path without a program, or two programs of one name.
    pub fn of_programs(programs: &[PathBuf]) -> Result<Roster> {
        let mut roster = Roster::default();
        for program in external::programs(programs)? {
            roster.admit(&program, &BTreeMap::new())?;
        }
        Ok(roster)
    }

    /// The workers of these packages of another checkout, built where they are not yet.
    pub fn of_packages(packages: &BTreeMap<String, Package>, label: &str) -> Roster {
        let mut roster = Roster::default();
        let label = |name: &String| format!("{name}-{label}");
        let built =
            at_once(packages.iter().map(|(name, package)| move || build::worker(&label(name), package)));
        for (name, built) in packages.keys().zip(built) {
            let worker = built.and_then(|built| {
                let mut description =
                    describe(&built).map_err(|source| Error::Start { label: label(name), source })?;
                description.runtime = name.clone();
                Ok(Worker { built, description })
            });
            roster.insert(name.clone(), worker);
        }
        roster
    }

    /// Adds the worker at a path that the command line names.
    fn admit(&mut self, program: &Path, found: &BTreeMap<String, Origin>) -> Result<()> {
        let taken = |name: &String| {
            found.contains_key(name) || self.workers.contains_key(name) || self.unavailable.contains_key(name)
        };
        let failed = |source| Error::StartProgram { program: program.to_path_buf(), source };
        let worker = external::built(program).and_then(|built| {
            let description = describe(&built).map_err(failed)?;
            Ok(Worker { built, description })
        });
        let name = match &worker {
            Ok(worker) => worker.description.runtime.clone(),
            Err(_) => Some(external::stem(program))
                .filter(|name| !taken(name))
                .unwrap_or_else(|| program.display().to_string()),
        };
        if taken(&name) {
            return Err(Error::Taken { program: program.to_path_buf(), name }.into());
        }
        self.insert(name, worker);
        Ok(())
    }

    /// The workers of these runtimes in so many further layouts of their code, by the worker's program; and the reasons why
    /// there is none of a worker whose package offers them.
    pub fn layouts(&self, count: u32, wanted: impl Fn(&str) -> bool) -> (Layouts, Vec<String>) {
        let workers: Vec<_> = self.workers.iter().filter(|(name, _)| count > 0 && wanted(name)).collect();
        let made =
            at_once(workers.iter().map(|(name, worker)| || build::layouts(name, &worker.built, count)));
        let (mut layouts, mut reasons) = (Layouts::new(), Vec::new());
        for ((_, worker), made) in workers.into_iter().zip(made) {
            match made {
                Ok(programs) => drop(layouts.insert(worker.built.program.clone(), programs)),
                Err(problem) => {
                    reasons.push(format!("its code is measured in one layout: {}", chain(&problem)));
                }
            }
        }
        (layouts, reasons)
    }

    fn insert(&mut self, name: String, worker: Result<Worker>) {
        match worker {
            Ok(worker) => drop(self.workers.insert(name, worker)),
            Err(problem) => drop(self.unavailable.insert(name, chain(&problem))),
        }
    }

    /// Every configuration of every runtime, by runtime and in the order in which each lists its own.
    pub fn configurations(&self) -> impl Iterator<Item = (&str, &Worker, &Configuration)> {
        self.workers.iter().flat_map(|(name, worker)| {
            worker.description.configurations.iter().map(move |one| (name.as_str(), worker, one))
        })
    }
}

/// Where the wanted runtime's worker comes from; none where it was admitted by its path.
fn origin<'a>(
    wanted: &Wanted,
    found: &'a BTreeMap<String, Origin>,
    admitted: &Roster,
) -> Result<Option<&'a Origin>> {
    let Wanted { name, version, build } = wanted;
    let origin = found.get(name);
    let by_path = || admitted.workers.keys().chain(admitted.unavailable.keys());
    if origin.is_none() && !by_path().any(|one| one == name) {
        return Err(suggest::unknown("runtime", name, found.keys().chain(by_path())).into());
    }
    let chooses =
        |origin: &Origin| matches!(origin, Origin::Package(package) if !package.metadata.versions.is_empty());
    match version {
        Some(version) if !origin.is_some_and(chooses) => {
            let others = found.iter().filter(|(_, origin)| chooses(origin));
            let others = others.map(|(name, _)| name.clone()).collect();
            return Err(Error::NoVersions { version: version.to_string(), name: name.clone(), others }.into());
        }
        _ => {}
    }
    match (build, origin) {
        (Some(build), Some(Origin::Package(package))) => drop(package.named_build(build)?),
        (Some(build), _) => {
            return Err(Error::NotBuiltHere { build: build.clone(), name: name.clone() }.into());
        }
        (None, _) => {}
    }
    Ok(origin)
}

/// Gets all workers' programs at the same time, so that their builds share the processors. No worker is started
/// meanwhile: a program that another thread starts would hold its pipes open.
fn at_once<T: Send, Get: FnOnce() -> Result<T> + Send>(all: impl Iterator<Item = Get>) -> Vec<Result<T>> {
    thread::scope(|scope| {
        let under_way: Vec<_> = all.map(|get| scope.spawn(get)).collect();
        let ended =
            under_way.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(Error::Panicked.into())));
        ended.collect()
    })
}

fn built(wanted: &Wanted, origin: &Origin, missing: Missing) -> Result<Built> {
    match origin {
        Origin::Package(package) => of_package(package, wanted, missing),
        Origin::Program(program) => external::built(program),
    }
}

fn worker(wanted: &Wanted, built: Built) -> Result<Worker> {
    let label = wanted.to_string();
    let mut description = describe(&built).map_err(|source| Error::Start { label: label.clone(), source })?;
    if let Some(version) = &wanted.version
        && version.to_string() != description.version
    {
        return Err(Error::OtherVersion { label, version: description.version }.into());
    }
    description.runtime = label;
    Ok(Worker { built, description })
}

/// The worker that a package builds, with the engine's version that is wanted.
fn of_package(package: &Package, wanted: &Wanted, missing: Missing) -> Result<Built> {
    let label = wanted.to_string();
    let mut chosen = match (&wanted.version, missing) {
        (None, _) => Some(package.clone()),
        (Some(_), Missing::Build | Missing::BuildQuick) => Some(variant::make(package, wanted)?),
        (Some(_), Missing::Leave) => variant::known(package, wanted)?,
    };
    if let (Some(name), Some(chosen)) = (&wanted.build, &mut chosen) {
        chosen.build = package.named_build(name)?.variables.clone();
    }
    let not_built = || {
        let (about, needs) = (package.metadata.about.clone(), package.metadata.needs.clone());
        Error::NotBuilt { about, label: label.clone(), needs }
    };
    let chosen = chosen.ok_or_else(not_built)?;
    if missing == Missing::Build {
        return build::worker(&label, &chosen);
    }
    if let Some(whole) = build::cached(&label, &chosen)? {
        return Ok(whole);
    }
    let quick = package.metadata.quick.as_ref().filter(|_| wanted.build.is_none());
    let quick = quick.map(|build| Package { build: build.variables.clone(), ..chosen.clone() });
    if missing == Missing::BuildQuick {
        return build::worker(&label, &quick.unwrap_or(chosen));
    }
    let built = quick.map(|quick| build::cached(&label, &quick)).transpose()?.flatten();
    Ok(built.ok_or_else(not_built)?)
}

/// Asks a worker what it is.
fn describe(built: &Built) -> Result<Description, NoDescription> {
    describe_within(built, ANSWER)
}

fn describe_within(built: &Built, time: Duration) -> Result<Description, NoDescription> {
    let job = Job { protocol: VERSION, task: Task::Describe };
    let limits = Limits { time, resident: 4 << 30 };
    let launch = Launch {
        placement: Placement::default(),
        scheduling: Scheduling::Normal,
        pinning: Pinning::FREE,
        patience: process::PATIENCE,
    };
    let conversation = process::converse(&built.program, &job, limits, launch)?;
    let mut problem = None;
    for (_, event) in conversation.events {
        match event {
            Event::Description(description) => {
                external::check(&description)?;
                return Ok(description);
            }
            Event::Failed { failure, .. } => problem = Some(failure.to_string()),
            _ => {}
        }
    }
    match (problem, conversation.end) {
        (Some(problem), _) | (None, End::Broken(problem)) => Err(NoDescription::Failed(problem)),
        (None, End::TimedOut(limit)) => Err(NoDescription::TimedOut(limit)),
        (None, _) => Err(NoDescription::Silent),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn a_worker_that_never_describes_itself_is_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("silent");
        fs::write(&program, "#!/bin/sh\nexec sleep 3600\n").expect("a file");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
        let silent = external::built(&program).expect("a worker");
        let problem = describe_within(&silent, Duration::from_secs(1)).expect_err("silence").to_string();
        assert_eq!(problem, "it did not describe itself within 1 s; have it answer `describe`");
    }
}
