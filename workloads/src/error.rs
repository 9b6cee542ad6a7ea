//! What is wrong with a suite or with one of its manifests.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Why one workload cannot be used. The others can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// The manifest's file.
    pub file: PathBuf,
    /// The line in it, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do: completes "failed to ...".
    pub message: String,
    workload: String,
}

impl ManifestError {
    pub(crate) fn new(file: &Path, line: Option<usize>, message: impl fmt::Display) -> Self {
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        ManifestError {
            file: file.to_path_buf(),
            line,
            message: message.to_string(),
            workload: folder.to_string_lossy().into_owned(),
        }
    }

    /// The workload's name: its folder's, which is there even where the manifest cannot be read.
    #[must_use]
    pub fn workload(&self) -> &str {
        &self.workload
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": failed to {}", self.message)
    }
}

impl std::error::Error for ManifestError {}

/// Why there is no suite at all.
#[derive(Debug)]
pub struct SuiteError {
    pub(crate) folder: PathBuf,
    pub(crate) source: std::io::Error,
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        write!(
            f,
            "failed to read the workloads in {folder}: {}; name a folder that holds one folder per workload, \
             or set WASMARK_WORKLOADS to one",
            self.source
        )
    }
}

impl std::error::Error for SuiteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
