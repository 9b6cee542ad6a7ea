//! `cargo bench --bench goals`: the goals that wasmark sets itself, as ratios of one interleaved run.
//!
//! - The empty window: what two clock readings cost.
//! - `fresh_instance` of the worker against a loop over wasmtime's own API, alternately, a fresh process each.
//! - A worker that serves under `--realtime`: the generator's own lag, and its response times at 1 % of its capacity against
//!   `fresh_instance` of the same process.
//! - The newest stored run: how long its report takes, and how large its page is.

#[path = "goals/serving.rs"]
mod serving;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use wasmark_adapter::{
    Source,
    protocol::{Samples, Step},
};
use wasmark_harness::{
    commands::report,
    job,
    options::{Own, Selection},
    paths,
    plan::{Item, Kind, Plan, Slot},
    process::Limits,
    profile::{self, Usual},
    realtime::Scheduling,
    runner::Workers,
    select,
    workers::Missing,
};
use wasmark_results::{
    record::{Outcome, metric},
    statistics::{histogram, median::median},
    store,
};

/// Alternating pairs of processes.
const PAIRS: u32 = 20;
/// Windows of each process.
const WINDOWS: u64 = 20_000;
/// Enough for these windows in any configuration.
const BUDGET_NS: u64 = 10_000_000_000;
const CONFIGURATION: &str = "pooling";

fn main() -> Result<()> {
    let (empty, ratios) = against_hand_written()?;
    let empty = median(&empty).context("failed to measure any empty window")?;
    let ratio = median(&ratios).context("failed to measure any pair")?;
    let mut met = goal("empty window, p50, ns", empty.estimate, 50.0);
    println!("  the interval of the next over {PAIRS} pairs: {:.3} to {:.3}", ratio.low, ratio.high);
    met &= goal("fresh_instance of wasmtime/pooling against hand-written, ratio", ratio.estimate, 1.1);
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
            report::write(&folder, page.path())?;
            met &= goal("report of the newest run, s", start.elapsed().as_secs_f64(), 2.0);
            met &= goal("its page, MB", page.as_file().metadata()?.len() as f64 / 1e6, 3.0);
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

/// The empty windows' medians in nanoseconds, and the ratio of `fresh_instance`'s median to the hand-written loop's
/// of each pair.
fn against_hand_written() -> Result<(Vec<f64>, Vec<f64>)> {
    let example = build_example()?;
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
    let (mut empty, mut ratios) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        // Either goes first as often as the other.
        let (ours, theirs) = if pair.is_multiple_of(2) {
            let ours = worker(&mut workers, &plan, pair)?;
            (ours, hand_written(&example, &plan)?)
        } else {
            let theirs = hand_written(&example, &plan)?;
            (worker(&mut workers, &plan, pair)?, theirs)
        };
        empty.push(ours.empty);
        ratios.push(ours.fresh / theirs);
    }
    Ok((empty, ratios))
}

/// Medians of one worker process in nanoseconds.
struct Worker {
    fresh: f64,
    empty: f64,
}

fn worker(workers: &mut Workers, plan: &Plan, pair: u32) -> Result<Worker> {
    let item = Item { target: 0, workload: 0, kind: Kind::Full(Source::Wasm) };
    let (target, workload) = plan.subject(item);
    let samples = Samples { most: WINDOWS, budget_ns: BUDGET_NS };
    let steps = vec![Step::EmptyWindow(samples), Step::FreshInstance(samples)];
    let job = job::measure(target, workload, Source::Wasm, steps, &workers.artifacts);
    let slot = Slot { process: pair, round: pair, item };
    let said = workers.carry_out(plan, slot, job);
    let middle = |name: &str| -> Result<f64> {
        let row = said.records.iter().find(|row| row.metric == name);
        let Some(Outcome::Histogram(bytes)) = row.map(|row| &row.outcome) else {
            anyhow::bail!("failed to measure {name}: {:?}", said.ended_by);
        };
        histogram::middle(&histogram::decode(bytes)?).with_context(|| format!("failed to measure {name}"))
    };
    Ok(Worker { fresh: middle(metric::FRESH_INSTANCE)?, empty: middle(metric::EMPTY_WINDOW)? })
}

fn hand_written(example: &Path, plan: &Plan) -> Result<f64> {
    let workload = &plan.workloads[0];
    let output = Command::new(example)
        .arg(CONFIGURATION)
        .arg(workload.wasm_path())
        .arg("run")
        .arg(workload.cold_units().to_string())
        .arg(WINDOWS.to_string())
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .context("failed to run the hand-written loop")?;
    ensure!(output.status.success(), "failed to run the hand-written loop: {output:?}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    said["p50_ns"].as_f64().context("failed to read the hand-written loop's median")
}

fn build_example() -> Result<PathBuf> {
    let target = paths::build_target(&paths::checkout(), "wasmtime")?;
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--example", "hand_written", "--target-dir"])
        .arg(&target)
        .current_dir(paths::checkout().join("runtimes/wasmtime"))
        .status()
        .context("failed to run cargo")?;
    ensure!(status.success(), "failed to build the hand-written loop; cargo printed why");
    Ok(target.join("release/examples/hand_written"))
}
