//! wasmark's adapter for wasmer: Cranelift and singlepass, with and without metering, artifacts in an engine without
//! a compiler, and `wasmer-wasix` for modules with WASI. The others pay for none of it. Nothing here caches on disk:
//! wasmer's library does so only when told to.

mod configuration;
mod entry;
mod failure;
mod imports;
mod metering;
mod typed;
mod wasix;

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use configuration::Known;
use entry::TypedEntry;
use imports::Provided;
use wasmark_adapter::{
    CallPath, Describe, Description, Entry, Failure, Host, Result, Runtime, Settings, Source, Stub, Value,
};
use wasmer::{Engine, Store};

/// wasmer in one configuration, without its compiler where it runs artifacts.
pub struct Wasmer {
    configuration: &'static Known,
    engine: Engine,
    stubs: Vec<Stub>,
    /// Made by the first instance that needs it: wasmer's users pay for it when they instantiate.
    wasi: OnceLock<wasix::System>,
}

/// A compiled module.
pub struct Module {
    module: wasmer::Module,
    provided: Arc<[Provided]>,
    wasi: bool,
}

/// A runtime and a module for further threads. wasmer's engine and module are handles of what all threads use; what
/// WASI needs each thread has for itself.
pub struct Shared {
    configuration: &'static Known,
    engine: Engine,
    stubs: Vec<Stub>,
    module: wasmer::Module,
}

/// An instance in a store of its own: wasmer frees an instance's memory when its store goes.
pub struct Instance {
    store: Store,
    entry: TypedEntry,
    /// Of a module with WASI.
    world: Option<wasix::World>,
}

impl Wasmer {
    fn module(&self, module: wasmer::Module) -> Module {
        let provided = imports::select(&module, &self.stubs);
        let wasi = wasix::needed(&module);
        Module { module, provided, wasi }
    }

    fn wasi(&self) -> Result<&wasix::System> {
        match self.wasi.get() {
            Some(system) => Ok(system),
            None => {
                let system = wasix::System::new(&self.engine)?;
                Ok(self.wasi.get_or_init(|| system))
            }
        }
    }
}

/// An instance without WASI, initialised where it is a reactor.
fn plain(module: &Module, store: &mut Store, entry: &Entry) -> Result<wasmer::Instance> {
    let imports = imports::define(&module.provided, store)?;
    let instance = wasmer::Instance::new(store, &module.module, &imports)
        .map_err(|error| failure::of_instantiation(&error))?;
    if matches!(entry, Entry::Function { .. }) && instance.exports.contains("_initialize") {
        entry::typed::<(), ()>(&instance, store, "_initialize")?
            .call(store)
            .map_err(|error| failure::of_trap(&error))?;
    }
    Ok(instance)
}

impl Describe for Wasmer {
    fn describe() -> Description {
        Description {
            runtime: "wasmer".to_owned(),
            version: wasmer_types::VERSION.to_owned(),
            licence: "MIT".to_owned(),
            configurations: Known::described(),
        }
    }
}

impl Runtime for Wasmer {
    type Module = Module;
    type Instance = Instance;
    type Shared = Shared;

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        let configuration = Known::named(configuration)?;
        let engine = configuration.engine(source)?;
        Ok(Wasmer { configuration, engine, stubs: stubs.to_vec(), wasi: OnceLock::new() })
    }

    fn resolved(&self) -> Settings {
        self.configuration.resolved(&self.engine)
    }

    fn compile(&self, wasm: &[u8]) -> Result<Module> {
        // Functions are compiled in a pool of `num_threads`; validation and trampolines go to rayon's global one.
        // It can be made once in a process, and an error says that it was.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
        let module = wasmer::Module::from_binary(&self.engine, wasm);
        module.map(|module| self.module(module)).map_err(|error| failure::of_compilation(&error))
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        module.module.serialize_to_file(to).map_err(Failure::engine)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        // SAFETY: the file is what `save` wrote; wasmer checks its structure, and trusts the code in it.
        let module = unsafe { wasmer::Module::deserialize_from_file(&self.engine, artifact) };
        module.map(|module| self.module(module)).map_err(|error| failure::of_loading(&error))
    }

    fn instantiate(&self, module: &Module, entry: &Entry, host: &Host) -> Result<Instance> {
        let mut store = Store::new(self.engine.clone());
        let (instance, world) = if module.wasi {
            let what = (&module.module, &module.provided);
            let (instance, world) = self.wasi()?.instantiate(what, &mut store, host)?;
            (instance, Some(world))
        } else {
            (plain(module, &mut store, entry)?, None)
        };
        let entry = TypedEntry::find(&instance, &store, entry)?;
        Ok(Instance { store, entry, world })
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        let Instance { store, entry, world } = instance;
        let Some(world) = world else {
            return entry.call(store, argument).map_err(|error| failure::of_trap(&error));
        };
        let called = world.enter(|| entry.call(store, argument));
        called.or_else(|error| wasix::exit_code(&error).ok_or_else(|| failure::of_trap(&error)))
    }

    fn share(&self, module: &Module) -> Result<Shared> {
        let (engine, module) = (self.engine.clone(), module.module.clone());
        Ok(Shared { configuration: self.configuration, engine, stubs: self.stubs.clone(), module })
    }

    fn join(shared: &Shared) -> Result<(Self, Module)> {
        let Shared { configuration, engine, stubs, module } = shared;
        let (engine, stubs) = (engine.clone(), stubs.clone());
        let runtime = Wasmer { configuration, engine, stubs, wasi: OnceLock::new() };
        let module = runtime.module(module.clone());
        Ok((runtime, module))
    }

    fn results(instance: &Instance) -> Vec<Value> {
        instance.entry.results()
    }

    fn call_path(instance: &Instance) -> CallPath {
        instance.entry.path()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(world) = &self.world {
            world.end(&mut self.store);
        }
    }
}
