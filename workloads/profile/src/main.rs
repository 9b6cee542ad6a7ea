//! Measures what each workload of the suite is like and writes it beside its manifest: `cargo run --release -- [NAME...]`.

mod blocks;
mod class;
mod guest;
mod instrument;
mod measure;
mod resident;

use std::{path::Path, process::ExitCode};

use wasmark_workloads::{Imports, Profile, Suite, Workload, default_suite_dir, profile::FILE};
use wasmtime::{Engine, Error, Module, Result, bail, error::Context};

/// The versions that are linked.
const LOCK: &str = include_str!("../Cargo.lock");

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    match write(&names) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("profile: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Writes the profiles of these workloads, or of all; whether everything that can be measured was.
fn write(names: &[String]) -> Result<bool> {
    let folder = default_suite_dir();
    let cache = std::env::var_os("WASMARK_CACHE")
        .context("failed to find wasmark's cache folder; run `make profiles`, or set WASMARK_CACHE")?;
    let modules = Path::new(&cache).join("modules");
    let (suite, errors) = Suite::load(&folder, Imports::Provided, &modules)?;
    for name in names {
        if let Some(error) = errors.iter().find(|error| error.workload() == name) {
            bail!("{error}");
        }
        let mut known = suite.workloads.iter();
        if !known.any(|one| one.name() == name && one.manifest().is_some()) {
            bail!("failed to find the workload {name:?} in {}; name a folder of it", folder.display());
        }
    }
    errors.iter().for_each(|error| eprintln!("profile: {error}"));
    suite.absent.iter().for_each(|absent| eprintln!("profile: {absent}"));
    let engine = guest::engine()?;
    let mut complete = errors.is_empty();
    for workload in &suite.workloads {
        let Some(manifest) = workload.manifest() else { continue };
        if !names.is_empty() && !names.iter().any(|name| name == workload.name()) {
            continue;
        }
        let (profile, missing) = of(&engine, workload)?;
        let text = toml::to_string(&profile).context("failed to write a profile")?;
        let file = manifest.with_file_name(FILE);
        std::fs::write(&file, format!("# By `make profiles`; see src/profile.rs.\n{text}"))
            .with_context(|| format!("failed to write {}", file.display()))?;
        println!("{}", workload.name());
        for error in &missing {
            complete = false;
            eprintln!("profile: {}: {error:#}", workload.name());
        }
    }
    Ok(complete)
}

/// A workload's profile, and why something is missing in it.
fn of(engine: &Engine, workload: &Workload) -> Result<(Profile, Vec<Error>)> {
    let path = workload.wasm_path();
    let wasm = std::fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
    let (module, blocks) = blocks::read(&wasm)?;
    let mut missing = Vec::new();
    let (mut unit, mut memory, mut host) = (None, None, None);
    match Module::from_binary(engine, &wasm) {
        Ok(compiled) => {
            unit = keep(measure::work(engine, workload, &wasm, &blocks), &mut missing);
            memory = keep(measure::memory(workload, &compiled), &mut missing);
            host =
                workload.command().then(|| keep(measure::host(workload, &compiled), &mut missing)).flatten();
        }
        Err(error) => {
            missing.push(error.context("failed to compile it: only the module's bytes are described"))
        }
    }
    let sha256 = workload.sha256().to_owned();
    let engine = format!("wasmtime {}", wasmtime_of(LOCK).unwrap_or("of an unknown version"));
    Ok((Profile { sha256, engine, module, unit, memory, host }, missing))
}

/// What could be had; why not is kept beside.
fn keep<T>(measured: Result<T>, missing: &mut Vec<Error>) -> Option<T> {
    measured.map_err(|error| missing.push(error)).ok()
}

/// The version of wasmtime in a lock file.
fn wasmtime_of(lock: &str) -> Option<&str> {
    let package = lock.split("[[package]]").find(|package| package.contains("\nname = \"wasmtime\"\n"))?;
    package.split("\nversion = \"").nth(1)?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_the_one_that_is_measured() {
        let runtimes = include_str!("../../../runtimes/wasmtime/Cargo.lock");
        assert!(wasmtime_of(LOCK).is_some());
        assert_eq!(wasmtime_of(LOCK), wasmtime_of(runtimes), "set both to the same version");
    }

    /// Ten turns of a loop of which every other one calls a function.
    const LOOP: &str = r#"(module
        (memory (export "memory") 1)
        (func $store (i32.store (i32.const 0) (i32.const 7)))
        (func (export "run") (param $n i32) (result i64)
            (loop $again
                (if (i32.and (local.get $n) (i32.const 1)) (then (call $store)) (else (nop)))
                (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i64.const 0)))"#;

    #[test]
    fn counts_what_is_executed() {
        let wasm = wat::parse_str(LOOP).expect("a module");
        let (module, blocks) = blocks::read(&wasm).expect("blocks");
        // 3 in the function that is called; 3 and `if`, the call, 4 and `br_if`, the constant.
        assert_eq!((module.functions, module.instructions), (2, 3 + 4 + 1 + 5 + 1));
        let instrumented = instrument::instrument(&wasm, &blocks).expect("counters");
        let engine = guest::engine().expect("an engine");
        let module = Module::from_binary(&engine, &instrumented).expect("valid");
        let mut store = wasmtime::Store::new(&engine, ());
        let instance = wasmtime::Instance::new(&mut store, &module, &[]).expect("an instance");
        instance
            .get_typed_func::<i32, i64>(&mut store, "run")
            .expect("run")
            .call(&mut store, 10)
            .expect("10");
        let memory = instance.get_memory(&mut store, instrument::COUNTERS).expect("counters");
        let counts = measure::executed(memory.data(&store), &blocks);
        assert_eq!(counts.iter().sum::<u64>(), 10 * (4 + 5) + 5 * (1 + 3) + 1);
        assert_eq!(counts[wasmark_workloads::profile::Class::Calls as usize], 5);
    }
}
