//! What can fail where runs are in an object store.

use std::path::PathBuf;

use crate::io_error::Cause;

/// What can fail where runs are in an object store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error("failed to read WASMARK_RESULTS")]
    Here(#[source] NoPlace),
    #[error("failed to use {url}; correct the settings of the store in the environment")]
    Settings { url: String, source: Option<Cause> },
    #[error(
        "failed to use {url}: the store refuses it ({cause}); give the environment credentials that permit it"
    )]
    Refused { url: String, cause: String },
    #[error("failed to use {url}: it is not there ({cause}); make the bucket, or correct the URL")]
    NotThere { url: String, cause: String },
    #[error(
        "failed to reach {url} ({cause}); check the network, and the endpoint and the credentials in the environment"
    )]
    Unreachable { url: String, cause: String },
    #[error("failed to read {file}")]
    Marker { file: String, source: NoMarker },
    #[error("failed to read {0}: it is not there; upload it again")]
    Missing(String),
    #[error(
        "failed to find a run in {0}: there is none; `wasmark run` makes one, and `wasmark upload` copies it"
    )]
    NoRun(String),
    #[error("failed to upload {0}: the run has not ended; go on with `wasmark run --resume {0}`")]
    NotEnded(PathBuf),
    #[error(
        "failed to upload {folder}: {name} is another run, begun at {started}; give another URL, or measure under another --job"
    )]
    AnotherRun { folder: PathBuf, name: String, started: String },
    #[error("failed to write the marker of an upload")]
    WriteMarker(#[from] serde_json::Error),
}

/// Bytes that are no marker which this version reads.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum NoMarker {
    #[error("it is no marker of an upload")]
    Form(#[from] serde_json::Error),
    #[error("it has schema {found} and this wasmark reads up to {known}; use a newer wasmark")]
    Newer { found: u32, known: u32 },
}

/// A text that names no place.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum NoPlace {
    #[error("{text:?} is no URL ({problem}); give {known}")]
    Form { text: String, problem: url::ParseError, known: String },
    #[error("{text:?} is no URL of a store; give one that begins with {known}")]
    NoStore { text: String, known: String },
    #[error("{text:?} names no bucket; give {scheme}://BUCKET/FOLDER")]
    NoBucket { text: String, scheme: String },
    #[error("{0:?} has more than a bucket and a folder; credentials are taken from the environment")]
    TooMuch(String),
}
