//! The options of `history` and `site`.

use std::path::PathBuf;

use clap::Args;
use wasmark_runner::{options::Json, remote::Place};

/// Options of `history`.
#[derive(Clone, Debug, Args)]
pub struct History {
    /// A folder of runs, or a folder with the subfolders `runs` and `gates`; or the URL of a store [default: WASMARK_RESULTS, else results/runs]
    #[arg(value_name = "RUNS")]
    pub place: Option<Place>,
    /// Print each run's value of the cells whose names contain these words, e.g. "wasmtime/pooling fib throughput" or
    /// "wasmtime fresh_instance"; may be given more than once
    #[arg(long = "cell", value_name = "WORDS")]
    pub cells: Vec<String>,
    /// Only runs that began at this time or later, e.g. 2026-11-29 or 2026-11-29T12:00:00Z (UTC)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Also list the series without a significant change
    #[arg(long)]
    pub all: bool,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Options of `site`.
#[derive(Clone, Debug, Args)]
pub struct Site {
    /// A folder of runs, or a folder with the subfolders `runs` and `gates`; or the URL of a store
    #[arg(value_name = "RUNS")]
    pub place: Place,
    /// The folder to write to: a new or empty one, or an earlier site, in which the pages of unchanged runs are kept
    #[arg(long, value_name = "FOLDER", default_value = "site")]
    pub out: PathBuf,
    /// Only runs that began at this time or later, e.g. 2026-11-29 or 2026-11-29T12:00:00Z (UTC)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
}
