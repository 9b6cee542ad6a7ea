//! The command line.

mod cost;
mod fidelity;
mod history;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use wasmark_gate::options::{Gate, Init};
use wasmark_runner::{
    options::{ExternalWorkers, Json, Limits, Own, Run, Runtimes, Selection},
    remote,
};

pub use self::{
    cost::Cost,
    fidelity::Fidelity,
    history::{History, Site},
};

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

Exit codes: 0 done, 1 regressed (gate), or a worker differs from the loop by hand (fidelity), 2 usage or set-up, \
3 not decided (gate and fidelity), 4 a cell failed or timed out, or a gate is invalid, 5 a wrong output, 6 stored records \
are damaged, 7 a run could not be copied to the object store (it is kept here).";

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
    /// Run each workload on each selected configuration without measuring, and compare the outputs with the expected ones
    Check(Check),
    /// Write the page of a stored run again
    Report(Report),
    /// Compare stored runs, or configurations of one run
    Compare(Compare),
    /// Copy a run that has ended into an object store
    Upload(Upload),
    /// Show how a run is divided into shards, for a CI job matrix
    Matrix(Box<Matrix>),
    /// Calculate what serving costs on machines of one kind, from a stored run and assumptions
    Cost(Cost),
    /// Show how the cells of stored runs changed over time
    History(History),
    /// Write a web site of stored runs: their pages, their history, comparisons of any two, and a feed of changes
    Site(Site),
    /// Compare two builds and fail if the candidate is slower or larger
    Gate(Box<Gate>),
    /// Compare the workers with hand-written loops over each engine's own interface
    Fidelity(Fidelity),
    /// Write a commented policy file for the gate
    Init(Init),
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

/// Options of `check`.
#[derive(Clone, Debug, Args)]
pub struct Check {
    /// A module of one's own
    #[command(flatten)]
    pub own: Own,
    /// What is compared
    #[command(flatten)]
    pub selection: Selection,
    /// Run only the semantic tests: cases of the specification that compilers often get wrong
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
    /// Describe every configuration and workload [default: describe the selected ones; without a selection, print only names]
    #[arg(long, conflicts_with_all = ["features", "profile"])]
    pub all: bool,
    /// Probe each configuration's support of proposals and its limits, and list nothing else
    #[arg(long)]
    pub features: bool,
    /// Show only the characteristics of each workload, measured when it was added
    #[arg(long, conflicts_with = "features")]
    pub profile: bool,
    /// List only the engine versions that each runtime's adapter supports, and the builds of each runtime
    #[arg(long, conflicts_with_all = ["features", "profile"])]
    pub versions: bool,
    /// List only the stored runs in a folder or at a URL [default: WASMARK_RESULTS, else results/runs]
    #[arg(long, value_name = "PLACE", num_args = 0..=1, conflicts_with_all = ["features", "profile", "versions"])]
    pub runs: Option<Option<remote::Place>>,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `report`.
#[derive(Clone, Debug, Args)]
pub struct Report {
    /// The folder or URL of a run; the folders or URLs of its shards; or a folder or URL of several runs, of which the
    /// newest is taken, with its shards joined [default: the newest run]
    #[arg(value_name = "RUN")]
    pub runs: Vec<remote::Place>,
    /// Another run; the page can show factors relative to its cells
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
    /// The run that contains the configurations [default: the newest run]
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
