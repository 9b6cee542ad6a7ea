//! The runs in a results folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::read_run;
use crate::{
    Error, Result,
    error::{cannot, chain},
    run::Run,
};

/// The runs of a results folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Runs, oldest first.
    pub runs: Vec<StoredRun>,
    /// Folders that look like runs and cannot be read, as sentences.
    pub warnings: Vec<String>,
}

/// A run and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRun {
    /// Its folder.
    pub directory: PathBuf,
    /// What it was.
    pub run: Run,
}

/// Lists the runs in `results`; none where the folder does not exist.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn list_runs(results: &Path) -> Result<Listing> {
    let mut listing = Listing::default();
    if !results.exists() {
        return Ok(listing);
    }
    let failed = cannot("list", results, "give a folder of runs that can be read");
    for entry in fs::read_dir(results).map_err(&failed)? {
        let directory = entry.map_err(&failed)?.path();
        if !directory.is_dir() {
            continue;
        }
        match read_run(&directory) {
            Ok(run) => listing.runs.push(StoredRun { directory, run }),
            Err(error) => listing.warnings.push(chain(&error)),
        }
    }
    listing.warnings.sort();
    listing.runs.sort_by(|a, b| (&a.run.started, &a.run.id).cmp(&(&b.run.started, &b.run.id)));
    Ok(listing)
}

/// The folder of the run in `results` that began last.
///
/// # Errors
/// Where there is none.
pub fn latest(results: &Path) -> Result<PathBuf> {
    let last = list_runs(results)?.runs.pop();
    last.map(|run| run.directory).ok_or_else(|| Error::NoRun(results.to_owned()))
}
