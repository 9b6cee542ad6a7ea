//! Probing: small modules, each in a process of its own, that show what a configuration can do. [`features`] asks
//! which proposals it runs, [`limits`] how far it goes, [`semantics`] whether it does what the specification requires.
//! The results of a worker's probes are kept beside it.

mod features;
mod kept;
mod limits;
pub mod semantics;
mod trial;

use std::collections::BTreeMap;

use wasmark_results::capabilities::Capabilities;

use kept::{remember, remembered, runs_modules};
use semantics::Cases;

use crate::{Result, error::failed, interrupt, plan::Target};

/// What the probes showed, for each configuration by its id.
pub type Shown = BTreeMap<String, Capabilities>;

/// Probes every configuration that runs modules, and remembers it. `tell` learns each configuration before it begins.
/// An interrupt that ends processes leaves out those that were not through.
///
/// # Errors
/// Where a temporary file cannot be written.
pub fn probe(targets: &[Target], mut tell: impl FnMut(&str)) -> Result<Shown> {
    let folder = tempfile::tempdir().map_err(failed("make a temporary folder; set TMPDIR"))?;
    let modules = features::modules(folder.path())?;
    let limits = limits::modules(folder.path())?;
    let mut shown = Shown::new();
    for target in targets.iter().filter(runs_modules) {
        tell(&target.id);
        let capabilities = Capabilities {
            proposals: features::probe(target, &modules),
            limits: limits::probe(target, &limits),
            ..Capabilities::default()
        };
        // What an interrupt ended showed nothing.
        if interrupt::stops() {
            break;
        }
        remember(target, FEATURES, &capabilities);
        shown.insert(target.id.clone(), capabilities);
    }
    Ok(shown)
}

/// The same, but for what is remembered of the same worker.
///
/// # Errors
/// As [`probe`].
pub fn known(targets: &[Target], tell: impl FnMut(&str)) -> Result<Shown> {
    let mut shown = Shown::new();
    let mut unknown = Vec::new();
    for target in targets.iter().filter(runs_modules) {
        match remembered(target, FEATURES) {
            Some(capabilities) => drop(shown.insert(target.id.clone(), capabilities)),
            None => unknown.push(target.clone()),
        }
    }
    if !unknown.is_empty() {
        shown.extend(probe(&unknown, tell)?);
    }
    Ok(shown)
}

/// How many probings are not remembered: of proposals and limits, and of the cases of the specification, each for a
/// configuration.
#[must_use]
pub fn outstanding(targets: &[Target], cases: &Cases) -> usize {
    let of = |target: &Target| {
        let features = remembered::<Capabilities>(target, FEATURES).is_none();
        usize::from(features) + usize::from(!semantics::is_known(cases, target))
    };
    targets.iter().filter(runs_modules).map(of).sum()
}

/// Which file of a configuration has its proposals and limits.
const FEATURES: &str = "";
