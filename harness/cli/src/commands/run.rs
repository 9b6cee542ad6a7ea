//! `wasmark run`: measure, keep, summarise, and write the page.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use wasmark_results::{
    record::{Outcome, Record, SCHEMA},
    run::{ConfigurationRecord, Realtime, Run as RunRecord, WorkloadRecord},
    store::{self, Resumed, RunWriter},
};

use super::report;
use crate::{
    collect::Collected,
    environment, exit, metrics,
    options::{Command, Options, Run},
    paths,
    plan::{Item, Plan},
    progress::{Progress, duration},
    realtime::Scheduling,
    runner::{self, Learned, Workers},
    select::{self, Selected},
};

/// Measures what was asked for.
pub(super) fn run(options: &Run) -> Result<u8> {
    match &options.resume {
        None => begin(options),
        Some(name) => resume(options, name),
    }
}

/// A new run.
fn begin(options: &Run) -> Result<u8> {
    let prepared = Prepared::new(options)?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = shlex::try_join(std::iter::once("wasmark").chain(arguments.iter().map(String::as_str)))?;
    let run = prepared.describe(options, command);
    let results = options.output.clone().unwrap_or_else(paths::results);
    let writer = RunWriter::create(&results.join(&run.id), &run)?;
    if !prepared.plan.unsupported.is_empty() {
        writer.append(&prepared.plan.unsupported)?;
    }
    prepared.measure(options, run, writer, &BTreeSet::new(), BTreeMap::new())
}

/// The rest of a run that was interrupted, by the command line that began it.
fn resume(options: &Run, name: &Path) -> Result<u8> {
    let results = options.output.clone().unwrap_or_else(paths::results);
    let folder = if name == Path::new("latest") { store::latest(&results)? } else { name.to_path_buf() };
    let Resumed { writer, run, processes, warnings } = RunWriter::resume(&folder)?;
    for warning in warnings {
        eprintln!("{warning}");
    }
    let command = shlex::split(&run.command).unwrap_or_default();
    let Command::Run(mut first) = Options::try_parse_from(command)?.command else {
        bail!("failed to resume {}: it was not made by `wasmark run`; start a new run", folder.display());
    };
    first.seed = Some(run.seed);
    first.json = options.json.clone();
    let prepared = Prepared::new(&first)?;
    let now = prepared.describe(&first, run.command.clone());
    let keys = |run: &RunRecord| run.configurations.iter().map(|c| (c.id.clone(), c.worker.clone())).collect::<Vec<_>>();
    let wasm = |run: &RunRecord| run.workloads.iter().map(|w| w.wasm_sha256.clone()).collect::<Vec<_>>();
    if keys(&now) != keys(&run) || wasm(&now) != wasm(&run) {
        bail!("failed to resume {}: the workers or the workloads changed since; start a new run", folder.display());
    }
    let done: BTreeSet<u32> = processes.into_iter().map(|process| process.number).collect();
    let dead = prepared.ended(&store::load(&folder)?.records);
    prepared.measure(&first, run, writer, &done, dead)
}

/// A run that can begin.
struct Prepared {
    selected: Selected,
    plan: Plan,
    seed: u64,
}

impl Prepared {
    fn new(options: &Run) -> Result<Prepared> {
        let groups = metrics::groups(&options.metrics)?;
        let mut profile = options.profile.profile();
        profile.rounds = options.rounds.unwrap_or(profile.rounds);
        let mut selected = select::select(&options.selection, profile.tag)?;
        let seed = options.seed.unwrap_or_else(rand::random);
        let targets = std::mem::take(&mut selected.targets);
        let workloads = std::mem::take(&mut selected.workloads);
        let plan = Plan::new(profile, targets, workloads, groups, seed);
        Ok(Prepared { selected, plan, seed })
    }

    /// What the run is, before it is known how it went.
    fn describe(&self, options: &Run, command: String) -> RunRecord {
        let now = jiff::Timestamp::now();
        let roster = &self.selected.roster;
        let configuration = |target: &crate::plan::Target| {
            let worker = roster.workers.values().find(|worker| worker.built.program == target.program)?;
            let description = &worker.description;
            Some(ConfigurationRecord {
                id: target.id.clone(),
                runtime: description.runtime.clone(),
                version: description.version.clone(),
                licence: description.licence.clone(),
                tier: target.configuration.tier.name().to_string(),
                about: target.configuration.about.clone(),
                settings: BTreeMap::new(),
                worker: worker.built.key.clone(),
                worker_bytes: std::fs::metadata(&target.program).map_or(0, |file| file.len()),
            })
        };
        RunRecord {
            schema: SCHEMA,
            id: now.strftime("%Y%m%d-%H%M%S").to_string(),
            started: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            finished: None,
            wasmark: env!("CARGO_PKG_VERSION").to_string(),
            revision: environment::revision(),
            command,
            seed: self.seed,
            profile: self.plan.profile.name.to_string(),
            rounds: self.plan.profile.rounds,
            realtime: if options.realtime { Realtime::Refused } else { Realtime::Off },
            environment: environment::fingerprint(),
            configurations: self.plan.targets.iter().filter_map(configuration).collect(),
            workloads: self.plan.workloads.iter().map(workload).collect(),
            unavailable: roster.unavailable.clone(),
        }
    }

    /// What already ended badly in these records, with the outcome.
    fn ended(&self, records: &[Record]) -> BTreeMap<Item, Outcome> {
        let bad = |record: &&Record| {
            matches!(record.outcome, Outcome::Failed(_) | Outcome::TimedOut(_) | Outcome::WrongOutput(_))
        };
        let item = |record: &Record| {
            let slot = self.plan.slots.iter().find(|slot| slot.process == record.process)?;
            Some((slot.item, record.outcome.clone()))
        };
        records.iter().filter(bad).filter_map(item).collect()
    }

    /// Measures what is not done, and shows the result.
    fn measure(
        self,
        options: &Run,
        mut run: RunRecord,
        writer: RunWriter,
        done: &BTreeSet<u32>,
        dead: BTreeMap<Item, Outcome>,
    ) -> Result<u8> {
        let plan = &self.plan;
        announce(plan, &self.selected, done);
        let artifacts = writer.directory().join("artifacts");
        std::fs::create_dir_all(&artifacts)
            .with_context(|| format!("failed to write to {}; choose another --output", artifacts.display()))?;
        let limits = runner::limits(Duration::from_secs(options.time_limit), run.environment.memory_bytes);
        let scheduling = if options.realtime { Scheduling::Fifo } else { Scheduling::Normal };
        let mut execute = Workers::new(&artifacts, limits, scheduling, self.seed);
        let mut progress = Progress::new();
        let mut keep = |collected: &Collected| writer.append(&collected.records);
        let mut tell = |slot, left| progress.tell(plan, slot, left);
        let learned = runner::run(plan, done, dead, &mut execute, &mut keep, &mut tell)?;
        progress.finish();
        learn(&mut run, &learned);
        run.finished = Some(jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        std::fs::remove_dir_all(&artifacts).ok();
        writer.update(&run)?;
        let folder = writer.directory().to_path_buf();
        writer.finish()?;
        let summary = report::show(&folder, &folder.join("report.html"), report::Form::of(&options.json))?;
        Ok(match report::code(&summary) {
            exit::OK if !self.selected.rejected.is_empty() => exit::USAGE,
            code => code,
        })
    }
}

/// Says what will happen and how long it will take.
fn announce(plan: &Plan, selected: &Selected, done: &BTreeSet<u32>) {
    let costs = crate::costs::Costs::read();
    let left: Vec<_> = plan.slots.iter().filter(|slot| !done.contains(&slot.process)).collect();
    eprintln!(
        "profile {}: {} configurations, {} workloads, {} rounds, {} processes, about {}",
        plan.profile.name,
        plan.targets.len(),
        plan.workloads.len(),
        plan.profile.rounds,
        left.len(),
        duration(costs.estimate(plan, left.iter().copied()))
    );
    for (name, reason) in &selected.roster.unavailable {
        eprintln!("{name} is unavailable: {reason}");
    }
    for reason in &selected.rejected {
        eprintln!("{reason}");
    }
}

/// Puts what the workers said of themselves into the run's description.
fn learn(run: &mut RunRecord, learned: &Learned) {
    for configuration in &mut run.configurations {
        if let Some((settings, bytes)) = learned.configurations.get(&configuration.id) {
            configuration.settings.extend(settings.clone());
            configuration.worker_bytes = bytes.unwrap_or(configuration.worker_bytes);
        }
    }
    let (fifo, all) = learned.realtime;
    if run.realtime != Realtime::Off && fifo == all && all > 0 {
        run.realtime = Realtime::Applied;
    }
}

fn workload(workload: &wasmark_workloads::Workload) -> WorkloadRecord {
    WorkloadRecord {
        name: workload.name().to_string(),
        about: workload.about().to_string(),
        kind: if workload.command() { "command" } else { "kernel" }.to_string(),
        language: workload.language().to_string(),
        tags: workload.tags().to_vec(),
        unit: workload.unit().to_string(),
        wasm_sha256: workload.sha256().to_string(),
        wasm_bytes: workload.wasm_bytes(),
    }
}
