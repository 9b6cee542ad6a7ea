//! The sections of a summary.

use serde::Serialize;

use super::{
    boundary::Crossing,
    capacity::Density,
    code_cache::CodeCache,
    density::Live,
    noise::Noise,
    page_cache::PageCache,
    peak::Peak,
    programs::Programs,
    quick::QuickRow,
    serving::{Concurrency, Load},
    tenants::Tenants,
    values::{Cell, Distribution, Estimate, Ratio, Window},
    variants::Variant,
};
use crate::run::Run;
pub use crate::source::Source;

/// The run, summarised.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What the run was.
    pub run: Run,
    /// What belongs beside the numbers, as sentences: noise, what a workload did without, and `damaged`.
    pub warnings: Vec<String>,
    /// What of the run's files could not be read, as sentences that name the file.
    pub damaged: Vec<String>,
    /// How noisy the machine was.
    pub noise: Noise,
    /// How many processes wrote records.
    pub processes: u32,
    /// Starting.
    pub cold_start: Vec<ColdStart>,
    /// Running.
    pub throughput: Throughput,
    /// The same program in several languages.
    pub programs: Programs,
    /// Whether the quick profile's workloads stand for all; none in a run without others.
    pub quick: Vec<QuickRow>,
    /// Compiling.
    pub compile: Vec<Compile>,
    /// What a safeguard, a meter or an optimisation level costs.
    pub variants: Vec<Variant>,
    /// Memory over live instances.
    pub memory: Vec<Memory>,
    /// How many instances fit, a row for each of `memory`.
    pub density: Vec<Density>,
    /// How many instances lived, and what ended them; none in a run that did not look.
    pub live: Vec<Live>,
    /// Requests to many tenants with a module each; none in a run that did not look.
    pub tenants: Vec<Tenants>,
    /// Starts whose files are read from the disk; none in a run that did not look.
    pub page_cache: Vec<PageCache>,
    /// Starts with and without the engines' own code caches, where the run measured them.
    pub code_cache: Vec<CodeCache>,
    /// The most memory that starting needs; none in a run that did not look.
    pub peak: Vec<Peak>,
    /// What instances leave behind; none in a run that did not look.
    pub residue: Vec<Residue>,
    /// What threads serve in a second; none in a run that did not look.
    pub concurrency: Vec<Concurrency>,
    /// How long requests take that arrive at times of their own; none in a run that did not look.
    pub load: Vec<Load>,
    /// What crossing the boundary costs; none in a run that did not look.
    pub boundary: Vec<Crossing>,
    /// The workers' sizes.
    pub sizes: Vec<Size>,
    /// What the harness itself costs.
    pub harness: Harness,
    /// Everything that has a reason instead of a value.
    pub problems: Problems,
}

/// The cold-start ladder of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColdStart {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// From the fork of the worker to its first output, in processes that ran from `process_from`.
    pub process_to_result: Cell<Estimate>,
    /// What `process_to_result` ran from: an artifact where the configuration ran from one, else what it ran from.
    pub process_from: Option<Source>,
    /// engine + compile + prepare + instantiate + first call, summed within each process.
    pub from_wasm: Cell<Estimate>,
    /// engine + load + prepare + instantiate + first call, summed within each process.
    pub from_artifact: Cell<Estimate>,
    /// instantiate + call + teardown with the module prepared.
    pub fresh_instance: Cell<Distribution>,
    /// Call only.
    pub reused_instance: Cell<Distribution>,
    /// From a call to the trap that is expected of it.
    pub time_to_trap: Cell<Distribution>,
    /// Minor page faults of one instantiation.
    pub instantiate_faults: Cell<Estimate>,
    /// The phases, apart for each source that the configuration's processes ran from.
    pub starts: Vec<Start>,
}

/// The phases of the processes that ran from one source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Start {
    /// The source.
    pub source: Source,
    /// From the fork of the worker to its first output.
    pub process_to_result: Cell<Estimate>,
    /// In the order in which they happen: spawn, engine, compile or load, instantiate, first_call, second_call,
    /// teardown.
    pub phases: Vec<Phase>,
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Phase {
    /// Its name.
    pub phase: String,
    /// Its time.
    pub time: Cell<Window>,
}

/// Time per unit of work, and what it makes of the configurations.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Throughput {
    /// The configuration that factors are against: the first whose tier is `native`. Without one there are no
    /// factors.
    pub reference: Option<String>,
    /// One row for each configuration and workload.
    pub rows: Vec<ThroughputRow>,
    /// The workloads that every compared configuration measured: the geometric means are over these and no others.
    pub common: Vec<String>,
    /// Configurations without a measured workload, which are not compared and so take nothing from `common`.
    pub left_out: Vec<String>,
    /// One row for each configuration.
    pub overall: Vec<Overall>,
}

/// The throughput of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThroughputRow {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// Wall time per unit of work.
    pub time: Cell<Estimate>,
    /// CPU time per unit of work.
    pub cpu: Cell<Estimate>,
    /// `time` against the reference's.
    pub factor: Cell<Ratio>,
    /// The place among the configurations of the same tier kind, from 1; equal where the ratio's interval touches
    /// 1 +/- 1 %.
    pub rank: Option<u32>,
    /// `time` against the least of the same tier kind.
    pub to_least: Option<Ratio>,
}

/// One configuration over the common workloads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overall {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind.
    pub tier: String,
    /// The geometric mean of the factors over [`Throughput::common`].
    pub factor: Cell<Ratio>,
    /// How many workloads are in `factor`.
    pub workloads: u32,
    /// As [`ThroughputRow::rank`], over the common workloads.
    pub rank: Option<u32>,
    /// As [`ThroughputRow::to_least`], over the common workloads.
    pub to_least: Option<Ratio>,
}

/// What compiling costs and what it buys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compile {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// From bytes to code.
    pub compile: Cell<Window>,
    /// From code to an artifact's file.
    pub save: Cell<Window>,
    /// The artifact's file.
    pub artifact_size: Cell<Estimate>,
    /// Wall time per unit of work, as in [`ThroughputRow`].
    pub time: Cell<Estimate>,
    /// Against the reference, as in [`ThroughputRow`].
    pub factor: Cell<Ratio>,
}

/// Memory of one configuration and workload over live instances.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Memory {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// Anonymous PSS and shared memory, every instance instantiated. Bytes.
    pub instantiated: Cell<Line>,
    /// The same, every instance called once. Bytes.
    pub called: Cell<Line>,
    /// `Private_Dirty`, every instance called once. Bytes.
    pub private: Cell<Line>,
    /// Reserved address space. Bytes.
    pub reserved: Cell<Line>,
    /// Mappings. Count.
    pub maps: Cell<Line>,
    /// Open descriptors. Count.
    pub descriptors: Cell<Line>,
    /// Page tables. Bytes.
    pub page_tables: Cell<Line>,
    /// The most live instances that a process reached.
    pub reached: Option<u32>,
    /// Why a process stopped there, where one reports it.
    pub stopped: Option<String>,
}

/// What the instances of one configuration and workload leave behind once they are gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Residue {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// Private memory that instances left which lived at the same time. Bytes.
    pub held: Cell<Estimate>,
    /// Private memory over cycles of making, calling and taking down one instance. Bytes; a point's `instances` are cycles.
    pub private: Cell<Line>,
    /// Mappings over cycles. Count.
    pub maps: Cell<Line>,
    /// Open descriptors over cycles. Count.
    pub descriptors: Cell<Line>,
    /// Whether a slope's interval is above 0: each cycle leaves something. `None` where no slope has an interval.
    pub leaks: Option<bool>,
}

/// A series over live instances and the Theil-Sen line through it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Medians over the processes, ascending by instances.
    pub points: Vec<Point>,
    /// The line; `None` with fewer than two numbers of instances.
    pub fit: Option<Fit>,
}

/// One point of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Live instances.
    pub instances: u32,
    /// The series' value.
    pub value: Estimate,
}

/// A line: `fixed + per_instance * instances`. The median over each process's own line; from one process alone, that
/// line, with the slope's own interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// The intercept.
    pub fixed: Estimate,
    /// The slope.
    pub per_instance: Estimate,
}

/// The size of a worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Size {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind.
    pub tier: String,
    /// The stripped worker and its engine's libraries in bytes.
    pub worker_bytes: Cell<u64>,
}

/// What the harness itself costs; subtracted from nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Harness {
    /// The start and end marks with nothing between them, over the whole run.
    pub empty_window: Cell<Distribution>,
}

/// Everything that has a reason instead of a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problems {
    /// How many entries of `list` there are of each kind.
    pub counts: Counts,
    /// In the run's order; the same reason in several processes is one entry.
    pub list: Vec<Problem>,
}

/// Problems by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The configuration does not do it.
    pub unsupported: u32,
    /// It should have worked.
    pub failed: u32,
    /// It did not end in time.
    pub timed_out: u32,
    /// It gave a wrong output.
    pub wrong_output: u32,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The metric or phase.
    pub metric: String,
    /// Which kind.
    pub status: Status,
    /// The reason.
    pub reason: String,
    /// How many processes gave it.
    pub processes: u32,
}

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The configuration does not do it.
    Unsupported,
    /// It should have worked.
    Failed,
    /// It did not end in time.
    TimedOut,
    /// It gave a wrong output.
    WrongOutput,
}

/// The worst that happened in a run, for exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Worst {
    /// Everything was measured or is unsupported.
    Clean,
    /// Something failed or timed out.
    Failures,
    /// Records could not be read, so that values are missing that had been measured.
    Damaged,
    /// A wrong output.
    WrongOutput,
}

impl Summary {
    /// The worst that happened.
    #[must_use]
    pub fn worst(&self) -> Worst {
        let Counts { failed, timed_out, wrong_output, .. } = self.problems.counts;
        if wrong_output > 0 {
            Worst::WrongOutput
        } else if !self.damaged.is_empty() {
            Worst::Damaged
        } else if failed + timed_out > 0 {
            Worst::Failures
        } else {
            Worst::Clean
        }
    }
}
