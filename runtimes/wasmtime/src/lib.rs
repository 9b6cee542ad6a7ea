//! wasmark's adapter for wasmtime: Cranelift with on-demand and with pooled instances, and `wasmtime-wasi`'s
//! preview 1. Kernels pay for none of WASI: it is linked only where a module imports it.

mod configuration;
mod entry;
mod failure;
mod function;
mod imports;
mod settings;

use std::path::Path;

use wasmark_adapter::{
    Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Result, Runtime, Settings, Stub,
    Value, protocol::Preopen,
};
use wasmtime::{Cache, CacheConfig, Engine, InstancePre, Linker, Module, Store};
#[cfg(not(separate_file_permissions))]
use wasmtime_wasi::FsPerms;
use wasmtime_wasi::{
    I32Exit, WasiCtxBuilder,
    cli::{InputFile, OutputFile},
    p1::{self, WasiP1Ctx},
};

pub use configuration::config;
use configuration::{CONFIGURATIONS, ConfigurationSpec};
use entry::{Place, TypedEntry};

/// wasmtime in one configuration.
#[derive(Clone)]
pub struct Wasmtime {
    known: &'static ConfigurationSpec,
    engine: Engine,
    stubs: Vec<Stub>,
}

/// What instances are made from: handles of what all threads use.
#[derive(Clone)]
pub struct Prepared {
    imports: Imports,
    entry: Place,
    wasi: bool,
}

/// A module's imports.
#[derive(Clone)]
enum Imports {
    /// Resolved, once for all instances.
    Shared(InstancePre<Guest>),
    /// To be resolved for each instance, because stubs with a state belong to its store.
    OfInstance(Linker<Guest>, Module),
}

/// A store with one instance in it.
pub struct Instance {
    store: Store<Guest>,
    entry: TypedEntry,
}

/// What the store of an instance carries: nothing for a kernel.
type Guest = Option<Box<WasiP1Ctx>>;

impl Wasmtime {
    /// The module's imports, and whether WASI is among them.
    fn resolve(&self, module: Module) -> Result<(Imports, bool)> {
        let mut linker = Linker::new(&self.engine);
        let wasi = module.imports().any(|import| import.module() == "wasi_snapshot_preview1");
        if wasi {
            // `instantiate` gives every store of such a module its world; the empty one is never used.
            p1::add_to_linker_sync(&mut linker, |guest: &mut Guest| {
                guest.get_or_insert_with(|| Box::new(WasiCtxBuilder::new().build_p1()))
            })
            .map_err(|error| failure::of(&error, FailureKind::Engine))?;
        }
        imports::define(&mut linker, &self.engine, &self.stubs)
            .map_err(|error| failure::of(&error, FailureKind::Import))?;
        let imports = if self.stubs.iter().any(Stub::has_state) {
            Imports::OfInstance(linker, module)
        } else {
            let resolved = linker.instantiate_pre(&module);
            Imports::Shared(resolved.map_err(|error| failure::of(&error, FailureKind::Import))?)
        };
        Ok((imports, wasi))
    }

    /// An instance with stubs of its own.
    fn with_state(
        &self,
        linker: &Linker<Guest>,
        module: &Module,
        store: &mut Store<Guest>,
    ) -> Result<wasmtime::Instance> {
        let mut linker = linker.clone();
        imports::define_state(&mut linker, store, &self.stubs)
            .map_err(|error| failure::of(&error, FailureKind::Resource))?;
        linker.instantiate(store, module).map_err(|error| failure::of(&error, FailureKind::Resource))
    }
}

impl Describe for Wasmtime {
    fn describe() -> Description {
        Description {
            runtime: "wasmtime".to_owned(),
            version: env!("WASMTIME_VERSION").to_owned(),
            licence: "Apache-2.0 WITH LLVM-exception".to_owned(),
            configurations: CONFIGURATIONS.iter().map(ConfigurationSpec::describe).collect(),
        }
    }
}

impl Runtime for Wasmtime {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = (Wasmtime, Prepared);

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let failed = |error| failure::of(&error, FailureKind::Engine);
        let mut config = config(spec.configuration, spec.source)?;
        if let Some(folder) = spec.code_cache {
            config.cache(Some(code_cache(folder).map_err(failed)?));
        }
        let engine = Engine::new(&config).map_err(failed)?;
        Ok(Wasmtime { known: configuration::find(spec.configuration)?, engine, stubs: spec.stubs.to_vec() })
    }

    fn resolved(&self) -> Settings {
        settings::resolved(self.known, &self.engine)
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        Module::from_binary(&self.engine, wasm).map_err(|error| failure::of_module(&error))
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        let artifact = module.serialize().map_err(|error| failure::of(&error, FailureKind::Engine))?;
        Ok(std::fs::write(to, artifact)?)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        // SAFETY: the file is what `save` wrote and nothing changes it while it is mapped; the engine checks that
        // its own version and settings wrote it.
        let module = unsafe { Module::deserialize_file(&self.engine, artifact) };
        module.map_err(|error| failure::of(&error, FailureKind::Invalid))
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        let entry = Place::find(&self.engine, &module, entry)?;
        let (imports, wasi) = self.resolve(module)?;
        Ok(Prepared { imports, entry, wasi })
    }

    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        let guest = if prepared.wasi { Some(Box::new(world(host)?)) } else { None };
        let mut store = Store::new(&self.engine, guest);
        // Counted, and never used up.
        if self.engine.get_consume_fuel() {
            store.set_fuel(u64::MAX).map_err(|error| failure::of(&error, FailureKind::Engine))?;
        }
        if self.engine.get_epoch_interruption() {
            store.set_epoch_deadline(u64::MAX / 2);
        }
        // Imports are resolved: what can fail is the start function, or a memory or table that is refused.
        let instance = match &prepared.imports {
            Imports::Shared(resolved) => resolved
                .instantiate(&mut store)
                .map_err(|error| failure::of(&error, FailureKind::Resource))?,
            Imports::OfInstance(linker, module) => self.with_state(linker, module, &mut store)?,
        };
        let entry = prepared.entry.of(&mut store, &instance)?;
        Ok(Instance { store, entry })
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        let Instance { store, entry } = instance;
        let error = match entry {
            TypedEntry::Kernel(run) => match run.call(store, argument) {
                Ok(checksum) => return Ok(checksum),
                Err(error) => error,
            },
            TypedEntry::Command(start) => match start.call(store, ()) {
                Ok(()) => return Ok(0),
                Err(error) => match error.downcast_ref() {
                    Some(I32Exit(code)) => return Ok(i64::from(*code)),
                    None => error,
                },
            },
            TypedEntry::Function(function) => match function.call(store) {
                Ok(result) => return Ok(result),
                Err(error) => error,
            },
        };
        Err(failure::of(&error, FailureKind::Engine))
    }

    fn share(&self, prepared: &Prepared) -> Result<Self::Shared> {
        Ok((self.clone(), prepared.clone()))
    }

    fn join(shared: &Self::Shared, _: &Entry) -> Result<(Self, Prepared)> {
        Ok(shared.clone())
    }

    fn results(instance: &Instance) -> Vec<Value> {
        match &instance.entry {
            TypedEntry::Function(function) => function.results(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) => Vec::new(),
        }
    }
}

/// wasmtime's own cache of compiled code in this folder, as its command line has it in the user's.
fn code_cache(folder: &Path) -> wasmtime::Result<Cache> {
    let mut config = CacheConfig::new();
    config.with_directory(folder);
    Cache::new(config)
}

/// What a command sees, by `wasmtime-wasi`. Its first call starts the threads that `wasmtime-wasi` keeps for its
/// users; they stay for the process.
fn world(host: &Host) -> Result<WasiP1Ctx> {
    let mut world = WasiCtxBuilder::new();
    // As wasmtime's own command line does where nothing else waits on the thread.
    world.allow_blocking_current_thread(true);
    world.args(&host.args).envs(&host.env);
    world.stdin(InputFile::new(host.stdin.try_clone()?));
    world.stdout(OutputFile::new(host.stdout.try_clone()?));
    world.stderr(OutputFile::new(host.stderr.try_clone()?));
    for preopen in &host.preopens {
        open(&mut world, preopen).map_err(|error| {
            Failure::new(FailureKind::Resource, format!("open {}: {error:#}", preopen.host.display()))
        })?;
    }
    Ok(world.build_p1())
}

/// Opens a folder to the guest, for reading and writing.
#[cfg(not(separate_file_permissions))]
fn open(world: &mut WasiCtxBuilder, Preopen { host, guest }: &Preopen) -> wasmtime::Result<()> {
    world.preopened_dir(host, guest, FsPerms::ReadWrite).map(drop)
}

/// Opens a folder to the guest, for reading and writing, in wasmtime before 48.
#[cfg(separate_file_permissions)]
fn open(world: &mut WasiCtxBuilder, Preopen { host, guest }: &Preopen) -> wasmtime::Result<()> {
    use wasmtime_wasi::{DirPerms, FilePerms};
    world.preopened_dir(host, guest, DirPerms::all(), FilePerms::all()).map(drop)
}
