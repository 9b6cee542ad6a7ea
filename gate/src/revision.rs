//! Git revisions: their files in the cache, taken out of the repository without a trace in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use wasmark_runner::{
    error::{failed, failed_to},
    paths,
};

use crate::{Error, Result};

/// What fails without git, and the remedy.
const RUN_GIT: &str = "run git; install it";

/// The full hash of the commit that `name` names in the repository around `here`; none where it names none.
///
/// # Errors
/// Where there is no git.
pub fn resolve(here: &Path, name: &str) -> Result<Option<String>> {
    let output = git(here)
        .args(["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
        .output()
        .map_err(failed("run git, which looks for revisions; install it"))?;
    let hash = String::from_utf8_lossy(&output.stdout).trim().to_string();
    Ok(output.status.success().then_some(hash).filter(|hash| !hash.is_empty()))
}

/// The folder of the revision's files in the cache; written there where it is not yet.
///
/// # Errors
/// Where git or tar fails, or the cache cannot be written.
pub fn files(here: &Path, hash: &str) -> Result<PathBuf> {
    let parent = paths::revisions()?;
    let folder = parent.join(hash);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&parent).map_err(failed_to("write to", &parent, "set WASMARK_CACHE"))?;
    let new = tempfile::tempdir_in(&parent).map_err(failed("write to the cache folder"))?;
    // An archive and no worktree: a worktree would leave its name in the user's repository.
    let mut archive = git(&top(here)?)
        .args(["archive", "--format=tar", hash])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed(RUN_GIT))?;
    let stream = archive.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let unpacked = Command::new("tar")
        .args(["-x", "-C"])
        .arg(new.path())
        .stdin(stream)
        .status()
        .map_err(failed("run tar, which unpacks a revision; install it"))?;
    let archived = archive.wait().map_err(failed("wait for git"))?;
    if !archived.success() || !unpacked.success() {
        return Err(Error::Unpack(hash.to_string()));
    }
    let new = new.keep();
    if let Err(problem) = fs::rename(&new, &folder) {
        fs::remove_dir_all(&new).ok();
        // Another wasmark may have been faster; its files are the same.
        if !folder.is_dir() {
            return Err(failed_to("write", &folder, "")(problem).into());
        }
    }
    Ok(folder)
}

fn top(here: &Path) -> Result<PathBuf> {
    let output = git(here).args(["rev-parse", "--show-toplevel"]).output().map_err(failed(RUN_GIT))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).stdin(Stdio::null());
    git
}

/// Waits until no other process builds revisions, and keeps others waiting as long as the file that it returns is open.
///
/// # Errors
/// Where the cache cannot be written.
pub fn alone() -> Result<fs::File> {
    let path = paths::revisions()?.join("lock");
    let open = || -> std::io::Result<fs::File> {
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        let file = fs::File::create(&path)?;
        if let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
            eprintln!("another wasmark builds a revision; waiting for it");
            file.lock()?;
        }
        Ok(file)
    };
    Ok(open().map_err(failed_to("lock", &path, "set WASMARK_CACHE"))?)
}

/// Puts the files of a checkout into the one folder that all revisions are built in, and returns it. Symbols carry a hash
/// of the folder that they were built in, and the order of code follows them: the same source built in two places may be two
/// layouts of the same code, and a layout can make it faster or slower. New files, besides, are what cargo builds again.
///
/// # Errors
/// Where the cache cannot be written.
pub fn stage(checkout: &Path) -> Result<PathBuf> {
    let folder = paths::revisions()?.join("build");
    let failed = failed_to("write", &folder, "free some space or set WASMARK_CACHE");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    let skipped = |name: &std::ffi::OsStr| name == "target" || name == ".git" || name == "node_modules";
    let walk = walkdir::WalkDir::new(checkout).into_iter().filter_entry(|entry| !skipped(entry.file_name()));
    for entry in walk {
        let entry = entry.map_err(failed_to("read", checkout, ""))?;
        let inside = entry.path().strip_prefix(checkout).map_err(wasmark_runner::Error::from)?;
        let to = folder.join(inside);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&to).map_err(failed)?;
        } else if entry.path().is_file() {
            fs::read(entry.path())
                .and_then(|bytes| fs::write(&to, bytes))
                .and_then(|()| fs::set_permissions(&to, entry.path().metadata()?.permissions()))
                .map_err(failed)?;
        }
    }
    Ok(folder)
}
