//! Where the module of a manifest is: in its own folder, in that of another workload, or in wasmark's cache, where it
//! was put or is generated.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wasmark_adapter::host::sha256;

use crate::{
    Fault, Result, cache,
    document::{parse, read},
    error::{Check, OfKey, at},
    files::{inside, unreadable},
    manifest::Manifest,
};

/// A module whose bytes are the ones that the manifest means, with the key that led to it, or why there is none.
pub(crate) enum Found {
    Here { key: &'static str, path: PathBuf, bytes: Vec<u8> },
    Absent(String),
}

/// Finds the module. Those that a command has to get lie in the folder `modules`, each named by its sha256.
///
/// # Errors
/// The key that is wrong, and what is wrong with it.
pub(crate) fn find(folder: &Path, manifest: &Manifest, modules: &Path) -> OfKey<Found> {
    let sources =
        (&manifest.wasm, &manifest.module_of, &manifest.generate, &manifest.floor, &manifest.obtain);
    let (key, path) = match sources {
        (Some(wasm), None, None, None, None) => ("wasm", inside(folder, wasm).map_err(at("wasm"))),
        (None, Some(other), None, None, None) => ("module_of", module_of(folder, manifest, other)),
        (None, None, Some(shape), None, None) => {
            return generated(modules, &manifest.sha256, "generate", || shape.wasm());
        }
        (None, None, None, Some(floor), None) => {
            return generated(modules, &manifest.sha256, "floor", || Ok(floor.wasm()));
        }
        (None, None, None, None, Some(command)) => {
            return obtained(modules, &manifest.sha256, command).map_err(at("sha256"));
        }
        (None, None, None, None, None) => {
            let rule = "find the module: write one of wasm, module_of, [generate], [floor] and obtain";
            return Err(at("name")(Fault::Rule(rule)));
        }
        _ => {
            let rule = "choose a module: keep one of wasm, module_of, [generate], [floor] and obtain";
            return Err(at("sha256")(Fault::Rule(rule)));
        }
    };
    let path = path?;
    let bytes = fs::read(&path).map_err(unreadable(&path)).map_err(at(key))?;
    hash_is(&bytes, &manifest.sha256).map_err(at("sha256"))?;
    Ok(Found::Here { key, path, bytes })
}

fn hash_is(bytes: &[u8], claimed: &str) -> Check {
    let actual = sha256(bytes);
    if actual == claimed { Ok(()) } else { Err(Fault::Hash(actual)) }
}

/// The module that another workload of the suite has in its folder, which must be stated to come from the same build.
fn module_of(folder: &Path, own: &Manifest, other: &str) -> OfKey<PathBuf> {
    let refused = |error| at("module_of")(Fault::ModuleOf { workload: other.to_string(), error });
    if Path::new(other).file_name().is_none_or(|name| name != other) {
        return Err(refused("write the name of a workload of this suite".into()));
    }
    let folder = folder.with_file_name(other);
    let file = folder.join("workload.toml");
    let manifest: Manifest =
        read(&file).and_then(|text| parse(&file, &text)).map_err(|error| refused(error.into()))?;
    let none = "it has none itself; name the workload that has it";
    let wasm = manifest.wasm.ok_or_else(|| refused(none.into()))?;
    for (key, given, built) in
        [("toolchain", &own.toolchain, &manifest.toolchain), ("command", &own.command, &manifest.command)]
    {
        if given != built {
            let (workload, given, built) = (manifest.name, given.clone(), built.clone());
            return Err(at(key)(Fault::Build { workload, given, built }));
        }
    }
    inside(&folder, &wasm).map_err(at("module_of"))
}

/// A module that is made here, once.
fn generated(
    modules: &Path,
    hash: &str,
    key: &'static str,
    wasm: impl FnOnce() -> Result<Vec<u8>>,
) -> OfKey<Found> {
    let path = cache::file(modules, hash).map_err(at("sha256"))?;
    if let Some(bytes) = cache::read(&path, hash) {
        return Ok(Found::Here { key, path, bytes });
    }
    let bytes = wasm().map_err(at(key))?;
    hash_is(&bytes, hash).map_err(at("sha256"))?;
    cache::keep(&path, &bytes).map_err(at(key))?;
    Ok(Found::Here { key, path, bytes })
}

/// A module that is not in the suite and may not be on this machine.
fn obtained(modules: &Path, hash: &str, command: &str) -> Result<Found> {
    let path = cache::file(modules, hash)?;
    Ok(match cache::read(&path, hash) {
        Some(bytes) => Found::Here { key: "obtain", path, bytes },
        None if path.exists() => {
            Found::Absent(format!("{} is damaged; get it again with {command}", path.display()))
        }
        None => Found::Absent(format!("its module is not here; get it with {command}")),
    })
}
