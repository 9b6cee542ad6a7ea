//! The modules that wasmark measures: manifests, guest sources by language, and the built modules. Knows no runtime.
//!
//! A suite is a folder with one folder per workload; each holds a `workload.toml` ([`manifest`]), the module and its
//! inputs, or modules in the layout of [`sightglass`]. [`Suite::load`] believes nothing that it can check, and one bad
//! workload costs itself only. A module alone becomes a workload by [`own`].

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
mod workload;

use std::{
    fmt,
    path::{Path, PathBuf},
};

pub use error::{Error, Fault, ManifestError, Result};
use manifest_check::Loaded;
pub use module::{Module, Refusal, inspect};
pub use own::{Imports, Own};
pub use profile::Profile;
pub use suggest::suggest;
pub use workload::{Folder, Workload};

/// The environment variable that names the suite's folder.
pub const SUITE_VARIABLE: &str = "WASMARK_WORKLOADS";

/// The workloads of one folder that can be used.
#[derive(Clone, Debug)]
pub struct Suite {
    /// By name.
    pub workloads: Vec<Workload>,
    /// Those that could be used if their modules were here.
    pub absent: Vec<Absent>,
}

/// A workload whose module is neither in the suite nor on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// The words that select it, as [`Workload::words`].
    pub words: Vec<String>,
    /// Why, and the command that gets the module.
    pub reason: String,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is unavailable: {}", self.name, self.reason)
    }
}

impl Suite {
    /// Loads every workload of a folder: each of its folders that has a `workload.toml`, and what of the folder
    /// itself and of its other folders is in Sightglass's layout. The workloads that cannot be used come back as
    /// errors beside those that can. Modules that a suite names and does not hold are looked for in `modules`. What the
    /// folder's [`known_issues`] state of a workload is with it.
    ///
    /// # Errors
    /// Where the folder itself cannot be read.
    pub fn load(folder: &Path, imports: Imports, modules: &Path) -> Result<(Suite, Vec<ManifestError>)> {
        let unreadable = |error| Error::Suite { folder: folder.to_path_buf(), error };
        let mut folders = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            folders.push(entry.map_err(unreadable)?.path());
        }
        folders.sort();
        let (mut workloads, mut absent, mut errors) = (Vec::<Workload>::new(), Vec::new(), Vec::new());
        let mut keep = |loaded: Result<Workload, ManifestError>| match loaded {
            Ok(workload) if workloads.iter().any(|one| one.name == workload.name) => {
                errors.push(ManifestError::new(&workload.wasm, None, Fault::Twice(workload.name)));
            }
            Ok(workload) => workloads.push(workload),
            Err(error) => errors.push(error),
        };
        sightglass::load(folder, imports).into_iter().for_each(&mut keep);
        for folder in folders.iter().filter(|path| path.is_dir()) {
            let manifest = folder.join("workload.toml");
            if manifest.is_file() {
                match manifest_check::load(&manifest, modules) {
                    Ok(Loaded::Workload(workload)) => keep(Ok(*workload)),
                    Ok(Loaded::Absent(one)) => absent.push(one),
                    Err(error) => keep(Err(error)),
                }
            } else {
                sightglass::load(folder, imports).into_iter().for_each(&mut keep);
            }
        }
        workloads.sort_by(|one, other| one.name.cmp(&other.name));
        let mut suite = Suite { workloads, absent };
        if let Err(error) = known_issues::attach(folder, &mut suite, &errors) {
            errors.push(error);
        }
        Ok((suite, errors))
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
