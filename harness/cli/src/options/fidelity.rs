//! The options of `wasmark fidelity`.

use clap::Args;
use wasmark_runner::{
    copies::COPIES,
    options::{Json, Limits},
};

/// The workers against hand-written loops.
#[derive(Clone, Debug, Args)]
pub struct Fidelity {
    /// Configurations as runtime/name, separated by commas [default: those that `run` measures by default and that have
    /// hand-written loops]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub configurations: Vec<String>,
    /// Pairs of processes for each cell; cells with short windows get two or five times as many
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Number of windows of one instance or one call in each process; they come before the blocks that count
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub windows: u64,
    /// Further links of either side's program, with their functions in other orders, which pairs take in turns; they take minutes
    /// to link
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(..COPIES as i64))]
    pub layouts: u32,
    /// The seed of every random choice [default: a new one]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Run both sides under SCHED_FIFO, where the system permits it
    #[arg(long)]
    pub realtime: bool,
    /// What a process may use
    #[command(flatten)]
    pub limits: Limits,
    /// Print the ratios as a table in Markdown
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}
