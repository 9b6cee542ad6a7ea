//! A workload in wasmtime, once, with its output checked.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use wasmark_adapter::{
    Entry, Host, Tier,
    protocol::{Output, Preopen},
};
use wasmark_workloads::Workload;
use wasmtime::{
    CallHook, Config, Engine, Instance, Linker, Module, Result, Store, bail, ensure, error::Context,
    format_err,
};
use wasmtime_wasi::{
    FsPerms, I32Exit, WasiCtxBuilder,
    cli::{InputFile, OutputFile},
    p1::{self, WasiP1Ctx},
};

/// The engine that everything runs in. Memory is anonymous: a copy-on-write image would make pages of it resident
/// that the guest never touched.
pub fn engine() -> Result<Engine> {
    let mut config = Config::new();
    config.memory_init_cow(false).wasm_multi_memory(true).wasm_gc(true).wasm_exceptions(true);
    config.wasm_tail_call(true).wasm_memory64(true).wasm_function_references(true);
    Engine::new(&config)
}

/// An instance that has not been called yet.
pub struct Guest<'a> {
    /// Its store.
    pub store: Store<World>,
    /// The instance.
    pub instance: Instance,
    workload: &'a Workload,
    host: Host,
    _folders: TempDir,
}

/// What a store carries: WASI's state, and what is known of the calls of the host.
pub struct World {
    wasi: WasiP1Ctx,
    /// Calls so far.
    pub calls: u64,
    /// Time in them.
    pub in_host: Duration,
    since: Option<Instant>,
}

impl World {
    /// Notes that control crossed the boundary.
    pub fn crossed(&mut self, hook: CallHook) {
        match hook {
            CallHook::CallingHost => {
                self.calls += 1;
                self.since = Some(Instant::now());
            }
            CallHook::ReturningFromHost => {
                self.in_host += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            }
            CallHook::CallingWasm | CallHook::ReturningFromWasm => {}
        }
    }
}

/// The units that a profile's calls do.
pub fn units(workload: &Workload) -> i32 {
    workload.units(Tier::Optimizing)
}

impl<'a> Guest<'a> {
    /// Makes an instance of a module of the workload.
    pub fn new(workload: &'a Workload, module: &Module) -> Result<Guest<'a>> {
        let folders = tempfile::tempdir().context("failed to make a temporary folder; free some space")?;
        let host = Host::new(&workload.invocation(units(workload)), &copies(workload, folders.path())?)
            .map_err(|failure| format_err!("{failure}"))?;
        let mut store = Store::new(module.engine(), world(&host)?);
        let mut linker = Linker::new(module.engine());
        p1::add_to_linker_sync(&mut linker, |world: &mut World| &mut world.wasi)?;
        let instance = linker.instantiate(&mut store, module)?;
        Ok(Guest { store, instance, workload, host, _folders: folders })
    }

    /// Does the profile's call.
    pub fn call(&mut self) -> Result<()> {
        let Guest { store, instance, workload, host, .. } = self;
        let units = units(workload);
        let output = match workload.entry() {
            Entry::Kernel(name) => {
                let run = instance.get_typed_func::<i32, i64>(&mut *store, name)?;
                Output::Checksum(run.call(store, units)?)
            }
            Entry::Command => {
                let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
                let code = match start.call(store, ()) {
                    Ok(()) => 0,
                    Err(error) => match error.downcast_ref() {
                        Some(I32Exit(code)) => *code,
                        None => return Err(error),
                    },
                };
                host.output(code).map_err(|failure| format_err!("{failure}"))?
            }
            Entry::Function { .. } => bail!("failed to call a function: a suite has kernels and commands"),
        };
        let expected = workload.invocation(units).expected;
        let right = expected.is_some_and(|expected| expected.admits(&output));
        ensure!(
            right,
            "failed to get the right output of {units} units; run `wasmark check` and mend that first"
        );
        Ok(())
    }
}

fn world(host: &Host) -> Result<World> {
    let mut world = WasiCtxBuilder::new();
    world.allow_blocking_current_thread(true).args(&host.args).envs(&host.env);
    world.stdin(InputFile::new(host.stdin.try_clone()?));
    world.stdout(OutputFile::new(host.stdout.try_clone()?));
    world.stderr(OutputFile::new(host.stderr.try_clone()?));
    for Preopen { host, guest } in &host.preopens {
        world.preopened_dir(host, guest, FsPerms::ReadWrite)?;
    }
    Ok(World { wasi: world.build_p1(), calls: 0, in_host: Duration::ZERO, since: None })
}

/// Copies of the folders that the guest sees: it may write to them.
fn copies(workload: &Workload, to: &Path) -> Result<Vec<Preopen>> {
    let copy = |(index, folder): (usize, &wasmark_workloads::Folder)| {
        let to = to.join(index.to_string());
        copy(&folder.host, &to).with_context(|| format!("failed to copy {}", folder.host.display()))?;
        Ok(Preopen { host: to, guest: folder.guest.clone() })
    };
    workload.folders().iter().enumerate().map(copy).collect()
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
