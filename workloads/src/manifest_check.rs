//! From a manifest's file to a workload: checks everything that the manifest claims, what needs its module last.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmark_adapter::{
    Entry, Tier,
    protocol::{Expected, Stdin},
};

use crate::{
    Absent, Error, Fault, ManifestError, Result,
    document::{line_of, parse, read},
    error::{AtKey, Check, OfKey, at},
    files::{inside, no_symlinks, unreadable},
    locate::{self, Found},
    manifest::{Kind, Manifest},
    module::{Item, Module, PROPOSALS, WASI, inspect},
    suggest,
    workload::{Args, Folder, Workload, words},
};

/// What a manifest leads to.
pub(crate) enum Loaded {
    Workload(Box<Workload>),
    Absent(Absent),
}

/// A manifest in which nothing is wrong by itself.
#[derive(Debug)]
pub(crate) struct Listed {
    file: PathBuf,
    text: String,
    manifest: Manifest,
    expected: BTreeMap<i32, Expected>,
}

impl Listed {
    /// Reads one `workload.toml`.
    pub fn read(file: &Path) -> Result<Listed, ManifestError> {
        let text = read(file)?;
        let manifest: Manifest = parse(file, &text)?;
        let expected = alone(folder(file), &manifest).map_err(|error| of_file(file, &text, error))?;
        Ok(Listed { file: file.to_path_buf(), text, manifest, expected })
    }

    /// The workload's name.
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// The words that select it, as [`Workload::words`].
    pub fn words(&self) -> Vec<String> {
        self.manifest.words()
    }

    /// Loads the workload; `modules` is where modules are that the suite itself does not hold.
    pub fn load(self, modules: &Path) -> Result<Loaded, ManifestError> {
        let Listed { file, text, manifest, expected } = self;
        with_module(folder(&file), manifest, expected, modules).map_err(|error| of_file(&file, &text, error))
    }
}

impl Manifest {
    fn words(&self) -> Vec<String> {
        words(&self.tags, &self.language, self.kind.name())
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("."))
}

fn of_file(file: &Path, text: &str, AtKey { key, fault }: AtKey) -> ManifestError {
    ManifestError::new(file, line_of(text, key), fault)
}

/// Checks what needs no module. Returns the right outputs.
fn alone(folder: &Path, manifest: &Manifest) -> OfKey<BTreeMap<i32, Expected>> {
    name_is_the_folders(folder, &manifest.name).map_err(at("name"))?;
    nothing_is_empty(manifest)?;
    host_suits_the_kind(manifest).map_err(at("kind"))?;
    units_are_positive(manifest).map_err(at("units"))?;
    outputs(manifest).map_err(at("expected"))
}

fn with_module(
    folder: &Path,
    manifest: Manifest,
    expected: BTreeMap<i32, Expected>,
    modules: &Path,
) -> OfKey<Loaded> {
    let (key, wasm, bytes) = match locate::find(folder, &manifest, modules)? {
        Found::Here { key, path, bytes } => (key, path, bytes),
        Found::Absent(reason) => {
            let words = manifest.words();
            return Ok(Loaded::Absent(Absent { name: manifest.name, words, reason }));
        }
    };
    let module = inspect(&bytes).map_err(Error::from).map_err(at(key))?;
    entry_is_there(&manifest, &module).map_err(at("entry"))?;
    imports_are_allowed(manifest.kind, &module).map_err(at("kind"))?;
    proposals_are(&manifest.proposals, &module.proposals).map_err(at("proposals"))?;
    let stdin =
        manifest.stdin.as_ref().map(|stdin| inside(folder, stdin)).transpose().map_err(at("stdin"))?;
    let folders = folders(folder, &manifest).map_err(at("folders"))?;
    let entry = match manifest.kind {
        Kind::Kernel => Entry::Kernel(manifest.entry),
        Kind::Command => Entry::Command,
    };
    let args = if manifest.args.is_empty() { "kind" } else { "args" };
    let workload = Workload {
        name: manifest.name,
        about: manifest.about,
        why: manifest.why,
        language: manifest.language,
        program: manifest.program,
        variant: manifest.variant,
        boundary: Some(manifest.boundary),
        memory: Some(manifest.memory),
        tags: manifest.tags,
        unit: manifest.unit,
        sha256: manifest.sha256,
        manifest: Some(folder.join("workload.toml")),
        wasm,
        wasm_bytes: bytes.len() as u64,
        module,
        entry,
        stubs: Vec::new(),
        args: Args::Counted(manifest.args),
        env: manifest.env.into_iter().collect(),
        stdin: stdin.map(Stdin::File),
        folders,
        units: manifest.units,
        expected,
        known_issues: Vec::new(),
        fresh: false,
        operations: None,
    };
    work_is_counted(&workload).map_err(at(args))?;
    Ok(Loaded::Workload(Box::new(workload)))
}

/// A workload is found by its folder's name, and printed by its own.
fn name_is_the_folders(folder: &Path, name: &str) -> Check {
    // Canonical, so that a suite that was named as `.` has folder names too.
    let folder = folder.canonicalize().map_err(unreadable(folder))?;
    match folder.file_name() {
        Some(own) if own == name => Ok(()),
        own => {
            let folder = own.unwrap_or_default().display().to_string();
            Err(Fault::Name { name: name.to_string(), folder })
        }
    }
}

fn nothing_is_empty(manifest: &Manifest) -> OfKey {
    let texts = [
        ("about", &manifest.about),
        ("why", &manifest.why),
        ("language", &manifest.language),
        ("source", &manifest.source),
        ("toolchain", &manifest.toolchain),
        ("command", &manifest.command),
        ("licence", &manifest.licence),
        ("unit", &manifest.unit),
    ];
    let lists = [("tags", &manifest.tags), ("verified_by", &manifest.verified_by)];
    let blank = |text: &String| text.trim().is_empty();
    let text = texts.into_iter().find(|(_, text)| blank(text)).map(|(key, _)| key);
    let list = || lists.into_iter().find(|(_, list)| list.iter().all(blank)).map(|(key, _)| key);
    match text.or_else(list) {
        Some(key) => Err(at(key)(Fault::Empty(key))),
        None => Ok(()),
    }
}

fn entry_is_there(manifest: &Manifest, module: &Module) -> Check {
    let (entry, wanted) = match manifest.kind {
        Kind::Kernel => (manifest.entry.as_str(), "(i32) -> (i64)"),
        Kind::Command if manifest.entry == "_start" => ("_start", "() -> ()"),
        Kind::Command => return Err(Fault::Entry(manifest.entry.clone())),
    };
    let has_memory = manifest.floor.is_none_or(|floor| floor.memory_pages > 0);
    if manifest.kind == Kind::Kernel
        && has_memory
        && !matches!(module.export("memory"), Some(Item::Memory { .. }))
    {
        return Err(Fault::Rule("find the kernel's memory: export one as \"memory\""));
    }
    match module.export(entry) {
        Some(Item::Function(signature)) if signature.to_string() == wanted => Ok(()),
        Some(other) => Err(Fault::Export { entry: entry.to_string(), is: other.to_string(), wanted }),
        None => {
            let names: Vec<&str> = module.exports.iter().map(|export| export.name.as_str()).collect();
            Err(unknown("export", entry, &names, "write one of those that there are:"))
        }
    }
}

/// A name that is not among these, with the nearest of them, or with all.
fn unknown(what: &'static str, name: &str, known: &[&str], all: &str) -> Fault {
    let hint = match suggest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("{all} {}", known.join(", ")),
    };
    Error::Unknown { what, name: format!("{name:?}"), hint }.into()
}

fn imports_are_allowed(kind: Kind, module: &Module) -> Check {
    let allowed = |from: &str| kind == Kind::Command && from == WASI;
    let Some(import) = module.imports.iter().find(|import| !allowed(&import.module)) else { return Ok(()) };
    let rule = match kind {
        Kind::Kernel => "a kernel imports nothing; build it without, or make it a command",
        Kind::Command => "a command imports WASI preview 1 only; build it for wasm32-wasip1",
    };
    let names = vec![format!("{}.{}", import.module, import.name)];
    Err(Error::Imports { doing: "provide the import", names, rule }.into())
}

fn proposals_are(claimed: &[String], needed: &[String]) -> Check {
    let known: Vec<&str> = PROPOSALS.iter().map(|(name, _)| *name).collect();
    if let Some(name) = claimed.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(unknown("proposal", name, &known, "known are"));
    }
    let mut sorted = [claimed.to_vec(), needed.to_vec()];
    sorted.iter_mut().for_each(|names| names.sort());
    if sorted[0] == sorted[1] {
        return Ok(());
    }
    Err(Fault::Proposals { claimed: claimed.to_vec(), needed: needed.to_vec() })
}

fn host_suits_the_kind(manifest: &Manifest) -> Check {
    let Manifest { kind, args, env, stdin, folders, .. } = manifest;
    if *kind == Kind::Command {
        return Ok(());
    }
    if args.is_empty() && env.is_empty() && stdin.is_none() && folders.is_empty() {
        return Ok(());
    }
    Err(Fault::Rule("give a kernel args, env, stdin or folders: it sees none of them; remove them"))
}

/// Every number of units that a call is made with, with its key.
fn used(manifest: &Manifest) -> impl Iterator<Item = (&'static str, i32)> {
    let units = manifest.units;
    let tiers = Tier::ALL.into_iter().map(move |tier| (tier.name(), units.of(tier)));
    [("cold", units.cold)].into_iter().chain(tiers)
}

fn units_are_positive(manifest: &Manifest) -> Check {
    match used(manifest).find(|(_, n)| *n < 1) {
        Some((key, units)) => Err(Fault::Units { key, units }),
        None => Ok(()),
    }
}

/// The right output of each number of units that a call is made with, and of no other: nothing would verify it.
fn outputs(manifest: &Manifest) -> Check<BTreeMap<i32, Expected>> {
    let mut outputs = BTreeMap::new();
    for (key, n) in used(manifest) {
        let Some(expected) = manifest.expected.get(&n.to_string()) else {
            return Err(Fault::NoOutput { key, units: n });
        };
        let rule = match (manifest.kind, &expected.0) {
            (Kind::Kernel, Expected::Checksum(_)) | (Kind::Command, Expected::Command { .. }) => None,
            (Kind::Kernel, _) => Some("write a number"),
            (Kind::Command, _) => Some("write a table with exit_code, stdout_sha256 and stderr_sha256"),
        };
        if let Some(rule) = rule {
            return Err(Fault::Output { kind: manifest.kind.name(), units: n, rule });
        }
        outputs.insert(n, expected.0.clone());
    }
    let unused = |text: &&String| outputs.keys().all(|n| n.to_string() != **text);
    match manifest.expected.keys().find(unused) {
        Some(text) => Err(Fault::UnusedOutput(text.clone())),
        None => Ok(outputs),
    }
}

/// A command that does the same whatever its arguments are has no time per unit.
fn work_is_counted(workload: &Workload) -> Check {
    if workload.scales() || !workload.works() {
        return Ok(());
    }
    Err(Fault::Rule(
        "tell the command how much to do: none of its args has {n} in it; \
         write {n} where it takes the number of units, or tag it \"start\" if it does no work",
    ))
}

fn folders(folder: &Path, manifest: &Manifest) -> Check<Vec<Folder>> {
    let mut folders = Vec::new();
    for key in &manifest.folders {
        let host = inside(folder, &key.folder)?;
        no_symlinks(&host)?;
        if !key.guest.starts_with('/') {
            return Err(Fault::GuestPath(key.guest.clone()));
        }
        folders.push(Folder { host, guest: key.guest.clone() });
    }
    Ok(folders)
}
