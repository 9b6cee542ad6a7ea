//! A worker's key: everything that its bytes depend on. Equal keys are equal workers.

use std::{ffi::OsStr, fs, path::Path, process::Command};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::{Error, find::Package, setup::Setup};
use crate::{Result, error::failed_to};

/// Variables that every build heeds: of cargo and the compiler, of C compilers and of linkers.
const COMMON: [&str; 18] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS",
    "CARGO_PROFILE_RELEASE_LTO",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL",
    "CARGO_PROFILE_RELEASE_PANIC",
    "RUSTC",
    "CC",
    "CXX",
    "AR",
    "CFLAGS",
    "CXXFLAGS",
    "LDFLAGS",
    "LIBRARY_PATH",
    "CPATH",
    "PKG_CONFIG_PATH",
];

/// The key of the worker that would be built now: the adapter's and the package's files (sources, manifest, lock
/// file, build script), the toolchain and the other tools that the package names, and the environment of the build. A
/// system library that is replaced by another of the same name is not seen: run `wasmark build` in an empty cache; a
/// run's `settings` name the files that its workers loaded, with their sha256.
///
/// # Errors
/// Where a file cannot be read or there is no Rust.
pub fn key(package: &Package, setup: &Setup) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(version("rustc", "-vV").ok_or(Error::NoRust)?);
    for tool in &package.metadata.tools {
        part(&mut hash, tool, &version(tool, "--version").unwrap_or_default());
    }
    for (name, value) in setup.variables(&package.metadata) {
        part(&mut hash, name, value.as_encoded_bytes());
    }
    for name in COMMON {
        part(&mut hash, name, setup.own(name).map(OsStr::as_encoded_bytes).unwrap_or_default());
    }
    for (name, value) in &package.build {
        part(&mut hash, name, value.as_bytes());
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

/// What a program reports as its version, if it is there.
fn version(program: &str, argument: &str) -> Option<Vec<u8>> {
    Command::new(program).arg(argument).output().ok().map(|output| output.stdout)
}

/// Adds the folder's files by their relative paths, in order.
fn folder(hash: &mut Sha256, folder: &Path) -> Result<()> {
    let built = |name: &std::ffi::OsStr| name == "target" || name == "tests" || name == "examples";
    let walk =
        WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| !built(entry.file_name()));
    for entry in walk {
        let entry = entry.map_err(failed_to("read", folder, ""))?;
        if entry.file_type().is_file() {
            let path = entry.path();
            let bytes = fs::read(path).map_err(failed_to("read", path, ""))?;
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
    use std::collections::BTreeMap;

    use super::{
        super::{find, setup},
        *,
    };
    use crate::paths;

    fn packages() -> BTreeMap<String, Package> {
        let checkout = paths::checkout();
        find::packages(&checkout.join("runtimes"), &checkout).expect("packages")
    }

    /// The variables that `setup.sh` writes.
    fn written() -> Vec<String> {
        let script = fs::read_to_string(paths::checkout().join("setup.sh")).expect("the set-up");
        let (_, rest) = script.split_once("<<KEYS\n").expect("what it writes");
        let (keys, _) = rest.split_once("\nKEYS\n").expect("its end");
        keys.lines().filter_map(|line| Some(line.split_once(' ')?.0.to_string())).collect()
    }

    #[test]
    fn every_variable_of_the_set_up_decides_the_key_of_a_worker_found_or_set() {
        let packages = packages();
        let written = written();
        assert!(written.len() >= 6, "{written:?}");
        for name in &written {
            let of_it = packages.values().filter(|one| one.metadata.variables.contains(name));
            let of_it: Vec<&Package> = of_it.collect();
            assert!(!of_it.is_empty(), "{name}: no package's metadata has it among its variables");
            for package in of_it {
                let key = |setup: &Setup| key(package, setup).expect("a key");
                let (none, name) = (key(&setup::of([], [])), name.as_str());
                let found = key(&setup::of([(name, "/found")], []));
                let own = key(&setup::of([(name, "/found")], [(name, "/own")]));
                let own_alone = key(&setup::of([], [(name, "/own")]));
                assert_ne!(none, found, "{name} of {}", package.name);
                assert_ne!(found, own, "{name} of {}", package.name);
                assert_ne!(none, own_alone, "{name} of {}", package.name);
                assert_eq!(own, own_alone, "{name} of {}: the user's own comes first", package.name);
            }
        }
    }

    #[test]
    fn a_variable_of_another_runtime_s_set_up_changes_no_key() {
        let package = &packages()["wasmi"];
        let of = |setup: Setup| key(package, &setup).expect("a key");
        assert_eq!(
            of(setup::of([], [])),
            of(setup::of([("WASMEDGE_DIR", "/x")], [("MINI_RACER_DIR", "/y")]))
        );
    }

    #[test]
    fn wasmedge_s_library_is_the_one_that_the_user_names() {
        let package = &packages()["wasmedge"];
        let found = [("WASMEDGE_DIR", "/found"), ("WASMEDGE_SYSROOT", "/root")];
        for name in ["WASMEDGE_DIR", "WASMEDGE_LIB_DIR", "WASMEDGE_BUILD_DIR"] {
            let setup = setup::of(found, [(name, "/own")]);
            let variables = setup.variables(&package.metadata);
            assert_eq!(variables, BTreeMap::from([(name, OsStr::new("/own"))]));
        }
    }

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
        // Neither is part of a worker.
        assert_eq!(of(&[("a", "1")]), of(&[("a", "1"), ("target/x", "2"), ("examples/x.rs", "3")]));
    }
}
