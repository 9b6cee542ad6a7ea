//! What can fail where workers are found, built and started.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// What can fail where workers are found, built and started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error("failed to find any runtime; run wasmark in its checkout, or put workers on PATH")]
    NoRuntime,
    #[error(
        "failed to understand the version in {text:?}; write a whole one, as {name}@1.2.3, or {name} alone"
    )]
    Version { text: String, name: String },
    #[error("failed to understand the build in {text:?}; write its name, as {name}+best, or {name} alone")]
    Build { text: String, name: String },
    #[error(
        "failed to choose version {version} of {name}: no versions can be chosen for it; name it without '@'{}",
        or_one_of(others)
    )]
    NoVersions { version: String, name: String, others: Vec<String> },
    #[error(
        "failed to choose the build {build} of {name}: its worker is not built here; name it without '+', or run wasmark in its checkout"
    )]
    NotBuiltHere { build: String, name: String },
    #[error("failed to find the build {build:?} of {name}: {}", one_of(known))]
    NoBuild { build: String, name: String, known: Vec<String> },
    #[error(
        "failed to choose a version of {}, which `versions` names and which is no dependency; correct {manifest}",
        crates.join(", ")
    )]
    NoDependency { crates: Vec<String>, manifest: PathBuf },
    #[error("failed to read {path}; correct it")]
    Toml { path: PathBuf, source: toml::de::Error },
    #[error("failed to write the manifest of another version")]
    Manifest(#[from] toml::ser::Error),
    #[error("failed to read {path}; run ./setup.sh again")]
    Setup { path: PathBuf, source: NoPair },
    #[error("failed to run rustc; install Rust from https://rustup.rs")]
    NoRust,
    #[error("failed to {doing}: {why}\n{remedy} (all of cargo's output: {log})")]
    Cargo { doing: String, why: String, remedy: String, log: PathBuf },
    #[error("failed to find {program} in what {package} builds")]
    NoProgram { program: String, package: String },
    #[error("failed to build the worker: a thread panicked; report it")]
    Panicked,
    #[error("failed to build {label}: its worker reports that it is {version}")]
    OtherVersion { label: String, version: String },
    #[error("not built yet ({about}); run `wasmark build --runtimes {label}`, which needs {}", needed(needs))]
    NotBuilt { about: String, label: String, needs: Vec<String> },
    #[error("failed to start the worker {0}: it is no file; name the program's file")]
    NoFile(PathBuf),
    #[error("failed to start the worker {0}: it is not executable; run `chmod +x {0}`")]
    NotExecutable(PathBuf),
    #[error("failed to start the worker {program}")]
    StartProgram { program: PathBuf, source: NoDescription },
    #[error("failed to start the worker of {label}")]
    Start { label: String, source: NoDescription },
    #[error(
        "failed to add the worker {program}: it calls itself {name:?}, as another runtime is called already; have it report another name"
    )]
    Taken { program: PathBuf, name: String },
}

/// Why there is no description of a worker, or none that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum NoDescription {
    #[error(transparent)]
    Process(#[from] io::Error),
    /// The worker reported a failure, or did not keep to the protocol.
    #[error("{0}")]
    Failed(String),
    #[error("it did not describe itself within {} s; have it answer `describe`", .0.as_secs())]
    TimedOut(Duration),
    #[error("it did not describe itself")]
    Silent,
    #[error("it reports the name {0:?}; a name is made of letters, digits, '.', '_' and '-'")]
    Name(String),
    #[error("it reports the configuration {0:?} twice; each needs a name of its own")]
    Twice(String),
    #[error("its configuration {0:?} starts from nothing; state `wasm` or `artifact`")]
    NoSource(String),
    #[error("it reports no configuration; it needs one at least")]
    NoConfiguration,
}

/// A line of the set-up's file that has another form.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not KEY=VALUE")]
pub struct NoPair(pub(super) String);

/// Wraps an error in a TOML file.
pub(super) fn incorrect(path: &Path) -> impl Fn(toml::de::Error) -> Error {
    |source| Error::Toml { path: path.to_path_buf(), source }
}

fn or_one_of(others: &[String]) -> String {
    if others.is_empty() { String::new() } else { format!(", or one of {}", others.join(", ")) }
}

fn one_of(known: &[String]) -> String {
    match known {
        [] => "its manifest names none; leave out the '+'".to_string(),
        known => format!("choose one of {}", known.join(", ")),
    }
}

fn needed(needs: &[String]) -> String {
    match needs {
        [] => "nothing but Rust".to_string(),
        packages => format!("the packages {}, which ./setup.sh installs", packages.join(", ")),
    }
}
