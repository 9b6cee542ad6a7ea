//! wasmark's adapter for WasmEdge, over its C interface.
//!
//! The interface is called directly, by the bindings in `wasmedge-sys`: its safe part puts two system calls for
//! signal masks around each host call and allocates on each call of an export, which are the binding's costs and not
//! WasmEdge's.

mod c;
mod configuration;
mod engine;
mod entry;
mod failure;
mod imports;
mod instance;
mod module;
mod prepared;

use std::{path::Path, rc::Rc, sync::Arc};

use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Failure, Host, Result, Runtime, Settings, Stub, Value,
};

pub use instance::Instance;
pub use module::Module;
pub use prepared::Prepared;

use crate::{c::context::Ast, configuration::ConfigurationSpec, engine::Engine, module::Artifact};

/// WasmEdge in one configuration.
pub struct WasmEdge(Rc<Engine>);

impl WasmEdge {
    /// What all calls have cost so far, in WasmEdge's units (1 for an instruction); `None` where nothing is metered.
    #[must_use]
    pub fn cost(&self) -> Option<u64> {
        self.0.cost()
    }
}

/// A decoded module for further threads, each of which has an executor and the host's functions for itself.
pub struct Shared {
    configuration: &'static ConfigurationSpec,
    stubs: Vec<Stub>,
    module: Arc<Ast>,
}

impl Describe for WasmEdge {
    fn describe() -> Description {
        Description {
            runtime: "wasmedge".to_owned(),
            version: c::context::version(),
            licence: "Apache-2.0".to_owned(),
            configurations: configuration::describe(),
        }
    }
}

impl Runtime for WasmEdge {
    type Module = Module;
    type Prepared = Rc<Prepared>;
    type Instance = Instance;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let configuration = configuration::find(spec.configuration, spec.source)?;
        Ok(WasmEdge(Rc::new(Engine::new(configuration, spec.stubs)?)))
    }

    fn resolved(&self) -> Settings {
        configuration::resolved(self.0.configuration, &self.0.settings)
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        if self.0.configuration.compiles_apart() {
            Ok(Module::Artifact(Artifact::compile(&self.0.settings, wasm)?))
        } else {
            Ok(Module::Loaded(module::from_wasm(&self.0.settings, wasm)?))
        }
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        match module {
            Module::Artifact(artifact) => artifact.save(to),
            Module::Loaded(_) => Err(Failure::unsupported(format!(
                "WasmEdge's {} has no artifacts",
                self.0.configuration.name
            ))),
        }
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        Ok(Module::Loaded(module::from_artifact(&self.0.settings, artifact)?))
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Rc<Prepared>> {
        match module {
            Module::Loaded(module) => Ok(Rc::new(Prepared::new(&self.0, Arc::new(module), entry)?)),
            Module::Artifact(_) => Err(Failure::engine(
                "this module was compiled to be saved: load the artifact in another process",
            )),
        }
    }

    #[inline(always)]
    fn instantiate(&self, prepared: &Rc<Prepared>, host: &Host) -> Result<Instance> {
        Instance::new(prepared, host)
    }

    fn share(&self, prepared: &Rc<Prepared>) -> Result<Shared> {
        let Engine { configuration, stubs, .. } = &*self.0;
        if let Some(why) = configuration.one_thread() {
            return Err(Failure::unsupported(why));
        }
        Ok(Shared { configuration, stubs: stubs.clone(), module: prepared.module.clone() })
    }

    fn join(shared: &Shared, entry: &Entry) -> Result<(Self, Rc<Prepared>)> {
        let engine = Rc::new(Engine::new(shared.configuration, &shared.stubs)?);
        let prepared = Prepared::new(&engine, shared.module.clone(), entry)?;
        Ok((WasmEdge(engine), Rc::new(prepared)))
    }

    #[inline(always)]
    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        instance.call(argument)
    }

    fn results(instance: &Instance) -> Vec<Value> {
        instance.results()
    }

    /// WasmEdge has one way to call, which compares the values' types with the function's in each call.
    fn call_path(_: &Instance) -> CallPath {
        CallPath::Untyped
    }
}
