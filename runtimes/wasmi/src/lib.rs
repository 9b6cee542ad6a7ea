//! wasmark's adapter for wasmi: an interpreter that translates eagerly or lazily, and `wasmi_wasi`'s preview 1.
//! Kernels pay for none of WASI: it is linked only where a module imports it.

mod failure;
mod function;
mod imports;
mod settings;

use cap_std::{
    ambient_authority,
    fs::{Dir, File},
};
use function::Function;
use wasmark_adapter::{
    CallPath, Describe, Description, Entry, Failure, FailureKind, Host, Result, Runtime, Settings, Source,
    Stub, Value,
};
use wasmi::{Engine, Linker, Store, TypedFunc, WasmParams, WasmResults};
use wasmi_wasi::{WasiCtx, WasiCtxBuilder};

/// wasmi in one configuration.
pub struct Wasmi {
    engine: Engine,
    setup: &'static settings::Setup,
    stubs: Vec<Stub>,
}

/// A decoded module and what its imports are resolved from: wasmi does so for each instance.
pub struct Module {
    module: wasmi::Module,
    linker: Linker<Guest>,
    wasi: bool,
}

/// A runtime and a module for further threads. wasmi's engine and module are handles of what all threads use, and each
/// thread has a linker of its own.
pub struct Shared {
    engine: Engine,
    setup: &'static settings::Setup,
    stubs: Vec<Stub>,
    module: wasmi::Module,
}

/// A store with one instance in it.
pub struct Instance {
    store: Store<Guest>,
    entry: TypedEntry,
}

/// What the store of an instance carries: nothing for a kernel.
type Guest = Option<Box<WasiCtx>>;

enum TypedEntry {
    Kernel(TypedFunc<i32, i64>),
    Command(TypedFunc<(), ()>),
    Function(Function),
}

impl Wasmi {
    /// A module, with what its imports are resolved from.
    fn module(&self, module: wasmi::Module) -> Result<Module> {
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
        Ok(Module { module, linker, wasi })
    }
}

impl Describe for Wasmi {
    fn describe() -> Description {
        Description {
            runtime: "wasmi".to_owned(),
            version: env!("WASMI_VERSION").to_owned(),
            licence: "MIT OR Apache-2.0".to_owned(),
            configurations: settings::describe(),
        }
    }
}

impl Runtime for Wasmi {
    type Module = Module;
    type Instance = Instance;
    type Shared = Shared;

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        let setup = settings::find(configuration, source)?;
        Ok(Wasmi { engine: Engine::new(&setup.config()), setup, stubs: stubs.to_vec() })
    }

    fn resolved(&self) -> Settings {
        settings::resolved(&self.engine)
    }

    fn compile(&self, wasm: &[u8]) -> Result<Module> {
        self.module(wasmi::Module::new(&self.engine, wasm).map_err(|error| failure::of(&error))?)
    }

    fn instantiate(&self, module: &Module, entry: &Entry, host: &Host) -> Result<Instance> {
        let guest = if module.wasi { Some(Box::new(world(host)?)) } else { None };
        let mut store = Store::new(&self.engine, guest);
        if self.setup.fuel {
            store.set_fuel(u64::MAX).map_err(|error| failure::of(&error))?;
        }
        let instance = if self.stubs.iter().any(Stub::has_state) {
            let mut linker = module.linker.clone();
            imports::define_state(&mut linker, &mut store, &self.stubs)
                .map_err(|error| failure::of(&error))?;
            linker.instantiate_and_start(&mut store, &module.module)
        } else {
            module.linker.instantiate_and_start(&mut store, &module.module)
        };
        let instance = instance.map_err(|error| failure::of(&error))?;
        let entry = match entry {
            Entry::Kernel(name) => TypedEntry::Kernel(export(&store, &instance, name)?),
            Entry::Command => TypedEntry::Command(export(&store, &instance, "_start")?),
            Entry::Function { name, arguments, results } => {
                if instance.get_func(&store, "_initialize").is_some() {
                    let initialize: TypedFunc<(), ()> = export(&store, &instance, "_initialize")?;
                    initialize.call(&mut store, ()).map_err(|error| failure::of(&error))?;
                }
                let of = (arguments.as_slice(), results.as_slice());
                TypedEntry::Function(Function::find(&store, &instance, name, of)?)
            }
        };
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

    fn share(&self, module: &Module) -> Result<Shared> {
        let (engine, module) = (self.engine.clone(), module.module.clone());
        Ok(Shared { engine, setup: self.setup, stubs: self.stubs.clone(), module })
    }

    fn join(shared: &Shared) -> Result<(Self, Module)> {
        let Shared { engine, setup, stubs, module } = shared;
        let runtime = Wasmi { engine: engine.clone(), setup, stubs: stubs.clone() };
        let module = runtime.module(module.clone())?;
        Ok((runtime, module))
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

/// The export of this name and type.
fn export<Params: WasmParams, Results: WasmResults>(
    store: &Store<Guest>,
    instance: &wasmi::Instance,
    name: &str,
) -> Result<TypedFunc<Params, Results>> {
    instance
        .get_typed_func(store, name)
        .map_err(|error| Failure::new(FailureKind::Export, format_args!("find `{name}`: {error}")))
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
