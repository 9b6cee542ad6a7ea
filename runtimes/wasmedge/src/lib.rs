//! wasmark's adapter for WasmEdge, over its C interface.
//!
//! The interface is called directly, by the bindings in `wasmedge-sys`: its safe part puts two system calls for
//! signal masks around each host call and allocates on each call of an export, which are the binding's costs and not
//! WasmEdge's.

mod configuration;
mod context;
mod failure;
mod instance;
mod module;

use std::{path::Path, ptr, rc::Rc};

use wasmark_adapter::{Description, Entry, Failure, Host, Result, Runtime, Settings, Source, Stub};
use wasmedge_sys::ffi;

pub use instance::Instance;
pub use module::Module;

use crate::{
    configuration::Known,
    context::{Configure, Executor},
    module::{Artifact, Loaded},
};

/// WasmEdge in one configuration.
pub struct WasmEdge {
    configuration: &'static Known,
    settings: Configure,
    executor: Rc<Executor>,
}

impl Runtime for WasmEdge {
    type Module = Module;
    type Instance = Instance;

    fn describe() -> Description {
        Description {
            runtime: "wasmedge".to_owned(),
            version: context::version(),
            licence: "Apache-2.0".to_owned(),
            configurations: configuration::describe(),
        }
    }

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        if !stubs.is_empty() {
            return Err(Failure::unsupported("this adapter has no stubs yet"));
        }

        let configuration = configuration::find(configuration, source)?;
        let settings = configuration::settings(configuration)?;
        // SAFETY: the settings live during the call; no statistics.
        let executor = unsafe {
            // Otherwise each trap prints lines.
            ffi::WasmEdge_LogOff();
            Executor::own(ffi::WasmEdge_ExecutorCreate(settings.get(), ptr::null_mut()))?
        };
        Ok(WasmEdge { configuration, settings, executor: Rc::new(executor) })
    }

    fn resolved(&self) -> Settings {
        configuration::resolved(self.configuration, &self.settings)
    }

    fn compile(&self, wasm: &[u8]) -> Result<Module> {
        if self.configuration.compiles_apart {
            Ok(Module::Artifact(Artifact::compile(&self.settings, wasm)?))
        } else {
            Ok(Module::Loaded(Loaded::from_wasm(&self.settings, wasm)?))
        }
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        match module {
            Module::Artifact(artifact) => artifact.save(to),
            Module::Loaded(_) => {
                Err(Failure::unsupported(format!("WasmEdge's {} has no artifacts", self.configuration.name)))
            }
        }
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        Ok(Module::Loaded(Loaded::from_artifact(&self.settings, artifact)?))
    }

    fn instantiate(&self, module: &Module, entry: &Entry, host: &Host) -> Result<Instance> {
        match module {
            Module::Loaded(module) => Instance::new(&self.executor, module, entry, host),
            Module::Artifact(_) => Err(Failure::engine(
                "this module was compiled to be saved: load the artifact in another process",
            )),
        }
    }

    #[inline]
    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        instance.call(argument)
    }
}
