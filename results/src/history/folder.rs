//! Reads the runs and gates of a folder, as many at a time as there are processors. One that cannot be read is named and left
//! out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{
    digest::{self, Digest},
    gates::{self, Gate},
};
use crate::{
    Error, Result,
    error::{cannot, chain},
    parallel::each,
    store,
};

/// The folders in which runs and gates lie by default, side by side.
const RUNS: &str = "runs";
const GATES: &str = "gates";

/// A stored run.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its folder.
    pub directory: PathBuf,
    /// When it began.
    pub began: Timestamp,
    /// What the history needs of it.
    pub digest: Digest,
}

/// What a folder holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Folder {
    /// Runs, those that began first first.
    pub runs: Vec<Stored>,
    /// Gates, in the same order.
    pub gates: Vec<Gate>,
    /// Sentences that name what was left out: it is damaged, of a newer version, or no run.
    pub left_out: Vec<String>,
    /// Sentences that name runs which are shown and odd.
    pub odd: Vec<String>,
}

enum Read {
    Run(Box<Stored>, Option<String>),
    Gate(Box<Gate>),
    LeftOut(Vec<String>),
    /// No run and no gate.
    Other,
}

/// Reads the runs in `folder`, or in its folder `runs`, and the gates beside them. Makes and keeps the digests of runs that are
/// new.
///
/// # Errors
/// Where the folder cannot be listed. Errors of single runs are in [`Folder::left_out`].
pub fn read(folder: &Path) -> Result<Folder> {
    Ok(read_each(&candidates(folder)?))
}

/// Reads the runs and gates in these folders, as [`read`] does.
#[must_use]
pub fn read_each(folders: &[PathBuf]) -> Folder {
    let mut read = Folder::default();
    for one in each(folders, |path| one(path)) {
        match one {
            Read::Run(run, odd) => {
                read.runs.push(*run);
                read.odd.extend(odd);
            }
            Read::Gate(gate) => read.gates.push(*gate),
            Read::LeftOut(reasons) => read.left_out.extend(reasons),
            Read::Other => {}
        }
    }
    read.runs.sort_by(|a, b| {
        (a.began, &a.digest.run.id, &a.directory).cmp(&(b.began, &b.digest.run.id, &b.directory))
    });
    read.gates.sort_by(|a, b| (&a.started, &a.id).cmp(&(&b.started, &b.id)));
    read.left_out.sort();
    read.odd.sort();
    read
}

/// The folders in which there may be a run or a gate.
fn candidates(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = folders(folder)?;
    for inside in [RUNS, GATES].map(|name| folder.join(name)) {
        if inside.is_dir() && !inside.join(store::RUN).exists() && !inside.join(gates::FILE).exists() {
            found.retain(|one| *one != inside);
            found.extend(folders(&inside)?);
        }
    }
    if folder.file_name().is_some_and(|name| name == RUNS) {
        let beside = folder.with_file_name(GATES);
        if beside.is_dir() {
            found.extend(folders(&beside)?);
        }
    }
    Ok(found)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = cannot("list", folder, "give a folder of runs that can be read");
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    Ok(folders)
}

fn one(path: &Path) -> Read {
    if path.join(gates::FILE).is_file() {
        return match gates::read(path) {
            Ok(gate) => Read::Gate(Box::new(gate)),
            Err(error) => Read::LeftOut(vec![chain(&error)]),
        };
    }
    if !path.join(store::RUN).exists() {
        if ![store::RECORDS, store::PARTS].into_iter().any(|name| path.join(name).exists()) {
            return Read::Other;
        }
        return Read::LeftOut(vec![format!(
            "failed to read {}: it has records and no {}; restore that",
            path.display(),
            store::RUN
        )]);
    }
    match digest::of_stored(path) {
        Ok(digest) => dated(path, digest),
        Err(Error::Damaged(reasons)) => Read::LeftOut(reasons),
        Err(error) => Read::LeftOut(vec![chain(&error)]),
    }
}

/// A run with the time at which it began. A clock that went back while it measured shows in a run that ended before.
fn dated(path: &Path, digest: Digest) -> Read {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    let Some(began) = time(&digest.run.started) else {
        return Read::LeftOut(vec![format!(
            "failed to place {} in time: {:?} is no time; correct `started` in its run.json",
            path.display(),
            digest.run.started
        )]);
    };
    let back = digest.run.finished.as_deref().and_then(time).is_some_and(|ended| ended < began);
    let odd = back.then(|| {
        format!(
            "{}: the clock went back while it measured; it stands where it began, {}",
            path.display(),
            digest.run.started
        )
    });
    Read::Run(Box::new(Stored { directory: path.to_owned(), began, digest }), odd)
}
