//! wasmark's adapter for wasmi: an interpreter that translates eagerly or lazily, and `wasmi_wasi`'s preview 1.
//! Kernels pay for none of WASI: it is linked only where a module imports it.

mod configuration;
mod entry;
mod failure;
mod function;
mod imports;

use cap_std::{
    ambient_authority,
    fs::{Dir, File},
};
use entry::{Place, TypedEntry};
use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Result, Runtime,
    Settings, Stub, Value,
};
use wasmi::{Engine, Linker, Module, Store};
use wasmi_wasi::{WasiCtx, WasiCtxBuilder};

/// wasmi in one configuration.
#[derive(Clone)]
pub struct Wasmi {
    engine: Engine,
    spec: &'static configuration::ConfigurationSpec,
    stubs: Vec<Stub>,
}

/// What instances are made from. wasmi resolves the imports for each of them.
#[derive(Clone)]
pub struct Prepared {
    module: Module,
    linker: Linker<Guest>,
    entry: Place,
    wasi: bool,
}

/// A store with one instance in it.
pub struct Instance {
    store: Store<Guest>,
    entry: TypedEntry,
}

/// What the store of an instance carries: nothing for a kernel.
type Guest = Option<Box<WasiCtx>>;

impl Describe for Wasmi {
    fn describe() -> Description {
        Description {
            runtime: "wasmi".to_owned(),
            version: env!("WASMI_VERSION").to_owned(),
            licence: "MIT OR Apache-2.0".to_owned(),
            configurations: configuration::describe(),
        }
    }
}

impl Runtime for Wasmi {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = (Wasmi, Prepared);

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let known = configuration::find(spec.configuration, spec.source)?;
        Ok(Wasmi { engine: Engine::new(&known.config()), spec: known, stubs: spec.stubs.to_vec() })
    }

    fn resolved(&self) -> Settings {
        configuration::resolved(&self.engine)
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        Module::new(&self.engine, wasm).map_err(|error| failure::of(&error))
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        let entry = Place::find(&module, entry)?;
        let mut linker = Linker::new(&self.engine);
        let wasi = module.imports().any(|import| import.module() == "wasi_snapshot_preview1");
        if wasi {
            // `instantiate` gives every store of such a module its world; the empty one is never used.
            wasmi_wasi::add_to_linker(&mut linker, |guest: &mut Guest| {
                guest.get_or_insert_with(|| Box::new(WasiCtxBuilder::new().build())).as_mut()
            })
            .map_err(Failure::engine)?;
        }
        imports::define(&mut linker, &self.stubs)
            .map_err(|error| Failure::new(FailureKind::Import, error))?;
        Ok(Prepared { module, linker, entry, wasi })
    }

    #[inline(always)]
    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        let Prepared { module, linker, entry, wasi } = prepared;
        let guest = if *wasi { Some(Box::new(world(host)?)) } else { None };
        let mut store = Store::new(&self.engine, guest);
        if self.spec.fuel {
            store.set_fuel(u64::MAX).map_err(|error| failure::of(&error))?;
        }
        let instance = if self.stubs.iter().any(Stub::has_state) {
            let mut linker = linker.clone();
            imports::define_state(&mut linker, &mut store, &self.stubs)
                .map_err(|error| failure::of(&error))?;
            linker.instantiate_and_start(&mut store, module)
        } else {
            linker.instantiate_and_start(&mut store, module)
        };
        let instance = instance.map_err(|error| failure::of(&error))?;
        let entry = entry.of(&mut store, &instance)?;
        Ok(Instance { store, entry })
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        let Instance { store, entry } = instance;
        let result = match entry {
            TypedEntry::Kernel(run) => run.call(store, argument),
            TypedEntry::Command(start) => match start.call(store, ()) {
                Ok(()) => Ok(0),
                Err(error) => error.i32_exit_status().map(i64::from).ok_or(error),
            },
            TypedEntry::Function(function) => function.call(store),
        };
        result.map_err(|error| failure::of(&error))
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

    fn call_path(instance: &Instance) -> CallPath {
        match &instance.entry {
            TypedEntry::Function(function) => function.path(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) => CallPath::Typed,
        }
    }
}

/// What a command sees, by `wasmi_wasi`.
fn world(host: &Host) -> Result<WasiCtx> {
    let file = |file: &std::fs::File| -> Result<Box<dyn wasmi_wasi::WasiFile>> {
        let file = File::from_std(file.try_clone()?);
        Ok(Box::new(wasmi_wasi::file::File::from_cap_std(file)))
    };
    let mut world = WasiCtxBuilder::new();
    world.args(&host.args).map_err(Failure::engine)?.envs(&host.env).map_err(Failure::engine)?;
    world.stdin(file(&host.stdin)?).stdout(file(&host.stdout)?).stderr(file(&host.stderr)?);
    for preopen in &host.preopens {
        let folder = Dir::open_ambient_dir(&preopen.host, ambient_authority()).map_err(|error| {
            Failure::new(FailureKind::Resource, format!("open {}: {error}", preopen.host.display()))
        })?;
        world.preopened_dir(folder, &preopen.guest).map_err(Failure::engine)?;
    }
    Ok(world.build())
}
