//! The files beside a manifest, which lead nowhere else.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use crate::error::{Check, Error, Fault, Result};

pub(crate) fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error {
    let remedy = "put the file there or correct the path";
    move |error| Error::Io { doing: "read", path: path.to_owned(), error, remedy }
}

/// The path of something in the manifest's folder, which must not leave it by `..`, from the root, or by a symlink.
pub(crate) fn inside(folder: &Path, path: &str) -> Check<PathBuf> {
    let leaves = || Fault::Leaves(path.to_string());
    if Path::new(path).components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(leaves());
    }
    let joined = folder.join(path);
    let real = joined.canonicalize().map_err(unreadable(&joined))?;
    let folder = folder.canonicalize().map_err(unreadable(folder))?;
    if real.starts_with(folder) { Ok(real) } else { Err(leaves()) }
}

/// What only people read has a content, too.
/// A folder's copy must hold what the suite holds: a link in it could lead anywhere.
pub(crate) fn no_symlinks(folder: &Path) -> Result<()> {
    let remedy = "correct the path";
    let unreadable = |error| Error::Io { doing: "read", path: folder.to_owned(), error, remedy };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_symlink() {
            return Err(Error::Symlink(entry.path()));
        }
        if kind.is_dir() {
            no_symlinks(&entry.path())?;
        }
    }
    Ok(())
}
