//! Workers that are not ours: programs that the command line names, and what a third-party worker may report of itself.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use wasmark_adapter::{Description, host};

use super::{Error, NoDescription, build::Built, find::PREFIX};
use crate::{Result, error::failed_to};

/// The programs at these paths, each once.
///
/// # Errors
/// Where there is no program at one of them.
pub fn programs(paths: &[PathBuf]) -> Result<BTreeSet<PathBuf>> {
    paths.iter().map(|path| program(path)).collect()
}

fn program(path: &Path) -> Result<PathBuf> {
    let file = fs::metadata(path).map_err(failed_to("find the worker", path, "name the program's file"))?;
    if !file.is_file() {
        return Err(Error::NoFile(path.to_path_buf()).into());
    }
    if file.permissions().mode() & 0o111 == 0 {
        return Err(Error::NotExecutable(path.to_path_buf()).into());
    }
    Ok(path.canonicalize().map_err(failed_to("find the worker", path, ""))?)
}

/// A program that is there, with the hash of its bytes as its key.
///
/// # Errors
/// Where it cannot be read.
pub fn built(program: &Path) -> Result<Built> {
    let bytes = fs::read(program).map_err(failed_to("read", program, ""))?;
    let key = host::sha256(&bytes)[..16].to_string();
    Ok(Built { program: program.to_path_buf(), key, package: None })
}

/// The name of a worker that never described itself: its file's name without its ending.
#[must_use]
pub fn stem(program: &Path) -> String {
    let stem = program.file_stem().unwrap_or_default().to_string_lossy();
    stem.strip_prefix(PREFIX).unwrap_or(&stem).to_string()
}

/// Checks that what a worker reports of itself can be used as names everywhere.
///
/// # Errors
/// Where a name cannot be, is there twice, or nothing can be run.
pub fn check(description: &Description) -> Result<(), NoDescription> {
    let sound = |name: &str| {
        !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || "._-".contains(one))
    };
    let mut seen = BTreeSet::new();
    let names = description.configurations.iter().map(|one| &one.name);
    for name in std::iter::once(&description.runtime).chain(names.clone()) {
        if !sound(name) {
            return Err(NoDescription::Name(name.clone()));
        }
    }
    if let Some(twice) = names.clone().find(|name| !seen.insert(*name)) {
        return Err(NoDescription::Twice(twice.clone()));
    }
    if let Some(idle) = description.configurations.iter().find(|one| one.starts_from.is_empty()) {
        return Err(NoDescription::NoSource(idle.name.clone()));
    }
    if seen.is_empty() { Err(NoDescription::NoConfiguration) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use wasmark_adapter::{Configuration, Limits, Source, Tier};

    use super::*;

    fn description(runtime: &str, names: &[&str], starts_from: &[Source]) -> Description {
        let configuration = |name: &&str| Configuration {
            name: name.to_string(),
            formerly: Vec::new(),
            tier: Tier::Interpreter,
            about: String::new(),
            starts_from: starts_from.to_vec(),
            proposals: vec![],
            wasi: false,
            purposes: vec![],
            licence: None,
            serial: false,
            code_cache: false,
            limits: Limits::default(),
        };
        Description {
            runtime: runtime.into(),
            version: "1".into(),
            licence: "MIT".into(),
            configurations: names.iter().map(configuration).collect(),
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_refused() {
        let wasm = [Source::Wasm];
        check(&description("node-v8.1", &["a", "b_c"], &wasm)).expect("sound names");
        for (runtime, names, starts_from, part) in [
            ("", ["a"].as_slice(), wasm.as_slice(), "reports the name \"\""),
            ("node@20", &["a"], &wasm, "reports the name \"node@20\""),
            ("node", &["a/b"], &wasm, "reports the name \"a/b\""),
            ("node", &["a", "a"], &wasm, "\"a\" twice"),
            ("node", &["a"], &[], "starts from nothing"),
            ("node", &[], &wasm, "no configuration"),
        ] {
            let problem = check(&description(runtime, names, starts_from)).expect_err(part).to_string();
            assert!(problem.contains(part), "{problem}");
        }
    }

    #[test]
    fn a_program_without_a_description_is_called_by_its_file() {
        assert_eq!(stem(Path::new("/x/node.py")), "node");
        assert_eq!(stem(Path::new("/x/wasmark-worker-node")), "node");
    }
}
