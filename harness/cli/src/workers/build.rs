//! Building workers: cargo in the target folder of a group, the product kept in a cache by its key.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{
    cargo::{self, Products},
    find::{PREFIX, Package},
    key,
    recipe::Recipe,
    setup::Setup,
};
use crate::paths;

/// A worker that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The program.
    pub program: PathBuf,
    /// Its key; for a program that was not built here, the hash of its bytes.
    pub key: String,
}

/// Builds a package's worker, or takes it from the cache. `label` is the runtime as it was asked for.
///
/// # Errors
/// Where the build fails: what cargo complained of, and what the package advises.
pub fn worker(label: &str, package: &Package) -> Result<Built> {
    let setup = Setup::read(&paths::cache()?)?;
    let built = place(label, package, &setup)?;
    if !built.program.is_file() {
        match cargo::build(label, package, &setup)? {
            Ok(products) => keep(&products, &Recipe::of(&package.folder)?, &built.program)?,
            Err(refusal) => bail!(
                "failed to build the worker of {label}: {}\n{} {}",
                refusal.why,
                package.metadata.remedy,
                refusal.log()
            ),
        }
    }
    Ok(built)
}

/// The runtime's worker from the cache, where it is there.
///
/// # Errors
/// Where the package or the set-up's file cannot be read.
pub fn cached(label: &str, package: &Package) -> Result<Option<Built>> {
    let built = place(label, package, &Setup::read(&paths::cache()?)?)?;
    Ok(Some(built).filter(|built| built.program.is_file()))
}

/// The key of the worker that a package would build now.
///
/// # Errors
/// Where the package or the set-up's file cannot be read.
pub fn key_of(package: &Package) -> Result<String> {
    key::key(package, &Setup::read(&paths::cache()?)?)
}

/// Where the worker is, once it is built.
fn place(label: &str, package: &Package, setup: &Setup) -> Result<Built> {
    let key = key::key(package, setup)?;
    let home = paths::cache()?.join("workers").join(format!("{label}-{key}"));
    Ok(Built { program: home.join(format!("{PREFIX}{}", package.name)), key })
}

/// Copies the products into the cache, so that a half copy never counts.
fn keep(products: &Products, recipe: &Recipe, program: &Path) -> Result<()> {
    let home = program.parent().context("failed to find the cache of workers")?;
    create_parent(home)?;
    let parent = home.parent().context("failed to find the cache of workers")?;
    let new = tempfile::tempdir_in(parent).context("failed to write to the cache of workers")?;
    let copy = new.path().join(program.file_name().unwrap_or_default());
    fs::copy(&products.program, &copy)?;
    for entry in products.bundle.iter().flat_map(fs::read_dir).flatten() {
        let entry = entry?;
        fs::copy(entry.path(), new.path().join(entry.file_name()))?;
    }
    recipe.keep(&copy)?;
    let new = new.keep();
    if let Err(problem) = fs::rename(&new, home) {
        fs::remove_dir_all(&new).ok();
        // Another wasmark may have been faster; its product is the same.
        if !program.is_file() {
            return Err(problem).with_context(|| format!("failed to write {}", home.display()));
        }
    }
    Ok(())
}

fn create_parent(path: &Path) -> Result<()> {
    let parent = path.parent().context("failed to find the cache folder")?;
    fs::create_dir_all(parent)
        .with_context(|| format!("failed to write to {}; set WASMARK_CACHE", parent.display()))
}
