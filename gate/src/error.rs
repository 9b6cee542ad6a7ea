//! What can fail in this crate.

use std::{io, path::PathBuf};

use wasmark_runner::error::{Cause, Io};

use crate::policy;

/// The result of what can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can fail in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error(transparent)]
    Io(#[from] Io),
    #[error(transparent)]
    Runner(#[from] wasmark_runner::Error),
    #[error("failed to write {form}")]
    Write { form: &'static str, source: Cause },
    #[error("failed to understand {path}; correct it")]
    Toml { path: PathBuf, source: toml::de::Error },
    #[error("failed to understand {path}; correct it")]
    Policy { path: PathBuf, source: policy::Error },
    #[error(transparent)]
    Duration(#[from] policy::NoDuration),
    #[error("failed to read {path}: it has schema {schema}; use a newer wasmark")]
    NewerBaseline { path: PathBuf, schema: u32 },
    #[error("failed to accept {0:?}: state why with --reason")]
    NoReason(String),
    #[error("failed to write {path}: free some space, then go on with --resume")]
    WriteJournal { path: PathBuf, source: io::Error },
    #[error("failed to read {path}: line {line} is damaged; start a new gate")]
    Damaged { path: PathBuf, line: usize, source: serde_json::Error },
    #[error(
        "failed to read {path}: it has schema {schema} and this wasmark reads up to {known}; use a newer wasmark"
    )]
    NewerJournal { path: PathBuf, schema: u32, known: u32 },
    #[error("failed to read {0}: it does not begin as a gate's journal; start a new gate")]
    NoJournal(PathBuf),
    #[error("failed to begin: --inject puts work into what is timed, and nothing is; leave --lane exact out")]
    NothingTimed,
    #[error("failed to begin: name both sides, --base and --candidate, or use --self-test aa")]
    NoSides,
    #[error(
        "failed to begin: the sides are modules, and so is MODULE; leave MODULE out, or name configurations or runtimes \
         as the sides"
    )]
    TwoModules,
    #[error(
        "failed to begin: arguments, --invoke and --fresh are for modules, and {0} is none; name a MODULE that both \
         sides run"
    )]
    NoModule(String),
    #[error(
        "failed to understand the side {0:?}: it is no file, no folder, no runtime and no git revision here; name a \
         module (my.wasm), a worker's program or its folder, a runtime (wasmtime@47.0.4), a configuration \
         (wasmtime/pooling) or a revision (main)"
    )]
    NoSide(String),
    #[error("failed to use {0} as a side: it is neither a module nor a program; name one")]
    Unusable(PathBuf),
    #[error(
        "failed to compare {base} with {candidate}: they are of different kinds; name two modules, two configurations, \
         or two of runtimes, workers and revisions"
    )]
    Kinds { base: String, candidate: String },
    #[error("failed to start any worker of {side}; correct it\n{}", reasons.join("\n"))]
    NoWorker { side: String, reasons: Vec<String> },
    #[error("failed to find the configuration {name:?} in {side}; {instead}")]
    NoConfiguration { name: String, side: String, instead: String },
    #[error("failed to find packages in {0}: it is no checkout")]
    NoCheckout(String),
    #[error(
        "failed to find a runtime's package in {packages} of {side}; name its folder with --packages, or other --runtimes"
    )]
    NoPackage { packages: PathBuf, side: String },
    #[error("failed to take revision {0} out of the repository; see above, and free some space")]
    Unpack(String),
    #[error("failed to compare: the sides share nothing that can be measured; select something else\n{}", .0.join("\n"))]
    NothingShared(Vec<String>),
    #[error("failed to resume {0}: the workers or the modules changed since; start a new gate")]
    Changed(PathBuf),
    #[error("there is no control kernel: {}", .0.join("; "))]
    NoControl(Vec<String>),
    #[error("there is no control kernel")]
    Control(#[source] wasmark_runner::Error),
    #[error("failed to count by valgrind's {tool}, which wrote nothing; install valgrind")]
    NoCount { tool: &'static str, source: io::Error },
    #[error(
        "failed to count by valgrind's {tool}: the engine does not run under it ({last}); leave that out"
    )]
    Uncounted { tool: &'static str, last: String },
    #[error(
        "failed to calibrate: no cell has {0} pairs or more; measure more, or name other folders with --from"
    )]
    FewPairs(usize),
}

/// Wraps an error that keeps a document from being written in this form.
pub(crate) fn unwritten<E: Into<Cause>>(form: &'static str) -> impl Fn(E) -> Error {
    move |problem| Error::Write { form, source: problem.into() }
}
