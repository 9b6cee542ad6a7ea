//! The two sides: their workers, configurations and modules.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmark_adapter::{Source, Tier};
use wasmark_runner::{
    options::{Own, Selection},
    paths,
    plan::{self, Target},
    profile::{QUICK, Usual},
    select, suggest,
    workers::{Missing, Roster, build, find, version},
};
use wasmark_workloads::Workload;

use crate::{
    Error, Result, revision,
    spec::{Kind, Spec},
};

/// The workloads where none is named: those that the quick profile measures whole.
const USUAL: Usual = Usual::Tagged(&[QUICK]);

/// One side, ready to be measured.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is, in words.
    pub label: String,
    /// Its configurations.
    pub targets: Vec<Target>,
    /// Its workloads.
    pub workloads: Vec<Workload>,
}

/// Both, and what is known before anything runs.
#[derive(Clone, Debug)]
pub struct Sides {
    /// What can be compared.
    pub kind: Kind,
    /// The base.
    pub base: Side,
    /// The candidate.
    pub candidate: Side,
    /// Runtimes whose workers are the same on both sides, so that they were not even built.
    pub same: Vec<String>,
    /// Runtimes that one side lacks, with the reason.
    pub unavailable: BTreeMap<String, String>,
    /// Workloads that cannot be used, as sentences.
    pub rejected: Vec<String>,
}

/// What the command line selects beside the sides.
pub struct Request<'a> {
    /// Configurations and workloads.
    pub selection: &'a Selection,
    /// The module that both sides run where it is one's own, and what it, or the modules that are the sides, get.
    pub own: &'a Own,
    /// The folder of runtimes' packages in a checkout.
    pub packages: &'a Path,
}

/// Finds, and builds where it has to, what the two sides are.
///
/// # Errors
/// A side that cannot be had, or a selection with nothing in it.
pub fn find(base: &Spec, candidate: &Spec, kind: Kind, request: &Request<'_>) -> Result<Sides> {
    let checkouts = [base, candidate].map(|spec| matches!(spec, Spec::Checkout(_) | Spec::Revision(_)));
    if checkouts == [true, true] {
        return of_checkouts(base, candidate, request);
    }
    let mut unavailable = BTreeMap::new();
    let mut rejected = Vec::new();
    let mut one = |spec: &Spec| -> Result<Side> {
        let (side, missing, unusable) = side(spec, request)?;
        unavailable.extend(missing);
        rejected.extend(unusable);
        Ok(side)
    };
    let (base, candidate) = (one(base)?, one(candidate)?);
    rejected.dedup();
    Ok(Sides { kind, base, candidate, same: vec![], unavailable, rejected })
}

/// A side twice; where the second is to be called the first itself, `more` states what it does besides.
///
/// # Errors
/// As [`find`].
pub fn itself(spec: &Spec, kind: Kind, request: &Request<'_>, more: Option<&str>) -> Result<Sides> {
    let (base, unavailable, rejected) = side(spec, request)?;
    let mut candidate = base.clone();
    if let Some(more) = more {
        candidate.label = format!("{} itself{more}", base.label);
    }
    Ok(Sides { kind, base, candidate, same: vec![], unavailable, rejected })
}

type Found = (Side, BTreeMap<String, String>, Vec<String>);

fn side(spec: &Spec, request: &Request<'_>) -> Result<Found> {
    match spec {
        Spec::Workers(programs) => assemble(spec, Roster::of_programs(programs)?, request),
        // The workers of this checkout are those that a run measures; only two checkouts need one place to be built in.
        Spec::Checkout(folder) if own(&folder.join(request.packages)) => {
            selected(spec, request.selection.clone(), request.own)
        }
        Spec::Checkout(_) | Spec::Revision(_) => {
            let packages = packages(spec, request)?;
            let roster = built(&packages, spec)?;
            assemble(spec, roster, request)
        }
        Spec::Module(path) => {
            let own = Own { module: Some(path.clone()), ..request.own.clone() };
            selected(spec, request.selection.clone(), &own)
        }
        Spec::Runtime(name) => {
            let mut selection = request.selection.clone();
            selection.runtimes.runtimes = vec![name.clone()];
            // Configurations are named without the version that only one side has.
            let names = std::mem::take(&mut selection.configurations);
            selection.all_configurations |= !names.is_empty();
            let (mut side, missing, rejected) = selected(spec, selection, request.own)?;
            retain(&mut side, &names)?;
            Ok((side, missing, rejected))
        }
        Spec::Configuration(id) => {
            let mut selection = request.selection.clone();
            selection.configurations = vec![id.clone()];
            selection.runtimes.runtimes = vec![];
            selected(spec, selection, request.own)
        }
    }
}

/// Whether a folder of packages is the one that `wasmark run` has its runtimes from.
fn own(packages: &Path) -> bool {
    packages.canonicalize().ok().is_some_and(|folder| paths::runtimes() == Some(folder))
}

/// By way of the same selection as a run's.
fn selected(spec: &Spec, selection: Selection, own: &Own) -> Result<Found> {
    let found = select::select(&selection, own, USUAL, Missing::Build)?;
    let mut side = Side { label: spec.to_string(), targets: found.targets, workloads: found.workloads };
    drop_yardsticks(&mut side, &selection);
    Ok((side, found.roster.unavailable, found.rejected))
}

/// What is linked into a worker, or is a process, has no engine that could regress; it is compared where it is named.
fn drop_yardsticks(side: &mut Side, selection: &Selection) {
    let named = !selection.configurations.is_empty() || !selection.tiers.is_empty();
    let engine = |target: &Target| !matches!(target.configuration.tier, Tier::Native | Tier::Process);
    if !named && side.targets.iter().any(engine) {
        side.targets.retain(engine);
    }
}

/// From workers that are there.
fn assemble(spec: &Spec, roster: Roster, request: &Request<'_>) -> Result<Found> {
    if roster.workers.is_empty() {
        let reasons = roster.unavailable.iter().map(|(name, reason)| format!("{name}: {reason}")).collect();
        return Err(Error::NoWorker { side: spec.to_string(), reasons });
    }
    let named = !request.selection.configurations.is_empty() || request.selection.all_configurations;
    let targets: Vec<Target> = roster
        .configurations()
        .filter(|(_, _, configuration)| named || !configuration.purposes.is_empty())
        .filter(|(_, _, configuration)| {
            request.selection.tiers.is_empty() || request.selection.tiers.contains(&configuration.tier)
        })
        .map(|(runtime, worker, configuration)| Target {
            id: format!("{runtime}/{}", configuration.name),
            program: worker.built.program.clone(),
            layouts: Vec::new(),
            configuration: configuration.clone(),
        })
        .collect();
    let (workloads, absent, mut rejected) = select::to_run(request.selection, request.own, USUAL)?;
    rejected.extend(absent.iter().map(ToString::to_string));
    let mut side = Side { label: spec.to_string(), targets, workloads };
    if request.own.module.is_some() {
        side.targets.retain(|target| plan::preferred(&target.configuration) != Source::Linked);
    }
    drop_yardsticks(&mut side, request.selection);
    retain(&mut side, &request.selection.configurations)?;
    Ok((side, roster.unavailable, rejected))
}

/// Keeps the configurations of these names: whole, or without the runtime's version, or the last part alone.
fn retain(side: &mut Side, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let is = |target: &Target, name: &String| {
        let id = &target.id;
        target.is_named(name) || bare(id) == *name || id.ends_with(&format!("/{name}"))
    };
    for name in names {
        if !side.targets.iter().any(|target| is(target, name)) {
            let known = side.targets.iter().map(|target| bare(&target.id));
            let (side, instead) = (side.label.clone(), suggest::nearest(name, known));
            return Err(Error::NoConfiguration { name: name.clone(), side, instead });
        }
    }
    side.targets.retain(|target| names.iter().any(|name| is(target, name)));
    Ok(())
}

/// A configuration's id without the version and the build of its runtime.
#[must_use]
pub fn bare(id: &str) -> String {
    let (runtime, configuration) = id.split_once('/').unwrap_or((id, ""));
    format!("{}/{configuration}", version::bare(runtime))
}

/// Two checkouts: a runtime whose worker would be the same bytes is not built, and not measured.
fn of_checkouts(base: &Spec, candidate: &Spec, request: &Request<'_>) -> Result<Sides> {
    let [mut one, mut other] = [packages(base, request)?, packages(candidate, request)?];
    let mut same = Vec::new();
    let mut unavailable = BTreeMap::new();
    for name in one.keys().chain(other.keys()).cloned().collect::<std::collections::BTreeSet<_>>() {
        match (one.get(&name), other.get(&name)) {
            (Some(package), Some(changed)) if build::key_of(package)? == build::key_of(changed)? => {
                same.push(name.clone());
            }
            (Some(_), Some(_)) => continue,
            (Some(_), None) => drop(unavailable.insert(name.clone(), format!("is not in {candidate}"))),
            (None, _) => drop(unavailable.insert(name.clone(), format!("is not in {base}"))),
        }
        one.remove(&name);
        other.remove(&name);
    }
    let nothing = |spec: &Spec| Side { label: spec.to_string(), targets: vec![], workloads: vec![] };
    if one.is_empty() {
        let kind = Kind::Workers;
        return Ok(Sides {
            kind,
            base: nothing(base),
            candidate: nothing(candidate),
            same,
            unavailable,
            rejected: vec![],
        });
    }
    let (base, missing, rejected) = assemble(base, built(&one, base)?, request)?;
    unavailable.extend(missing);
    let (candidate, missing, _) = assemble(candidate, built(&other, candidate)?, request)?;
    unavailable.extend(missing);
    Ok(Sides { kind: Kind::Workers, base, candidate, same, unavailable, rejected })
}

/// The packages of a checkout that were asked for.
fn packages(spec: &Spec, request: &Request<'_>) -> Result<BTreeMap<String, find::Package>> {
    let checkout: PathBuf = match spec {
        Spec::Checkout(folder) => folder.clone(),
        Spec::Revision(hash) => revision::files(Path::new("."), hash)?,
        _ => return Err(Error::NoCheckout(spec.to_string())),
    };
    let mut packages = find::packages(&checkout.join(request.packages), &checkout)?;
    let names = &request.selection.runtimes.runtimes;
    if !names.is_empty() {
        packages.retain(|name, _| names.contains(name));
    }
    if packages.is_empty() {
        return Err(Error::NoPackage { packages: request.packages.to_path_buf(), side: spec.to_string() });
    }
    Ok(packages)
}

/// The workers of a checkout's packages. What is not in the cache is built where every revision is.
fn built(packages: &BTreeMap<String, find::Package>, spec: &Spec) -> Result<Roster> {
    let label = match spec {
        Spec::Revision(hash) => hash.get(..12).unwrap_or(hash),
        _ => "checkout",
    };
    // One at a time: all of them are built in one folder.
    let _alone = revision::alone()?;
    let mut staged = packages.clone();
    if let Some(package) = packages.values().next() {
        let folder = revision::stage(&package.checkout)?;
        for package in staged.values_mut() {
            let inside =
                package.folder.strip_prefix(&package.checkout).map_err(wasmark_runner::Error::from)?;
            package.folder = folder.join(inside);
            package.checkout.clone_from(&folder);
        }
    }
    Ok(Roster::of_packages(&staged, label))
}
