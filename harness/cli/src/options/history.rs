//! The options of `history` and `site`.

use std::path::PathBuf;

use clap::Args;
use wasmark_runner::{options::Json, remote::Place};

/// Options of `history`.
#[derive(Clone, Debug, Args)]
pub struct History {
    /// The folder of runs, with the gates beside it, or the URL of a store [default: where runs are kept]
    #[arg(value_name = "RUNS")]
    pub place: Option<Place>,
    /// Cells by words of their names, as "wasmtime/pooling fib throughput" or "wasmtime fresh_instance", each run's value of
    /// which is then printed; may be given more than once
    #[arg(long = "cell", value_name = "WORDS")]
    pub cells: Vec<String>,
    /// Runs that began then or later, as 2026-11-29 or 2026-11-29T12:00:00Z (UTC)
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
    /// The folder of runs, with the gates beside it, or the URL of a store
    #[arg(value_name = "RUNS")]
    pub place: Place,
    /// The folder to write to: a new or empty one, or an earlier site, whose pages of runs that are the same are kept
    #[arg(long, value_name = "FOLDER", default_value = "site")]
    pub out: PathBuf,
    /// Runs that began then or later, as 2026-11-29 or 2026-11-29T12:00:00Z (UTC)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
}
