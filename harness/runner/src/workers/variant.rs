//! A runtime's package with its engine at another version: a copy in the cache whose manifest asks for that version
//! and whose lock cargo completed. It is built as any other package.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};
use walkdir::WalkDir;

use super::{
    Error, cargo,
    error::incorrect,
    find::{Metadata, Package},
    key,
    setup::Setup,
    version::{Version, Wanted},
};
use crate::{
    Result,
    error::{failed, failed_to},
    paths,
};

/// What to do where a version cannot be had.
const REMEDY: &str = "Choose another version: an adapter fits those whose interface it was written for.";

/// The package as wanted, where it was made already.
///
/// # Errors
/// Where the package or the set-up's file cannot be read.
pub fn known(package: &Package, wanted: &Wanted) -> Result<Option<Package>> {
    let (folder, _) = place(package, wanted)?;
    Ok(folder.is_dir().then(|| of(package, folder)))
}

/// The package as wanted; makes it where it is not there yet, for which cargo may ask the registry. Without a version it is
/// the package itself.
///
/// # Errors
/// Where cargo finds no such version, or nothing that fits it.
pub fn make(package: &Package, wanted: &Wanted) -> Result<Package> {
    let Some(version) = &wanted.version else { return Ok(package.clone()) };
    let (folder, key) = place(package, wanted)?;
    if !folder.is_dir() {
        let parent = paths::make_parent(&folder)?;
        let new = tempfile::tempdir_in(parent).map_err(failed("write to the cache folder"))?;
        copy(&package.folder, new.path())?;
        let mut asked = Vec::new();
        for inner in manifests(new.path())? {
            let folder = package.folder.join(&inner);
            let change = |table: &mut Table| manifest(table, &package.metadata, &folder, (version, &key));
            asked.extend(rewrite(&new.path().join(inner).join("Cargo.toml"), change)?);
        }
        all_asked(package, &asked)?;
        let lock = new.path().join("Cargo.lock");
        if lock.is_file() {
            rewrite(&lock, |table| unlock(table, &package.metadata))?;
        }
        let setup = Setup::read(&paths::cache()?)?;
        eprintln!("choosing the crates that {wanted} is built from");
        cargo::complete_lock(&wanted.to_string(), new.path(), &package.metadata, &setup)?
            .map_err(|refusal| refusal.explain(format!("find what {wanted} is built from"), REMEDY))?;
        // Whole or not at all. Another wasmark may have been faster; its copy is the same.
        if let Err(problem) = fs::rename(new.path(), &folder)
            && !folder.is_dir()
        {
            return Err(failed_to("write", &folder, "")(problem).into());
        }
    }
    Ok(of(package, folder))
}

/// Where the copy is, and the key of what it is made from.
fn place(package: &Package, wanted: &Wanted) -> Result<(PathBuf, String)> {
    let cache = paths::cache()?;
    let key = key::key(package, &Setup::read(&cache)?)?;
    let version = Wanted { build: None, ..wanted.clone() };
    Ok((cache.join("versions").join(format!("{version}-{key}")), key))
}

fn of(package: &Package, folder: PathBuf) -> Package {
    let mut metadata = package.metadata.clone();
    metadata.remedy = REMEDY.to_string();
    metadata.sources = metadata.sources.iter().map(|source| package.folder.join(source)).collect();
    Package { folder, metadata, ..package.clone() }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).into_iter().filter_entry(|entry| entry.file_name() != "target") {
        let entry = entry.map_err(failed_to("read", from, ""))?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)
        } else {
            fs::copy(entry.path(), &target).map(drop)
        }
        .map_err(failed_to("copy", entry.path(), ""))?;
    }
    Ok(())
}

/// The folders that are packages, `package` and those in it, relative to it.
fn manifests(package: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in WalkDir::new(package) {
        let entry = entry.map_err(failed_to("read", package, ""))?;
        if entry.file_name() == "Cargo.toml" {
            folders.extend(entry.path().strip_prefix(package)?.parent().map(Path::to_path_buf));
        }
    }
    Ok(folders)
}

/// Changes a file, and returns what `change` does.
fn rewrite<T>(path: &Path, change: impl FnOnce(&mut Table) -> T) -> Result<T> {
    let text = fs::read_to_string(path).map_err(failed_to("read", path, ""))?;
    let mut table = text.parse().map_err(incorrect(path))?;
    let changed = change(&mut table);
    let text = toml::to_string(&table).map_err(Error::Manifest)?;
    fs::write(path, text).map_err(failed_to("write", path, ""))?;
    Ok(changed)
}

/// Asks, in the manifest of `folder`, for the wanted version, for whatever version of the engine's companions that fits
/// it, and for the same folders as before. Returns which of the engine's crates it depends on.
fn manifest(
    table: &mut Table,
    metadata: &Metadata,
    folder: &Path,
    (version, key): (&Version, &str),
) -> Vec<String> {
    let mut asked = Vec::new();
    // Two packages of one name and version are the same to cargo where they share a target folder: it would take the
    // build script's product of one for the other's.
    if let Some(Value::String(own)) = table.get_mut("package").and_then(|package| package.get_mut("version"))
    {
        *own = format!("{own}+{version}.{key}");
    }
    let mut change = |name: &str, dependency: &mut Value| {
        let renamed = dependency.get("package").and_then(Value::as_str).map(str::to_string);
        let name = renamed.unwrap_or_else(|| name.to_string());
        let requirement = if metadata.versions.contains(&name) {
            asked.push(name);
            Some(format!("={version}"))
        } else {
            metadata.companions.contains(&name).then(|| "*".to_string())
        };
        match (dependency, requirement) {
            (Value::Table(parts), requirement) => {
                parts.extend(requirement.map(|one| ("version".to_string(), Value::String(one))));
                if let Some(Value::String(path)) = parts.get_mut("path") {
                    *path = outside(folder, path);
                }
            }
            (value, Some(requirement)) => *value = Value::String(requirement),
            (_, None) => {}
        }
    };
    dependencies(table, &mut change);
    for (_, target) in table.get_mut("target").and_then(Value::as_table_mut).into_iter().flatten() {
        target.as_table_mut().into_iter().for_each(|target| dependencies(target, &mut change));
    }
    asked
}

/// Fails where an engine's crate is not among those that were `asked` for: it is no dependency.
fn all_asked(package: &Package, asked: &[String]) -> Result<(), Error> {
    let crates = package.metadata.versions.iter().filter(|one| !asked.contains(one)).cloned();
    match crates.collect::<Vec<_>>() {
        crates if crates.is_empty() => Ok(()),
        crates => Err(Error::NoDependency { crates, manifest: package.folder.join("Cargo.toml") }),
    }
}

/// Every dependency of a table with the tables of dependencies in it.
fn dependencies(table: &mut Table, change: &mut impl FnMut(&str, &mut Value)) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, dependency) in table.get_mut(kind).and_then(Value::as_table_mut).into_iter().flatten() {
            change(name, dependency);
        }
    }
}

/// The same folder for a copy that lies elsewhere: what is inside the package was copied with it.
fn outside(package: &Path, path: &str) -> String {
    if !path.starts_with("..") {
        return path.to_string();
    }
    let there = package.join(path);
    there.canonicalize().unwrap_or(there).display().to_string()
}

/// Forgets the versions of the engine's crates. Everything else stays as it is locked, as far as it fits.
fn unlock(lock: &mut Table, metadata: &Metadata) {
    let free = |name: &str| metadata.versions.iter().chain(&metadata.companions).any(|one| one == name);
    if let Some(Value::Array(packages)) = lock.get_mut("package") {
        packages.retain(|one| !one.get("name").and_then(Value::as_str).is_some_and(free));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn metadata() -> Metadata {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let (versions, companions) = (words(&["engine", "engine-types"]), words(&["engine-wasi"]));
        Metadata { versions, companions, ..Metadata::default() }
    }

    /// The manifest as written, and the engine's crates that it depends on.
    fn manifest_of(text: &str) -> (String, Vec<String>) {
        let mut table = text.parse().expect("a manifest");
        let version =
            Wanted::parse("engine@1.2.3").ok().and_then(|wanted| wanted.version).expect("a version");
        let folder = Path::new("/nowhere/runtimes/engine");
        let asked = manifest(&mut table, &metadata(), folder, (&version, "k3y"));
        (toml::to_string(&table).expect("a manifest"), asked)
    }

    #[test]
    fn a_manifest_asks_for_the_version_and_for_the_same_folders() {
        let (written, asked) = manifest_of(
            r#"
[package]
name = "wasmark-engine"
version = "0.1.0"

[dependencies]
engine = { version = "9", default-features = false, features = ["a"] }
types = { package = "engine-types", version = "9" }
engine-wasi = "0.9"
wasmark-adapter = { path = "../../harness/adapter" }
wasmark-engine-sys = { path = "sys" }
memchr = "2"

[target.'cfg(unix)'.build-dependencies]
engine = "9"
"#,
        );
        let golden = r#"[dependencies]
engine-wasi = "*"
memchr = "2"

[dependencies.engine]
default-features = false
features = ["a"]
version = "=1.2.3"

[dependencies.types]
package = "engine-types"
version = "=1.2.3"

[dependencies.wasmark-adapter]
path = "/nowhere/runtimes/engine/../../harness/adapter"

[dependencies.wasmark-engine-sys]
path = "sys"

[package]
name = "wasmark-engine"
version = "0.1.0+1.2.3.k3y"

[target."cfg(unix)".build-dependencies]
engine = "=1.2.3"
"#;
        assert_eq!(written, golden);
        assert_eq!(asked, ["engine", "engine-types", "engine"]);
    }

    #[test]
    fn a_crate_that_is_no_dependency_is_reported() {
        let package = Package {
            name: "engine".into(),
            folder: "/nowhere/runtimes/engine".into(),
            metadata: metadata(),
            checkout: "/nowhere".into(),
            build: BTreeMap::new(),
        };
        let (_, mut asked) = manifest_of("[dependencies]\nengine = '9'\n");
        let problem = all_asked(&package, &asked).expect_err("no engine-types").to_string();
        assert!(problem.contains("of engine-types, which `versions` names"), "{problem}");
        assert!(problem.ends_with("correct /nowhere/runtimes/engine/Cargo.toml"), "{problem}");
        // A package inside depends on it.
        asked.extend(manifest_of("[dependencies]\nengine-types = '9'\n").1);
        all_asked(&package, &asked).expect("both");
    }

    #[test]
    fn a_lock_forgets_the_engine_and_nothing_else() {
        let entry = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"9.0.0\"\n");
        let all = ["engine", "engine-types", "engine-wasi", "memchr"].map(entry).join("\n");
        let mut lock: Table = format!("version = 4\n\n{all}").parse().expect("a lock");
        unlock(&mut lock, &metadata());
        assert_eq!(toml::to_string(&lock).expect("a lock"), format!("version = 4\n\n{}", entry("memchr")));
    }
}
