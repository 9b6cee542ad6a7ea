//! The modules that are not committed, in wasmark's cache: each by the sha256 that its manifest gives.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
};

use wasmark_adapter::host::sha256;

use crate::{Error, Result};

/// The file of the module with this sha256 in the cache's folder.
///
/// # Errors
/// Where it is no sha256, which must not become a path.
pub(crate) fn file(folder: &Path, hash: &str) -> Result<PathBuf> {
    if hash.len() != 64 || !hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Error::Sha256);
    }
    Ok(folder.join(hash).with_extension("wasm"))
}

/// What is in the file, if it is what it should be.
pub(crate) fn read(file: &Path, hash: &str) -> Option<Vec<u8>> {
    fs::read(file).ok().filter(|bytes| sha256(bytes) == hash)
}

/// Writes the file as a whole: another process may read it, or write it too.
pub(crate) fn keep(file: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> io::Result<()> {
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        let new = file.with_extension(format!("{}.new", process::id()));
        fs::write(&new, bytes)?;
        fs::rename(&new, file)
    };
    let remedy = "make its folder writable, or set WASMARK_CACHE";
    write().map_err(|error| Error::Io { doing: "write", path: file.to_owned(), error, remedy })
}
