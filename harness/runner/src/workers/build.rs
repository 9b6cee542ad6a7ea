//! Building workers: cargo in the target folder of a group, the product kept in a cache by its key.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    cargo::{self, Goal, Products, Program},
    find::{PREFIX, Package},
    key,
    recipe::Recipe,
    setup::Setup,
};
use crate::{
    Result,
    error::{failed, failed_to},
    paths,
};

/// The beginning of the name of a worker that was linked again, before the seed.
pub const LAYOUT: &str = "layout-";

/// A worker that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The program.
    pub program: PathBuf,
    /// Its key; for a program that was not built here, the hash of its bytes.
    pub key: String,
    /// The package that it was built from; none for a program that was not built here.
    pub package: Option<Box<Package>>,
}

/// Builds a package's worker, or takes it from the cache. `label` is the runtime as it was asked for.
///
/// # Errors
/// Where the build fails: what cargo complained of, and what the package advises.
pub fn worker(label: &str, package: &Package) -> Result<Built> {
    let setup = Setup::read(&paths::cache()?)?;
    let built = place(label, package, &setup)?;
    if !built.program.is_file() {
        let recipe = Recipe::of(&package.folder, &package.build)?;
        build(label, package, &setup, goal(None), |products| keep(products, &recipe, &built.program))?;
    }
    Ok(built)
}

/// The worker linked again, so many times, each with its functions in another order; those that are in the cache are not
/// linked again. None of a worker whose package does not state `relinks`, and of one that was not built here.
///
/// # Errors
/// As [`worker`], and where the linker cannot do it.
pub fn layouts(label: &str, built: &Built, count: u32) -> Result<Vec<PathBuf>> {
    match built.package.as_deref().filter(|package| package.metadata.relinks) {
        Some(package) => relinked(label, package, &built.program, count),
        None => Ok(Vec::new()),
    }
}

/// As [`layouts`], of the worker of any package: its own code has another order where its engine is a library.
///
/// # Errors
/// As [`layouts`].
pub fn relinked(label: &str, package: &Package, worker: &Path, count: u32) -> Result<Vec<PathBuf>> {
    let setup = Setup::read(&paths::cache()?)?;
    let layout = |seed: u32| {
        let name = worker.file_name().unwrap_or_default().to_string_lossy();
        // Beside the worker: what travels with it lies there.
        let program = worker.with_file_name(format!("{LAYOUT}{seed}-{name}"));
        if !program.is_file() {
            let new = program.with_extension(format!("new-{}", std::process::id()));
            build(&format!("{label}, layout {seed}"), package, &setup, goal(Some(seed)), |products| {
                fs::copy(&products.program, &new).map_err(failed_to("write", &new, "free some space"))?;
                Ok(fs::rename(&new, &program).map_err(failed_to("write", &program, ""))?)
            })?;
        }
        Ok(program)
    };
    (1..=count).map(layout).collect()
}

/// Builds an example of a package, which links the engine that the worker links, and copies it into `folder` with what
/// travels with the worker: the program. Its functions are in another order where `layout` has the seed of one. Cargo
/// decides whether anything is to be done.
///
/// # Errors
/// As [`worker`], and where the linker cannot do it.
pub fn example(package: &Package, name: &str, folder: &Path, layout: Option<u32>) -> Result<PathBuf> {
    let setup = Setup::read(&paths::cache()?)?;
    fs::create_dir_all(folder).map_err(failed_to("write to", folder, "set TMPDIR"))?;
    let program = folder.join(name);
    let label = layout.map_or(name.to_string(), |seed| format!("{name}, layout {seed}"));
    let goal = Goal { program: Program::Example(name), layout };
    build(&label, package, &setup, goal, |products| copy(products, &program))?;
    Ok(program)
}

/// The worker, with its functions in the order of this seed, if there is one.
fn goal(layout: Option<u32>) -> Goal<'static> {
    Goal { program: Program::Worker, layout }
}

fn build(
    label: &str,
    package: &Package,
    setup: &Setup,
    goal: Goal<'_>,
    keep: impl FnOnce(&Products) -> Result<()>,
) -> Result<()> {
    let what = match goal.program {
        Program::Worker => format!("build the worker of {label}"),
        Program::Example(name) => format!("build {name} in {}", package.folder.display()),
    };
    let built = cargo::build(label, package, setup, goal, keep)?;
    Ok(built.map_err(|refusal| refusal.explain(what, &package.metadata.remedy))?)
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
    let program = home.join(format!("{PREFIX}{}", package.name));
    Ok(Built { program, key, package: Some(Box::new(package.clone())) })
}

/// Copies the products into the cache, so that a half copy never counts.
fn keep(products: &Products, recipe: &Recipe, program: &Path) -> Result<()> {
    let home = program.parent().unwrap_or(program);
    let parent = paths::make_parent(home)?;
    let new = tempfile::tempdir_in(parent).map_err(failed("write to the cache of workers"))?;
    let kept = new.path().join(program.file_name().unwrap_or_default());
    copy(products, &kept)?;
    recipe.keep(&kept)?;
    let new = new.keep();
    if let Err(problem) = fs::rename(&new, home) {
        fs::remove_dir_all(&new).ok();
        // Another wasmark may have been faster; its product is the same.
        if !program.is_file() {
            return Err(failed_to("write", home, "")(problem).into());
        }
    }
    Ok(())
}

/// Copies the program to this path, and what travels with it beside it.
fn copy(products: &Products, program: &Path) -> Result<()> {
    let failed = failed_to("write", program, "free some space");
    fs::copy(&products.program, program).map_err(failed)?;
    for entry in products.bundle.iter().flat_map(fs::read_dir).flatten() {
        let entry = entry.map_err(failed)?;
        fs::copy(entry.path(), program.with_file_name(entry.file_name())).map_err(failed)?;
    }
    Ok(())
}
