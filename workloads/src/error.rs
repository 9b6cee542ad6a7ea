//! What is wrong with a suite, with one of its manifests, or with a module that has none. Causes stand inside the
//! sentences, before what to do, and so are no `source()`: a printed chain would repeat them.

use std::{
    error, fmt, io,
    path::{Path, PathBuf},
};

use crate::Refusal;

/// What this crate's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn error::Error + Send + Sync>;

/// Why there is no suite, no workload or no module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "a variant's message shows what its fields are")]
pub enum Error {
    /// There is no suite at all.
    #[error(
        "failed to read the workloads in {folder}: {error}; name a folder that holds one folder per workload, \
         or set WASMARK_WORKLOADS to one"
    )]
    Suite { folder: PathBuf, error: io::Error },
    /// The system refuses a file or a folder.
    #[error("failed to {doing} {path}: {error}; {remedy}")]
    Io { doing: &'static str, path: PathBuf, error: io::Error, remedy: &'static str },
    /// A text that belongs to a suite or to this crate cannot be read.
    #[error("failed to {doing}: {error}; {remedy}")]
    Text { doing: &'static str, error: Cause, remedy: &'static str },
    /// The bytes are no module that can be measured.
    #[error(transparent)]
    Module(#[from] Refusal),
    /// A module in this file cannot be used as it was asked for.
    #[error("{error} ({path})")]
    OfModule { path: PathBuf, error: Box<Error> },
    /// No runtime has these imports, or nothing can stand in for them.
    #[error("failed to {doing} {}: {rule}", names.join(", "))]
    Imports { doing: &'static str, names: Vec<String>, rule: &'static str },
    /// Something of this name is not there.
    #[error("failed to find the {what} {name}; {hint}")]
    Unknown { what: &'static str, name: String, hint: String },
    /// The module exports no function.
    #[error("failed to find a function to call: the module exports none; export one")]
    NoFunction,
    /// The module exports several functions, of which none was named.
    #[error("failed to choose what to call: name one with --invoke, there are\n  {}", .0.join("\n  "))]
    Functions(Vec<String>),
    /// A function takes another number of arguments.
    #[error("failed to call {function} with {given} arguments; write them after --")]
    ArgumentCount { function: String, given: usize },
    /// A function takes an argument of another type.
    #[error("failed to give {function} the argument {text:?}: it is no {of}")]
    Argument { function: String, text: String, of: String },
    /// A function returns references, which have no text.
    #[error("failed to call {0}: only results that are numbers or vectors are compared; invoke another")]
    Results(String),
    /// What is expected contradicts itself.
    #[error("failed to expect two different things of one output; name one")]
    TwoExpectations,
    /// What is expected is not what a function returns.
    #[error(
        "failed to expect that of the function {function}: write the number that it returns, or each of several, \
         as ({})",
        results.join(", ")
    )]
    Expectation { function: String, results: Vec<String> },
    /// A folder that a guest sees has a link in it, which could lead anywhere.
    #[error("failed to use {0}: it is a symbolic link; put the file itself there")]
    Symlink(PathBuf),
    /// A generated module would have nothing to run, or too much.
    #[error("failed to generate a module with {field} = {asked}; write {least} to {most}")]
    Shape { field: &'static str, asked: u32, least: u32, most: u32 },
    /// A module's name in the cache is no sha256, and must not become a path.
    #[error("failed to look for the module by its sha256: write its 64 hexadecimal digits")]
    Sha256,
    /// A comment of a case of [`crate::semantics`] has another form.
    #[error("failed to read the case {case}: {line:?} has no value of its kind; correct the comment")]
    CaseComment { case: &'static str, line: &'static str },
    /// The comments of a case of [`crate::semantics`] lack one.
    #[error("failed to read the case {0}: it has no \"expect:\", or shows nothing; write both")]
    CaseIncomplete(&'static str),
}

/// What is wrong with a manifest, or with a file beside it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "a variant's message shows what its fields are")]
pub enum Fault {
    /// What is wrong with a module without a manifest, too.
    #[error(transparent)]
    Other(#[from] Error),
    /// The manifest is not in TOML, or has other keys.
    #[error("failed to understand the manifest: {0}")]
    Form(String),
    /// A rule for manifests is broken, and nothing beside it needs to be shown.
    #[error("failed to {0}")]
    Rule(&'static str),
    /// The name is not the folder's.
    #[error("failed to use the name {name:?} in the folder {folder:?}; give both the same")]
    Name { name: String, folder: String },
    /// Another workload has the name.
    #[error("failed to use the name {0:?} twice; rename one")]
    Twice(String),
    /// A key has nothing in it.
    #[error("failed to use an empty `{0}`; write what workloads/src/manifest.rs documents")]
    Empty(&'static str),
    /// A path leads out of the manifest's folder.
    #[error("failed to use the path {0:?}: it leaves the manifest's folder; copy the file into it")]
    Leaves(String),
    /// A path in the guest is relative.
    #[error("failed to show the guest a folder as {0:?}: write a path from the root")]
    GuestPath(String),
    /// A command is entered at another function.
    #[error("failed to enter a command at {0:?}: write \"_start\"")]
    Entry(String),
    /// An export has another type.
    #[error("failed to call the export {entry:?}: it is {is}; a function {wanted} is called here")]
    Export { entry: String, is: String, wanted: &'static str },
    /// The module needs other proposals.
    #[error("failed to agree with the proposals {claimed:?}: the module needs {needed:?}; write these")]
    Proposals { claimed: Vec<String>, needed: Vec<String> },
    /// A number of units is not positive.
    #[error("failed to do {units} units of work: units.{key} must be at least 1")]
    Units { key: &'static str, units: i32 },
    /// The right output of a number of units is not there.
    #[error(
        "failed to find the right output of {units} units (units.{key}): add what two unrelated engines agree on as \
         `expected` for {units}"
    )]
    NoOutput { key: &'static str, units: i32 },
    /// An output has another form than those of the workload's kind.
    #[error("failed to compare a {kind}'s output with expected.{units}: {rule}")]
    Output { kind: &'static str, units: i32, rule: &'static str },
    /// No call has this output.
    #[error(
        "failed to verify expected.{0}: no call does {0} units; remove it, or write a number that `units` has"
    )]
    UnusedOutput(String),
    /// The module is another than the one that was checked.
    #[error(
        "failed to trust the module: its sha256 is {0} and not the manifest's; restore the module, or check its \
         outputs again and write the new hash"
    )]
    Hash(String),
    /// Another workload has no such module.
    #[error("failed to take the module of {workload:?}: {error}")]
    ModuleOf { workload: String, error: Cause },
    /// Another workload's module is of another build.
    #[error(
        "failed to have the module of {workload:?} from {given:?}: write {built:?}, as its manifest does"
    )]
    Build { workload: String, given: String, built: String },
    /// A profile is of another module.
    #[error("failed to use the profile: it is of the module {sha256} and not of this one; {remedy}")]
    Profile { sha256: String, remedy: &'static str },
}

/// Why one workload cannot be used. The others can.
#[derive(Debug)]
pub struct ManifestError {
    /// The manifest's file.
    pub file: PathBuf,
    /// The line in it, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub fault: Box<Fault>,
    workload: String,
}

impl ManifestError {
    pub(crate) fn new(file: &Path, line: Option<usize>, fault: impl Into<Fault>) -> Self {
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        ManifestError {
            file: file.to_path_buf(),
            line,
            fault: Box::new(fault.into()),
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
        write!(f, ": {}", self.fault)
    }
}

impl error::Error for ManifestError {}

/// A check's result.
pub(crate) type Check<T = ()> = Result<T, Fault>;

/// The same, with the key at whose line the fault is reported.
pub(crate) type OfKey<T = ()> = Result<T, AtKey>;

/// A fault and its key.
pub(crate) struct AtKey {
    pub key: &'static str,
    pub fault: Fault,
}

/// Reports a fault at this key.
pub(crate) fn at<E: Into<Fault>>(key: &'static str) -> impl Fn(E) -> AtKey {
    move |fault| AtKey { key, fault: fault.into() }
}
