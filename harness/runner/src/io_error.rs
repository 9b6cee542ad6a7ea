//! What the system refuses, as an error of every module.

use std::{
    io,
    path::{Path, PathBuf},
};

/// An error whose type is of no use to callers.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The system refuses an operation, most often on a file.
#[derive(Debug, thiserror::Error)]
#[error("failed to {doing}{}{}", before(" ", path.as_ref().map(|path| path.display())), before("; ", *remedy))]
#[expect(missing_docs, reason = "the message describes the fields")]
pub struct Io {
    pub doing: &'static str,
    pub path: Option<PathBuf>,
    pub remedy: Option<&'static str>,
    pub source: io::Error,
}

fn before(mark: &str, text: Option<impl ToString>) -> String {
    text.map_or_else(String::new, |text| format!("{mark}{}", text.to_string()))
}

/// Wraps an error of the system: "failed to `doing` `path`; `remedy`". An empty `remedy` is left out.
pub fn failed_to<E: Into<io::Error>>(
    doing: &'static str,
    path: &Path,
    remedy: &'static str,
) -> impl Fn(E) -> Io + Copy {
    let remedy = Some(remedy).filter(|remedy| !remedy.is_empty());
    move |problem| Io { doing, path: Some(path.to_path_buf()), remedy, source: problem.into() }
}

/// The same for an operation without a path: "failed to `doing`".
pub fn failed(doing: &'static str) -> impl Fn(io::Error) -> Io + Copy {
    move |source| Io { doing, path: None, remedy: None, source }
}
