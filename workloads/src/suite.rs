//! A folder of workloads: what it lists, by its manifests alone, and what is loaded of it, modules and all.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    Error, Fault, Imports, ManifestError, Result, Workload, known_issues,
    manifest_check::{Listed, Loaded},
    sightglass,
};

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

/// What a folder lists. To check a module takes longer than to read all manifests, so a command loads what it uses.
#[derive(Debug)]
pub struct Catalogue {
    folder: PathBuf,
    modules: PathBuf,
    manifests: Vec<Listed>,
    /// Those in Sightglass's layout, which have no manifests.
    workloads: Vec<Workload>,
    errors: Vec<ManifestError>,
}

impl Catalogue {
    /// Lists a folder: each of its folders that has a `workload.toml`, and what of the folder itself and of its other
    /// folders is in Sightglass's layout. Modules that a suite names and does not hold are looked for in `modules`.
    ///
    /// # Errors
    /// Where the folder itself cannot be read.
    pub fn read(folder: &Path, imports: Imports, modules: &Path) -> Result<Catalogue> {
        let unreadable = |error| Error::Suite { folder: folder.to_path_buf(), error };
        let mut folders = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            folders.push(entry.map_err(unreadable)?.path());
        }
        folders.sort();
        let (mut manifests, mut errors) = (Vec::new(), Vec::new());
        let mut alone = sightglass::load(folder, imports);
        for folder in folders.iter().filter(|path| path.is_dir()) {
            let manifest = folder.join("workload.toml");
            if manifest.is_file() {
                match Listed::read(&manifest) {
                    Ok(one) => manifests.push(one),
                    Err(error) => errors.push(error),
                }
            } else {
                alone.extend(sightglass::load(folder, imports));
            }
        }
        let mut workloads = Vec::<Workload>::new();
        for one in alone {
            let taken = |name: &str| {
                workloads.iter().any(|one| one.name == name) || manifests.iter().any(|one| one.name() == name)
            };
            match one {
                Ok(one) if taken(&one.name) => {
                    errors.push(ManifestError::new(&one.wasm, None, Fault::Twice(one.name)));
                }
                Ok(one) => workloads.push(one),
                Err(error) => errors.push(error),
            }
        }
        let (folder, modules) = (folder.to_path_buf(), modules.to_path_buf());
        Ok(Catalogue { folder, modules, manifests, workloads, errors })
    }

    /// The name of each workload and the words that select it beside that, whether its module can be used or not.
    pub fn listed(&self) -> impl Iterator<Item = (&str, Vec<String>)> {
        let manifests = self.manifests.iter().map(|one| (one.name(), one.words()));
        manifests.chain(self.workloads.iter().map(|one| (one.name(), one.words())))
    }

    /// Why manifests cannot be used.
    pub fn errors(self) -> Vec<ManifestError> {
        self.errors
    }

    /// Loads the workloads of which this holds, by their names and words. Those that cannot be used come back as errors
    /// beside those that can, as do manifests that cannot. What the folder's [`known_issues`] state of a workload is with it.
    pub fn load(self, wanted: impl Fn(&str, &[String]) -> bool) -> (Suite, Vec<ManifestError>) {
        let names: Vec<String> = self.listed().map(|(name, _)| name.to_string()).collect();
        let Catalogue { folder, modules, manifests, mut workloads, mut errors } = self;
        workloads.retain(|one| wanted(one.name(), &one.words()));
        let mut absent = Vec::new();
        for manifest in manifests.into_iter().filter(|one| wanted(one.name(), &one.words())) {
            match manifest.load(&modules) {
                Ok(Loaded::Workload(workload)) => workloads.push(*workload),
                Ok(Loaded::Absent(one)) => absent.push(one),
                Err(error) => errors.push(error),
            }
        }
        workloads.sort_by(|one, other| one.name.cmp(&other.name));
        let mut suite = Suite { workloads, absent };
        if let Err(error) = known_issues::attach(&folder, &mut suite, &names, &errors) {
            errors.push(error);
        }
        (suite, errors)
    }
}

impl Suite {
    /// Loads all that a folder lists.
    ///
    /// # Errors
    /// As [`Catalogue::read`].
    pub fn load(folder: &Path, imports: Imports, modules: &Path) -> Result<(Suite, Vec<ManifestError>)> {
        Ok(Catalogue::read(folder, imports, modules)?.load(|_, _| true))
    }
}
