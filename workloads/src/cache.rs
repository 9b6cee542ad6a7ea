//! The modules that are not committed, in wasmark's cache: each by the sha256 that its manifest gives.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

use wasmark_adapter::host::sha256;

/// The folder of these modules: `modules` in the folder that `WASMARK_CACHE` names, else in `wasmark` in the user's
/// cache folder; `None` where the system names neither.
fn modules_folder() -> Option<PathBuf> {
    let wasmark = env::var_os("WASMARK_CACHE").map(PathBuf::from).or_else(|| {
        let user = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let user = user.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
        user.map(|user| user.join("wasmark"))
    });
    wasmark.map(|wasmark| wasmark.join("modules"))
}

/// The file of the module with this sha256 and its bytes, which `make` makes where they are not there. Where it makes
/// others, they are returned, and not kept: it is for the caller to refuse them.
pub(crate) fn module(
    hash: &str,
    make: impl FnOnce() -> Result<Vec<u8>, String>,
) -> Result<(PathBuf, Vec<u8>), String> {
    let folder = modules_folder()
        .ok_or("find a cache folder: neither XDG_CACHE_HOME nor HOME is set; set WASMARK_CACHE")?;
    let made = || make().map(|bytes| (sha256(&bytes), bytes));
    // What is no hash must not become a path.
    if hash.len() != 64 || !hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return made().map(|(_, bytes)| (folder, bytes));
    }
    let file = folder.join(format!("{hash}.wasm"));
    if let Ok(bytes) = fs::read(&file)
        && sha256(&bytes) == hash
    {
        return Ok((file, bytes));
    }
    let (own, bytes) = made()?;
    if own == hash {
        keep(&folder, &file, &bytes).map_err(|error| {
            format!("write {}: {error}; make its folder writable, or set WASMARK_CACHE", file.display())
        })?;
    }
    Ok((file, bytes))
}

/// Writes the file as a whole: another process may read it, or write it too.
fn keep(folder: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let new = file.with_extension(format!("{}.new", process::id()));
    fs::write(&new, bytes)?;
    fs::rename(&new, file)
}
