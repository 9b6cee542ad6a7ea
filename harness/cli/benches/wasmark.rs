//! `cargo bench`: Criterion as a front end over the same workers. Each benchmark is a cell, named
//! `metric/workload/runtime/configuration`, so Criterion's filters choose cells. Every sample is a fresh process of the
//! real worker that measures what a process of `wasmark run` does, and the sample is that process's value: Criterion's
//! figure and the page's are of the same windows. The processes' rows are kept as a run, whose page is written at the
//! end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};

use anyhow::{Context, Result};
use criterion::{Criterion, SamplingMode};
use wasmark_adapter::{Source, protocol::Step};
use wasmark_cli::{
    commands::report,
    options::{Command, Options},
};
use wasmark_results::{
    record::{Outcome, metric},
    statistics::median::median,
    store::RunWriter,
};
use wasmark_runner::{
    collect::Collected,
    executor::Workers,
    job, paths,
    plan::{Item, Kind, Slot},
    process::RUN_TIME,
    profile,
    realtime::Scheduling,
    runner::{Execute, Learned},
    session::{self, Session},
};

/// Samples, which are processes.
const SAMPLES: usize = 10;
/// What Criterion may take for all of them. It plans with iterations, several in each sample, and a
/// sample here is one process: as long as that takes less than a tenth of this, Criterion has no reason to warn.
const TIME: Duration = Duration::from_secs(10);

fn main() -> Result<()> {
    let options = <Options as clap::Parser>::try_parse_from(["wasmark", "run"])?;
    let Command::Run(options) = options.command else { unreachable!("the words say `run`") };
    let session = Session::new(&options, profile::Name::Quick.profile())?;
    let mut run = session.describe(Scheduling::Normal, "cargo bench".into());
    let writer = session.create(&paths::results_of_caller(), &run)?;
    let folder = writer.directory().to_path_buf();
    let artifacts = folder.join("artifacts");
    std::fs::create_dir_all(&artifacts)
        .context("failed to write to the results folder; set WASMARK_RESULTS")?;
    let limits = options.limits.of_process(RUN_TIME);
    let workers = Workers::new(&artifacts, limits, Scheduling::Normal, session.seed);
    let mut bench = Bench { session: &session, writer, workers, processes: 0, learned: Learned::default() };

    let mut criterion = Criterion::default()
        .sample_size(SAMPLES)
        // One process.
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(TIME)
        .without_plots()
        .configure_from_args();
    for cell in cells(&session) {
        bench.measure(&mut criterion, cell);
    }
    criterion.final_summary();

    session::learn(&mut run, &session.plan.targets, &bench.learned);
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
            Kind::Precompile
            | Kind::Memory(..)
            | Kind::Density(..)
            | Kind::Tenants(..)
            | Kind::PageCache(_)
            | Kind::CodeCache
            | Kind::Peak(_)
            | Kind::Residue(_)
            | Kind::Boundary(_)
            | Kind::Concurrency(..)
            | Kind::Load(..) => {}
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
        // Samples of one size: each is the value of one process.
        group.sampling_mode(SamplingMode::Flat);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            group.bench_function(configuration, |bencher| {
                self.prepare(cell).unwrap_or_else(give_up);
                bencher.iter_custom(|iterations| {
                    let nanoseconds = self.sample(cell).unwrap_or_else(give_up);
                    Duration::from_nanos((nanoseconds * iterations as f64) as u64)
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

    /// Makes the artifact that the cell's processes load, where they load one.
    fn prepare(&mut self, cell: Cell) -> Result<()> {
        let (target, workload) = self.session.plan.subject(cell.item);
        let loads = cell.item.kind.source() == Source::Artifact;
        if loads && !job::artifact(&self.workers.artifacts, target, workload).exists() {
            self.process(Item { kind: Kind::Precompile, ..cell.item }, None)?;
        }
        Ok(())
    }

    /// The cell's value in one process, in nanoseconds: of what the profile measures there.
    fn sample(&mut self, cell: Cell) -> Result<f64> {
        let (target, workload) = self.session.plan.subject(cell.item);
        let profile = &self.session.plan.profile;
        let steps = match cell.metric {
            metric::FRESH_INSTANCE => vec![Step::FreshInstance(profile.samples)],
            metric::REUSED_INSTANCE => vec![Step::ReusedInstance(profile.samples)],
            metric::THROUGHPUT => {
                vec![job::throughput(target, workload, &profile.throughput)]
            }
            _ => Vec::new(),
        };
        let collected = self.process(cell.item, Some(steps))?;
        value(&collected, cell.metric).with_context(|| format!("failed to measure {}", cell.metric))
    }

    /// Runs one process and keeps what it reported.
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

/// Criterion has no way to give a benchmark up but to unwind; this skips the panic's message.
fn give_up<T>(problem: anyhow::Error) -> T {
    resume_unwind(Box::new(problem))
}

/// The metric's value in one process in nanoseconds, as the page has it: the sum of a ladder's phases, else the median
/// of what a unit took.
fn value(collected: &Collected, name: &str) -> Option<f64> {
    let windows = metric::windows_of(name);
    let wanted = |row: &str| windows.map_or(row == name, |windows| windows.contains(&row));
    let rows = collected.records.iter().filter(|row| !row.warmup && wanted(&row.metric));
    let values: Vec<f64> = rows
        .filter_map(|row| match row.outcome {
            Outcome::Measured { value, .. } => Some(value / row.units.max(1) as f64),
            _ => None,
        })
        .collect();
    if windows.is_some() {
        return Some(values.iter().sum()).filter(|sum| *sum > 0.0);
    }
    median(&values).map(|of| of.estimate)
}
