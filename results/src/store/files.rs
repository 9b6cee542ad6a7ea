//! Files that are there whole or not at all.

use std::{
    fs::{File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use crate::{Result, error::cannot};

/// Whether a file that is there already is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced.
    Replace,
    /// It stays, and writing is an error.
    Keep,
}

/// Writes `directory/name` so that a reader, at any moment, finds the old file or the new one, also after
/// a loss of power.
///
/// # Errors
/// Where the folder cannot be written to, or the file exists and must be kept.
pub fn write(directory: &Path, name: &str, bytes: &[u8], existing: Existing) -> Result<()> {
    let path = directory.join(name);
    let attempt = || -> std::io::Result<()> {
        // The umask decides as for any other file; by itself a temporary file is for its owner only.
        let mut file =
            tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(directory)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        match existing {
            Existing::Replace => file.persist(&path)?,
            Existing::Keep => file.persist_noclobber(&path)?,
        };
        File::open(directory)?.sync_all()
    };
    attempt().map_err(cannot("write", &path, "choose a results folder that can be written to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_or_keeps_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "a", b"one", Existing::Keep).expect("written");
        write(folder.path(), "a", b"two", Existing::Keep).expect_err("kept");
        assert_eq!(std::fs::read(folder.path().join("a")).expect("readable"), b"one");
        write(folder.path(), "a", b"two", Existing::Replace).expect("replaced");
        assert_eq!(std::fs::read(folder.path().join("a")).expect("readable"), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 1);
        let missing = folder.path().join("missing");
        let error = write(&missing, "a", b"", Existing::Keep).expect_err("no folder").to_string();
        assert!(error.contains("missing/a") && error.contains("choose"), "{error}");
    }
}
