//! Which versions of its engine each runtime's adapter was built with, and what that needs.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Serialize;
use toml::{Table, Value};

use super::{
    error::incorrect,
    find::{self, Origin, Package},
};
use crate::{Result, error::failed_to, paths};

/// The versions of a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fits {
    /// The version that its lock file has, which the runtime's name alone means; none where no crate is the engine.
    pub locked: Option<String>,
    /// Versions that the adapter was built with, and that `name@VERSION` takes; empty where none can be chosen.
    pub fits: Vec<String>,
    /// The oldest Rust that builds the adapter.
    pub rust: Option<String>,
    /// Debian packages that the build needs.
    pub needs: Vec<String>,
    /// Other ways to build the worker, which `name+BUILD` takes, with a line about each.
    pub builds: BTreeMap<String, String>,
}

/// What each runtime's package names, by the runtime's name.
///
/// # Errors
/// Where a package's manifest or lock file cannot be read.
pub fn all() -> Result<BTreeMap<String, Fits>> {
    let packages =
        find::runtimes(paths::runtimes().as_deref())?.into_iter().filter_map(|(name, origin)| match origin {
            Origin::Package(package) => Some((name, package)),
            Origin::Program(_) => None,
        });
    packages.map(|(name, package)| Ok((name, of(&package)?))).collect()
}

fn of(package: &Package) -> Result<Fits> {
    let manifest = read(&package.folder.join("Cargo.toml"))?;
    let rust = manifest.get("package").and_then(|own| own.get("rust-version")).and_then(Value::as_str);
    let locked = match package.metadata.versions.first() {
        Some(engine) => locked(&read(&package.folder.join("Cargo.lock"))?, engine),
        None => None,
    };
    Ok(Fits {
        locked,
        fits: package.metadata.fits.clone(),
        rust: rust.map(str::to_string),
        needs: package.metadata.needs.clone(),
        builds: package
            .metadata
            .builds
            .iter()
            .map(|(name, build)| (name.clone(), build.about.clone()))
            .collect(),
    })
}

/// The version of a crate in a lock file.
fn locked(lock: &Table, name: &str) -> Option<String> {
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_string);
    let packages = lock.get("package")?.as_array()?;
    packages
        .iter()
        .find(|entry| text(entry, "name").as_deref() == Some(name))
        .and_then(|one| text(one, "version"))
}

fn read(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).map_err(failed_to("read", path, "restore it from the repository"))?;
    Ok(text.parse().map_err(incorrect(path))?)
}

#[cfg(test)]
mod tests {
    use super::{super::version::Wanted, *};

    #[test]
    fn an_adapter_fits_its_lock_s_version_and_every_version_that_it_names_can_be_chosen() {
        let checkout = paths::checkout();
        let packages = find::packages(&checkout.join("runtimes"), &checkout).expect("packages");
        let chooses: Vec<&Package> =
            packages.values().filter(|package| !package.metadata.versions.is_empty()).collect();
        assert_eq!(chooses.len(), 3, "wasmi, wasmer and wasmtime");
        for package in chooses {
            let fits = of(package).expect("versions");
            let locked = fits.locked.expect("a version");
            assert!(fits.fits.contains(&locked), "{} at {locked}: {:?}", package.name, fits.fits);
            assert!(fits.rust.is_some());
            for version in &fits.fits {
                Wanted::parse(&format!("{}@{version}", package.name)).expect(version);
            }
        }
    }

    #[test]
    fn without_an_engine_s_crate_there_is_no_version() {
        let checkout = paths::checkout();
        let packages = find::packages(&checkout.join("runtimes"), &checkout).expect("packages");
        let fits = of(&packages["v8"]).expect("versions");
        assert_eq!((fits.locked, fits.fits), (None, vec![]));
        assert_eq!(fits.needs, ["g++"]);
    }
}
