//! `cargo bench`: Criterion as a front end over the same workers. Each benchmark is a cell, named
//! `metric/workload/runtime/configuration`, so Criterion's filters choose cells; every measurement is a fresh process
//! of the real worker. What the processes said is kept as a run, whose page is written at the end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};

use anyhow::{Context, Result};
use criterion::{Criterion, SamplingMode};
use wasmark_adapter::{
    Source,
    protocol::{Samples, Step},
};
use wasmark_harness::{
    collect::Collected,
    commands::report,
    job,
    options::{Command, Options, RUN_TIME},
    paths,
    plan::{Item, Kind, Slot},
    profile,
    realtime::Scheduling,
    runner::{Execute, Learned, Workers},
    session::{self, Session},
};
use wasmark_results::{
    record::{Outcome, metric},
    statistics::histogram,
    store::RunWriter,
};

/// Windows of a process before those that Criterion asked for.
const WARM_UP: Samples = Samples { most: 100, budget_ns: 5_000_000 };
/// As many windows as Criterion asks for, however long they take.
const UNLIMITED_NS: u64 = 1 << 60;

fn main() -> Result<()> {
    let options = <Options as clap::Parser>::try_parse_from(["wasmark", "run"])?;
    let Command::Run(options) = options.command else { unreachable!("the words say `run`") };
    let session = Session::new(&options, profile::Name::Quick.profile())?;
    let mut run = session.describe(Scheduling::Normal, "cargo bench".into());
    // Cargo starts benchmarks in the package's folder, and people look for results in the checkout's.
    let writer = session.create(&paths::checkout().join(paths::results()), &run)?;
    let folder = writer.directory().to_path_buf();
    let artifacts = folder.join("artifacts");
    std::fs::create_dir_all(&artifacts)
        .context("failed to write to the results folder; set WASMARK_RESULTS")?;
    let limits = options.limits.of_process(RUN_TIME);
    let workers = Workers::new(&artifacts, limits, Scheduling::Normal, session.seed);
    let mut bench = Bench { session: &session, writer, workers, processes: 0, learned: Learned::default() };

    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .without_plots()
        .configure_from_args();
    for cell in cells(&session) {
        bench.measure(&mut criterion, cell);
    }
    criterion.final_summary();

    session::learn(&mut run, &bench.learned);
    run.finished = Some(session::now());
    std::fs::remove_dir_all(&artifacts).ok();
    bench.writer.update(&run)?;
    bench.writer.finish()?;
    report::show(&folder, &folder.join("report.html"), report::Form::Text)?;
    Ok(())
}

/// One benchmark.
#[derive(Clone, Copy)]
struct Cell {
    metric: &'static str,
    item: Item,
}

/// What the plan would measure, as benchmarks.
fn cells(session: &Session) -> Vec<Cell> {
    let mut items: Vec<Item> = session.plan.slots.iter().map(|slot| slot.item).collect();
    items.sort();
    items.dedup();
    let mut cells = Vec::new();
    for item in items {
        let rung = |source| match source {
            Source::Wasm => Some(metric::FROM_WASM),
            Source::Artifact => Some(metric::FROM_ARTIFACT),
            Source::Linked => None,
        };
        match item.kind {
            Kind::Precompile | Kind::Memory(..) => {}
            Kind::Start(source) => cells.extend(rung(source).map(|metric| Cell { metric, item })),
            Kind::Full(source) => {
                let (target, workload) = session.plan.subject(item);
                let instances = target.configuration.tier.has_instances();
                let fresh = instances.then_some(metric::FRESH_INSTANCE);
                let reused = workload.single_use().is_none().then_some(metric::REUSED_INSTANCE);
                let throughput = workload.works().then_some(metric::THROUGHPUT);
                let metrics = [rung(source), fresh, reused, throughput];
                cells.extend(metrics.into_iter().flatten().map(|metric| Cell { metric, item }));
            }
        }
    }
    cells
}

struct Bench<'a> {
    session: &'a Session,
    writer: RunWriter,
    workers: Workers,
    processes: u32,
    learned: Learned,
}

impl Bench<'_> {
    /// Registers a cell with Criterion. One that fails is left out with its reason, and the others go on.
    fn measure(&mut self, criterion: &mut Criterion, cell: Cell) {
        let (configuration, workload) = self.session.plan.names(cell.item);
        let mut group = criterion.benchmark_group(format!("{}/{workload}", cell.metric));
        // Each iteration of these is a process, and Criterion's growing numbers of iterations would take for ever.
        group.sampling_mode(SamplingMode::Flat);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            group.bench_function(configuration, |bencher| {
                bencher.iter_custom(|iterations| {
                    // Criterion has no way to give a benchmark up but to unwind; this skips the panic's message.
                    self.iterate(cell, iterations).unwrap_or_else(|problem| resume_unwind(Box::new(problem)))
                });
            });
        }));
        if let Err(problem) = outcome {
            match problem.downcast::<anyhow::Error>() {
                Ok(problem) => eprintln!("{}/{workload}/{configuration}: {problem:#}", cell.metric),
                Err(other) => resume_unwind(other),
            }
        }
    }

    /// The time that `iterations` windows of the cell's metric took.
    fn iterate(&mut self, cell: Cell, iterations: u64) -> Result<Duration> {
        let (target, workload) = self.session.plan.subject(cell.item);
        let source = cell.item.kind.source();
        if source == Source::Artifact && !job::artifact(&self.workers.artifacts, target, workload).exists() {
            self.process(Item { kind: Kind::Precompile, ..cell.item }, None)?;
        }
        let samples = Samples { most: iterations, budget_ns: UNLIMITED_NS };
        let (processes, steps) = match cell.metric {
            metric::FRESH_INSTANCE => (1, vec![Step::FreshInstance(WARM_UP), Step::FreshInstance(samples)]),
            metric::REUSED_INSTANCE => {
                (1, vec![Step::ReusedInstance(WARM_UP), Step::ReusedInstance(samples)])
            }
            metric::THROUGHPUT => (1, vec![job::throughput(target, workload, 1, iterations as u32)]),
            _ => (iterations, Vec::new()),
        };
        let mut nanoseconds = 0.0;
        for _ in 0..processes {
            nanoseconds += total(&self.process(cell.item, Some(steps.clone()))?, cell.metric)?;
        }
        Ok(Duration::from_nanos(nanoseconds as u64))
    }

    /// Runs one process and keeps what it said.
    fn process(&mut self, item: Item, steps: Option<Vec<Step>>) -> Result<Collected> {
        self.processes += 1;
        let slot = Slot { process: self.processes, round: 0, item };
        let plan = &self.session.plan;
        let (target, workload) = plan.subject(item);
        let collected = match steps {
            None => self.workers.execute(plan, slot),
            Some(steps) => {
                let job = job::measure(target, workload, item.kind.source(), steps, &self.workers.artifacts);
                self.workers.carry_out(plan, slot, job)
            }
        };
        self.learned.note(&target.id, item.kind.source(), &collected);
        self.writer.append(&collected.records)?;
        match &collected.ended_by {
            None => Ok(collected),
            Some(Outcome::Failed(why) | Outcome::TimedOut(why) | Outcome::WrongOutput(why)) => {
                anyhow::bail!("failed: {why}")
            }
            Some(other) => anyhow::bail!("{other:?}"),
        }
    }
}

/// The time of all of the metric's windows in one process, in nanoseconds.
fn total(collected: &Collected, name: &str) -> Result<f64> {
    let rows = collected.records.iter().filter(|row| !row.warmup);
    let ladder = [metric::ENGINE, metric::COMPILE, metric::LOAD, metric::INSTANTIATE, metric::FIRST_CALL];
    let wanted = |row: &str| match name {
        metric::FROM_WASM | metric::FROM_ARTIFACT => ladder.contains(&row),
        _ => row == name,
    };
    let short = [metric::FRESH_INSTANCE, metric::REUSED_INSTANCE].contains(&name);
    let mut sum = 0.0;
    for row in rows.filter(|row| wanted(&row.metric)) {
        match &row.outcome {
            // The blocks that follow a histogram are other windows than the ones that were asked for.
            Outcome::Measured { value, .. } if !short => sum += value,
            Outcome::Histogram(bytes) => {
                let windows = histogram::decode(bytes)?;
                // The last histogram's: the one before it was the warm-up's.
                sum = windows.mean() * windows.len() as f64;
            }
            _ => {}
        }
    }
    Ok(sum)
}
