//! The command line.

mod cost;
mod fidelity;
pub mod gate;
mod history;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};
use wasmark_adapter::Tier;

pub use self::{
    cost::Cost,
    fidelity::Fidelity,
    history::{History, Site},
};
use crate::{environment, pinning, process, profile, remote, shard};

const EXAMPLES: &str = "\
Examples:
  wasmark run                                   the quick comparison, a table and a page
  wasmark run --runtimes wasmtime --workloads fib,json
  wasmark run --runtimes wasmtime@47.0.4,wasmtime@48.0.8
                                                compare two versions of an engine
  wasmark run --profile standard --realtime     more rounds, at real-time priority if permitted
  wasmark check                                 check the output of every workload everywhere
  wasmark report                                write the page of the newest run again
  wasmark run my.wasm --dir data::/data -- in.txt   measure your own module on every runtime
  wasmark inspect my.wasm                       show what a module needs and what can run it

Exit codes: 0 done, 1 regressed (gate) or not faithful (fidelity), 2 usage or set-up, 3 not decided (gate and
fidelity), 4 a cell failed or timed out, or a gate is invalid, 5 a wrong output, 6 stored records are damaged, 7 a run
could not be copied to the object store (it is kept here).";

/// Compares WebAssembly runtimes: cold start, memory footprint and throughput, measured in the same way.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measure, and write the HTML page
    Run(Box<Run>),
    /// List runtimes, configurations, workloads, metrics and profiles
    List(List),
    /// Run each workload once on each selected configuration, and compare the outputs with the expected ones
    Check(Check),
    /// Write the page of a stored run again
    Report(Report),
    /// Compare stored runs, or configurations of one run
    Compare(Compare),
    /// Copy a run that has ended into an object store
    Upload(Upload),
    /// Show how a run is divided into shards, for the job matrix of a CI
    Matrix(Box<Matrix>),
    /// Calculate what serving costs on machines of one kind, from a stored run and assumptions
    Cost(Cost),
    /// Show how the cells of stored runs changed over time
    History(History),
    /// Write a web site of stored runs: their pages, their history, comparisons of any two, a feed of changes
    Site(Site),
    /// Compare two builds and fail if the candidate is slower or larger
    Gate(Box<gate::Gate>),
    /// Compare the workers with hand-written loops over each engine's own interface
    Fidelity(Fidelity),
    /// Write a commented policy file for the gate
    Init(gate::Init),
    /// Report which runtimes are available, what is missing for the others, and how noisy this machine is
    Doctor(Json),
    /// Build the workers that are not built yet
    Build(Build),
    /// Describe a module: its kind, what it needs, and which configurations can run it
    Inspect(Inspect),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    Man {
        /// The folder
        folder: PathBuf,
    },
}

/// Machine-readable output.
#[derive(Clone, Debug, Default, Args)]
pub struct Json {
    /// Print JSON on stdout instead of text
    #[arg(long)]
    pub json: bool,
}

/// The runtimes.
#[derive(Clone, Debug, Default, Args)]
pub struct Runtimes {
    /// Runtimes by name, separated by commas; name@version for another version of the engine, name+build for another build
    /// (`wasmark list --versions` lists both) [default: all that can be found]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub runtimes: Vec<String>,
}

/// Workers that are not wasmark's.
#[derive(Clone, Debug, Default, Args)]
pub struct ExternalWorkers {
    /// A program that speaks the worker protocol, as a further runtime; may be given more than once
    #[arg(long = "worker", value_name = "PATH")]
    pub workers: Vec<PathBuf>,
}

/// What is compared.
#[derive(Clone, Debug, Default, Args)]
pub struct Selection {
    /// The runtimes
    #[command(flatten)]
    pub runtimes: Runtimes,
    /// Further ones
    #[command(flatten)]
    pub external: ExternalWorkers,
    /// Configurations as runtime/name, separated by commas [default: each runtime's default, and its best for start, density and throughput]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub configurations: Vec<String>,
    /// Every configuration, not only each runtime's default and best ones
    #[arg(long)]
    pub all_configurations: bool,
    /// Every configuration of these tier kinds, separated by commas [default: all kinds]
    #[arg(long, value_delimiter = ',', value_name = "KINDS", value_parser = tier)]
    pub tiers: Vec<Tier>,
    /// Workloads by name, tag, language or kind, separated by commas [default: those of the profile]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub workloads: Vec<String>,
    /// A folder of workloads: folders with a workload.toml, or modules in Sightglass's layout [default: wasmark's own]
    #[arg(long, value_name = "FOLDER")]
    pub suite: Option<PathBuf>,
    /// Replace imports that no runtime provides (functions, memories, tables, globals) by stubs of zeros
    #[arg(long)]
    pub stub_imports: bool,
}

/// A module that is measured in place of the suite's workloads.
#[derive(Clone, Debug, Default, Args)]
pub struct Own {
    /// A module of your own, measured in place of the suite
    #[arg(conflicts_with_all = ["workloads", "suite"])]
    pub module: Option<PathBuf>,
    /// The exported function to call [default: _start, or the only exported function]
    #[arg(long, value_name = "NAME", requires = "module")]
    pub invoke: Option<String>,
    /// A folder that the module sees, as HOST or HOST::GUEST; each process gets a copy; may be given more than once
    #[arg(long = "dir", value_name = "HOST::GUEST", requires = "module")]
    pub dirs: Vec<String>,
    /// An environment variable for the module; may be given more than once
    #[arg(long, value_name = "NAME=VALUE", requires = "module")]
    pub env: Vec<String>,
    /// The file that the module reads as its stdin; pipe:FILE passes the content through a pipe
    #[arg(long, value_name = "FILE", requires = "module")]
    pub stdin: Option<PathBuf>,
    /// The expected result: a file with the expected stdout, or the line itself; the returned values, separated by spaces
    /// (1.5; NaN accepts any NaN, nan:0xBITS one bit pattern; i32x4:1,2,3,4); exit:CODE; or trap:KIND, which has the time to
    /// the trap measured; may be given more than once [default: what the configurations agree on]
    #[arg(long, value_name = "WHAT", requires = "module", allow_hyphen_values = true)]
    pub expect: Vec<String>,
    /// Use a new instance for each call, for a function that keeps state between calls
    #[arg(long, requires = "module")]
    pub fresh: bool,
    /// The program's arguments, or the function's
    #[arg(last = true, requires = "module")]
    pub arguments: Vec<String>,
}

/// How long a process of a run may take: far longer than a right one does, so that one that hangs costs little.
pub const RUN_TIME: Duration = Duration::from_secs(60);

/// What a worker may use before it is ended.
#[derive(Clone, Debug, Args)]
pub struct Limits {
    /// Seconds that a process may take [default: 60; for `check` 1800]; making an artifact may take five times as long.
    /// A run of your own module or suite leaves out a configuration that takes longer, unless you named it or its tier
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub time_limit: Option<u64>,
    /// Resident memory that a process may take, in MiB [default: half of the machine's, at most 8 GiB]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub memory_limit: Option<u64>,
}

impl Limits {
    /// The same for a process that may take `time` unless the user sets another.
    #[must_use]
    pub fn of_process(&self, time: Duration) -> process::Limits {
        let otherwise = (environment::memory_bytes() / 2).clamp(1 << 30, 8 << 30);
        let resident = self.memory_limit.map_or(otherwise, |mib| mib << 20);
        process::Limits { time: self.time_limit.map_or(time, Duration::from_secs), resident }
    }
}

/// Options of `run`.
#[derive(Clone, Debug, Args)]
pub struct Run {
    /// A module of one's own
    #[command(flatten)]
    pub own: Own,
    /// What is compared
    #[command(flatten)]
    pub selection: Selection,
    /// Metrics, or groups of them, separated by commas: cold-start, throughput, memory, density, tenants, page-cache, peak, residue, concurrency, load, boundary [default: the first three, and of a few workloads what the profile adds]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub metrics: Vec<String>,
    /// The private memory that the live instances of one process may take in `density`, e.g. 512MiB [default: 1GiB]
    #[arg(long, value_name = "SIZE", value_parser = cost::bytes)]
    pub budget: Option<f64>,
    /// Numbers of tenants in `tenants`, each with its own module, separated by commas [default: 1,10,100,1000; in the standard profile 1,10,100]
    #[arg(long, value_delimiter = ',', value_name = "NUMBERS", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub tenants: Vec<u32>,
    /// How much to measure
    #[arg(long, value_enum, default_value = "quick")]
    pub profile: profile::Name,
    /// Rounds: fresh processes for each cell [default: the profile's]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: Option<u32>,
    /// Relink each worker whose engine is linked into it so many times, each time with its functions in another order. Rounds
    /// alternate between the links, so that intervals include the effect of that order [default: the profile's, 0 or 3]
    #[arg(long, value_name = "LINKS")]
    pub layouts: Option<u32>,
    /// The seed of every random choice [default: a new one]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Run workers under SCHED_FIFO, if the system permits it
    #[arg(long)]
    pub realtime: bool,
    /// The CPU that workers of one thread are pinned to, and that wasmark itself does not use: a number; auto for the last of
    /// several CPUs, if the system permits it; or none
    #[arg(long, value_name = "CPU", default_value = "auto")]
    pub pin: pinning::Choice,
    /// What a worker may use
    #[command(flatten)]
    pub limits: Limits,
    /// The folder in which runs are stored
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// Resume an interrupted run, given its folder; without a value, the newest run
    #[arg(long, value_name = "RUN", num_args = 0..=1, default_missing_value = "latest")]
    pub resume: Option<PathBuf>,
    /// Measure one shard of a run that is divided over several machines, e.g. 1/3; `none` measures the whole run even if a
    /// scheduler's variables state a shard [default: the shard that they state]. The same command resumes it
    #[arg(long, value_name = "I/N")]
    pub shard: Option<shard::Choice>,
    /// The name of the run that the shard is a part of [default: WASMARK_JOB, else the scheduler's, else a name derived from the
    /// command, which is the same on every machine]
    #[arg(long, value_name = "NAME")]
    pub job: Option<shard::Job>,
    /// Copy the run into an object store when it has ended: s3://, gs://, az:// or file://, with credentials from the environment
    #[arg(long, value_name = "URL")]
    pub upload: Option<remote::Url>,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `check`.
#[derive(Clone, Debug, Args)]
pub struct Check {
    /// A module of one's own
    #[command(flatten)]
    pub own: Own,
    /// What is compared
    #[command(flatten)]
    pub selection: Selection,
    /// Try what the specification requires where compilers go wrong, and compare that alone
    #[arg(long, conflicts_with_all = ["module", "workloads", "suite", "time_limit", "memory_limit"])]
    pub semantics: bool,
    /// A runtime that is not available is a failure
    #[arg(long)]
    pub strict: bool,
    /// What a worker may use
    #[command(flatten)]
    pub limits: Limits,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `list`.
#[derive(Clone, Debug, Args)]
// Here, and not where something is measured, no names are all of them: `list --workloads --profile`.
#[command(mut_arg("workloads", |arg| arg.num_args(0..=1)))]
pub struct List {
    /// What is compared
    #[command(flatten)]
    pub selection: Selection,
    /// List every configuration and every workload with what it is [default: those that are named; else the names]
    #[arg(long, conflicts_with_all = ["features", "profile"])]
    pub all: bool,
    /// Probe which proposals each configuration runs, and list that alone
    #[arg(long)]
    pub features: bool,
    /// Show what each workload is like, as it was measured when it was added, and list that alone
    #[arg(long, conflicts_with = "features")]
    pub profile: bool,
    /// List which versions of its engine each runtime's adapter fits, and that alone
    #[arg(long, conflicts_with_all = ["features", "profile"])]
    pub versions: bool,
    /// List the stored runs of a folder or a URL, and that alone [default: those here]
    #[arg(long, value_name = "PLACE", num_args = 0..=1, conflicts_with_all = ["features", "profile", "versions"])]
    pub runs: Option<Option<remote::Place>>,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `report`.
#[derive(Clone, Debug, Args)]
pub struct Report {
    /// The run's folder or URL; the shards of a run; or a folder or URL of runs, for the newest one in it [default: the newest
    /// run]
    #[arg(value_name = "RUN")]
    pub runs: Vec<remote::Place>,
    /// Another run, whose cells the page can show factors against
    #[arg(long, value_name = "RUN")]
    pub against: Option<remote::Place>,
    /// The file to write [default: report.html in the run's folder; for shards, a file with the name of their run beside
    /// their folders]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also print the tables as Markdown
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `upload`.
#[derive(Clone, Debug, Args)]
pub struct Upload {
    /// The folder of a run or a gate
    pub run: PathBuf,
    /// The store: s3://, gs://, az:// or file://
    pub url: remote::Url,
}

/// Options of `matrix`.
#[derive(Clone, Debug, Args)]
#[command(mut_args(|arg| match arg.get_id().as_str() {
    "shard" | "job" | "upload" | "output" | "resume" => arg.hide(true),
    _ => arg,
}))]
pub struct Matrix {
    /// How many shards the run has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub shards: u32,
    /// The run
    #[command(flatten)]
    pub run: Run,
}

/// Options of `compare`.
#[derive(Clone, Debug, Args)]
pub struct Compare {
    /// The base, then what is compared with it: folders or URLs of runs, or configurations (runtime/name) of one run
    #[arg(required = true, num_args = 2.., value_name = "SIDE")]
    pub sides: Vec<String>,
    /// The run that configurations are looked for in [default: the newest run]
    #[arg(long, value_name = "RUN")]
    pub run: Option<remote::Place>,
    /// Print Markdown
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `build`.
#[derive(Clone, Debug, Args)]
pub struct Build {
    /// The runtimes
    #[command(flatten)]
    pub runtimes: Runtimes,
    /// A runtime that cannot be built is a failure
    #[arg(long)]
    pub strict: bool,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `inspect`.
#[derive(Clone, Debug, Args)]
pub struct Inspect {
    /// The module
    #[arg(value_name = "FILE")]
    pub module: PathBuf,
    /// The runtimes
    #[command(flatten)]
    pub runtimes: Runtimes,
    /// Further ones
    #[command(flatten)]
    pub external: ExternalWorkers,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

fn tier(name: &str) -> Result<Tier, String> {
    let known = || Tier::ALL.map(Tier::name);
    let found = Tier::ALL.into_iter().find(|tier| tier.name() == name);
    found.ok_or_else(|| format!("no such tier kind; {}", crate::suggest::nearest(name, known())))
}

#[cfg(test)]
mod tests {
    use clap::{ArgAction, Command as Clap, CommandFactory};

    use super::Options;

    fn look(command: &Clap, silent: &mut Vec<String>) {
        for one in command.get_arguments().filter(|one| one.get_long().is_some()) {
            let help = one.get_help().map(ToString::to_string).unwrap_or_default();
            let several = one.get_num_args().is_some_and(|number| number.max_values() > 1);
            let words = match one.get_value_delimiter() {
                Some(_) => "separated by commas",
                None if several => continue,
                None => "may be given more than once",
            };
            if matches!(one.get_action(), ArgAction::Append) && !help.contains(words) {
                silent.push(format!("{} --{}: {words}", command.get_name(), one.get_id()));
            }
        }
        for further in command.get_subcommands() {
            look(further, silent);
        }
    }

    #[test]
    fn what_may_be_given_more_than_once_has_it_in_its_help() {
        let mut silent = Vec::new();
        let mut command = Options::command();
        command.build();
        look(&command, &mut silent);
        assert!(silent.is_empty(), "{silent:#?}");
    }
}
