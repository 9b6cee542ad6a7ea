//! A finished run into a store. Whatever goes wrong, the run here is as it was, and the upload can be repeated.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wasmark_results::{run::Run, store as runs};

use super::{Marker, Store};

/// What came of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// It is there now.
    Now,
    /// It was there already.
    Before,
}

/// Copies the finished run in `folder` into the store, under its own name: first its files as they are stored, then the
/// marker. An upload that was interrupted begins again. An older state of the same run is replaced.
///
/// # Errors
/// Where the run has not ended, another run has its name there, or the store cannot be reached or does not permit it.
pub fn upload(folder: &Path, store: &Store) -> Result<Uploaded> {
    let loaded = runs::read_run(folder)?;
    ensure!(
        loaded.finished.is_some(),
        "failed to upload {0}: the run has not ended; go on with `wasmark run --resume {0}`",
        folder.display()
    );
    let (marker, contents) = Marker::of(folder)?;
    let at = |name: &str| [loaded.id.clone(), name.to_string()];
    let there = store.read(&[at(Marker::NAME).to_vec(), at("run.json").to_vec()])?;
    if let [Some(bytes), description] = there.as_slice() {
        if Marker::read(bytes).is_ok_and(|there| there == marker) {
            return Ok(Uploaded::Before);
        }
        let description = description.as_ref().and_then(|bytes| serde_json::from_slice::<Run>(bytes).ok());
        if let Some(other) = description.filter(|other| other.started != loaded.started) {
            bail!(
                "failed to upload {}: {}/{} is another run, begun at {}; give another URL, or measure under another --job",
                folder.display(),
                store.url(),
                other.id,
                other.started
            );
        }
        store.remove(&at(Marker::NAME))?;
    }
    for (name, content) in contents {
        store.write(&at(name), content)?;
    }
    let marker = marker.write().context("failed to write the marker of an upload")?;
    store.write(&at(Marker::NAME), marker)?;
    Ok(Uploaded::Now)
}
