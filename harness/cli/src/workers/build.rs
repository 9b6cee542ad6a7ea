//! Building workers: cargo in one shared target folder, the product kept in a cache by its key.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{
    find::{PREFIX, Package},
    key,
    setup::Setup,
};
use crate::paths;

/// A worker that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The program.
    pub program: PathBuf,
    /// Its key; for a program that was not built here, the hash of its bytes.
    pub key: String,
}

/// Builds the runtime's worker, or takes it from the cache. `progress` is told each crate that was compiled.
///
/// # Errors
/// Where the build fails: the end of cargo's output, and what the package says to do.
pub fn worker(name: &str, package: &Package, progress: &mut dyn FnMut(&str)) -> Result<Built> {
    let setup = Setup::read(&paths::cache()?)?;
    let built = place(name, package, &setup)?;
    if !built.program.is_file() {
        let products = cargo(name, package, &setup, progress)?;
        keep(&products, &built.program)?;
    }
    Ok(built)
}

/// The runtime's worker from the cache, where it is there.
///
/// # Errors
/// Where the package or the set-up's file cannot be read.
pub fn cached(name: &str, package: &Package) -> Result<Option<Built>> {
    let built = place(name, package, &Setup::read(&paths::cache()?)?)?;
    Ok(Some(built).filter(|built| built.program.is_file()))
}

/// Where the worker is, once it is built.
fn place(name: &str, package: &Package, setup: &Setup) -> Result<Built> {
    let key = key::key(package, setup)?;
    let home = paths::cache()?.join("workers").join(format!("{name}-{key}"));
    Ok(Built { program: home.join(format!("{PREFIX}{name}")), key })
}

/// What cargo made: the program, and the folder of what travels with it.
struct Products {
    program: PathBuf,
    bundle: Option<PathBuf>,
}

/// The lines of cargo's `--message-format=json` that matter here.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact {
        target: Target,
        fresh: bool,
        executable: Option<PathBuf>,
    },
    BuildScriptExecuted {
        package_id: String,
        out_dir: PathBuf,
    },
    #[serde(other)]
    Other,
}
#[derive(Deserialize)]
struct Target {
    name: String,
}

fn cargo(name: &str, package: &Package, setup: &Setup, progress: &mut dyn FnMut(&str)) -> Result<Products> {
    let log_path = paths::cache()?.join("logs").join(format!("{name}.log"));
    create_parent(&log_path)?;
    let log =
        fs::File::create(&log_path).with_context(|| format!("failed to write {}", log_path.display()))?;
    let mut child = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--locked", "--message-format=json-render-diagnostics", "--target-dir"])
        .arg(paths::build_target()?)
        .current_dir(&package.folder)
        .envs(setup.variables())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .context("failed to run cargo; install Rust from https://rustup.rs")?;
    let (mut program, mut bundle) = (None, None);
    let own = format!("wasmark-{name}");
    for line in BufReader::new(child.stdout.take().context("failed to read from cargo")?).lines() {
        match serde_json::from_str(&line?).unwrap_or(Message::Other) {
            Message::CompilerArtifact { target, fresh, executable } => {
                if !fresh {
                    progress(&target.name);
                }
                program = executable.filter(|_| target.name == format!("{PREFIX}{name}")).or(program);
            }
            Message::BuildScriptExecuted { package_id, out_dir } => {
                // An id ends in `#name@version`, or in `/name#version` where the folder has the package's name.
                let of_worker =
                    package_id.contains(&format!("#{own}@")) || package_id.contains(&format!("/{own}#"));
                bundle = of_worker.then(|| out_dir.join("bundle")).filter(|path| path.is_dir()).or(bundle);
            }
            Message::Other => {}
        }
    }
    if child.wait()?.success() {
        let program =
            program.with_context(|| format!("failed to find {PREFIX}{name} in what {own} builds"))?;
        return Ok(Products { program, bundle });
    }
    let text = fs::read_to_string(&log_path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let end = lines[lines.len().saturating_sub(12)..].join("\n  ");
    let remedy = &package.metadata.remedy;
    bail!(
        "failed to build the worker of {name}:\n  {end}\n{remedy} (all of cargo's output: {})",
        log_path.display()
    )
}

/// Copies the products into the cache, so that a half copy never counts.
fn keep(products: &Products, program: &Path) -> Result<()> {
    let home = program.parent().context("failed to find the cache of workers")?;
    create_parent(home)?;
    let parent = home.parent().context("failed to find the cache of workers")?;
    let new = tempfile::tempdir_in(parent).context("failed to write to the cache of workers")?;
    fs::copy(&products.program, new.path().join(program.file_name().unwrap_or_default()))?;
    for entry in products.bundle.iter().flat_map(fs::read_dir).flatten() {
        let entry = entry?;
        fs::copy(entry.path(), new.path().join(entry.file_name()))?;
    }
    let new = new.keep();
    if let Err(problem) = fs::rename(&new, home) {
        fs::remove_dir_all(&new).ok();
        // Another wasmark may have been faster; its product is the same.
        if !program.is_file() {
            return Err(problem).with_context(|| format!("failed to write {}", home.display()));
        }
    }
    Ok(())
}

fn create_parent(path: &Path) -> Result<()> {
    let parent = path.parent().context("failed to find the cache folder")?;
    fs::create_dir_all(parent)
        .with_context(|| format!("failed to write to {}; set WASMARK_CACHE", parent.display()))
}

/// Prints build progress to stderr: one line that is rewritten on a terminal, silence elsewhere.
pub fn report(name: &str) -> impl FnMut(&str) {
    let bar = indicatif::ProgressBar::new_spinner();
    let start = std::time::Instant::now();
    let name = name.to_string();
    let mut compiled = 0u32;
    move |unit: &str| {
        compiled += 1;
        bar.set_message(format!(
            "building {name}: {compiled} crates, {} s, now {unit}",
            start.elapsed().as_secs()
        ));
        bar.tick();
        if bar.is_hidden() && compiled.is_multiple_of(50) {
            let _ = writeln!(
                std::io::stderr(),
                "building {name}: {compiled} crates, {} s",
                start.elapsed().as_secs()
            );
        }
    }
}
