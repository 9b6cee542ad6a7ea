//! wasmark's adapter for wasmer: Cranelift and singlepass, with and without metering, artifacts in an engine without
//! a compiler, and `wasmer-wasix` for modules with WASI. The others pay for none of it. Compiled code is cached on disk,
//! by `wasmer-cache`, only where the job names a folder for it.

mod configuration;
mod entry;
mod failure;
mod imports;
mod metering;
mod typed;

use std::{path::Path, sync::Arc};

use configuration::ConfigurationSpec;
use entry::{Place, TypedEntry};
use imports::Provided;
use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Failure, Host, Result, Runtime, Settings, Stub, Value,
};
use wasmark_wasmer_wasix::{self as wasix, Guest};
use wasmer::{Engine, Module, Store, StoreMut};
use wasmer_cache::{Cache, FileSystemCache, Hash};

/// wasmer in one configuration, without its compiler where it runs artifacts.
#[derive(Clone)]
pub struct Wasmer {
    configuration: &'static ConfigurationSpec,
    engine: Engine,
    stubs: Vec<Stub>,
    /// wasmer's own cache of compiled code, where it is on.
    code_cache: Option<FileSystemCache>,
}

/// What instances are made from. wasmer's functions belong to a store, so that imports are made and resolved for each
/// instance.
pub struct Prepared {
    module: Module,
    entry: Place,
    provided: Arc<[Provided]>,
    /// Of a module with WASI.
    wasi: Option<wasix::System>,
}

/// An instance in a store of its own: wasmer frees an instance's memory when its store goes.
pub struct Instance {
    store: Store,
    entry: TypedEntry,
    /// Of a module with WASI. In a box, so that an instance without it is no larger for it.
    world: Option<Box<wasix::World>>,
}

/// The entry of an instance without WASI, initialised where it is a reactor. wasmer's own value of an instance is large,
/// and goes no further: moving it would show in the time of a small one.
#[inline(always)]
fn plain(prepared: &Prepared, store: &mut Store) -> Result<TypedEntry> {
    let imports = imports::define(&prepared.provided, store)?;
    let instance = match wasmer::Instance::new(store, &prepared.module, &imports) {
        Ok(instance) => instance,
        Err(error) => return Err(failure::of_instantiation(&error)),
    };
    if prepared.entry.initialize() {
        entry::typed::<(), ()>(&instance, store, entry::INITIALIZE)?
            .call(store)
            .map_err(|error| failure::of_trap(&error))?;
    }
    prepared.entry.of(store, &instance)
}

/// WASI for instances that are provided with more than that.
fn system(engine: &Engine, provided: &Arc<[Provided]>) -> Result<wasix::System> {
    let provided = (!provided.is_empty()).then(|| provided.clone());
    let imports = provided.map(|provided| move |store: &mut StoreMut<'_>| imports::define(&provided, store));
    wasix::System::new(engine, imports).map_err(failure::of_wasi)
}

/// The host as `wasmer-wasix` sees it.
fn guest(host: &Host) -> Guest<'_> {
    let folders = host.preopens.iter().map(|one| (one.guest.as_str(), one.host.as_path())).collect();
    Guest { args: &host.args, env: &host.env, folders, stdio: [&host.stdin, &host.stdout, &host.stderr] }
}

impl Describe for Wasmer {
    fn describe() -> Description {
        Description {
            runtime: "wasmer".to_owned(),
            version: wasmer_types::VERSION.to_owned(),
            licence: "MIT".to_owned(),
            configurations: ConfigurationSpec::described(),
        }
    }
}

impl Runtime for Wasmer {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    /// wasmer's engine and module are handles of what all threads use; what WASI needs each thread has for itself.
    type Shared = (Wasmer, Module);

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let configuration = ConfigurationSpec::named(spec.configuration)?;
        let engine = configuration.engine(spec.source)?;
        let code_cache = spec.code_cache.map(FileSystemCache::new).transpose()?;
        Ok(Wasmer { configuration, engine, stubs: spec.stubs.to_vec(), code_cache })
    }

    fn resolved(&self) -> Settings {
        self.configuration.resolved(&self.engine)
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        let compile =
            || Module::from_binary(&self.engine, wasm).map_err(|error| failure::of_compilation(&error));
        let Some(mut cache) = self.code_cache.clone() else { return compile() };
        let key = Hash::generate(wasm);
        // SAFETY: nothing but this process writes to the folder; wasmer checks the structure of what it finds.
        if let Ok(module) = unsafe { cache.load(&self.engine, key) } {
            return Ok(module);
        }
        let module = compile()?;
        cache.store(key, &module).map_err(Failure::engine)?;
        Ok(module)
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        module.serialize_to_file(to).map_err(Failure::engine)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        // SAFETY: the file is what `save` wrote; wasmer checks its structure, and trusts the code in it.
        let module = unsafe { Module::deserialize_from_file(&self.engine, artifact) };
        module.map_err(|error| failure::of_loading(&error))
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        let entry = Place::find(&module, entry)?;
        let provided = imports::select(&module, &self.stubs);
        let wasi = wasix::needed(&module).then(|| system(&self.engine, &provided)).transpose()?;
        Ok(Prepared { module, entry, provided, wasi })
    }

    #[inline(always)]
    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        let mut store = Store::new(self.engine.clone());
        if let Some(wasi) = &prepared.wasi {
            let made = wasi.instantiate(&prepared.module, &mut store, &guest(host));
            let (instance, world) = made.map_err(failure::of_wasi)?;
            let entry = prepared.entry.of(&store, &instance)?;
            return Ok(Instance { store, entry, world: Some(Box::new(world)) });
        }
        let entry = plain(prepared, &mut store)?;
        Ok(Instance { store, entry, world: None })
    }

    #[inline(always)]
    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        let Instance { store, entry, world } = instance;
        let Some(world) = world else {
            return entry.call(store, argument).map_err(|error| failure::of_trap(&error));
        };
        let called = world.enter(|| entry.call(store, argument));
        called.or_else(|error| wasix::exit_code(&error).ok_or_else(|| failure::of_trap(&error)))
    }

    fn share(&self, prepared: &Prepared) -> Result<Self::Shared> {
        Ok((self.clone(), prepared.module.clone()))
    }

    fn join((runtime, module): &Self::Shared, entry: &Entry) -> Result<(Self, Prepared)> {
        let prepared = runtime.prepare(module.clone(), entry)?;
        Ok((runtime.clone(), prepared))
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
