//! Finding runtimes: a package under `runtimes/`, or a worker program beside wasmark or on PATH.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::error::{Error, incorrect};
use crate::{Result, paths};

/// The prefix of every worker program's name.
pub const PREFIX: &str = "wasmark-worker-";

/// Where a runtime's worker comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A package that wasmark builds.
    Package(Box<Package>),
    /// A program that is there.
    Program(PathBuf),
}

/// A runtime's package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The runtime's own name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its `[package.metadata.wasmark]`.
    pub metadata: Metadata,
    /// The checkout that it belongs to.
    pub checkout: PathBuf,
    /// The variables of the build that was chosen; none of the package's own.
    pub build: BTreeMap<String, String>,
}

/// The table `[package.metadata.wasmark]` of a runtime's Cargo.toml.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// One line for people.
    #[serde(default)]
    pub about: String,
    /// Debian packages that the build needs.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Programs whose version decides what is built: a C compiler.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Variables that decide what is built, linked or loaded. A build receives no other of the set-up's.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Those of them that name one thing together: where the user sets one, the set-up's values of the others are none.
    #[serde(default)]
    pub together: Vec<Vec<String>>,
    /// What to do where the build fails.
    #[serde(default)]
    pub remedy: String,
    /// The runtime in whose target folder this one is built too: a crate that both have is compiled once, and one build
    /// waits for the other.
    #[serde(default)]
    pub builds_with: Option<String>,
    /// Folders outside the package whose files go into the worker, relative to the package.
    #[serde(default)]
    pub sources: Vec<PathBuf>,
    /// The engine's crates, all of one version, which can be chosen; none where it cannot.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The engine's versions that the adapter was built with, the newest first.
    #[serde(default)]
    pub fits: Vec<String>,
    /// Crates with versions of their own that fit one of the engine's: cargo chooses theirs.
    #[serde(default)]
    pub companions: Vec<String>,
    /// Whether the engine is in the worker's own program, so that another order of its functions can be linked.
    #[serde(default)]
    pub relinks: bool,
    /// The build that a run without words needs, where it takes less than the whole: without what other runs ask for.
    #[serde(default)]
    pub quick: Option<Build>,
    /// Other ways to build the worker, which `NAME+BUILD` chooses.
    #[serde(default)]
    pub builds: BTreeMap<String, Build>,
}

/// Another way to build a worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// One line for people: what it is, and whose advice it follows.
    pub about: String,
    /// What cargo and the build scripts receive, before the set-up's: `CARGO_PROFILE_RELEASE_LTO` and the like.
    pub variables: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Manifest {
    package: ManifestPackage,
}
#[derive(Deserialize)]
struct ManifestPackage {
    name: String,
    #[serde(default)]
    metadata: ManifestMetadata,
}
#[derive(Default, Deserialize)]
struct ManifestMetadata {
    #[serde(default)]
    wasmark: Metadata,
}

impl Package {
    /// The other way to build it that has this name.
    ///
    /// # Errors
    /// Where its manifest names no such build.
    pub fn named_build(&self, name: &str) -> Result<&Build, Error> {
        let builds = &self.metadata.builds;
        builds.get(name).ok_or_else(|| Error::NoBuild {
            build: name.to_string(),
            name: self.name.clone(),
            known: builds.keys().cloned().collect(),
        })
    }
}

/// Every runtime that can be found, by name. A package comes before a program of the same name.
///
/// # Errors
/// Where a package's manifest cannot be read.
pub fn runtimes(packages: Option<&Path>) -> Result<BTreeMap<String, Origin>> {
    let mut found = BTreeMap::new();
    for folder in beside_and_path() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().strip_prefix(PREFIX).map(str::to_string);
            if let Some(name) = name.filter(|name| !name.contains('.') && path.is_file()) {
                found.entry(name).or_insert(Origin::Program(path));
            }
        }
    }
    for entry in packages.map(fs::read_dir).into_iter().flatten().flatten().flatten() {
        let folder = entry.path();
        if let Some(package) = package(&folder, paths::checkout())? {
            found.insert(entry.file_name().to_string_lossy().into_owned(), Origin::Package(package.into()));
        }
    }
    Ok(found)
}

/// The runtimes' packages in a folder of another checkout, by name.
///
/// # Errors
/// Where a package's manifest cannot be read.
pub fn packages(folder: &Path, checkout: &Path) -> Result<BTreeMap<String, Package>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Some(package) = package(&entry.path(), checkout.to_path_buf())? {
            found.insert(package.name.clone(), package);
        }
    }
    Ok(found)
}

/// The folder's package, if it is a runtime's: one named `wasmark-<folder>`.
fn package(folder: &Path, checkout: PathBuf) -> Result<Option<Package>> {
    let path = folder.join("Cargo.toml");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let manifest: Manifest = toml::from_str(&text).map_err(incorrect(&path))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ours = manifest.package.name == format!("wasmark-{name}");
    let metadata = manifest.package.metadata.wasmark;
    Ok(ours.then(|| Package { name, folder: folder.into(), metadata, checkout, build: BTreeMap::new() }))
}

/// Where workers' programs are: beside wasmark, in a folder of each one's own where it was installed, and on PATH.
fn beside_and_path() -> Vec<PathBuf> {
    let beside = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
    let installed = beside.iter().map(|folder| folder.join("workers")).flat_map(fs::read_dir).flatten();
    let own = installed.flatten().map(|entry| entry.path());
    let path = env::var_os("PATH").unwrap_or_default();
    own.chain(beside.clone()).chain(env::split_paths(&path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        options::Selection,
        profile::{self, Usual},
        select,
    };

    #[test]
    fn the_quick_build_of_native_has_the_twins_of_the_quick_set() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtimes");
        let found = runtimes(Some(&folder)).expect("the runtimes");
        let Some(Origin::Package(native)) = found.get("native") else { panic!("{found:?}") };
        let variables = &native.metadata.quick.as_ref().expect("a quick build").variables;
        let twins: Vec<&str> = variables["WASMARK_TWINS"].split(' ').collect();
        let usual = Usual::Tagged(&[profile::QUICK]);
        let (workloads, ..) = select::of_suite(&Selection::default(), usual).expect("the suite");
        assert_eq!(twins, workloads.iter().map(|one| one.name()).collect::<Vec<_>>());
    }
}
