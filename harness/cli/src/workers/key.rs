//! A worker's key: everything that its bytes depend on. Equal keys are equal workers.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::{find::Package, setup::Setup};

/// The key of the worker that would be built now: the adapter's and the package's files (sources, manifest, lock
/// file, build script), the toolchain and the other tools that the package names, and the environment of the build. A
/// system library that is replaced by another of the same name is not seen: run `wasmark build` in an empty cache.
///
/// # Errors
/// Where a file cannot be read or there is no Rust.
pub fn key(package: &Package, setup: &Setup) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(version("rustc", "-vV").context("failed to run rustc; install Rust from https://rustup.rs")?);
    for tool in &package.metadata.tools {
        part(&mut hash, tool, &version(tool, "--version").unwrap_or_default());
    }
    for (name, value) in setup.variables() {
        part(&mut hash, name, value.as_bytes());
    }
    let common = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CC", "CXX", "CFLAGS", "CXXFLAGS"];
    for name in common.into_iter().chain(package.metadata.variables.iter().map(String::as_str)) {
        let value = std::env::var_os(name).unwrap_or_default();
        part(&mut hash, name, value.as_encoded_bytes());
    }
    folder(&mut hash, &package.folder)?;
    // A project that takes the adapter from elsewhere names it in its lock file.
    let adapter = package.checkout.join("harness/adapter");
    if adapter.is_dir() {
        folder(&mut hash, &adapter)?;
    }
    for source in &package.metadata.sources {
        folder(&mut hash, &package.folder.join(source))?;
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// What a program says of its version, if it is there.
fn version(program: &str, argument: &str) -> Option<Vec<u8>> {
    Command::new(program).arg(argument).output().ok().map(|output| output.stdout)
}

/// Adds the folder's files by their relative paths, in order.
fn folder(hash: &mut Sha256, folder: &Path) -> Result<()> {
    let built = |name: &std::ffi::OsStr| name == "target" || name == "tests" || name == "examples";
    let walk =
        WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| !built(entry.file_name()));
    for entry in walk {
        let entry = entry.with_context(|| format!("failed to read {}", folder.display()))?;
        if entry.file_type().is_file() {
            let path = entry.path();
            let bytes = fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
            let relative = path.strip_prefix(folder).unwrap_or(path);
            part(hash, &relative.to_string_lossy(), &bytes);
        }
    }
    Ok(())
}

/// Adds a named part so that no two different lists of parts hash alike.
fn part(hash: &mut Sha256, name: &str, bytes: &[u8]) {
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_hashes_by_names_and_contents() {
        let of = |files: &[(&str, &str)]| {
            let folder_ = tempfile::tempdir().expect("a folder");
            for (name, text) in files {
                let path = folder_.path().join(name);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, text).expect("a write");
            }
            let mut hash = Sha256::new();
            folder(&mut hash, folder_.path()).expect("a hash");
            hash.finalize()
        };
        assert_eq!(of(&[("a", "1"), ("b", "2")]), of(&[("b", "2"), ("a", "1")]));
        assert_ne!(of(&[("a", "1"), ("b", "2")]), of(&[("a", "12"), ("b", "")]));
        assert_ne!(of(&[("a", "1")]), of(&[("c", "1")]));
        assert_eq!(of(&[("a", "1")]), of(&[("a", "1"), ("target/x", "2")]));
    }
}
