//! Probing: small modules, each in a process of its own, that show what a configuration can do. [`features`] asks
//! which proposals it runs, [`limits`] how far it goes, [`semantics`] whether it does what the specification requires.
//! The results of a worker's probes are kept beside it.

mod features;
mod kept;
mod lanes;
mod limits;
pub mod semantics;
mod trial;

use std::collections::BTreeMap;

use wasmark_results::capabilities::Capabilities;

use kept::{remembered, runs_modules};
use semantics::Cases;

use crate::{Result, error::failed, plan::Target};

/// What the probes showed, for each configuration by its id.
pub type Shown = BTreeMap<String, Capabilities>;

/// Probes every configuration that runs modules, several at the same time, and remembers it. `report` receives each
/// configuration before it begins. An interrupt that ends processes leaves out those that were not through.
///
/// # Errors
/// Where a temporary file cannot be written.
pub fn probe(targets: &[Target], report: &mut (dyn FnMut(&str) + Send)) -> Result<Shown> {
    lanes::each(targets, FEATURES, trial::LIMITS, report, capabilities)
}

/// The same, but for what is remembered of the same worker.
///
/// # Errors
/// As [`probe`].
pub fn known(targets: &[Target], report: &mut (dyn FnMut(&str) + Send)) -> Result<Shown> {
    lanes::known(targets, FEATURES, trial::LIMITS, report, capabilities)
}

fn capabilities(target: &Target) -> Result<Capabilities> {
    // Artifacts lie beside modules, and each engine has its own.
    let folder = tempfile::tempdir().map_err(failed("make a temporary folder; set TMPDIR"))?;
    Ok(Capabilities {
        proposals: features::probe(target, &features::modules(folder.path())?),
        limits: limits::probe(target, &limits::modules(folder.path())?),
        ..Capabilities::default()
    })
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
