//! A finished run or a gate into a store. Whatever goes wrong, the run here is as it was, and the upload can be repeated.

use std::path::Path;

use serde::Deserialize;
use wasmark_results::{
    history,
    store::{self as runs, RUN},
};

use super::{Error, Marker, Store, marker::GATE};
use crate::Result;

/// What came of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// It is there now.
    Now,
    /// It was there already.
    Before,
}

/// The identity of an upload: of a run or of a gate.
#[derive(Deserialize)]
struct Origin {
    id: String,
    started: String,
}

impl Origin {
    /// Of the finished run, or the gate, in `folder`.
    fn of(folder: &Path) -> Result<Origin> {
        if folder.join(GATE).is_file() {
            let gate = history::read_gate(folder)?;
            return Ok(Origin { id: gate.id, started: gate.started });
        }
        let run = runs::read_run(folder)?;
        if run.finished.is_none() {
            return Err(Error::NotEnded(folder.to_path_buf()).into());
        }
        Ok(Origin { id: run.id, started: run.started })
    }
}

/// Copies the finished run, or the gate, in `folder` into the store, under its own name: first its files as they are stored,
/// then the marker. An upload that was interrupted begins again. An older state of the same run is replaced.
///
/// # Errors
/// Where the run has not ended, something else has its name there, or the store cannot be reached or does not permit it.
pub fn upload(folder: &Path, store: &Store) -> Result<Uploaded> {
    let own = Origin::of(folder)?;
    let (marker, contents) = Marker::of(folder)?;
    let at = |name: &str| [own.id.clone(), name.to_string()];
    let there = store.read(&[Marker::NAME, RUN, GATE].map(|name| at(name).to_vec()))?;
    if let [Some(bytes), run, gate] = there.as_slice() {
        if Marker::read(bytes).is_ok_and(|there| there == marker) {
            return Ok(Uploaded::Before);
        }
        let other = run.as_ref().or(gate.as_ref());
        let other = other.and_then(|bytes| serde_json::from_slice::<Origin>(bytes).ok());
        if let Some(other) = other.filter(|other| other.started != own.started) {
            let (folder, name) = (folder.to_path_buf(), format!("{}/{}", store.url(), other.id));
            return Err(Error::AnotherRun { folder, name, started: other.started }.into());
        }
        store.remove(&at(Marker::NAME))?;
    }
    for (name, content) in contents {
        store.write(&at(name), content)?;
    }
    store.write(&at(Marker::NAME), marker.write()?)?;
    Ok(Uploaded::Now)
}
