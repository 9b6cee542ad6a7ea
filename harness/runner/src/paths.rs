//! Where things are: the cache, the results, the runtimes' sources.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{Error, Result, error::failed_to};

/// The folder for what can be made again: workers, build products, costs of earlier runs. `WASMARK_CACHE`, else
/// `wasmark` in the user's cache folder.
///
/// # Errors
/// Where the system names no cache folder and no home.
pub fn cache() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("WASMARK_CACHE") {
        return Ok(folder.into());
    }
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    base.map(|base| base.join("wasmark")).ok_or(Error::NoCache)
}

/// Makes the folder of the cache that this path is in, and returns it.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn make_parent(path: &Path) -> Result<&Path> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(failed_to("write to", parent, "set WASMARK_CACHE"))?;
    Ok(parent)
}

/// The folder that cargo builds a runtime's worker in. Those of this checkout have one for each group of runtimes, so that
/// a few builds can be under way at the same time and yet compile little twice. All other checkouts have one together:
/// where code lies depends on the folder's name, and they are compared with each other. Cargo distinguishes
/// their packages by the age of files alone, so their files are new in each build.
///
/// # Errors
/// As [`cache`].
pub fn build_target(checkout: &Path, group: &str) -> Result<PathBuf> {
    let target = cache()?.join("target");
    Ok(if checkout == self::checkout() {
        target.join("runtimes").join(group)
    } else {
        target.join("revisions")
    })
}

/// The folder with the files of git revisions.
///
/// # Errors
/// As [`cache`].
pub fn revisions() -> Result<PathBuf> {
    Ok(cache()?.join("revisions"))
}

/// The folder with the modules that a suite names and does not hold, by their sha256.
///
/// # Errors
/// As [`cache`].
pub fn modules() -> Result<PathBuf> {
    Ok(cache()?.join("modules"))
}

/// The checkout that this program was built in.
#[must_use]
pub fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    here.canonicalize().unwrap_or(here)
}

/// The folder with a package per runtime: `WASMARK_RUNTIMES`, else this checkout's. `None` for an installed wasmark,
/// whose suite and workers lie beside it.
#[must_use]
pub fn runtimes() -> Option<PathBuf> {
    let installed = || env::current_exe().is_ok_and(|program| program.with_file_name("suite").is_dir());
    let folder = match env::var_os("WASMARK_RUNTIMES") {
        Some(folder) => PathBuf::from(folder),
        None if installed() => return None,
        None => checkout().join("runtimes"),
    };
    folder.canonicalize().ok()
}

/// Where runs are kept unless the command line names another place: `WASMARK_RESULTS`, else `results/runs` here.
#[must_use]
pub fn results() -> PathBuf {
    env::var_os("WASMARK_RESULTS").map_or_else(|| PathBuf::from("results/runs"), PathBuf::from)
}

/// The same for a program that cargo starts in a package's folder, as benchmarks: seen from where cargo was started.
#[must_use]
pub fn results_of_caller() -> PathBuf {
    let caller = env::var_os("PWD").map(PathBuf::from).filter(|path| path.is_absolute() && path.is_dir());
    caller.unwrap_or_else(checkout).join(results())
}

/// The folder of runs that a run is written to: this one, else [`results`].
///
/// # Errors
/// Where it is a URL.
pub fn results_folder(named: Option<&Path>) -> Result<PathBuf> {
    let folder = named.map_or_else(results, Path::to_path_buf);
    if folder.to_string_lossy().contains("://") { Err(Error::IntoStore(folder)) } else { Ok(folder) }
}
