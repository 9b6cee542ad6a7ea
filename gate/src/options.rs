//! The options of `wasmark gate` and `wasmark init`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use wasmark_runner::options::{Json, Limits, Selection};

use crate::{accepted, policy};

const SIDES: &str = "\
A side is a module (old.wasm), a configuration (wasmtime/pooling), a runtime with or without a version (wasmtime@47.0.4), \
a worker's program or the folder of several, a checkout's folder, or a git revision of the repository here (main).

Examples:
  wasmark gate --base old.wasm --candidate new.wasm --runtimes wasmtime,wamr
  wasmark gate --base wasmtime@47.0.4 --candidate wasmtime@48.0.8 --budget 10m
  wasmark gate my.wasm --invoke f --base wasmtime/on-demand --candidate wasmtime/winch -- 10000
  wasmark gate --base main --candidate . --runtimes wasmtime
  wasmark gate --candidate new.wasm --baseline sizes.toml
  wasmark gate --self-test aa                   must pass here
  wasmark gate --inject 5                       must fail here

Exit codes: 0 no decided cell became slower or larger; 1 a cell did, or the candidate exceeded a limit that the base stays \
far below; 2 usage or set-up; 3 nothing was decided, the budget had no time for a cell requested with --configurations, \
--workloads or --metrics, or any cell stayed undecided with --require-conclusive; 4 the run is invalid, nothing was \
measured, or a cell could not be measured; 5 the sides' outputs differ.";

/// Options of `gate`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = SIDES)]
pub struct Gate {
    /// Something else than to gate
    #[command(subcommand)]
    pub action: Option<Action>,
    /// What is gated
    #[command(flatten)]
    pub what: What,
}

/// What else there is to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Record a regression that a gate found as accepted, with the reason
    Accept(Accept),
    /// Estimate the smallest change that the gate can detect on this machine, from pairs of identical sides
    Calibrate(Calibrate),
}

/// What the gate tries on itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SelfTest {
    /// The base against itself: must pass.
    Aa,
}

/// Which of the two kinds of comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lanes {
    /// Timed and counted metrics.
    Both,
    /// Only timed metrics.
    Timed,
    /// Only counted metrics, such as sizes: takes seconds instead of minutes, and has no noise.
    Exact,
}

/// What is gated.
#[derive(Clone, Debug, Args)]
pub struct What {
    /// A module of your own that both sides run; only for sides that are configurations, runtimes, workers or revisions
    #[arg(conflicts_with_all = ["workloads", "suite"])]
    pub module: Option<PathBuf>,
    /// The reference side; `wasmark gate --help` defines a side
    #[arg(long, value_name = "SIDE")]
    pub base: Option<String>,
    /// The side under test
    #[arg(long, value_name = "SIDE", conflicts_with_all = ["self_test", "inject"])]
    pub candidate: Option<String>,
    /// Compare the base (default: wasmtime) with itself: the gate must pass
    #[arg(long, value_enum, value_name = "WHICH")]
    pub self_test: Option<SelfTest>,
    /// Compare the base (default: wasmtime) with itself doing PERCENT % more work: the gate must fail
    #[arg(long, value_name = "PERCENT", conflicts_with = "self_test", value_parser = percent)]
    pub inject: Option<f64>,
    /// Compare the candidate's counted metrics with this file instead of measuring a base
    #[arg(long, value_name = "FILE", requires = "candidate", conflicts_with = "base")]
    pub baseline: Option<PathBuf>,
    /// Write the candidate's counted metrics to this file; entries of other machines are kept
    #[arg(long, value_name = "FILE", requires = "candidate", conflicts_with_all = ["base", "baseline"])]
    pub write_baseline: Option<PathBuf>,
    /// What is compared
    #[command(flatten)]
    pub selection: Selection,
    /// The exported function of the module, or modules, to call [default: _start, or the only exported function]
    #[arg(long, value_name = "NAME")]
    pub invoke: Option<String>,
    /// A folder that modules see, as HOST or HOST::GUEST; may be given more than once
    #[arg(long = "dir", value_name = "HOST::GUEST")]
    pub dirs: Vec<String>,
    /// An environment variable for the modules; may be given more than once
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// The file that modules read as their stdin
    #[arg(long, value_name = "FILE")]
    pub stdin: Option<PathBuf>,
    /// The expected output of the modules, as in `run`; may be given more than once [default: the base's output]
    #[arg(long, value_name = "WHAT", allow_hyphen_values = true)]
    pub expect: Vec<String>,
    /// Use a new instance for each call, for a function that keeps state between calls
    #[arg(long)]
    pub fresh: bool,
    /// Metrics that can fail the gate, timed or counted, separated by commas [default: the policy's]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub metrics: Vec<String>,
    /// The metrics to compare: timed, counted, or both
    #[arg(long, value_enum, default_value = "both")]
    pub lane: Lanes,
    /// The policy file [default: wasmark.toml, if it exists]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The file of accepted regressions
    #[arg(long, value_name = "FILE", default_value = accepted::FILE)]
    pub accepted: PathBuf,
    /// The folder of the runtime packages in a checkout
    #[arg(long, value_name = "FOLDER", default_value = "runtimes")]
    pub packages: PathBuf,
    /// The time that the gate may take, e.g. 90s, 10m or 2h; the verdict lists the cells that do not fit; if one was
    /// requested by name, the exit code is 3
    #[arg(long, value_name = "DURATION")]
    pub budget: Option<String>,
    /// Exit with code 3 if a cell stays inconclusive
    #[arg(long)]
    pub require_conclusive: bool,
    /// The seed of every random choice [default: a new one]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Run workers under SCHED_FIFO, if the system permits it
    #[arg(long)]
    pub realtime: bool,
    /// What a worker may use
    #[command(flatten)]
    pub limits: Limits,
    /// The folder in which gates are stored
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// Resume an interrupted gate, given its folder; without a value, the newest gate
    #[arg(long, value_name = "GATE", num_args = 0..=1, default_missing_value = "latest")]
    pub resume: Option<PathBuf>,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
    /// The arguments of the module, or modules
    #[arg(last = true)]
    pub arguments: Vec<String>,
}

/// Options of `gate accept`.
#[derive(Clone, Debug, Args)]
pub struct Accept {
    /// The cell, as the gate names it
    #[arg(long, value_name = "CELL")]
    pub cell: String,
    /// Why it may be slower or larger
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The gate that found it: its folder [default: the newest]
    #[arg(long, value_name = "FOLDER")]
    pub gate: Option<PathBuf>,
    /// The folder of gates
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// The file to write to
    #[arg(long, value_name = "FILE", default_value = accepted::FILE)]
    pub accepted: PathBuf,
}

/// Options of `gate calibrate`.
#[derive(Clone, Debug, Args)]
pub struct Calibrate {
    /// Pairs of processes to measure for each cell
    #[arg(long, default_value = "40", value_parser = clap::value_parser!(u32).range(10..=1000))]
    pub pairs: u32,
    /// Number of complete gates to simulate by drawing from these pairs
    #[arg(long, default_value = "2000", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub draws: u32,
    /// Use the pairs of earlier gates with identical sides instead of measuring
    #[arg(long, value_name = "FOLDER", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// What is measured
    #[command(flatten)]
    pub what: Box<What>,
}

/// Options of `init`.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// The file to write
    #[arg(default_value = policy::FILE)]
    pub file: PathBuf,
}

/// The error for a text that is no slowdown.
#[derive(Debug, thiserror::Error)]
#[error("a slowdown is a percentage from 0.1 to 1000, as 5")]
struct NoPercentage;

fn percent(text: &str) -> Result<f64, NoPercentage> {
    let number: Result<f64, _> = text.trim_end_matches('%').trim().parse();
    number.ok().filter(|percent| (0.1..=1000.0).contains(percent)).ok_or(NoPercentage)
}
