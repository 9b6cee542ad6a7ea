//! `wasmark run`: measure, keep, summarise, and write the page.

mod part;

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use wasmark_reports::format::counted;
use wasmark_results::{
    record::{Record, metric},
    run::Run as RunRecord,
    store::{self, Resumed, RunWriter},
};
use wasmark_runner::{
    collect::Collected,
    consensus::{self, Shown},
    costs::Costs,
    disturbance::{Monitor, Monitored},
    executor::Workers,
    exit,
    interrupt::{self, Upon},
    options::Run,
    paths,
    pinning::Pinning,
    plan::Slot,
    probing::{
        self,
        semantics::{self, Cases},
    },
    process::RUN_TIME,
    profile::Profile,
    progress::Progress,
    promise::duration,
    runner::{self, Known, Learned},
    session::{self, Session},
};
use wasmark_workloads::Workload;

use self::part::Before;
use super::{report, upload};
use crate::options::{Command, Options};

/// Measures what was asked for.
pub(super) fn run(options: &Run) -> Result<u8> {
    match &options.resume {
        None => begin(&part::of(options)?),
        Some(name) => resume(options, name),
    }
}

/// A run that measures.
struct Running {
    session: Session,
    options: Run,
    run: RunRecord,
    writer: RunWriter,
    known: Known,
    /// What configurations gave for workloads that state no right output.
    shown: Vec<Shown>,
    costs: Costs,
    workers: Workers,
    /// The cases of the specification; none where a user's own modules are measured: what the configurations can do
    /// belongs to a comparison of them.
    cases: Option<Cases>,
    /// Held while it is measured, so that no other process measures it too.
    _lock: File,
}

/// Whether everything was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    End,
    Interrupt,
}

/// A new run.
fn begin(options: &Run) -> Result<u8> {
    let results = paths::results_folder(options.output.as_deref())?;
    let (pinning, placed) = Pinning::choose(options.pin)?;
    let session = Session::new(options, profile(options))?;
    let mut run = session.describe(options.realtime.into(), part::command(options)?);
    run.environment.pinning = Some(placed);
    if run.shard.is_some() {
        match part::before(options, &results, &run)? {
            Before::Nothing => {}
            Before::Begun(folder) => return resume(options, &folder),
            Before::Ended(code) => return Ok(code),
        }
    }
    let writer = session.create(&results, &run)?;
    Running::new(session, options.clone(), pinning, run, writer, Known::default())?.measure()
}

/// The profile with what the command line changes of it.
pub(super) fn profile(options: &Run) -> Profile {
    let mut profile = options.profile.profile();
    profile.rounds = options.rounds.unwrap_or(profile.rounds);
    profile.layouts = options.layouts.unwrap_or(profile.layouts);
    profile.density.worker = options.limits.of_process(RUN_TIME).resident;
    if !options.tenants.is_empty() {
        profile.tenants.counts.clone_from(&options.tenants);
    }
    profile.density.budget = options.budget.map_or(profile.density.budget, |bytes| bytes as u64);
    profile
}

/// The rest of a run that was interrupted, by the command line that began it.
fn resume(options: &Run, name: &Path) -> Result<u8> {
    let results = paths::results_folder(options.output.as_deref())?;
    let folder = if name == Path::new("latest") { store::latest(&results)? } else { name.to_path_buf() };
    let Resumed { writer, mut run, warnings, .. } = RunWriter::resume(&folder)?;
    for warning in warnings {
        eprintln!("{warning}");
    }
    let command = shlex::split(&run.command).unwrap_or_default();
    let Command::Run(mut first) = Options::try_parse_from(command)?.command else {
        bail!("failed to resume {}: `wasmark run` did not make it; start a new run", folder.display());
    };
    first.seed = Some(run.seed);
    first.json = options.json.clone();
    // It may go to another store than at first.
    first.upload = options.upload.clone().or(first.upload);
    let session = Session::new(&first, profile(&first))?;
    let now = session.describe(first.realtime.into(), run.command.clone());
    if part::identity(&now) != part::identity(&run) {
        bail!(
            "failed to resume {}: the workers or the workloads changed since; start a new run",
            folder.display()
        );
    }
    let records = store::load(&folder)?.records;
    // Killed before the first of its rows was stored.
    if !records.iter().any(|record| record.process == 0) {
        session.keep_unsupported(&writer)?;
    }
    let known = session.known(&records);
    let (pinning, placed) = Pinning::choose(first.pin)?;
    run.environment.pinning = Some(placed);
    Running::new(session, *first, pinning, run, writer, known)?.measure()
}

impl Running {
    fn new(
        session: Session,
        options: Run,
        pinning: Pinning,
        run: RunRecord,
        writer: RunWriter,
        known: Known,
    ) -> Result<Running> {
        let artifacts = writer.directory().join("artifacts");
        std::fs::create_dir_all(&artifacts).with_context(|| {
            format!("failed to write to {}; choose another --output", artifacts.display())
        })?;
        let lock = lock(&artifacts)?;
        let limits = options.limits.of_process(RUN_TIME);
        let mut workers = Workers::new(&artifacts, limits, options.realtime.into(), session.seed);
        workers.pinning = pinning;
        let shown = consensus::read(writer.directory())?;
        let costs = Costs::read(limits.time);
        let own = options.own.module.is_some() || options.selection.suite.is_some();
        let cases = if own { None } else { Some(Cases::read()?) };
        Ok(Running { session, options, run, writer, known, shown, costs, workers, cases, _lock: lock })
    }

    /// Measures what is not done, and shows the result.
    fn measure(mut self) -> Result<u8> {
        let mut progress = Progress::new();
        let promised = self.announce(&mut progress);
        // Until here a signal ends wasmark as it ends any program: there is nothing to keep.
        interrupt::install(Upon::Stop);
        let start = Instant::now();
        let reached = self.carry_out(&mut progress);
        progress.finish();
        self.costs.write();
        match reached {
            Ok(Reached::End) => {
                let took = duration(start.elapsed().as_secs_f64());
                eprintln!("took {took}; {} was promised at first", duration(promised));
                self.finish()
            }
            Ok(Reached::Interrupt) => {
                self.writer.update(&self.run)?;
                self.show_the_way_on();
                Ok(exit::FAILED)
            }
            Err(problem) => {
                self.show_the_way_on();
                Err(problem)
            }
        }
    }

    /// Prints what will happen and how long it should take, which it returns in seconds.
    fn announce(&self, progress: &mut Progress) -> f64 {
        let Session { plan, selected, .. } = &self.session;
        let waiting = |slots: &[Slot]| -> Vec<Slot> {
            slots.iter().filter(|slot| self.known.waits(slot)).copied().collect()
        };
        let agreement = waiting(&consensus::slots(plan, &self.shown));
        let first = |slot: &&Slot| agreement.iter().all(|one| one.process != slot.process);
        let left = waiting(&plan.slots);
        let later = self.costs.estimate(plan, left.iter().filter(first)) + self.of_probing();
        let total = self.costs.estimate(plan, &agreement) + later;
        let guessed = self.costs.guesses(plan, agreement.iter().chain(&left));
        eprintln!(
            "profile {}: {}, {}, {}, {}, about {}{}",
            plan.profile.name,
            counted(plan.targets.len(), "configuration", "configurations"),
            counted(plan.workloads.len(), "workload", "workloads"),
            counted(plan.profile.rounds as usize, "round", "rounds"),
            counted(
                left.len() + agreement.iter().filter(|one| !left.contains(one)).count(),
                "process",
                "processes"
            ),
            duration(total),
            if guessed { ", guessed from the modules' sizes until each has run once" } else { "" }
        );
        eprintln!("results: {}; after ctrl-C go on with --resume", self.writer.directory().display());
        for (name, reason) in &selected.roster.unavailable {
            eprintln!("{name} is unavailable: {reason}");
        }
        selected.tell_absent();
        for line in selected.rejected.iter().chain(&self.session.notes) {
            eprintln!("{line}");
        }
        progress.promise(total);
        progress.later(later);
        total
    }

    /// The seconds that what is not known of the configurations should take after the measurements.
    fn of_probing(&self) -> f64 {
        let targets = &self.session.plan.targets;
        let outstanding = self.cases.as_ref().map_or(0, |cases| probing::outstanding(targets, cases));
        self.costs.of_probing(outstanding)
    }

    /// Runs everything that is not done.
    fn carry_out(&mut self, progress: &mut Progress) -> Result<Reached> {
        let mut learned = self.agree(progress)?;
        progress.later(self.of_probing());
        if !interrupt::stops() {
            let Running { session, writer, known, costs, workers, .. } = self;
            let plan = &session.plan;
            let mut keep = |_: Slot, collected: &Collected| Ok(writer.append(&collected.records)?);
            let mut monitor = Monitor::new();
            let watch = &mut Monitored { monitor: &mut monitor, watch: &mut progress.of(plan) };
            learned.extend(runner::run(plan, &plan.slots, known, costs, workers, &mut keep, watch)?);
            // A run that goes on has that of its earlier part.
            let disturbance = &mut self.run.environment.disturbance;
            *disturbance = Some(disturbance.take().unwrap_or_default().worst(monitor.end()));
        }
        session::learn(&mut self.run, &self.session.plan.targets, &learned);
        if !self.workers.pinning.is_free() {
            session::placed(&mut self.run, &self.session.plan.targets);
        }
        if !interrupt::stops() {
            self.probe()?;
        }
        Ok(if interrupt::stops() { Reached::Interrupt } else { Reached::End })
    }

    /// Finds what the configurations can do, as far as that is not remembered.
    fn probe(&mut self) -> Result<()> {
        let Some(cases) = &self.cases else { return Ok(()) };
        let targets = &self.session.plan.targets;
        let (outstanding, start) = (probing::outstanding(targets, cases), Instant::now());
        session::probed(&mut self.run, probing::known(targets, &mut |id| eprintln!("probing {id}"))?);
        let mut report = |id: &str| eprintln!("trying the cases of the specification in {id}");
        session::conforming(&mut self.run, semantics::known(cases, targets, &mut report)?);
        if !interrupt::stops() {
            self.costs.note_probing(outstanding, start.elapsed());
        }
        Ok(())
    }

    /// Finds the right outputs that nothing states, and what cannot be measured for want of one.
    fn agree(&mut self, progress: &mut Progress) -> Result<Learned> {
        let plan = &self.session.plan;
        let slots = consensus::slots(plan, &self.shown);
        let (shown, writer) = (&mut self.shown, &self.writer);
        let mut keep = |slot: Slot, collected: &Collected| match consensus::shown(plan, slot, collected) {
            None => Ok(writer.append(&collected.records)?),
            Some(one) => {
                consensus::append(writer.directory(), &one)?;
                shown.push(one);
                Ok(())
            }
        };
        let (known, costs, workers) = (&mut self.known, &mut self.costs, &mut self.workers);
        let watch = &mut progress.of(plan);
        let learned = runner::run(plan, &slots, known, costs, workers, &mut keep, watch)?;
        if interrupt::stops() {
            return Ok(learned);
        }
        let settled = consensus::settle(&mut self.session.plan, &self.shown);
        known.foreseen.extend(settled.foreseen(&self.session.plan));
        for note in settled.notes {
            progress.print(&note);
            // A run that goes on has it already.
            if !self.run.notes.contains(&note) {
                self.run.notes.push(note);
            }
        }
        self.writer.update(&self.run)?;
        Ok(learned)
    }

    /// Writes what the run was, and shows it.
    fn finish(mut self) -> Result<u8> {
        self.run.finished = Some(session::now());
        std::fs::remove_dir_all(&self.workers.artifacts).ok();
        self.writer.update(&self.run)?;
        let folder = self.writer.directory().to_path_buf();
        self.writer.finish()?;
        let form = report::Form::of(&self.options.json);
        let summary = report::show(&folder, &folder.join("report.html"), form)?;
        let uploaded = self.options.upload.as_ref().map_or(exit::OK, |url| upload::deliver(&folder, url));
        if report::code(&summary) != exit::OK {
            return Ok(exit::worst([report::code(&summary), uploaded]));
        }
        let nowhere = too_slow_everywhere(&self.session, &store::load(&folder)?.records);
        for name in &nowhere {
            eprintln!("{name} is too slow in every configuration; --time-limit SECONDS gives it longer");
        }
        let measured = match self.session.selected.rejected.is_empty() {
            _ if !nowhere.is_empty() => exit::FAILED,
            true => exit::OK,
            false => exit::USAGE,
        };
        Ok(exit::worst([measured, uploaded]))
    }

    /// Prints where the results are, and how to go on.
    fn show_the_way_on(&self) {
        let folder = self.writer.directory().display().to_string();
        let quoted = shlex::try_quote(&folder).unwrap_or_default();
        let slots = &self.session.plan.slots;
        let done = slots.iter().filter(|slot| self.known.done.contains(&slot.process)).count();
        let all = counted(slots.len(), "process", "processes");
        eprintln!("done: {done} of {all}; results: {folder}");
        eprintln!(
            "go on with `wasmark run --resume {quoted}`; `wasmark report {quoted}` shows what there is"
        );
    }
}

/// Holds the run as long as the file is open, which the end of the process closes, whatever ends it. A file system that
/// has no locks keeps no process out.
fn lock(artifacts: &Path) -> Result<File> {
    let path = artifacts.join("lock");
    let file = File::create(&path)
        .with_context(|| format!("failed to write {}; choose another --output", path.display()))?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        bail!(
            "failed to measure: another wasmark measures this run, and holds {}; wait for it",
            path.display()
        );
    }
    Ok(file)
}

/// The workloads of which no process came as far as a second call because of the time limit alone.
fn too_slow_everywhere<'a>(session: &'a Session, records: &[Record]) -> Vec<&'a str> {
    let plan = &session.plan;
    if plan.may_be_slow.is_empty() {
        return Vec::new();
    }
    let names = plan.workloads.iter().map(Workload::name);
    let ran = |name: &str| {
        records.iter().any(|record| record.workload == name && record.metric == metric::SECOND_CALL)
    };
    let planned = |name: &str| plan.slots.iter().any(|slot| plan.names(slot.item).1 == name);
    names.filter(|name| planned(name) && !ran(name)).collect()
}
