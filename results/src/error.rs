//! What is wrong with stored runs, with files beside them, or with what is asked of them. A cause that a message does
//! not state is its source; [`chain`] writes both.

use std::{
    error, io, iter,
    num::TryFromIntError,
    path::{Path, PathBuf},
    string::FromUtf8Error,
};

use hdrhistogram::serialization::DeserializeError;
use parquet::errors::ParquetError;

/// What this crate's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a run, a gate, or a part of one cannot be stored, read or combined with others.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "a variant's message shows what its fields are")]
pub enum Error {
    /// The system refuses a file or a folder.
    #[error("failed to {doing} {path}: {remedy}")]
    Io { doing: &'static str, path: PathBuf, remedy: &'static str, source: io::Error },
    /// The system refuses to rename a damaged file.
    #[error("failed to set {path} aside: move it away, then try again")]
    Aside { path: PathBuf, source: io::Error },
    /// A run cannot be written as JSON.
    #[error("failed to write the run as JSON")]
    Json(#[source] serde_json::Error),
    /// A document is damaged, or another one.
    #[error("failed to read {name}: it is {what}; restore it")]
    Document { name: String, what: &'static str, source: Option<serde_json::Error> },
    /// A document is of a newer wasmark.
    #[error(
        "failed to read {name}: it has schema {schema} and this wasmark reads up to {newest}; use a newer wasmark"
    )]
    Schema { name: String, schema: u64, newest: u32 },
    /// A file of records is damaged.
    #[error("failed to read {path}: resume the run to measure it again")]
    Records { path: PathBuf, source: Damage },
    /// Files of a run are damaged, each of which a sentence names.
    #[error("{}", .0.join("; "))]
    Damaged(Vec<String>),
    /// A run has a damaged file of records and cannot be gathered in one file.
    #[error("failed to finish the run: {0} is damaged; resume the run, which sets it aside")]
    Finish(PathBuf),
    /// A table that was written cannot be read.
    #[error(transparent)]
    Table(#[from] Damage),
    /// A column is longer or shorter than its table.
    #[error("failed to write the column {0}: it has another number of values")]
    Column(String),
    /// A table cannot be encoded.
    #[error("failed to write Parquet")]
    Parquet(#[from] ParquetError),
    /// There is nothing to store of a process.
    #[error("failed to store a process: it has no records; store at least the reason why")]
    NoRecords,
    /// Records of two processes are to be stored as those of one.
    #[error("failed to store process {0}: records of another process are among its own; store them apart")]
    OtherProcess(u32),
    /// A value means nothing, and could not be distinguished from damage later.
    #[error(
        "failed to store {metric} of {workload} on {configuration}: the value is not a finite number; this is a \
         fault of the worker that measured it"
    )]
    NotFinite { metric: String, workload: String, configuration: String },
    /// A results folder has no run.
    #[error("failed to find a run in {0}: there is none; `wasmark run` makes one")]
    NoRun(PathBuf),
    /// No runs are to be joined.
    #[error("failed to join runs: there are none; name the folders of some")]
    NothingToJoin,
    /// A whole run is to be joined with another one.
    #[error("failed to join {whole} and {other}: {whole} is a whole run; `wasmark compare` compares runs")]
    WholeRun { whole: String, other: String },
    /// A shard has rows of a workload that is not its own.
    #[error(
        "failed to join {shard}: it has rows of {workload}, which another shard measures; measure the shard again"
    )]
    OtherRows { shard: String, workload: String },
    /// Two runs are the same shard.
    #[error("failed to join {one} and {other}: both are shard {number}/{of} of {job}; leave one of them out")]
    SameShard { one: String, other: String, number: u32, of: u32, job: String },
    /// Two shards are not of one run.
    #[error(
        "failed to join {one} and {other}: they are no parts of one run ({}); name the shards of one job",
        reasons.join("; ")
    )]
    OtherRun { one: String, other: String, reasons: Vec<String> },
    /// A text is no time.
    #[error("failed to read the time {text:?}: give a day as 2026-11-29, or a time as 2026-11-29T12:00:00Z")]
    Time { text: String, source: jiff::Error },
    /// Bytes are no histogram.
    #[error("failed to read a histogram: its bytes are damaged or of another format than HdrHistogram's V2")]
    Histogram(#[source] Option<DeserializeError>),
}

/// Why bytes are no table of records. Each message is a clause, which a sentence about the file has in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "a variant's message shows what its fields are")]
pub enum Damage {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The bytes that a checksum is to be added to have no footer.
    #[error("the bytes are no Parquet file")]
    NoFooter,
    /// The end is missing, or was never there.
    #[error("it is not a whole Parquet file of wasmark's, which carry a checksum")]
    NoChecksum,
    /// The bytes have changed.
    #[error("it is damaged: its checksum is another")]
    Checksum,
    /// The footer cannot be read.
    #[error("failed to read Parquet")]
    Footer(#[source] ParquetError),
    /// A column cannot be read.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    /// A table states a number of rows that is none.
    #[error(transparent)]
    Rows(#[from] TryFromIntError),
    /// A column is not there.
    #[error("the table has no column {0}")]
    NoColumn(String),
    /// A column is there and of another type.
    #[error("the column {0} has another type")]
    ColumnType(String),
    /// A column has too few cells.
    #[error("the column {0} ends before the table does")]
    ColumnEnds(String),
    /// A text has other bytes.
    #[error("a text in {column} is not UTF-8")]
    Utf8 { column: String, source: FromUtf8Error },
    /// A row lacks something that rows of its kind have.
    #[error("{0}")]
    Row(&'static str),
    /// A row has something that no row of this version has.
    #[error("a row has the unknown {what} {name:?}")]
    Unknown { what: &'static str, name: String },
}

/// What the system refuses to do with a file or a folder, and what helps.
pub(crate) fn cannot(doing: &'static str, path: &Path, remedy: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::Io { doing, path: path.to_owned(), remedy, source }
}

/// An error and its causes in one line, as commands print them.
#[must_use]
pub fn chain(error: &(dyn error::Error + 'static)) -> String {
    let all: Vec<String> =
        iter::successors(Some(error), |one| one.source()).map(ToString::to_string).collect();
    all.join(": ")
}
