//! One call: its input, the output that is right, and the output that it gives.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Right, TrapKind, Value, few};

/// One call of the entry, with its input and the output that is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invocation {
    /// A kernel's argument: the number of units of work.
    pub argument: i32,
    /// A command's arguments, the program's name first.
    pub args: Vec<String>,
    /// A command's environment.
    pub env: Vec<(String, String)>,
    /// What a command reads as its stdin; empty input without one.
    pub stdin: Option<Stdin>,
    /// The right output; `None` where it is not known yet: then each call is compared with the first.
    pub expected: Option<Expected>,
}

/// A command's input: engines may read files and pipes in different ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stdin {
    /// stdin is this file, open for reading.
    File(PathBuf),
    /// stdin is a pipe that gives this file's content.
    Pipe {
        /// The file.
        pipe: PathBuf,
    },
}

impl Stdin {
    /// The file that the content is in.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Stdin::File(path) | Stdin::Pipe { pipe: path } => path,
        }
    }
}

/// What is right of an output. What is `None` of a command's end may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A kernel's checksum.
    Checksum(i64),
    /// What a function returns, in order.
    Returned(#[serde(with = "few")] Vec<Right>),
    /// The call traps, in this way.
    Trap(TrapKind),
    /// A command's end, in [`Output::Command`]'s words.
    Command {
        /// The exit code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit_code: Option<i32>,
        /// stdout.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stdout_sha256: Option<String>,
        /// stderr.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stderr_sha256: Option<String>,
    },
}

impl Expected {
    /// Whether the output is right.
    #[must_use]
    pub fn admits(&self, output: &Output) -> bool {
        fn fits<T: PartialEq>(expected: &Option<T>, actual: &T) -> bool {
            expected.as_ref().is_none_or(|expected| expected == actual)
        }
        match (self, output) {
            (Expected::Checksum(right), Output::Checksum(actual)) => right == actual,
            (Expected::Returned(right), Output::Returned(actual)) => {
                let each = |(right, actual): (&Right, &Value)| right.admits(*actual);
                right.len() == actual.len() && right.iter().zip(actual).all(each)
            }
            (Expected::Trap(right), Output::Trap(actual)) => right == actual,
            (
                Expected::Command { exit_code, stdout_sha256, stderr_sha256 },
                Output::Command { exit_code: code, stdout_sha256: stdout, stderr_sha256: stderr },
            ) => fits(exit_code, code) && fits(stdout_sha256, stdout) && fits(stderr_sha256, stderr),
            _ => false,
        }
    }
}

impl From<Output> for Expected {
    fn from(output: Output) -> Expected {
        match output {
            Output::Checksum(checksum) => Expected::Checksum(checksum),
            Output::Returned(values) => Expected::Returned(values.into_iter().map(Right::from).collect()),
            Output::Trap(kind) => Expected::Trap(kind),
            Output::Command { exit_code, stdout_sha256, stderr_sha256 } => Expected::Command {
                exit_code: Some(exit_code),
                stdout_sha256: Some(stdout_sha256),
                stderr_sha256: Some(stderr_sha256),
            },
        }
    }
}

/// What a call gave back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// A kernel's checksum.
    Checksum(i64),
    /// What a function returned, in order.
    Returned(#[serde(with = "few")] Vec<Value>),
    /// The trap that ended the call, where one is expected.
    Trap(TrapKind),
    /// A command's end.
    Command {
        /// The exit code.
        exit_code: i32,
        /// sha256 of everything written to stdout, in lower-case hexadecimal.
        stdout_sha256: String,
        /// sha256 of everything written to stderr.
        stderr_sha256: String,
    },
}
