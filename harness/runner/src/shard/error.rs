//! What can fail where a run is divided.

use wasmark_reports::format::counted;

/// What can fail where a run is divided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error(
        "failed to divide the run into {shards} shards: it has {} of them that belong together; use at most {}",
        counted(*units, "workload or group", "workloads or groups"),
        counted(*units, "shard", "shards")
    )]
    TooMany { shards: u32, units: usize },
    #[error("failed to choose a shard: {one} and {other} both state one; set WASMARK_SHARD or give --shard")]
    Two { one: &'static str, other: &'static str },
    #[error("failed to choose a shard: {from} state {number}/{of}, which is none; give --shard i/n")]
    NoneOf { from: &'static str, number: u32, of: u32 },
    #[error("failed to read {name}={text:?}: it is no number; give --shard i/n")]
    NoNumber { name: String, text: String },
    #[error(
        "failed to choose a shard: WASMARK_SHARD_INDEX is set and WASMARK_SHARDS is not; set it to the number of shards"
    )]
    NoTotal,
    #[error(
        "failed to choose a shard: the numbers of Slurm's array have unequal distances; use --array=1-{0}, or give --shard i/n"
    )]
    Distances(u32),
    #[error("failed to read WASMARK_SHARD")]
    Shard(#[source] NoShard),
    #[error("failed to read WASMARK_JOB")]
    Job(#[source] NoJob),
}

/// A text that is no shard.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum NoShard {
    #[error("{0:?} is no shard; give i/n, as 1/3")]
    Form(String),
    #[error("there is no shard {text}; give one from 1/{most} to {most}/{most}")]
    Number { text: String, most: u32 },
}

/// The longest name.
pub(super) const LONGEST: usize = 80;

/// A text that cannot be a job's name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no name of a job; use letters, digits, '-', '_' and '.', a letter or a digit first, at most {LONGEST}"
)]
pub struct NoJob(pub(super) String);
