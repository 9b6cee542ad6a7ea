//! Why nothing, or not what was asked for, can be selected.

use std::{num::ParseIntError, path::PathBuf};

/// Why nothing, or not what was asked for, can be selected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error("failed to read --env {0:?}; write NAME=VALUE")]
    Env(String),
    #[error("failed to show {0} as a folder: it is a file; name its folder")]
    NotAFolder(PathBuf),
    #[error("failed to read --expect {text:?}; {instead}")]
    Trap { text: String, instead: String },
    #[error("failed to read --expect {text:?}; write exit:0")]
    ExitCode { text: String, source: ParseIntError },
    #[error("failed to find any workload in {folder}; {}", reasons.join("\n"))]
    NoWorkload { folder: PathBuf, reasons: Vec<String> },
    #[error("failed to use the workload {name:?}: {reason}")]
    Absent { name: String, reason: String },
    #[error("failed to run {workload}: none of the chosen configurations can ({}); {remedy}", reasons.join("; "))]
    NotRunnable { workload: String, reasons: Vec<String>, remedy: String },
    #[error("failed to find a runtime that is available; what is missing, and what to do:\n{}", .0.join("\n"))]
    NoRuntime(Vec<String>),
    #[error("failed to find a configuration to run; choose others, see `wasmark list`\n{}", .0.join("\n"))]
    NoConfiguration(Vec<String>),
}
