//! wasmark's adapter for wasmi: an interpreter that translates eagerly or lazily, and `wasmi_wasi`'s preview 1.
//! Kernels pay for none of WASI: it is linked only where a module imports it.

mod configuration;
mod entry;
mod failure;
mod function;
mod imports;
mod live;

use cap_std::{
    ambient_authority,
    fs::{Dir, File},
};
use live::{Linked, Live};
use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Result, Runtime,
    Settings, Stub, Value,
};
use wasmi::{Engine, Linker, Module};
use wasmi_wasi::{WasiCtx, WasiCtxBuilder};

/// wasmi in one configuration.
#[derive(Clone)]
pub struct Wasmi {
    engine: Engine,
    spec: &'static configuration::ConfigurationSpec,
    stubs: Vec<Stub>,
}

/// What instances are made from.
#[derive(Clone)]
pub enum Prepared {
    /// A module without WASI: wasmi keeps what a store carries in memory of its own, and an empty one takes none.
    Alone(Linked<()>),
    /// A module that imports WASI.
    WithWasi(Linked<WasiCtx>),
}

/// An instance of either.
pub enum Instance {
    /// Without WASI.
    Alone(Live<()>),
    /// With a world of its own.
    WithWasi(Live<WasiCtx>),
}

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
        if !module.imports().any(|import| import.module() == "wasi_snapshot_preview1") {
            let linker = Linker::new(&self.engine);
            return Ok(Prepared::Alone(Linked::new(module, linker, entry, &self.stubs)?));
        }
        let mut linker = Linker::new(&self.engine);
        wasmi_wasi::add_to_linker(&mut linker, |world: &mut WasiCtx| world).map_err(Failure::engine)?;
        Ok(Prepared::WithWasi(Linked::new(module, linker, entry, &self.stubs)?))
    }

    #[inline(always)]
    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        match prepared {
            Prepared::Alone(linked) => linked.instantiate(self, (), Instance::Alone),
            Prepared::WithWasi(linked) => linked.instantiate(self, world(host)?, Instance::WithWasi),
        }
    }

    #[inline(always)]
    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        match instance {
            Instance::Alone(live) => live.call(argument),
            Instance::WithWasi(live) => live.call(argument),
        }
    }

    fn share(&self, prepared: &Prepared) -> Result<Self::Shared> {
        Ok((self.clone(), prepared.clone()))
    }

    fn join(shared: &Self::Shared, _: &Entry) -> Result<(Self, Prepared)> {
        Ok(shared.clone())
    }

    fn results(instance: &Instance) -> Vec<Value> {
        match instance {
            Instance::Alone(live) => live.results(),
            Instance::WithWasi(live) => live.results(),
        }
    }

    fn call_path(instance: &Instance) -> CallPath {
        match instance {
            Instance::Alone(live) => live.call_path(),
            Instance::WithWasi(live) => live.call_path(),
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
