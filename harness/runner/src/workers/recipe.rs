//! The options with which cargo built a worker: its file does not show them. Kept beside the worker in the cache.

use std::{
    collections::BTreeMap,
    env, fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::error::incorrect;
use crate::{Result, error::failed_to};

/// The file beside a worker, whose name is in it: several workers may be in one folder. It does not begin as a worker's.
fn file(program: &Path) -> PathBuf {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    program.with_file_name(format!("build-of-{name}.json"))
}

/// The keys of `[profile.release]` that decide how code is made, with cargo's own values.
const KEYS: [(&str, &str); 4] =
    [("opt-level", "3"), ("lto", "false"), ("codegen-units", "16"), ("panic", "unwind")];

/// Where cargo and rustc get the options of the compiler from, in cargo's order.
const FLAGS: [&str; 2] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"];

/// Cargo's options by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recipe(BTreeMap<String, String>);

impl Recipe {
    /// What cargo heeds in a package's folder now: the build's variables, the environment, then its configuration files,
    /// then the manifest, then its own defaults.
    ///
    /// # Errors
    /// Where the manifest or a configuration file cannot be read.
    pub fn of(folder: &Path, build: &BTreeMap<String, String>) -> Result<Recipe> {
        let mut files = configurations(folder)?;
        files.push(read(&folder.join("Cargo.toml"))?.unwrap_or_default());
        let mut recipe = BTreeMap::new();
        for (key, otherwise) in KEYS {
            let variable = format!("CARGO_PROFILE_RELEASE_{}", key.replace('-', "_").to_uppercase());
            let of_file = |file: &Table| Some(text(file.get("profile")?.get("release")?.get(key)?));
            let set = build.get(&variable).cloned().or_else(|| env::var(variable).ok());
            let value = set.or_else(|| files.iter().find_map(of_file));
            recipe.insert(key.to_string(), value.unwrap_or_else(|| otherwise.to_string()));
        }
        let flags = flags(&files, build);
        let cpu = flags.split_once("target-cpu=").map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
        recipe.insert("target-cpu".to_string(), cpu.unwrap_or("the target's baseline").to_string());
        if !flags.is_empty() {
            recipe.insert("rustflags".to_string(), flags);
        }
        recipe.insert("rustc".to_string(), compiler(folder).unwrap_or_else(|| "unknown".to_string()));
        Ok(Recipe(recipe))
    }

    /// Writes it beside a worker.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn keep(&self, program: &Path) -> Result<()> {
        let path = file(program);
        let written = fs::write(&path, serde_json::to_vec(self)?);
        Ok(written.map_err(failed_to("write", &path, "free some space"))?)
    }

    /// The one beside a worker; `None` where another wasmark, or another program, built it.
    #[must_use]
    pub fn beside(program: &Path) -> Option<Recipe> {
        serde_json::from_slice(&fs::read(file(program)).ok()?).ok()
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(name, value)| format!("{name} {value}")).collect();
        formatter.write_str(&parts.join(", "))
    }
}

/// Cargo's configuration files for builds in a folder, the one that comes first first.
fn configurations(folder: &Path) -> Result<Vec<Table>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let beside = folder.ancestors().map(|folder| folder.join(".cargo"));
    let mut files: Vec<PathBuf> = beside.chain(home).map(|folder| folder.join("config.toml")).collect();
    files.dedup();
    files.iter().filter_map(|path| read(path).transpose()).collect()
}

fn read(path: &Path) -> Result<Option<Table>> {
    let Ok(text) = fs::read_to_string(path) else { return Ok(None) };
    Ok(Some(text.parse().map_err(incorrect(path))?))
}

/// The compiler's options beside those of the profile, separated by spaces.
fn flags(files: &[Table], build: &BTreeMap<String, String>) -> String {
    let set = |name: &&str| build.get(*name).cloned().or_else(|| env::var(name).ok());
    if let Some(flags) = FLAGS.iter().find_map(set) {
        return flags.replace('\u{1f}', " ");
    }
    let of_target = |file: &Table| {
        let targets = file.get("target")?.as_table()?;
        targets.values().find_map(|target| target.get("rustflags").cloned())
    };
    let of_file = |file: &Table| of_target(file).or_else(|| file.get("build")?.get("rustflags").cloned());
    files.iter().find_map(of_file).as_ref().map_or_else(String::new, text)
}

/// A value as people write it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The compiler's version in a folder, which may have a toolchain of its own.
fn compiler(folder: &Path) -> Option<String> {
    let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).arg("--version").current_dir(folder).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    Some(line.trim().strip_prefix("rustc ")?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    #[test]
    fn the_manifest_fills_what_configurations_leave_out_and_cargo_the_rest() {
        let manifest = "[profile.release]\nopt-level = 2\nlto = \"fat\"\ncodegen-units = 1\n";
        let config =
            "[profile.release]\nopt-level = \"s\"\n[build]\nrustflags = [\"-C\", \"target-cpu=native\"]\n";
        let home = folder(&[("package/Cargo.toml", manifest), (".cargo/config.toml", config)]);
        let recipe = Recipe::of(&home.path().join("package"), &BTreeMap::new()).expect("a recipe");
        let value = |name: &str| recipe.0[name].as_str();
        assert_eq!((value("opt-level"), value("lto"), value("codegen-units")), ("s", "fat", "1"));
        assert_eq!((value("panic"), value("target-cpu")), ("unwind", "native"));
        assert_eq!(value("rustflags"), "-C target-cpu=native");
        assert!(value("rustc").starts_with("1."), "{recipe}");
    }

    #[test]
    fn it_stands_beside_the_worker_and_is_unknown_without() {
        let home = folder(&[("Cargo.toml", "[package]\nname = \"x\"\n")]);
        let recipe = Recipe::of(home.path(), &BTreeMap::new()).expect("a recipe");
        let program = home.path().join("wasmark-worker-x");
        assert_eq!(Recipe::beside(&program), None);
        recipe.keep(&program).expect("a file");
        assert_eq!(Recipe::beside(&program), Some(recipe.clone()));
        assert!(
            recipe
                .to_string()
                .starts_with("codegen-units 16, lto false, opt-level 3, panic unwind, rustc 1.")
        );
    }

    #[test]
    fn a_manifest_that_is_none_is_named() {
        let home = folder(&[("Cargo.toml", "[package\n")]);
        let problem = Recipe::of(home.path(), &BTreeMap::new()).expect_err("a failure");
        assert!(problem.to_string().contains("Cargo.toml; correct it"), "{problem}");
    }
}
