//! The modules that wasmark measures: manifests, guest sources by language, and the built modules. Knows no runtime.
//!
//! A suite is a folder with one folder per workload; each holds a `workload.toml` ([`manifest`]), the module and its
//! inputs, or modules in the layout of [`sightglass`]. [`Catalogue`] lists it. Loading checks everything that can be checked,
//! and one bad workload costs itself only. A module alone becomes a workload by [`own`].

pub mod boundary;
mod cache;
mod document;
mod error;
mod files;
pub mod generate;
pub mod known_issues;
pub mod languages;
mod locate;
pub mod manifest;
mod manifest_check;
pub mod module;
pub mod own;
pub mod probes;
pub mod profile;
pub mod semantics;
mod sightglass;
mod suggest;
mod suite;
mod workload;

use std::path::{Path, PathBuf};

pub use error::{Error, Fault, ManifestError, Result};
pub use module::{Module, Refusal, inspect};
pub use own::{Imports, Own};
pub use profile::Profile;
pub use suggest::suggest;
pub use suite::{Absent, Catalogue, Suite};
pub use workload::{Folder, Workload};

/// The environment variable that names the suite's folder.
pub const SUITE_VARIABLE: &str = "WASMARK_WORKLOADS";

/// Where the suite is: the folder that [`SUITE_VARIABLE`] names, else `suite` beside the executable, as an installed
/// wasmark has it, else the source checkout's that this was built from.
#[must_use]
pub fn default_suite_dir() -> PathBuf {
    if let Some(named) = std::env::var_os(SUITE_VARIABLE) {
        return PathBuf::from(named);
    }
    std::env::current_exe()
        .ok()
        .and_then(|executable| Some(executable.parent()?.join("suite")))
        .filter(|beside| beside.is_dir())
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("suite"))
}
