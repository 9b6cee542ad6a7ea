//! `cargo bench --bench goals`: the goals that wasmark sets itself.
//!
//! - The empty window: what two clock readings cost.
//! - A worker that serves under `--realtime`: the generator's own lag, and its response times at 1 % of its capacity against
//!   `fresh_instance` of the same process.
//! - The newest stored run: how long its report takes, and how large its page is.
//!
//! What the harness adds to an engine's own time is `wasmark fidelity`.

#[path = "goals/serving.rs"]
mod serving;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wasmark_adapter::{
    Source,
    protocol::{Samples, Step},
};
use wasmark_cli::commands::report;
use wasmark_results::{
    record::{Outcome, metric},
    statistics::{histogram, median::median},
    store,
};
use wasmark_runner::{
    executor::Workers,
    job,
    options::{Own, Selection},
    paths,
    plan::{Item, Kind, Plan, Slot},
    process::Limits,
    profile::{self, Usual},
    realtime::Scheduling,
    select,
    workers::Missing,
};

/// Processes.
const PROCESSES: u32 = 20;
/// Windows of each process.
const WINDOWS: u64 = 20_000;
/// Enough for these windows in any configuration.
const BUDGET_NS: u64 = 10_000_000_000;
const CONFIGURATION: &str = "pooling";

fn main() -> Result<()> {
    let empty = median(&empty_windows()?).context("failed to measure any empty window")?;
    let mut met = goal("empty window, p50, ns", empty.estimate, 50.0);
    let served = serving::measured()?;
    println!(
        "  of {} processes, {} under SCHED_FIFO; the interval of the ratio: {:.3} to {:.3}",
        served.processes, served.realtime, served.ratio.low, served.ratio.high
    );
    met &= goal("lag of the generator, p99.9, us", served.lag.estimate / 1e3, 5.0);
    met &= goal(
        "response p50 at 1 % against fresh_instance p50, ratio - 1",
        (served.ratio.estimate - 1.0).abs(),
        0.05,
    );
    match store::latest(&paths::results_of_caller()) {
        Err(_) => println!("report: no run is stored; `wasmark run` makes one"),
        Ok(folder) => {
            let page = tempfile::NamedTempFile::new()?;
            let start = Instant::now();
            report::write(&folder, page.path(), None)?;
            met &= goal("report of the newest run, s", start.elapsed().as_secs_f64(), 1.0);
            met &= goal("its page, MB", page.as_file().metadata()?.len() as f64 / 1e6, 1.5);
        }
    }
    ensure!(met, "failed to meet a goal; run again on a quiet machine, then look for what made it slower");
    Ok(())
}

/// Says whether `value` is within its goal.
fn goal(what: &str, value: f64, most: f64) -> bool {
    let met = value <= most;
    println!("{what}: {value:.3} (goal: at most {most}): {}", if met { "met" } else { "MISSED" });
    met
}

/// The medians of empty windows in nanoseconds, one of each process.
fn empty_windows() -> Result<Vec<f64>> {
    let selection = Selection {
        configurations: vec![format!("wasmtime/{CONFIGURATION}")],
        workloads: vec!["noop".into()],
        ..Selection::default()
    };
    let selected = select::select(&selection, &Own::default(), Usual::All, Missing::Build)?;
    let plan = Plan::new(profile::check(), selected.targets, selected.workloads, Default::default(), 0);
    let artifacts = tempfile::tempdir()?;
    let limits = Limits { time: Duration::from_secs(60), resident: 8 << 30 };
    let mut workers = Workers::new(artifacts.path(), limits, Scheduling::Normal, 0);
    (0..PROCESSES).map(|process| worker(&mut workers, &plan, process)).collect()
}

fn worker(workers: &mut Workers, plan: &Plan, process: u32) -> Result<f64> {
    let item = Item { target: 0, workload: 0, kind: Kind::Full(Source::Wasm) };
    let (target, workload) = plan.subject(item);
    let steps = vec![Step::EmptyWindow(Samples { most: WINDOWS, budget_ns: BUDGET_NS })];
    let job = job::measure(target, workload, Source::Wasm, steps, &workers.artifacts);
    let slot = Slot { process, round: process, item };
    let collected = workers.carry_out(plan, slot, job);
    let row = collected.records.iter().find(|row| row.metric == metric::EMPTY_WINDOW);
    let Some(Outcome::Histogram(bytes)) = row.map(|row| &row.outcome) else {
        anyhow::bail!("failed to measure the empty window: {:?}", collected.ended_by);
    };
    histogram::middle(&histogram::decode(bytes)?).context("failed to measure the empty window")
}
