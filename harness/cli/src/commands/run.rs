//! `wasmark run`: measure, keep, summarise, and write the page.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use wasmark_results::{
    record::Outcome,
    run::Run as RunRecord,
    store::{self, Resumed, RunWriter},
};

use super::report;
use crate::{
    agree,
    collect::Collected,
    costs::Costs,
    exit,
    options::{Command, Options, RUN_TIME, Run},
    paths,
    plan::{Item, Plan},
    probing,
    profile::Profile,
    progress::{Progress, duration},
    runner::{self, Workers},
    session::{self, Session},
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
    let mut session = Session::new(options, profile(options))?;
    settle(&mut session, options)?;
    let run = session.describe(options.realtime.into(), session::command_line()?);
    let writer = session.create(&options.output.clone().unwrap_or_else(paths::results), &run)?;
    measure(&session, options, run, writer, &BTreeSet::new(), BTreeMap::new())
}

/// Finds the right outputs that nobody said, and warns where that fails.
fn settle(session: &mut Session, options: &Run) -> Result<()> {
    let mut progress = Progress::new();
    let mut tell = |plan: &Plan, slot, left| progress.tell(plan, slot, left);
    let notes = agree::settle(&mut session.plan, options.limits.of_process(RUN_TIME), &mut tell)?;
    session.notes.extend(notes);
    progress.finish();
    for note in &session.notes {
        eprintln!("{note}");
    }
    Ok(())
}

/// The profile with what the command line changes of it.
fn profile(options: &Run) -> Profile {
    let mut profile = options.profile.profile();
    profile.rounds = options.rounds.unwrap_or(profile.rounds);
    profile
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
    let mut session = Session::new(&first, profile(&first))?;
    settle(&mut session, &first)?;
    let now = session.describe(first.realtime.into(), run.command.clone());
    if identity(&now) != identity(&run) {
        bail!(
            "failed to resume {}: the workers or the workloads changed since; start a new run",
            folder.display()
        );
    }
    let done: BTreeSet<u32> = processes.into_iter().map(|process| process.number).collect();
    let dead = session.ended(&store::load(&folder)?.records);
    measure(&session, &first, run, writer, &done, dead)
}

/// What must be the same for a run to go on: the workers and the modules.
fn identity(run: &RunRecord) -> Vec<(&str, &str)> {
    let workers = run.configurations.iter().map(|one| (one.id.as_str(), one.worker.as_str()));
    workers.chain(run.workloads.iter().map(|one| (one.name.as_str(), one.wasm_sha256.as_str()))).collect()
}

/// Measures what is not done, and shows the result.
fn measure(
    session: &Session,
    options: &Run,
    mut run: RunRecord,
    writer: RunWriter,
    done: &BTreeSet<u32>,
    dead: BTreeMap<Item, Outcome>,
) -> Result<u8> {
    let plan = &session.plan;
    announce(session, done);
    let artifacts = writer.directory().join("artifacts");
    std::fs::create_dir_all(&artifacts)
        .with_context(|| format!("failed to write to {}; choose another --output", artifacts.display()))?;
    let mut execute =
        Workers::new(&artifacts, options.limits.of_process(RUN_TIME), options.realtime.into(), session.seed);
    let mut progress = Progress::new();
    let mut keep = |collected: &Collected| writer.append(&collected.records);
    let mut tell = |slot, left| progress.tell(plan, slot, left);
    let mut costs = Costs::read();
    let learned =
        runner::run(plan, &plan.slots, (done, dead), &mut costs, &mut execute, &mut keep, &mut tell)?;
    costs.write();
    progress.finish();
    session::learn(&mut run, &learned);
    // What a configuration can do belongs to a comparison of configurations, not to one of a module's users.
    if options.own.module.is_none() && options.selection.suite.is_none() {
        session::probed(&mut run, probing::known(&plan.targets, |id| eprintln!("probing {id}"))?);
        let cases = probing::semantics::Cases::read()?;
        let mut report = |id: &str| eprintln!("trying the cases of the specification in {id}");
        session::conforming(&mut run, probing::semantics::known(&cases, &plan.targets, &mut report)?);
    }
    run.finished = Some(session::now());
    std::fs::remove_dir_all(&artifacts).ok();
    writer.update(&run)?;
    let folder = writer.directory().to_path_buf();
    writer.finish()?;
    let summary = report::show(&folder, &folder.join("report.html"), report::Form::of(&options.json))?;
    Ok(match report::code(&summary) {
        exit::OK if !session.selected.rejected.is_empty() => exit::USAGE,
        code => code,
    })
}

/// Says what will happen and how long it will take.
fn announce(session: &Session, done: &BTreeSet<u32>) {
    let Session { plan, selected, .. } = session;
    let costs = Costs::read();
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
    selected.tell_absent();
    for reason in &selected.rejected {
        eprintln!("{reason}");
    }
}
