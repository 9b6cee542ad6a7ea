//! The modules that wasmark measures: manifests, guest sources by language, and the built modules. Knows no runtime.
//!
//! A suite is a folder with one folder per workload; each holds a `workload.toml` ([`manifest`]), the module and its
//! inputs. [`Suite::load`] believes nothing that it can check, and one bad manifest costs its own workload only.

mod error;
mod load;
pub mod manifest;
pub mod module;
pub mod probes;
mod suggest;
mod workload;

use std::path::{Path, PathBuf};

pub use error::{ManifestError, SuiteError};
pub use module::{Module, Refusal, inspect};
pub use suggest::suggest;
pub use workload::{Folder, Workload};

/// The environment variable that names the suite's folder.
pub const SUITE_VARIABLE: &str = "WASMARK_WORKLOADS";

/// The workloads of one folder that can be used.
#[derive(Clone, Debug)]
pub struct Suite {
    /// By name.
    pub workloads: Vec<Workload>,
}

impl Suite {
    /// Loads every workload of a folder: each of its folders that has a `workload.toml`. The workloads that cannot be
    /// used come back as errors beside those that can.
    ///
    /// # Errors
    /// Where the folder itself cannot be read.
    pub fn load(folder: &Path) -> Result<(Suite, Vec<ManifestError>), SuiteError> {
        let unreadable = |source| SuiteError { folder: folder.to_path_buf(), source };
        let mut manifests = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let manifest = entry.map_err(unreadable)?.path().join("workload.toml");
            if manifest.is_file() {
                manifests.push(manifest);
            }
        }
        manifests.sort();
        let (mut workloads, mut errors) = (Vec::new(), Vec::new());
        for manifest in manifests {
            match load::load(&manifest) {
                Ok(workload) => workloads.push(workload),
                Err(error) => errors.push(error),
            }
        }
        Ok((Suite { workloads }, errors))
    }
}

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
