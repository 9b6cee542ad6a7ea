//! The state of a run before, during and after the measurements: the selection, the plan, and the contents of
//! `run.json`. Shared by `wasmark run` and `cargo bench`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use wasmark_adapter::host::sha256;
use wasmark_results::{
    coverage::{AbsentLanguage, Coverage, Profile as ProfileRecord},
    record::{Outcome, Record, SCHEMA, metric},
    run::{Assigned, ConfigurationRecord, Realtime, Run as RunRecord, Shard as ShardRecord, WorkloadRecord},
    store::RunWriter,
};

use wasmark_workloads::{Workload, boundary, languages};

use crate::{
    Result,
    build_record::BuildRecord,
    costs::Costs,
    environment,
    metrics::{self, Group},
    options::{Run, Selection},
    paths,
    plan::{Plan, Target},
    probing,
    process::RUN_TIME,
    profile::{self, Profile},
    realtime::Scheduling,
    runner::{Known, Learned},
    select::{self, Selected},
    shard::{self, Choice, Job, Shard},
    workers::{Missing, Recipe},
};

/// A run that can begin.
pub struct Session {
    /// What was selected; its configurations and workloads are in the plan.
    pub selected: Selected,
    /// What will be measured.
    pub plan: Plan,
    /// The seed of every random choice.
    pub seed: u64,
    /// Which part of a run on several machines it is.
    pub shard: Option<ShardRecord>,
    /// What the suite would have and cannot.
    pub absent_languages: Vec<AbsentLanguage>,
    /// What a reader of the numbers has to know beside them.
    pub notes: Vec<String>,
}

impl Session {
    /// Selects and plans.
    ///
    /// # Errors
    /// An unknown name, or nothing to measure.
    pub fn new(options: &Run, profile: Profile) -> Result<Session> {
        let mut groups = metrics::groups(&options.metrics)?;
        let mut profile = profile;
        let named = !options.selection.workloads.is_empty() || options.selection.suite.is_some();
        if named {
            // Workloads that are named are measured whole.
            profile.start_only = None;
        }
        if named || options.own.module.is_some() || !options.metrics.is_empty() {
            profile.sketch = None;
        }
        groups.extend(profile.sketched());
        let mut selected =
            select::select(&options.selection, &options.own, profile.workloads, missing(options))?;
        let seed = options.seed.unwrap_or_else(rand::random);
        let mut targets = std::mem::take(&mut selected.targets);
        let chosen = |runtime: &str| targets.iter().any(|target| target.runtime() == runtime);
        let (layouts, one_layout) = selected.roster.layouts(profile.layouts, chosen);
        for target in &mut targets {
            target.layouts = layouts.get(&target.program).cloned().unwrap_or_default();
        }
        let mut workloads = std::mem::take(&mut selected.workloads);
        if groups.contains(&Group::Boundary) {
            if groups.len() == 1 {
                workloads.clear();
            }
            let operations = boundary::workloads(profile.operations, &paths::modules()?);
            workloads.extend(operations?);
        }
        let mut notes: Vec<String> =
            workloads.iter().filter_map(|one| Some(one.profile().err()?.to_string())).collect();
        notes.extend(one_layout);
        let own = options.own.module.is_some() || options.selection.suite.is_some();
        let absent_languages = if own { Vec::new() } else { absent_languages(&mut notes) };
        let mut plan = Plan::new(profile, targets, workloads, groups, seed);
        if own {
            let unnamed = |(_, target): &(usize, &Target)| !names(&options.selection, target);
            plan.may_be_slow =
                plan.targets.iter().enumerate().filter(unnamed).map(|(index, _)| index).collect();
        }
        let shard = match (options.shard, &options.job) {
            (Some(Choice::Given(shard)), Some(job)) => {
                let limit = options.limits.of_process(RUN_TIME).time;
                Some(part(&mut plan, shard, job, limit)?)
            }
            _ => None,
        };
        Ok(Session { selected, plan, seed, shard, absent_languages, notes })
    }

    /// What the run is, before it is known how it went.
    #[must_use]
    pub fn describe(&self, scheduling: Scheduling, command: String) -> RunRecord {
        let now = jiff::Timestamp::now();
        let roster = &self.selected.roster;
        let configuration = |target: &Target| {
            let worker = roster.workers.values().find(|worker| worker.built.program == target.program)?;
            let description = &worker.description;
            Some(ConfigurationRecord {
                id: target.id.clone(),
                runtime: description.runtime.clone(),
                version: description.version.clone(),
                licence: target.configuration.licence.as_ref().unwrap_or(&description.licence).clone(),
                tier: target.configuration.tier.name().to_string(),
                about: target.configuration.about.clone(),
                distribution_build: None,
                settings: layout(target),
                worker: worker.built.key.clone(),
                // Until a process shows what it needs: the worker alone is not all of it.
                worker_bytes: 0,
                capabilities: None,
            })
        };
        let (operations, workloads): (Vec<&Workload>, Vec<&Workload>) =
            self.plan.workloads.iter().partition(|one| one.operations().is_some());
        let records = |list: Vec<&Workload>| list.into_iter().map(workload).collect();
        RunRecord {
            schema: SCHEMA,
            id: match &self.shard {
                Some(shard) => shard.id(),
                None => now.strftime("%Y%m%d-%H%M%S-%3f").to_string(),
            },
            shard: self.shard.clone(),
            started: self::now(),
            finished: None,
            wasmark: env!("CARGO_PKG_VERSION").to_string(),
            revision: environment::revision(),
            command,
            seed: self.seed,
            profile: self.plan.profile.name.to_string(),
            rounds: self.plan.profile.rounds,
            metrics: metrics::names(&self.plan.groups),
            // Until the workers report that they got it.
            realtime: if scheduling == Scheduling::Fifo { Realtime::Refused } else { Realtime::Off },
            environment: environment::fingerprint(),
            configurations: self.plan.targets.iter().filter_map(configuration).collect(),
            workloads: records(workloads),
            operations: records(operations),
            absent_languages: self.absent_languages.clone(),
            unavailable: roster.unavailable.clone(),
            notes: self.notes.clone(),
        }
    }

    /// What these records let know of a run that goes on.
    #[must_use]
    pub fn known(&self, records: &[Record]) -> Known {
        let mut known = Known::default();
        let second = records.iter().filter(|record| record.metric == metric::SECOND_CALL);
        let started: BTreeSet<u32> = second.map(|record| record.process).collect();
        for record in records {
            known.done.insert(record.process);
            let slot = self.plan.slots.iter().find(|slot| slot.process == record.process);
            let Some(item) = slot.map(|slot| slot.item) else { continue };
            let ended = match record.outcome {
                Outcome::Failed(_) | Outcome::TimedOut(_) | Outcome::WrongOutput(_) => true,
                // In place of all that the process would have measured.
                Outcome::Unsupported(_) => record.metric == item.kind.name(),
                Outcome::Measured { .. } | Outcome::Histogram(_) => false,
            };
            if ended {
                known.dead.insert(item, record.outcome.clone());
            }
            let slow = !matches!(record.outcome, Outcome::Failed(_) | Outcome::WrongOutput(_));
            if ended && slow && !started.contains(&record.process) {
                let foreseen = self.plan.as_slow(item).map(|other| (other, record.outcome.clone()));
                known.foreseen.extend(foreseen);
            }
        }
        known
    }

    /// Starts the run's folder in `results`, with what is known to be unsupported already in it.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn create(&self, results: &Path, run: &RunRecord) -> Result<RunWriter> {
        let writer = RunWriter::create(&results.join(&run.id), run)?;
        self.keep_unsupported(&writer)?;
        Ok(writer)
    }

    /// Stores what is known to be unsupported before anything runs.
    ///
    /// # Errors
    /// Where it is stored already, or the disk does not take it.
    pub fn keep_unsupported(&self, writer: &RunWriter) -> Result<()> {
        if self.plan.unsupported.is_empty() { Ok(()) } else { Ok(writer.append(&self.plan.unsupported)?) }
    }
}

/// Leaves of the plan what one shard measures, and returns what the run records of that.
fn part(plan: &mut Plan, shard: Shard, job: &Job, limit: Duration) -> Result<ShardRecord> {
    let division = shard::divide(plan, &Costs::anywhere(limit), shard.of())?;
    let assigned = plan.workloads.iter().zip(&division.shards).map(|(workload, shard)| Assigned {
        workload: workload.name().to_string(),
        wasm_sha256: workload.sha256().to_string(),
        shard: *shard,
    });
    let assigned = assigned.collect();
    plan.retain(|workload| division.shards[workload] == shard.number());
    Ok(ShardRecord { job: job.to_string(), number: shard.number(), of: shard.of(), division: assigned })
}

/// Whether the selection asks for this configuration by its name or by its tier's.
fn names(selection: &Selection, target: &Target) -> bool {
    selection.configurations.iter().any(|id| target.is_named(id))
        || selection.tiers.contains(&target.configuration.tier)
}

/// The time now, RFC 3339.
#[must_use]
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The command line of this process, without the program.
///
/// # Errors
/// Where an argument cannot be quoted for a shell.
pub fn command_line() -> Result<String> {
    Ok(shlex::try_join(command_words().iter().map(String::as_str))?)
}

/// The words of [`command_line`].
#[must_use]
pub fn command_words() -> Vec<String> {
    std::iter::once("wasmark".to_string()).chain(std::env::args().skip(1)).collect()
}

/// Puts into the description which configurations' workers are pinned, where any are.
pub fn placed(run: &mut RunRecord, targets: &[Target]) {
    for configuration in &mut run.configurations {
        let serial =
            targets.iter().any(|target| target.id == configuration.id && target.configuration.serial);
        let place = if serial {
            "one, but for concurrency and load"
        } else {
            "not pinned: several threads may work at a time"
        };
        configuration.settings.insert("cpus".to_string(), place.to_string());
    }
}

/// Puts what the probes showed into the run's description.
pub fn probed(run: &mut RunRecord, mut shown: probing::Shown) {
    for configuration in &mut run.configurations {
        configuration.capabilities = shown.remove(&configuration.id);
    }
}

/// Puts what came of the specification's cases beside what the probes showed.
pub fn conforming(run: &mut RunRecord, mut shown: BTreeMap<String, probing::semantics::Conformities>) {
    for configuration in &mut run.configurations {
        if let Some(semantics) = shown.remove(&configuration.id) {
            configuration.capabilities.get_or_insert_default().semantics = semantics;
        }
    }
}

/// What is built for a run: one that names nothing but runtimes needs no more than the quick set does.
fn missing(options: &Run) -> Missing {
    let Selection { workloads, suite, configurations, tiers, all_configurations, .. } = &options.selection;
    let named = !(workloads.is_empty() && configurations.is_empty() && tiers.is_empty())
        || suite.is_some()
        || *all_configurations;
    let quick = options.profile == profile::Name::Quick && (!named || options.own.module.is_some());
    if quick { Missing::BuildQuick } else { Missing::Build }
}

/// The setting that states in how many layouts a configuration's code was measured.
fn layout(target: &Target) -> BTreeMap<String, String> {
    let stated = match target.layouts.len() {
        0 => return BTreeMap::new(),
        links => format!("{links} links with functions in other orders, in turns of rounds"),
    };
    BTreeMap::from([("code layout".to_string(), stated)])
}

/// Puts what the workers reported of themselves into the run's description, with the files that they loaded and how those
/// were built. A library of an engine's own that has assertions is a distribution's build: its maintainers' releases have none.
pub fn learn(run: &mut RunRecord, targets: &[Target], learned: &Learned) {
    let (mut workers, mut files) = (BTreeMap::new(), BTreeMap::new());
    for configuration in &mut run.configurations {
        let Some(resolved) = learned.configurations.get(&configuration.id) else { continue };
        configuration.settings.extend(resolved.settings());
        configuration.worker_bytes = resolved.loaded_bytes.unwrap_or(configuration.worker_bytes);
        // Engines in Rust are in the worker itself.
        if let Some(target) = targets.iter().find(|target| target.id == configuration.id) {
            let program = &target.program;
            let (build, recipe) =
                workers.entry(program).or_insert_with(|| (worker_build(program), Recipe::beside(program)));
            let mut set = |name: &str, value: String| configuration.settings.insert(name.to_string(), value);
            if let Some(build) = build {
                set("build of the worker", build.to_string());
            }
            let unknown = || "unknown: wasmark did not build it".to_string();
            set("cargo profile of the worker", recipe.as_ref().map_or_else(unknown, Recipe::to_string));
        }
        for path in &resolved.libraries {
            let file = files.entry(path).or_insert_with(|| LoadedFile::read(path));
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            configuration.settings.insert(format!("library {name}"), file.identity.clone());
            let Some(build) = &file.build else { continue };
            configuration.settings.insert(format!("build of {name}"), build.to_string());
            if build.assertions && name.contains(&configuration.runtime) {
                configuration.distribution_build = Some(format!(
                    "{name} has C assertions, which the releases of {} have not: a release of the same source may be faster",
                    configuration.runtime
                ));
            }
        }
    }
    let (fifo, all) = learned.realtime;
    if run.realtime != Realtime::Off && fifo == all && all > 0 {
        run.realtime = Realtime::Applied;
    }
}

/// A library that a worker loaded.
struct LoadedFile {
    /// Its path and its sha256.
    identity: String,
    /// How it was built, where that shows.
    build: Option<BuildRecord>,
}

impl LoadedFile {
    fn read(path: &Path) -> LoadedFile {
        match std::fs::read(path) {
            Ok(bytes) => LoadedFile {
                identity: format!("{}, sha256 {}", path.display(), sha256(&bytes)),
                build: BuildRecord::of(&bytes),
            },
            Err(problem) => {
                LoadedFile { identity: format!("{}, unreadable: {problem}", path.display()), build: None }
            }
        }
    }
}

/// How a worker itself was built, where its file shows it.
fn worker_build(program: &Path) -> Option<BuildRecord> {
    std::fs::read(program).ok().and_then(|bytes| BuildRecord::of(&bytes))
}

/// The languages that wasmark's own suite cannot have; where that is not known, it is a note.
fn absent_languages(notes: &mut Vec<String>) -> Vec<AbsentLanguage> {
    let absent = languages::absent(&wasmark_workloads::default_suite_dir()).unwrap_or_else(|error| {
        notes.push(error.to_string());
        Vec::new()
    });
    absent.into_iter().map(|one| AbsentLanguage { name: one.name, reason: one.why }).collect()
}

fn coverage(workload: &Workload) -> Coverage {
    Coverage {
        why: workload.why().to_string(),
        boundary: workload.boundary().map(|one| one.name().to_string()),
        memory: workload.memory().map(|one| one.name().to_string()),
        size: Some(workload.size_class().to_string()),
        // That one cannot be used is among the notes.
        profile: workload.profile().ok().flatten().map(profile_record),
    }
}

fn profile_record(profile: wasmark_workloads::Profile) -> ProfileRecord {
    let wasmark_workloads::Profile { engine, module, unit, memory, host, .. } = profile;
    let mix = unit.iter().flat_map(|unit| &unit.mix);
    ProfileRecord {
        engine,
        functions: module.functions,
        code_bytes: module.code_bytes,
        data_bytes: module.data_bytes,
        instructions: unit.as_ref().map(|unit| unit.instructions),
        calls: unit.as_ref().map(|unit| unit.calls),
        mix: mix.map(|(class, share)| (class.name().to_string(), *share)).collect(),
        touched_bytes: memory.as_ref().map(|memory| memory.touched_bytes),
        memory_bytes: memory.as_ref().map(|memory| memory.bytes),
        host_calls: host.as_ref().map(|host| host.calls),
        host_time: host.as_ref().map(|host| host.time),
    }
}

fn workload(workload: &Workload) -> WorkloadRecord {
    WorkloadRecord {
        name: workload.name().to_string(),
        about: workload.about().to_string(),
        kind: workload.kind().to_string(),
        language: workload.language().to_string(),
        program: workload.program().map(str::to_string),
        variant: workload.variant().map(str::to_string),
        tags: workload.tags().to_vec(),
        unit: workload.unit().to_string(),
        wasm_sha256: workload.sha256().to_string(),
        wasm_bytes: workload.wasm_bytes(),
        stubs: workload.stubs().iter().map(|stub| format!("{}.{}", stub.module, stub.name)).collect(),
        coverage: coverage(workload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loaded_file_has_its_path_and_its_hash_and_no_build_where_none_shows() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("libengine.so.1");
        std::fs::write(&path, "abc").expect("a file");
        let file = LoadedFile::read(&path);
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(file.identity, format!("{}, sha256 {hash}", path.display()));
        assert_eq!(file.build, None);
        let gone = LoadedFile::read(&folder.path().join("libgone.so"));
        assert!(gone.identity.contains("unreadable"), "{}", gone.identity);
    }
}
