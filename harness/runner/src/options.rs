//! What a run is asked for, as clap reads it: the options that several commands share, and those of `run`.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use wasmark_adapter::Tier;

use crate::{control_group, environment, pinning, process, profile, remote, shard, suggest};

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
    /// Also measure this program, which implements the worker protocol (FORMAT.md); may be given more than once
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
    /// Configurations as runtime/name, separated by commas [default: each runtime's default, and its best for start,
    /// density and throughput]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub configurations: Vec<String>,
    /// Every configuration, not only each runtime's default and best ones
    #[arg(long)]
    pub all_configurations: bool,
    /// Tier kinds, separated by commas: selects all configurations of these kinds [default: no selection by kind]
    #[arg(long, value_delimiter = ',', value_name = "KINDS", value_parser = tier)]
    pub tiers: Vec<Tier>,
    /// Workloads by name, tag, language or kind, separated by commas [default: of `run`, those of the profile; of `gate`,
    /// those of the policy, else those tagged `quick`; of `check` and `list`, all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub workloads: Vec<String>,
    /// A folder of workloads: folders with a workload.toml, or modules in Sightglass's layout [default: wasmark's own]
    #[arg(long, value_name = "FOLDER")]
    pub suite: Option<PathBuf>,
    /// Replace imports that no runtime provides with stubs: functions that return zero, and memories, tables and globals of
    /// zeros
    #[arg(long)]
    pub stub_imports: bool,
}

/// A module that is measured in place of the suite's workloads.
#[derive(Clone, Debug, Default, Args)]
pub struct Own {
    /// A module of your own, used in place of the suite
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
    /// (1.5; NaN accepts any NaN, nan:0xBITS one bit pattern; i32x4:1,2,3,4); exit:CODE; or trap:KIND, which also
    /// measures the time to the trap; may be given more than once [default: what the configurations agree on]
    #[arg(long, value_name = "WHAT", requires = "module", allow_hyphen_values = true)]
    pub expect: Vec<String>,
    /// Use a new instance for each call, for a function that keeps state between calls
    #[arg(long, requires = "module")]
    pub fresh: bool,
    /// The program's arguments, or the function's
    #[arg(last = true, requires = "module")]
    pub arguments: Vec<String>,
}

/// What a worker may use before it is ended.
#[derive(Clone, Debug, Args)]
pub struct Limits {
    /// Time limit of a process, in seconds [default: 60; 1800 in `check`]; the limit for making an artifact is five times
    /// as high. With your own module or suite, `run` leaves out a configuration that takes longer, unless you named it or
    /// its tier kind
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub time_limit: Option<u64>,
    /// Resident memory that a process may take, in MiB [default: half of the machine's, at most 8 GiB, and
    /// at most half of what its control group permits]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub memory_limit: Option<u64>,
}

impl Limits {
    /// The same for a process that may take `time` unless the user sets another.
    #[must_use]
    pub fn of_process(&self, time: Duration) -> process::Limits {
        let of_machine = (environment::memory_bytes() / 2).clamp(1 << 30, 8 << 30);
        let of_group = control_group::memory_limit().map_or(u64::MAX, |limit| limit.bytes / 2);
        let otherwise = of_machine.min(of_group);
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
    /// Metrics, or groups of them, separated by commas: cold-start, throughput, memory, density, tenants, page-cache,
    /// code-cache, peak, residue, concurrency, load, boundary [default: the first three groups, plus the metrics that the
    /// profile adds for a few workloads]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub metrics: Vec<String>,
    /// The private memory that the live instances of one process may take in `density`, e.g. 512MiB [default: 1GiB]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub budget: Option<f64>,
    /// Numbers of tenants in `tenants`, each with its own module, separated by commas [default: 1,10,100,1000; in the
    /// standard profile 1,10,100]
    #[arg(long, value_delimiter = ',', value_name = "NUMBERS", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub tenants: Vec<u32>,
    /// How much to measure
    #[arg(long, value_enum, default_value = "quick")]
    pub profile: profile::Name,
    /// Rounds: fresh processes for each cell [default: the profile's]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: Option<u32>,
    /// How often to relink each worker that contains its engine, each time with its functions in another order. Rounds
    /// alternate between the links, so that intervals include the effect of that order [default: the profile's, 0 or 3]
    #[arg(long, value_name = "LINKS")]
    pub layouts: Option<u32>,
    /// The seed of every random choice [default: a new one]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Run workers under SCHED_FIFO, if the system permits it
    #[arg(long)]
    pub realtime: bool,
    /// The CPU that single-threaded workers are pinned to, and that wasmark itself does not use: a number; auto for the last
    /// of several CPUs, if the system permits it; or none
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
    /// scheduler's variables state a shard [default: the shard that these name, else the whole run]. To
    /// resume an interrupted shard, repeat the command
    #[arg(long, value_name = "I/N")]
    pub shard: Option<shard::Choice>,
    /// The name of the run that the shard is a part of [default: WASMARK_JOB, else the scheduler's, else a name derived
    /// from the command, which is the same on every machine]
    #[arg(long, value_name = "NAME")]
    pub job: Option<shard::Job>,
    /// Copy the run into an object store when it has ended: s3://, gs://, az:// or file://, with credentials from the
    /// environment
    #[arg(long, value_name = "URL")]
    pub upload: Option<remote::Url>,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

/// Why an option does not take a value.
#[derive(Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Invalid {
    #[error("no such tier kind; {0}")]
    Tier(String),
    #[error("it must be above 0")]
    Zero,
    #[error("write a number that is not negative")]
    Number,
    #[error("write a number with MiB, GiB or TiB, such as 64GiB")]
    Size,
}

fn tier(name: &str) -> Result<Tier, Invalid> {
    let known = || Tier::ALL.map(Tier::name);
    let found = Tier::ALL.into_iter().find(|tier| tier.name() == name);
    found.ok_or_else(|| Invalid::Tier(suggest::nearest(name, known())))
}

/// A number above 0, or why it is none.
pub fn positive(text: &str) -> Result<f64, Invalid> {
    not_negative(text).and_then(|number| match number {
        0.0 => Err(Invalid::Zero),
        number => Ok(number),
    })
}

/// A number that is not negative, or why it is none.
pub fn not_negative(text: &str) -> Result<f64, Invalid> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => Err(Invalid::Number),
    }
}

/// Bytes, of a number with a unit, or why it is none.
pub fn bytes(text: &str) -> Result<f64, Invalid> {
    const UNITS: [(&str, f64); 3] = [("MiB", 1048576.0), ("GiB", 1073741824.0), ("TiB", 1099511627776.0)];
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)));
    let (number, factor) = unit.ok_or(Invalid::Size)?;
    positive(number.trim()).map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_and_are_above_nothing() {
        assert_eq!(bytes("64GiB"), Ok(64.0 * 1073741824.0));
        assert_eq!(bytes("1.5 MiB"), Ok(1.5 * 1048576.0));
        for wrong in ["64", "64GB", "0GiB", "-1GiB", "nanGiB", "GiB", ""] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
