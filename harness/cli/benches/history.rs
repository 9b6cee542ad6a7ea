//! `cargo bench --bench history`: how long the pages over many runs take, and how that grows with samples, cells and runs.
//!
//! The goal: 10 million samples over 1,000 runs become the site's pages within 10 s and 1 GB on 2 CPUs. Generated runs show it,
//! in a folder that goes away. A run keeps its page and its digest at its end, and so do these. The times are of the first
//! history of runs without digests, as older versions left them, which reads every sample once; of a history from the digests;
//! of one run's own page; of the site, which copies these pages and makes all that are over many runs; and of the site again
//! after one more run, whose page it makes.

#[path = "../tests/common/runs.rs"]
mod runs;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use runs::{Planted, noise};
use wasmark_cli::commands::{
    history, report,
    site::{self, Pages},
};
use wasmark_results::parallel;
use wasmark_runner::remote::Place;

/// How large a folder of runs is.
#[derive(Clone, Copy)]
struct Size {
    runs: u32,
    cells: u32,
    /// Of each run.
    samples: u32,
}

/// Cells of a run: so many configurations with so many workloads.
const CONFIGURATIONS: u32 = 5;
/// Processes of a cell, and rows of a process that are no samples of its work.
const PROCESSES: u32 = 3;
const PHASES: u32 = 4;

const GOAL: Size = Size { runs: 1000, cells: 30, samples: 10_000 };
const GOAL_S: f64 = 10.0;
const GOAL_GB: f64 = 1.0;

fn main() -> Result<()> {
    println!("  runs  cells   samples    first    again  run page     site  one more      peak");
    let small = Size { runs: 100, cells: 30, samples: 10_000 };
    for size in
        [Size { samples: 1000, ..small }, Size { cells: 10, ..small }, Size { cells: 100, ..small }, small]
    {
        measured(size)?;
    }
    let before = cpu()?;
    let took = measured(GOAL)?.as_secs_f64();
    println!("CPU time of the last row, with generating its runs: {:.1} s", cpu()? - before);
    let peak = peak()?;
    println!("the site: {took:.1} s (goal: at most {GOAL_S}); peak {peak:.2} GB (goal: at most {GOAL_GB})");
    ensure!(
        took <= GOAL_S && peak <= GOAL_GB,
        "failed to meet a goal; run again on a quiet machine, then look for what made it slower"
    );
    Ok(())
}

/// Prints what a folder of this size takes; the time of the site, with all pages that are over many runs.
fn measured(size: Size) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let (stored, out) = (folder.path().join("runs"), folder.path().join("site"));
    fs::create_dir(&stored)?;
    let numbers: Vec<u32> = (0..size.runs).collect();
    parallel::each(&numbers, |number| generate(&stored, *number, size));
    // The runs differ in their numbers alone: the page of one stands for those of all.
    let run = stored.join("run-00000");
    let (page, _) = timed(|| report::write(&run, &run.join("report.html"), None))?;
    for number in 1..size.runs {
        fs::copy(run.join("report.html"), stored.join(format!("run-{number:05}/report.html")))?;
    }

    let place = Place::Folder(stored.clone());
    let (first, _) = timed(|| history::read(&place))?;
    let all = || -> Result<Pages> {
        let read = history::read(&place)?;
        site::write(&read, &history::of(&read, &place, None)?, &out)
    };
    let (again, _) = timed(|| history::of(&history::read(&place)?, &place, None))?;
    let (whole, made) = timed(all)?;
    ensure!(made.copied == size.runs as usize, "every run has its page");
    generate(&stored, size.runs, size);
    let (more, made) = timed(all)?;
    ensure!((made.made, made.kept) == (1, size.runs as usize), "the pages of the others are kept");
    println!(
        "{:>6} {:>6} {:>9} {:>6.2} s {:>6.2} s {:>7.3} s {:>6.2} s {:>7.2} s {:>6.2} GB",
        size.runs,
        size.cells,
        size.runs * size.samples,
        first.as_secs_f64(),
        again.as_secs_f64(),
        page.as_secs_f64(),
        whole.as_secs_f64(),
        more.as_secs_f64(),
        peak()?
    );
    Ok(whole)
}

fn timed<T>(what: impl FnOnce() -> Result<T>) -> Result<(Duration, T)> {
    let began = Instant::now();
    let done = what()?;
    Ok((began.elapsed(), done))
}

fn generate(folder: &Path, number: u32, size: Size) {
    let mut run = Planted::number(number, "a CPU");
    run.configurations = (0..CONFIGURATIONS).map(|at| format!("runtime{at}/default")).collect();
    run.workloads = (0..size.cells / CONFIGURATIONS).map(|at| format!("workload-{at}")).collect();
    let samples = (size.samples / size.cells / PROCESSES).saturating_sub(PHASES);
    // One cell in seven changes by 5 % half way.
    let step = |cell: usize| if cell.is_multiple_of(7) && number * 2 >= size.runs { 1.05 } else { 1.0 };
    run.store(folder, samples, |configuration, workload, process| {
        noise(number, process) * step(configuration * 31 + workload)
    });
}

/// The most memory that this process has used, in GB.
fn peak() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib =
        line.and_then(|line| line.trim().strip_suffix(" kB")).context("failed to read the memory used")?;
    Ok(kib.trim().parse::<f64>()? * 1024.0 / 1e9)
}

/// The CPU time of this process, in seconds.
fn cpu() -> Result<f64> {
    // In hundredths of a second, the user's and the kernel's, behind a name that may hold spaces.
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, rest) = stat.rsplit_once(')').context("failed to read the CPU time")?;
    let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
}
