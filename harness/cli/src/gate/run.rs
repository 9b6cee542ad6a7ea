//! A whole gate, from what is asked for to the document.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    accepted::Accepted,
    bench::{Bench, Ended},
    control,
    counts::{self, Counts},
    document::{Cell, Count, Document, Outcome, Overall},
    journal::{self, Header, Journal, Line},
    measure::{self, Measuring, Unit},
    metric::Timed,
    pilot::{self, Ready},
    request::Request,
    schedule,
    sides::Sides,
    spec::Kind,
    subjects::{self, Arm, Subject, Table},
    verdict, write,
};
use crate::{
    environment,
    options::{RUN_TIME, gate::What},
    plan::Item,
    progress::{Progress, duration},
    runner::Workers,
    session,
};

/// Pilots and other processes that do not count have this number.
const SCREEN_FIRST: u32 = 0;

/// What was there before, of a gate that goes on.
#[derive(Default)]
pub struct Before {
    /// What subjects were found to be.
    pub pilots: BTreeMap<String, Result<Ready, Ended>>,
    /// What was counted.
    pub counts: BTreeMap<String, Counts>,
    /// Processes.
    pub done: BTreeMap<u32, journal::Process>,
}

impl Before {
    /// From the lines of a journal.
    #[must_use]
    pub fn of(lines: Vec<Line>) -> Before {
        let mut before = Before::default();
        for line in lines {
            match line {
                Line::Gate(_) => {}
                Line::Pilot { subject, ready } => drop(before.pilots.insert(subject, ready)),
                Line::Counted { subject, counts } => drop(before.counts.insert(subject, counts)),
                Line::Process(process) => drop(before.done.insert(process.number, process)),
            }
        }
        before
    }
}

/// A gate under way.
pub struct Gate<'a> {
    what: &'a What,
    request: Request,
    sides: Sides,
    table: Vec<Subject>,
    left_out: Vec<String>,
    notes: Vec<String>,
    bench: Bench,
    control: Option<Item>,
    folder: PathBuf,
    journal: Journal,
    header: Header,
    before: Before,
    start: Instant,
    confirms: bool,
}

impl<'a> Gate<'a> {
    /// A new gate in `gates`, or the one in the folder `resumed`.
    ///
    /// # Errors
    /// What keeps it from beginning.
    pub fn begin(what: &'a What, gates: &Path, resumed: Option<&Path>, command: String) -> Result<Gate<'a>> {
        let request = Request::new(what)?;
        let sides = request.sides(what)?;
        let now = jiff::Timestamp::now();
        let id = now.strftime("%Y%m%d-%H%M%S").to_string();
        let folder = resumed.map_or_else(|| gates.join(&id), Path::to_path_buf);
        let opened = resumed.map(Journal::resume).transpose()?;
        // Artifacts and copies of workers; made again by a gate that goes on.
        let work = tempfile::Builder::new().prefix("wasmark-gate-").tempdir();
        let work = work.context("failed to make a temporary folder; free some space or set TMPDIR")?.keep();
        let Table { mut plan, subjects, left_out } = subjects::table(&sides, &work, request.itself)?;
        let mut notes = Vec::new();
        let control = control::add(&mut plan).map_err(|reason| notes.push(reason)).ok();
        let identities = subjects.iter().map(|one| (one.name(), one.identity.clone())).collect();
        let (journal, header, before) = match opened {
            Some((journal, header, lines)) => {
                if header.identities != identities {
                    bail!(
                        "failed to resume {}: the workers or the modules changed since; start a new gate",
                        folder.display()
                    );
                }
                (journal, header, Before::of(lines))
            }
            None => {
                let header = Header {
                    schema: journal::SCHEMA,
                    id,
                    started: session::now(),
                    command,
                    seed: what.seed.unwrap_or_else(schedule::seed),
                    base: label(&sides, Arm::Base),
                    candidate: label(&sides, Arm::Candidate),
                    identities,
                    environment: environment::fingerprint(),
                };
                (Journal::create(&folder, header.clone())?, header, Before::default())
            }
        };
        let limits = what.limits.of_process(RUN_TIME);
        let workers = Workers::new(&work, limits, what.realtime.into(), header.seed);
        let bench = Bench { plan, workers };
        let start = Instant::now();
        measure::heed_interrupts();
        Ok(Gate {
            what,
            request,
            sides,
            table: subjects,
            left_out,
            notes,
            bench,
            control,
            folder,
            journal,
            header,
            before,
            start,
            confirms: true,
        })
    }

    /// The gate's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Measures what there is to measure, and says what came of it. The files are written.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn finish(mut self) -> Result<Document> {
        let outcome = self.measure();
        std::fs::remove_dir_all(&self.bench.workers.artifacts).ok();
        let document = outcome?;
        write::files(&document, &self.folder)?;
        Ok(document)
    }

    fn measure(&mut self) -> Result<Document> {
        self.announce();
        let mut cells = Vec::new();
        let (unchanged, changed): (Vec<Subject>, Vec<Subject>) =
            self.table.clone().into_iter().partition(|one| one.unchanged() && !self.request.itself);
        let timed = self.request.policy.timed();
        for subject in &unchanged {
            let outcome = Outcome::Judged(wasmark_gate::judge::Verdict::Unchanged);
            cells.extend(verdict::unmeasured(subject, &outcome, &timed));
        }
        let (ready, ended) = self.pilots(&changed)?;
        for (subject, ended) in ended {
            cells.extend(verdict::unmeasured(&subject, &Outcome::Ended(ended), &timed));
        }
        let counts = self.count(&ready)?;
        let units = self.affordable(units(ready));
        let done = self.pairs(&units)?;
        let interrupted = measure::interrupted();
        let validity = verdict::validity(&done, &units);
        let ended = self.ended(&done);
        let policy = &self.request.policy;
        for ((unit, metric), outcome) in verdict::timed(&done, &ended, &units, policy, &validity) {
            let subject = &units[unit].subject;
            let lane = timed.get(&metric).copied().unwrap_or(super::policy::Lane::Report);
            cells.push(verdict::cell(subject, metric, lane, outcome, self.again(subject, metric)));
        }
        if interrupted {
            self.notes
                .push(format!("interrupted; go on with `wasmark gate --resume {}`", self.folder.display()));
        }
        let mut document = self.document(cells, counts, validity);
        document.overall = document.overall(self.request.policy.run.require_conclusive);
        if interrupted {
            document.overall = document.overall.max(Overall::Invalid);
        }
        document.exit_code = document.overall.exit_code();
        Ok(document)
    }

    /// Says what will be compared.
    fn announce(&self) {
        let changed = self.table.iter().filter(|one| !one.unchanged() || self.request.itself).count();
        eprintln!(
            "{} against {}: {} subjects, {changed} to measure; seed {}",
            self.header.candidate,
            self.header.base,
            self.table.len(),
            self.header.seed
        );
        eprintln!("results: {}; after ctrl-C go on with --resume", self.folder.display());
        for name in &self.sides.same {
            eprintln!("{name}: its worker is the same on both sides");
        }
        for (name, reason) in &self.sides.unavailable {
            eprintln!("{name} is unavailable: {reason}");
        }
        for line in self.sides.rejected.iter().chain(&self.left_out) {
            eprintln!("{line}");
        }
    }

    /// Looks at every subject once.
    fn pilots(&mut self, subjects: &[Subject]) -> Result<(Vec<(Subject, Ready)>, Vec<(Subject, Ended)>)> {
        let asked: Vec<Timed> = self.request.policy.timed().into_keys().collect();
        let (mut ready, mut ended) = (Vec::new(), Vec::new());
        let mut progress = Progress::new();
        for (index, subject) in subjects.iter().enumerate() {
            if measure::interrupted() {
                self.left_out.push(format!("{}: interrupted before it was looked at", subject.name()));
                continue;
            }
            let share = index as f64 / subjects.len() as f64;
            progress
                .show(&format!("looking at {} ({} of {})", subject.name(), index + 1, subjects.len()), share);
            let known = self.before.pilots.remove(&subject.name());
            // A gate that goes on makes its artifacts again, and takes everything else from before.
            let outcome = match known {
                Some(Ok(known)) => pilot::artifacts(&mut self.bench, subject).map(|_| known),
                Some(Err(known)) => Err(known),
                None => {
                    let found = pilot::pilot(&mut self.bench, subject, &asked, self.request.inject);
                    self.journal.write(&Line::Pilot { subject: subject.name(), ready: found.clone() })?;
                    found
                }
            };
            match outcome {
                Ok(known) => {
                    known.teach(&mut self.bench, subject);
                    let mut subject = subject.clone();
                    if !known.copies {
                        subject.arms[Arm::Copy as usize] = subject.arms[Arm::Base as usize];
                    }
                    ready.push((subject, known));
                }
                Err(reason) => ended.push((subject.clone(), reason)),
            }
        }
        progress.finish();
        Ok((ready, ended))
    }

    /// The exact lane.
    fn count(&mut self, ready: &[(Subject, Ready)]) -> Result<Vec<Count>> {
        let asked: Vec<_> = self.request.policy.counted().into_keys().collect();
        let mut counted = Vec::new();
        let mut progress = Progress::new();
        let home = self.bench.workers.artifacts.clone();
        for (index, (subject, known)) in ready.iter().enumerate().filter(|_| !asked.is_empty()) {
            if measure::interrupted() {
                break;
            }
            progress.show(&format!("counting {}", subject.name()), index as f64 / ready.len() as f64);
            let counts = match self.before.counts.remove(&subject.name()) {
                Some(counts) => counts,
                None => {
                    let counts = counts::count(&mut self.bench, subject, known, &asked, &home);
                    self.journal.write(&Line::Counted { subject: subject.name(), counts: counts.clone() })?;
                    counts
                }
            };
            counted.extend(verdict::counted(subject, &counts, &self.request.policy));
        }
        progress.finish();
        Ok(counted)
    }

    /// The units that fit into the budget, the cheapest first; what does not is said.
    fn affordable(&mut self, units: Vec<Unit>) -> Vec<Unit> {
        let design = self.request.policy.design();
        let rounds = f64::from(design.screen_rounds);
        // Two arms, a copy in some rounds; one unit in twenty is expected to need fresh pairs.
        let cost =
            |unit: &Unit| unit.seconds() * (2.3 * rounds + 2.0 * f64::from(design.confirm_pairs) / 20.0);
        let total: f64 = units.iter().map(&cost).sum();
        let Some(budget) = self.request.budget else {
            eprintln!("{} units of measurement, about {}", units.len(), duration(total));
            return units;
        };
        let mut left = budget.saturating_sub(self.start.elapsed()).as_secs_f64();
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by(|one, other| cost(&units[*one]).total_cmp(&cost(&units[*other])));
        let mut kept = std::collections::BTreeSet::new();
        for index in order {
            let price = cost(&units[index]);
            if price <= left {
                left -= price;
                kept.insert(index);
            } else {
                let seconds = duration(price);
                self.left_out.push(format!(
                    "{}: its {seconds} do not fit into the budget",
                    units[index].subject.name()
                ));
            }
        }
        eprintln!(
            "{} of {} units of measurement fit into the budget of {}",
            kept.len(),
            units.len(),
            duration(budget.as_secs_f64())
        );
        units
            .into_iter()
            .enumerate()
            .filter(|(index, _)| kept.contains(index))
            .map(|(_, unit)| unit)
            .collect()
    }

    /// Both stages.
    fn pairs(&mut self, units: &[Unit]) -> Result<BTreeMap<u32, journal::Process>> {
        let design = self.request.policy.design();
        let screen = schedule::screen(units.len(), design.screen_rounds, self.header.seed);
        let mut measuring = Measuring {
            bench: &mut self.bench,
            units,
            control: self.control,
            journal: &mut self.journal,
            done: std::mem::take(&mut self.before.done),
        };
        let mut progress = Progress::new();
        let all = |unit: usize| units[unit].metrics.clone();
        let seconds = |step: &schedule::Step| step.unit.map_or(0.1, |unit| units[unit].seconds());
        let mut tell = |name: &str, steps: &[schedule::Step], at: usize| {
            let left: f64 = steps[at..].iter().map(&seconds).sum();
            let round = steps[at].round + 1;
            let share = at as f64 / steps.len() as f64;
            progress.show(&format!("{} left in the {name}, round {round}", duration(left)), share);
        };
        measuring.carry_out(&screen, &all, &mut |at| tell("screen", &screen, at))?;
        if measure::interrupted() || !self.confirms {
            return Ok(measuring.done);
        }
        let flagged =
            verdict::flagged(&verdict::evidence(&measuring.done, units, &self.request.policy), design);
        let mut chosen: BTreeMap<usize, Vec<Timed>> = BTreeMap::new();
        let left = self.request.budget.map(|budget| budget.saturating_sub(self.start.elapsed()));
        let mut left = left.map_or(f64::INFINITY, |left: Duration| left.as_secs_f64());
        let mut order = Vec::new();
        for (unit, metric) in flagged {
            if !chosen.contains_key(&unit) {
                let price = units[unit].seconds() * 2.1 * f64::from(design.confirm_pairs);
                if price > left {
                    let name = units[unit].subject.name();
                    self.left_out
                        .push(format!("{name}: flagged, and the budget has no time for fresh pairs"));
                    continue;
                }
                left -= price;
                order.push(unit);
            }
            chosen.entry(unit).or_default().push(metric);
        }
        if !order.is_empty() {
            let price: f64 = order.iter().map(|unit| units[*unit].seconds()).sum();
            let price = duration(price * 2.1 * f64::from(design.confirm_pairs));
            eprintln!(
                "{} of {} units are flagged and get fresh pairs, about {price}",
                order.len(),
                units.len()
            );
        }
        let first = SCREEN_FIRST + screen.len() as u32;
        let confirm = schedule::confirm(&order, design.confirm_pairs, first, self.header.seed);
        let metrics = |unit: usize| chosen.get(&unit).cloned().unwrap_or_default();
        measuring.carry_out(&confirm, &metrics, &mut |at| tell("confirmation", &confirm, at))?;
        let done = measuring.done;
        progress.finish();
        Ok(done)
    }

    fn ended(&self, done: &BTreeMap<u32, journal::Process>) -> BTreeMap<Option<usize>, Ended> {
        let ended =
            |process: &journal::Process| Some((process.unit, process.windows.as_ref().err()?.clone()));
        done.values().filter_map(ended).collect()
    }

    /// The command that measures a cell again.
    fn again(&self, subject: &Subject, metric: Timed) -> String {
        let named = |side: &Option<String>| side.clone().unwrap_or_default();
        let (base, candidate) = (named(&self.what.base), named(&self.what.candidate));
        if self.request.itself {
            return String::new();
        }
        let mut words = vec!["wasmark", "gate", "--base", &base, "--candidate", &candidate];
        if self.request.kind != Kind::Configurations {
            words.extend(["--configurations", &subject.configuration]);
        }
        if self.request.kind != Kind::Modules {
            words.extend(["--workloads", &subject.workload]);
        }
        words.extend(["--metrics", metric.name()]);
        if !self.what.arguments.is_empty() {
            words.push("--");
            words.extend(self.what.arguments.iter().map(String::as_str));
        }
        shlex::try_join(words).unwrap_or_default()
    }

    fn document(
        &self,
        mut cells: Vec<Cell>,
        mut counts: Vec<Count>,
        validity: wasmark_gate::validity::Validity,
    ) -> Document {
        let mut notes = self.notes.clone();
        match Accepted::read(&self.what.accepted) {
            Ok(accepted) => verdict::pardon(&mut cells, &mut counts, &accepted, &self.header.base),
            Err(problem) => notes.push(format!("{problem:#}; nothing is accepted")),
        }
        notes.extend(
            self.sides.same.iter().map(|name| format!("{name}: its worker is the same on both sides")),
        );
        notes
            .extend(self.sides.unavailable.iter().map(|(name, why)| format!("{name} is unavailable: {why}")));
        Document {
            schema: journal::SCHEMA,
            id: self.header.id.clone(),
            started: self.header.started.clone(),
            finished: session::now(),
            command: self.header.command.clone(),
            seed: self.header.seed,
            base: self.header.base.clone(),
            candidate: self.header.candidate.clone(),
            overall: Overall::Passed,
            exit_code: 0,
            design: self.request.policy.design(),
            validity,
            cells,
            counts,
            left_out: self.left_out.iter().chain(&self.sides.rejected).cloned().collect(),
            notes,
            environment: self.header.environment.clone(),
        }
    }

    /// Measures so many pairs of every cell, and no fresh ones: for a calibration.
    pub fn screen_only(&mut self, pairs: u32) {
        self.request.policy.run.screen_rounds = Some(pairs);
        self.confirms = false;
    }
}

/// What is measured in one process each: everything but compiling, which has processes of its own.
fn units(ready: Vec<(Subject, Ready)>) -> Vec<Unit> {
    let mut units = Vec::new();
    for (subject, ready) in ready {
        let together = Some(ready.metrics.clone()).filter(|metrics| !metrics.is_empty());
        let apart = ready.compile.then(|| vec![Timed::Compile]);
        for metrics in together.into_iter().chain(apart) {
            units.push(Unit { subject: subject.clone(), ready: ready.clone(), metrics });
        }
    }
    units
}

/// A side in words; of a module with its hash, because its path says nothing.
fn label(sides: &Sides, arm: Arm) -> String {
    let side = if arm == Arm::Base { &sides.base } else { &sides.candidate };
    match (sides.kind, side.workloads.first()) {
        (Kind::Modules, Some(workload)) => format!("{} ({})", side.label, &workload.sha256()[..12]),
        _ => side.label.clone(),
    }
}
