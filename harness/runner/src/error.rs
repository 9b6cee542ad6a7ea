//! What can fail in this crate. Modules with many faults of their own have an enum each, which [`Error`] joins.
//!
//! A message has the form "failed to X: why; what to do". It does not repeat the error's source: [`chain`] and the
//! commands print both.

use std::{
    io,
    path::{PathBuf, StripPrefixError},
};

pub use wasmark_results::error::chain;
use wasmark_workloads::{ManifestError, Refusal};

pub use crate::io_error::{Cause, Io, failed, failed_to};
use crate::{pinning, remote, select, shard, suggest, workers};

/// The result of what can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can fail in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error(transparent)]
    Io(#[from] Io),
    /// A process could not be started, or its pipe not be read.
    #[error(transparent)]
    Process(io::Error),
    #[error("failed to write JSON")]
    Json(#[from] serde_json::Error),
    /// A path that was found in a folder is not in it.
    #[error(transparent)]
    Prefix(#[from] StripPrefixError),
    /// An argument cannot be quoted for a shell.
    #[error(transparent)]
    Quote(#[from] shlex::QuoteError),
    #[error(transparent)]
    Unknown(#[from] suggest::Unknown),
    #[error("failed to find a cache folder: neither XDG_CACHE_HOME nor HOME is set; set WASMARK_CACHE")]
    NoCache,
    #[error("failed to write to {0}: runs are measured into a folder; --upload URL copies them into a store")]
    IntoStore(PathBuf),
    #[error("failed to write {path}, the file of one of {tenants} tenants; free some space")]
    Tenant { path: PathBuf, tenants: u32, source: io::Error },
    #[error("failed to assemble the {what}")]
    Assemble { what: String, source: Cause },
    #[error("{problem} (the case {name})")]
    Case { name: &'static str, problem: Refusal },
    #[error("failed to find the hand-written loops of {0}; run wasmark in its checkout")]
    NoLoops(String),
    #[error(transparent)]
    Pinning(#[from] pinning::NotAllowed),
    #[error(transparent)]
    Select(#[from] select::Error),
    #[error(transparent)]
    Workers(#[from] workers::Error),
    #[error(transparent)]
    Shard(#[from] shard::Error),
    #[error(transparent)]
    Remote(#[from] remote::Error),
    #[error(transparent)]
    Workloads(#[from] wasmark_workloads::Error),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Results(#[from] wasmark_results::Error),
}
