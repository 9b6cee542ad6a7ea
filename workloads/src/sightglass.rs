//! Folders in the layout of Sightglass, Wasmtime's benchmark suite, as they stand: modules, what they print, and their
//! input files. A module finds its input in the folder, which it sees as `.`.

use std::{fs, path::Path};

use crate::{
    Error, Folder, ManifestError, Workload,
    own::{self, Expect, Imports, Own},
};

/// The workloads of a folder's modules, in the order of their names.
pub(crate) fn load(folder: &Path, imports: Imports) -> Vec<Result<Workload, ManifestError>> {
    let mut modules: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm") && path.is_file())
        .collect();
    modules.sort();
    modules.iter().map(|module| one(folder, module, imports)).collect()
}

fn one(folder: &Path, module: &Path, imports: Imports) -> Result<Workload, ManifestError> {
    let failed = |error: Error| ManifestError::new(module, None, error);
    let stem = module.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // Most folders of the suite call their only module so.
    let folder_name = || {
        let folder = folder.canonicalize().ok()?;
        Some(folder.file_name()?.to_string_lossy().into_owned())
    };
    let name = if stem == "benchmark" { folder_name().unwrap_or(stem.clone()) } else { stem.clone() };
    // The three ways in which the suite has called them.
    let expected = |stream: &str| -> Result<Option<Vec<u8>>, ManifestError> {
        let names = [
            format!("{stem}.{stream}.expected"),
            format!("default.{stream}.expected"),
            format!("{stream}.expected"),
        ];
        let found = names.iter().map(|name| folder.join(name)).find(|path| path.exists());
        let read = |path: std::path::PathBuf| {
            let remedy = "make it readable";
            fs::read(&path).map_err(|error| failed(Error::Io { doing: "read", path, error, remedy }))
        };
        found.map(read).transpose()
    };
    let stdout = expected("stdout")?.map(Expect::Stdout);
    let stderr = expected("stderr")?.map(Expect::Stderr);
    let own = Own {
        module: module.to_path_buf(),
        name: Some(name),
        folders: vec![Folder { host: folder.to_path_buf(), guest: ".".to_string() }],
        expect: stdout.into_iter().chain(stderr).collect(),
        imports,
        ..Own::default()
    };
    own::workload(&own).map_err(failed)
}
