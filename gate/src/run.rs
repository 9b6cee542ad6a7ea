//! A whole gate, from what is asked for to the document.

mod first;
mod fresh;
mod pairs;
mod rest;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use tempfile::TempDir;
use wasmark_reports::format::counted;
use wasmark_runner::{
    copies, environment,
    error::{chain, failed, failed_to},
    executor::Workers,
    interrupt,
    plan::Item,
    process::RUN_TIME,
    session,
};

use crate::{
    Error, Result,
    accepted::Accepted,
    arm::Arm,
    bench::{self, Bench},
    control,
    document::{Cell, Count, Demand, Document, Outcome, Overall},
    ended::Ended,
    journal::{self, Before, Header, Journal},
    measure::{self, Pace, Unit},
    metric::Timed,
    options::What,
    ready::Ready,
    request::Request,
    schedule,
    sides::Sides,
    spec::Kind,
    subjects::{self, Subject, Table},
    verdict, write,
};

/// A gate under way.
pub struct Gate<'a> {
    what: &'a What,
    request: Request,
    sides: Sides,
    table: Vec<Subject>,
    /// What only the candidate cannot do.
    lost: Vec<(Subject, Ended)>,
    left_out: Vec<String>,
    notes: Vec<String>,
    bench: Bench,
    control: Option<Item>,
    folder: PathBuf,
    journal: Journal,
    header: Header,
    before: Before,
    start: Instant,
    pace: Pace,
    confirms: bool,
    /// Goes when the gate does.
    _work: TempDir,
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
        let id = now.strftime("%Y%m%d-%H%M%S-%3f").to_string();
        let folder = resumed.map_or_else(|| gates.join(&id), Path::to_path_buf);
        let opened = resumed.map(Journal::resume).transpose()?;
        // Artifacts and copies of workers; made again by a gate that goes on.
        let work = tempfile::Builder::new().prefix("wasmark-gate-").tempdir();
        let work = work.map_err(failed("make a temporary folder; free some space or set TMPDIR"))?;
        let Table { mut plan, subjects, lost, left_out } = subjects::table(&sides)?;
        if subjects.is_empty() && lost.is_empty() && sides.same.is_empty() {
            return Err(Error::NothingShared(left_out));
        }
        let mut notes = Vec::new();
        let changed = subjects.iter().any(|one| request.itself || !one.unchanged());
        let timed = changed && !request.policy.timed().is_empty();
        let control = timed.then(|| control::add(&mut plan)).transpose();
        let control = control.unwrap_or_else(|reason| {
            notes.push(chain(&reason));
            None
        });
        let copies = if timed { copies::make(&plan, work.path())? } else { Vec::new() };
        let identities = subjects.iter().map(|one| (one.name(), one.identity.clone())).collect();
        let file = what.baseline.as_ref().or(what.write_baseline.as_ref());
        let (journal, header, before) = match opened {
            Some((journal, header, lines)) => {
                if header.identities != identities {
                    return Err(Error::Changed(folder));
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
                    base: file.map_or_else(|| label(&sides, Arm::Base), |file| file.display().to_string()),
                    candidate: label(&sides, Arm::Candidate),
                    identities,
                    environment: environment::fingerprint(),
                };
                (Journal::create(&folder, header.clone())?, header, Before::default())
            }
        };
        let limits = what.limits.of_process(RUN_TIME);
        let home = work.path().to_path_buf();
        let artifacts = bench::artifacts(&home, 0);
        std::fs::create_dir_all(&artifacts).map_err(failed_to("write to", &artifacts, "set TMPDIR"))?;
        let workers = Workers::new(&artifacts, limits, what.realtime.into(), header.seed);
        let bench = Bench { plan, workers, copies, home };
        let start = Instant::now();
        interrupt::install(interrupt::Upon::Finish);
        Ok(Gate {
            what,
            request,
            sides,
            table: subjects,
            lost,
            left_out,
            notes,
            bench,
            control,
            folder,
            journal,
            header,
            before,
            start,
            pace: Pace::default(),
            confirms: true,
            _work: work,
        })
    }

    /// The gate's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Measures what there is to measure, and returns what came of it. The files are written.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn finish(mut self) -> Result<Document> {
        let document = self.measure()?;
        write::files(&document, &self.folder)?;
        Ok(document)
    }

    fn measure(&mut self) -> Result<Document> {
        self.announce();
        let mut cells = Vec::new();
        let (unchanged, changed): (Vec<Subject>, Vec<Subject>) =
            self.table.clone().into_iter().partition(|one| one.unchanged() && !self.request.itself);
        let timed = self.request.policy.timed();
        if !unchanged.is_empty() {
            let (same, all) = (unchanged.len(), self.table.len());
            self.notes.push(format!(
                "the same bytes on both sides: {same} of {}",
                counted(all, "subject", "subjects")
            ));
        }
        for subject in &unchanged {
            let outcome = Outcome::Judged(wasmark_decision::judge::Verdict::Unchanged);
            cells.extend(verdict::unmeasured(subject, &outcome, &timed));
        }
        let (ready, mut ended) = self.pilots(&changed)?;
        ended.extend(self.lost.clone());
        let mut counts = Vec::new();
        for (subject, ended) in ended {
            counts.extend(verdict::uncounted(&subject, &ended, &self.request.policy));
            cells.extend(verdict::unmeasured(&subject, &Outcome::Ended(ended), &timed));
        }
        cells.extend(self.dropped(&ready));
        counts.extend(self.count(&ready)?);
        let all = units(ready);
        let units = self.affordable(all.clone())?;
        cells.extend(self.unaffordable(&all, &units));
        let done = self.pairs(&units)?;
        let interrupted = interrupt::pending();
        let validity = verdict::validity(&done, &units);
        let ended = measure::ended(&done);
        let policy = &self.request.policy;
        let mut judged = verdict::timed(&done, &ended, &units, policy, &validity);
        let starved = self.starved(&units, &mut judged);
        for (key, outcome) in judged {
            let (unit, metric) = (&units[key.0], key.1);
            let lane = timed.get(&metric).copied().unwrap_or(crate::policy::Lane::Report);
            let short = starved.contains(&key);
            let outcome = if short { Gate::decide(unit, metric, outcome) } else { outcome };
            let again = self.again(&unit.subject, metric);
            let cell = verdict::cell(&unit.subject, metric, lane, outcome, again);
            let demand = if short { Demand::Conclusion } else { Demand::Nothing };
            cells.push(Cell { demand, ..cell });
        }
        if interrupted {
            self.notes
                .push(format!("interrupted; go on with `wasmark gate --resume {}`", self.folder.display()));
        }
        let identical = unchanged.len() + self.sides.same.len();
        self.demand_all(&mut cells, &mut counts);
        let mut document = Document { identical, ..self.document(cells, counts, validity) };
        document.overall = document.overall();
        // The others were not asked for by name.
        let named = &self.request.selection.runtimes.runtimes;
        if self.sides.unavailable.keys().any(|name| named.contains(name)) {
            document.overall = document.overall.max(Overall::Failed);
        }
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
            "{} against {}: {}, {changed} to measure; seed {}",
            self.header.candidate,
            self.header.base,
            counted(self.table.len(), "subject", "subjects"),
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
        let module = self.what.module.as_ref().map(|path| path.display().to_string());
        match &module {
            Some(module) => words.insert(2, module),
            None if self.request.kind != Kind::Modules => words.extend(["--workloads", &subject.workload]),
            None => {}
        }
        if self.what.fresh {
            words.push("--fresh");
        }
        words.extend(["--metrics", metric.name()]);
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let (stdin, suite) = (path(&self.what.stdin), path(&self.what.selection.suite));
        let once = [("--invoke", &self.what.invoke), ("--stdin", &stdin), ("--suite", &suite)];
        words.extend(
            once.into_iter().flat_map(|(name, value)| value.iter().flat_map(move |value| [name, value])),
        );
        for (name, values) in [("--dir", &self.what.dirs), ("--env", &self.what.env)] {
            words.extend(values.iter().flat_map(|value| [name, value]));
        }
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
        validity: wasmark_decision::validity::Validity,
    ) -> Document {
        let mut notes = self.notes.clone();
        match Accepted::read(&self.what.accepted) {
            Ok(accepted) => verdict::apply_accepted(&mut cells, &mut counts, &accepted, &self.header.base),
            Err(problem) => notes.push(format!("{}; nothing is accepted", chain(&problem))),
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
            identical: 0,
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

/// A side in words; of a module with its hash, because its path identifies nothing.
fn label(sides: &Sides, arm: Arm) -> String {
    let side = if arm == Arm::Base { &sides.base } else { &sides.candidate };
    match (sides.kind, side.workloads.first()) {
        (Kind::Modules, Some(workload)) => format!("{} ({})", side.label, &workload.sha256()[..12]),
        _ => side.label.clone(),
    }
}
