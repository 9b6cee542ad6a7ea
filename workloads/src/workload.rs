//! A workload whose manifest was found true, as the controller uses it.

use std::path::{Path, PathBuf};

use wasmark_adapter::{
    Entry, Tier,
    protocol::{Invocation, Output},
};

use crate::{
    manifest::{Kind, Manifest, Units},
    module::Module,
};

/// A folder of the host that a command sees. It is the suite's own: give each process a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The host's path.
    pub host: PathBuf,
    /// The guest's path.
    pub guest: String,
}

/// A workload that can be used: everything that its manifest claims has been checked.
#[derive(Clone, Debug)]
pub struct Workload {
    pub(crate) manifest: Manifest,
    pub(crate) wasm: PathBuf,
    pub(crate) wasm_bytes: u64,
    pub(crate) module: Module,
    pub(crate) stdin: Option<PathBuf>,
    pub(crate) folders: Vec<Folder>,
}

impl Workload {
    /// Its name, unique in the suite.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// One line: what it stands for.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.manifest.about
    }

    /// Whether it is a WASI command; else it is a kernel.
    #[must_use]
    pub fn command(&self) -> bool {
        self.manifest.kind == Kind::Command
    }

    /// The language of its source.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.manifest.language
    }

    /// The words to select it by.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.manifest.tags
    }

    /// Whether it does work whose time means anything. What is tagged `start` does next to none: it stands for the
    /// cost of starting, and its throughput would be the resolution of the clock.
    #[must_use]
    pub fn works(&self) -> bool {
        !self.manifest.tags.iter().any(|tag| tag == "start")
    }

    /// What one unit of its work is.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.manifest.unit
    }

    /// sha256 of its module in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.manifest.sha256
    }

    /// Everything that its manifest says, as written.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
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

    /// Where it is entered.
    #[must_use]
    pub fn entry(&self) -> Entry {
        match self.manifest.kind {
            Kind::Kernel => Entry::Kernel(self.manifest.entry.clone()),
            Kind::Command => Entry::Command,
        }
    }

    /// Units of work of a throughput call in this kind of tier.
    #[must_use]
    pub fn units(&self, tier: Tier) -> i32 {
        self.manifest.units.of(tier)
    }

    /// Units of work of the calls of the cold-start ladder.
    #[must_use]
    pub fn cold_units(&self) -> i32 {
        let Units { cold, .. } = self.manifest.units;
        cold
    }

    /// A call that does `n` units of work, with its input and, where the manifest knows it, its right output.
    #[must_use]
    pub fn invocation(&self, n: i32) -> Invocation {
        let number = n.to_string();
        Invocation {
            argument: n,
            args: self.manifest.args.iter().map(|arg| arg.replace("{n}", &number)).collect(),
            env: self.manifest.env.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            stdin: self.stdin.clone(),
            expected: self.expected(&number).cloned(),
        }
    }

    fn expected(&self, number: &str) -> Option<&Output> {
        self.manifest.expected.get(number).map(|expected| &expected.0)
    }
}
