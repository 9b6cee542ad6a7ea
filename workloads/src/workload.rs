//! A workload that can be used, whatever describes it: a manifest, a command line, or a folder of Sightglass's.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use wasmark_adapter::{
    Entry, Stub, Tier,
    protocol::{Expected, Invocation, Stdin},
};

use crate::{
    ManifestError,
    known_issues::KnownIssue,
    manifest::{Boundary, MemoryUse, Units},
    module::Module,
    profile::{self, Profile},
};

/// A folder of the host that a guest sees. It is the suite's or the user's own: give each process a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The host's path.
    pub host: PathBuf,
    /// The guest's path.
    pub guest: String,
}

/// A command's arguments, the program's name first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Args {
    /// The same in every call.
    Fixed(Vec<String>),
    /// `{n}` stands for the number of units.
    Counted(Vec<String>),
}

/// A workload that can be used: everything that was claimed of it has been checked.
#[derive(Clone, Debug)]
pub struct Workload {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) why: String,
    pub(crate) language: String,
    pub(crate) program: Option<String>,
    pub(crate) variant: Option<String>,
    pub(crate) boundary: Option<Boundary>,
    pub(crate) memory: Option<MemoryUse>,
    pub(crate) tags: Vec<String>,
    pub(crate) unit: String,
    pub(crate) sha256: String,
    /// `None` of a module without one.
    pub(crate) manifest: Option<PathBuf>,
    pub(crate) wasm: PathBuf,
    pub(crate) wasm_bytes: u64,
    pub(crate) module: Module,
    pub(crate) entry: Entry,
    pub(crate) stubs: Vec<Stub>,
    pub(crate) args: Args,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) stdin: Option<Stdin>,
    pub(crate) folders: Vec<Folder>,
    pub(crate) units: Units,
    /// By the number of units.
    pub(crate) expected: BTreeMap<i32, Expected>,
    pub(crate) known_issues: Vec<KnownIssue>,
    pub(crate) fresh: bool,
    pub(crate) operations: Option<u32>,
}

/// The words that select what has these tags, this language, if it is known, and this kind. Of `Python (CPython)`, the
/// first word.
pub(crate) fn words(tags: &[String], language: &str, kind: &str) -> Vec<String> {
    let language = language.split(' ').next().unwrap_or_default().to_lowercase();
    let words = tags.iter().cloned().chain([language, kind.to_string()]);
    words.filter(|word| !word.is_empty()).collect()
}

impl Workload {
    /// Its name, unique in the suite.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line: what it stands for.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// One line: why it is in the suite; empty where it is not stated.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }

    /// The program that it is one form of, where there are several.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        self.program.as_deref()
    }

    /// Which form of the program it is, beside that of its language without one.
    #[must_use]
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// What crosses the boundary to the host, where it is stated.
    #[must_use]
    pub fn boundary(&self) -> Option<Boundary> {
        self.boundary
    }

    /// How it uses memory, where it is stated.
    #[must_use]
    pub fn memory(&self) -> Option<MemoryUse> {
        self.memory
    }

    /// The file and the line of its manifest that states which output is right, where it has one.
    #[must_use]
    pub fn expected_at(&self) -> Option<String> {
        let file = self.manifest.as_ref()?;
        let line = crate::document::line_of(&fs::read_to_string(file).ok()?, "expected")?;
        Some(format!("{}:{line}", file.display()))
    }

    /// What is known to go wrong in the configuration `id` (`runtime/name`).
    #[must_use]
    pub fn known_issue(&self, id: &str) -> Option<&KnownIssue> {
        self.known_issues.iter().find(|issue| issue.configurations.iter().any(|one| one == id))
    }

    /// Where it is entered.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The word for how it is entered: `kernel`, `command` or `function`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.entry {
            Entry::Kernel(_) => "kernel",
            Entry::Command => "command",
            Entry::Function { .. } => "function",
        }
    }

    /// Whether it is a WASI command, which ends with its call.
    #[must_use]
    pub fn command(&self) -> bool {
        self.entry == Entry::Command
    }

    /// What it imports and no runtime provides, with what stands in for each.
    /// Whether each call gets an instance of its own though the entry could be called again.
    #[must_use]
    pub fn fresh(&self) -> bool {
        self.fresh
    }

    /// How many crossings of the boundary a call times, of a function that does nothing else ([`crate::boundary`]).
    #[must_use]
    pub fn operations(&self) -> Option<u32> {
        self.operations
    }

    /// Why no instance of it is called twice, where that is so.
    #[must_use]
    pub fn single_use(&self) -> Option<&'static str> {
        match (self.command(), self.fresh) {
            (true, _) => Some("a command ends with its call"),
            (false, true) => Some("each call has an instance of its own (--fresh)"),
            (false, false) => None,
        }
    }

    /// The functions that it imports and no runtime provides, which are answered with zeros.
    #[must_use]
    pub fn stubs(&self) -> &[Stub] {
        &self.stubs
    }

    /// The language of its source; empty where it is not stated.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The words that select it beside its name: its tags, its language in lower case, and its kind.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        words(&self.tags, &self.language, self.kind())
    }

    /// What else it stands for, in words to select it by.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// Whether it does work whose time means anything. What is tagged `start` does next to none: it stands for the
    /// cost of starting, and its throughput would be the resolution of the clock.
    #[must_use]
    pub fn works(&self) -> bool {
        !self.tags.iter().any(|tag| tag == "start")
    }

    /// What one unit of its work is.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// sha256 of its module in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Its module's file.
    #[must_use]
    pub fn wasm_path(&self) -> &Path {
        &self.wasm
    }

    /// The size of its module in bytes.
    #[must_use]
    pub fn wasm_bytes(&self) -> u64 {
        self.wasm_bytes
    }

    /// The word for the size of its module.
    #[must_use]
    pub fn size_class(&self) -> &'static str {
        profile::size_class(self.wasm_bytes)
    }

    /// Its manifest's file, where it has one.
    #[must_use]
    pub fn manifest(&self) -> Option<&Path> {
        self.manifest.as_deref()
    }

    /// What it is like, where that was measured.
    ///
    /// # Errors
    /// Where its profile cannot be used. It can all the same.
    pub fn profile(&self) -> Result<Option<Profile>, ManifestError> {
        self.manifest().map_or(Ok(None), |manifest| profile::read(manifest, &self.sha256))
    }

    /// What its module imports and exports.
    #[must_use]
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The proposals that it needs, by [`crate::module::PROPOSALS`]' names.
    #[must_use]
    pub fn proposals(&self) -> &[String] {
        &self.module.proposals
    }

    /// The folders that it sees.
    #[must_use]
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// Units of work of a throughput call in this kind of tier.
    #[must_use]
    pub fn units(&self, tier: Tier) -> i32 {
        self.units.of(tier)
    }

    /// Units of work of the calls of the cold-start ladder.
    #[must_use]
    pub fn cold_units(&self) -> i32 {
        self.units.cold
    }

    /// A call that does `n` units of work, with its input and, where it is known, its right output.
    #[must_use]
    pub fn invocation(&self, n: i32) -> Invocation {
        let number = n.to_string();
        Invocation {
            argument: n,
            args: match &self.args {
                Args::Fixed(args) => args.clone(),
                Args::Counted(args) => args.iter().map(|arg| arg.replace("{n}", &number)).collect(),
            },
            env: self.env.clone(),
            stdin: self.stdin.clone(),
            expected: self.expected.get(&n).cloned(),
        }
    }

    /// The right outputs that are stated, by the number of units.
    #[must_use]
    pub fn expected(&self) -> &BTreeMap<i32, Expected> {
        &self.expected
    }

    /// Whether the right output of the ladder's calls is stated.
    #[must_use]
    pub fn has_expectation(&self) -> bool {
        self.expected.contains_key(&self.cold_units())
    }

    /// Whether the ladder's calls are to trap.
    #[must_use]
    pub fn traps(&self) -> bool {
        matches!(self.expected.get(&self.cold_units()), Some(Expected::Trap(_)))
    }

    /// Takes this output for the right one of the ladder's calls.
    pub fn expect(&mut self, expected: Expected) {
        self.expect_of(self.cold_units(), expected);
    }

    /// Takes this output for the right one of calls that do `n` units of work.
    pub fn expect_of(&mut self, n: i32, expected: Expected) {
        self.expected.insert(n, expected);
    }

    /// Whether the number of units decides how much a call does.
    #[must_use]
    pub fn scales(&self) -> bool {
        let counted = |args: &Vec<String>| args.iter().any(|arg| arg.contains("{n}"));
        match (&self.entry, &self.args) {
            (Entry::Kernel(_), _) => true,
            (Entry::Command, Args::Counted(args)) => counted(args),
            (Entry::Command | Entry::Function { .. }, _) => false,
        }
    }
}
