//! From the words of a command line to configurations and workloads.

mod error;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use wasmark_adapter::{Source, TrapKind, protocol::Stdin};
use wasmark_workloads::{Absent, Catalogue, Folder, Imports, ManifestError, Suite, Workload, own};

pub use self::error::Error;
use crate::{
    Result,
    error::failed_to,
    options::{Own, Selection},
    paths,
    plan::{self, Target},
    profile::Usual,
    suggest,
    workers::{Missing, Roster},
};

/// What was selected.
#[derive(Debug)]
pub struct Selected {
    /// The runtimes, available and not.
    pub roster: Roster,
    /// The configurations.
    pub targets: Vec<Target>,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// Workloads that would have been selected, if their modules were here.
    pub absent: Vec<Absent>,
    /// Workloads that cannot be used, as sentences.
    pub rejected: Vec<String>,
}

impl Selected {
    /// Prints on stderr what is not measured for want of its module.
    pub fn tell_absent(&self) {
        for absent in &self.absent {
            eprintln!("{absent}");
        }
    }
}

/// Finds what the selection names. The workload is the user's own module where there is one; where nothing is named,
/// the usual ones. Workers that are not built are built as `missing` states.
///
/// # Errors
/// An unknown name, with the nearest known one, or a selection without anything in it.
pub fn select(selection: &Selection, own: &Own, usual: Usual, missing: Missing) -> Result<Selected> {
    let (workloads, absent, rejected) = to_run(selection, own, usual)?;
    let named = selection.configurations.iter().filter_map(|id| id.split_once('/'));
    let mut runtimes = selection.runtimes.runtimes.clone();
    if runtimes.is_empty() {
        runtimes = named.map(|(runtime, _)| runtime.to_string()).collect();
    }
    let roster = Roster::gather(&runtimes, &selection.external.workers, missing)?;
    let mut targets = targets(&roster, selection)?;
    if own.module.is_some() {
        // Of a module of one's own there is no native twin.
        targets.retain(|target| plan::preferred(&target.configuration) != Source::Linked);
        for workload in &workloads {
            runnable(workload, &targets, &roster)?;
        }
    }
    Ok(Selected { roster, targets, workloads, absent, rejected })
}

/// The user's own module where there is one, else [`of_suite`].
///
/// # Errors
/// As [`select`].
pub fn to_run(
    selection: &Selection,
    own: &Own,
    usual: Usual,
) -> Result<(Vec<Workload>, Vec<Absent>, Vec<String>)> {
    match &own.module {
        Some(module) => Ok((vec![own_module(module, own, imports(selection))?], Vec::new(), Vec::new())),
        None => of_suite(selection, usual),
    }
}

/// The workload that a module of the user's own is.
fn own_module(module: &Path, options: &Own, imports: Imports) -> Result<Workload> {
    let env = |text: &String| {
        let pair = text.split_once('=').map(|(name, value)| (name.to_string(), value.to_string()));
        pair.ok_or_else(|| Error::Env(text.clone()))
    };
    let folder = |text: &String| {
        let (host, guest) = text.split_once("::").unwrap_or((text, text));
        let host = Path::new(host);
        let host =
            host.canonicalize().map_err(failed_to("find the folder", host, "name one that is there"))?;
        if host.is_dir() {
            Ok(Folder { host, guest: guest.to_string() })
        } else {
            Err(Error::NotAFolder(host).into())
        }
    };
    let own = own::Own {
        module: module.to_path_buf(),
        name: None,
        invoke: options.invoke.clone(),
        arguments: options.arguments.clone(),
        env: options.env.iter().map(env).collect::<Result<_, _>>()?,
        stdin: options.stdin.as_deref().map(stdin),
        folders: options.dirs.iter().map(folder).collect::<Result<_>>()?,
        expect: options.expect.iter().map(|text| expect(text)).collect::<Result<_>>()?,
        imports,
        fresh: options.fresh,
    };
    Ok(own::workload(&own)?)
}

/// What `--stdin` names: a file, or after `pipe:` one that comes through a pipe.
fn stdin(name: &Path) -> Stdin {
    match name.to_str().and_then(|name| name.strip_prefix("pipe:")) {
        Some(pipe) => Stdin::Pipe { pipe: pipe.into() },
        None => Stdin::File(name.to_path_buf()),
    }
}

/// What `--expect` requires: an exit code, a trap's kind, a file's contents, or a line.
fn expect(text: &str) -> Result<own::Expect> {
    if let Some(kind) = text.strip_prefix("trap:") {
        let kinds = || TrapKind::ALL.map(|kind| kind.words().replace(' ', "_"));
        let known = TrapKind::named(&kind.replace('-', " ")).map(own::Expect::Trap);
        return Ok(known.ok_or_else(|| {
            let instead = suggest::nearest(kind, kinds().iter().map(String::as_str));
            Error::Trap { text: text.to_string(), instead }
        })?);
    }
    if let Some(code) = text.strip_prefix("exit:") {
        let failed = |source| Error::ExitCode { text: text.to_string(), source };
        return Ok(own::Expect::Exit(code.parse().map_err(failed)?));
    }
    let file = Path::new(text);
    if file.is_file() {
        let read = std::fs::read(file).map_err(failed_to("read", file, "make it readable"));
        return Ok(own::Expect::Stdout(read?));
    }
    Ok(own::Expect::Stdout(format!("{text}\n").into_bytes()))
}

/// The workloads of the suite that the selection names, those that are not here, and those that cannot be used, as
/// sentences; where it names none, the usual ones.
///
/// # Errors
/// As [`select`].
pub fn of_suite(selection: &Selection, usual: Usual) -> Result<(Vec<Workload>, Vec<Absent>, Vec<String>)> {
    workloads(selection, imports(selection), usual)
}

fn imports(selection: &Selection) -> Imports {
    if selection.stub_imports { Imports::Stubbed } else { Imports::Provided }
}

/// What the selection names of the suite: what can be used, what is not here, and what cannot be used.
fn workloads(
    selection: &Selection,
    imports: Imports,
    usual: Usual,
) -> Result<(Vec<Workload>, Vec<Absent>, Vec<String>)> {
    let folder: PathBuf = selection.suite.clone().unwrap_or_else(wasmark_workloads::default_suite_dir);
    let catalogue = Catalogue::read(&folder, imports, &paths::modules()?)?;
    let listed: Vec<(String, Vec<String>)> =
        catalogue.listed().map(|(name, words)| (name.to_string(), words)).collect();
    // A word that is a name selects nothing else: `memory` is a tag, too.
    let named = |word: &&String| listed.iter().any(|(name, _)| name == *word);
    let (names, shared): (Vec<&String>, Vec<&String>) = selection.workloads.iter().partition(named);
    if let Some(word) = shared.iter().find(|word| !listed.iter().any(|(_, words)| words.contains(word))) {
        return Err(unusable(word, &listed, &[], catalogue.errors()));
    }
    let wanted = |name: &str, of: &[String]| match (&selection.workloads, &selection.suite) {
        (words, _) if !words.is_empty() => {
            names.iter().any(|word| *word == name) || shared.iter().any(|word| of.contains(word))
        }
        // A folder of one's own is measured whole: its workloads need not know wasmark's tags.
        (_, Some(_)) => true,
        (_, None) => usual.holds(of),
    };
    let (Suite { workloads, absent }, errors) = catalogue.load(wanted);
    let here = |word: &String| workloads.iter().any(|one| one.name() == word);
    if let Some(word) = names.into_iter().find(|word| !here(word)) {
        return Err(unusable(word, &listed, &absent, errors));
    }
    let rejected: Vec<String> = errors.iter().map(ToString::to_string).collect();
    if workloads.is_empty() {
        let absent = absent.iter().map(Absent::to_string);
        let reasons: Vec<String> = rejected.into_iter().chain(absent).collect();
        return Err(Error::NoWorkload { folder, reasons }.into());
    }
    Ok((workloads, absent, rejected))
}

/// Why a workload that was named cannot be used.
fn unusable(
    name: &str,
    listed: &[(String, Vec<String>)],
    absent: &[Absent],
    errors: Vec<ManifestError>,
) -> crate::Error {
    if let Some(reason) = errors.into_iter().find(|error| error.workload() == name) {
        return reason.into();
    }
    if let Some(one) = absent.iter().find(|one| one.name == name) {
        return Error::Absent { name: one.name.clone(), reason: one.reason.clone() }.into();
    }
    suggest::unknown("workload", name, listed.iter().map(|(name, _)| name)).into()
}

/// Checks that one of the targets runs a workload.
///
/// # Errors
/// Where none does, with what they lack and the configurations that lack nothing.
fn runnable(workload: &Workload, targets: &[Target], roster: &Roster) -> Result<()> {
    if targets.iter().any(|target| plan::missing(&target.configuration, workload).is_none()) {
        return Ok(());
    }
    let reason = |target: &Target| plan::lacks(&target.configuration, workload.module());
    let reasons: BTreeSet<String> = targets.iter().filter_map(reason).collect();
    let others = roster.configurations().filter(|(_, _, one)| plan::missing(one, workload).is_none());
    let others: Vec<String> = others.map(|(runtime, _, one)| format!("{runtime}/{}", one.name)).collect();
    let remedy = match others.as_slice() {
        [] => "no configuration of the runtimes that are here can; `wasmark inspect` lists each".to_string(),
        others => format!("add --configurations {}", others.join(",")),
    };
    let (workload, reasons) = (workload.name().to_string(), Vec::from_iter(reasons));
    Err(Error::NotRunnable { workload, reasons, remedy }.into())
}

fn targets(roster: &Roster, selection: &Selection) -> Result<Vec<Target>> {
    let all: Vec<Target> = roster
        .configurations()
        .map(|(runtime, worker, configuration)| Target {
            id: format!("{runtime}/{}", configuration.name),
            program: worker.built.program.clone(),
            layouts: Vec::new(),
            configuration: configuration.clone(),
        })
        .collect();
    for id in &selection.configurations {
        let runtime = id.split('/').next().unwrap_or(id);
        if !all.iter().any(|target| target.is_named(id)) && !roster.unavailable.contains_key(runtime) {
            let known = all.iter().map(|target| &target.id);
            return Err(suggest::unknown("configuration", id, known).into());
        }
    }
    // Who names configurations or tiers chooses among all there are.
    let all_of_them =
        selection.all_configurations || !selection.configurations.is_empty() || !selection.tiers.is_empty();
    let wanted = |target: &Target| {
        (all_of_them || !target.configuration.purposes.is_empty())
            && (selection.configurations.is_empty()
                || selection.configurations.iter().any(|id| target.is_named(id)))
            && (selection.tiers.is_empty() || selection.tiers.contains(&target.configuration.tier))
    };
    let mut targets: Vec<Target> = all.into_iter().filter(wanted).collect();
    if targets.is_empty() {
        let reasons = roster.unavailable.iter().map(|(name, reason)| format!("{name}: {reason}")).collect();
        let none = if roster.workers.is_empty() { Error::NoRuntime } else { Error::NoConfiguration };
        return Err(none(reasons).into());
    }
    targets.sort_by_key(|target| target.configuration.tier);
    Ok(targets)
}
