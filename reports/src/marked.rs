//! The mark of a configuration whose engine is not a build that its maintainers release. The reason is among the run's
//! warnings.

use wasmark_results::run::Run;

/// The mark.
const DISTRIBUTION_BUILD: &str = "distribution build";

/// The mark of a configuration and its reason.
#[must_use]
pub fn mark<'a>(run: &'a Run, configuration: &str) -> Option<(&'static str, &'a str)> {
    run.distribution_build(configuration).map(|reason| (DISTRIBUTION_BUILD, reason))
}

/// A configuration's name with its mark, in a line.
#[must_use]
pub fn name(run: &Run, configuration: &str) -> String {
    match mark(run, configuration) {
        Some(_) => with(configuration),
        None => configuration.to_owned(),
    }
}

/// A name with the mark.
#[must_use]
pub fn with(name: &str) -> String {
    format!("{name} ({DISTRIBUTION_BUILD})")
}
