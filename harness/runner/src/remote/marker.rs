//! The marker of an upload that ended: `upload.json`, beside the run's files.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};
use wasmark_adapter::host::sha256;
use wasmark_results::{
    history::GATE_FILE,
    store::{RECORDS, RUN},
};

use super::{Error, NoMarker};
use crate::{Result, error::failed_to};

/// The version of the marker.
pub(super) const SCHEMA: u32 = 1;

/// The files of a finished run that are uploaded; the page is made from them, and the last one is not in every run.
const OF_RUN: [&str; 3] = [RUN, RECORDS, "agreement.jsonl"];
/// The file of a gate that is uploaded.
pub const GATE: &str = GATE_FILE;
/// All files that are uploaded.
pub const FILES: [&str; 4] = [OF_RUN[0], OF_RUN[1], OF_RUN[2], GATE];

/// What an upload consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The version of this format.
    pub schema: u32,
    /// The files by name.
    pub files: BTreeMap<String, File>,
}

/// A file of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its size.
    pub bytes: u64,
    /// Its sha256.
    pub sha256: String,
}

impl File {
    /// The file with this content.
    #[must_use]
    pub fn of(content: &[u8]) -> File {
        File { bytes: content.len() as u64, sha256: sha256(content) }
    }
}

impl Marker {
    /// The name of the marker's file.
    pub const NAME: &str = "upload.json";

    /// The marker and the files of the finished run, or the gate, in `folder`.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn of(folder: &Path) -> Result<(Marker, BTreeMap<&'static str, Vec<u8>>)> {
        let mut contents = BTreeMap::new();
        let files = if folder.join(GATE).is_file() { &[GATE][..] } else { &OF_RUN };
        for name in files.iter().copied() {
            let path = folder.join(name);
            if name == OF_RUN[2] && !path.exists() {
                continue;
            }
            let failed = failed_to("read", &path, "`wasmark run --resume` finishes a run");
            contents.insert(name, fs::read(&path).map_err(failed)?);
        }
        let files = contents.iter().map(|(name, content)| ((*name).to_string(), File::of(content))).collect();
        Ok((Marker { schema: SCHEMA, files }, contents))
    }

    /// The marker as it is stored.
    ///
    /// # Errors
    /// Where the bytes are no marker, or one of a newer version.
    pub fn read(bytes: &[u8]) -> Result<Marker, NoMarker> {
        let marker: Marker = serde_json::from_slice(bytes)?;
        if marker.schema > SCHEMA {
            Err(NoMarker::Newer { found: marker.schema, known: SCHEMA })
        } else {
            Ok(marker)
        }
    }

    /// As it is stored.
    ///
    /// # Errors
    /// Never, as far as is known.
    pub fn write(&self) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec_pretty(self)?)
    }
}
