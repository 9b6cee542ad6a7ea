//! WASI preview 1 by `wasmer-wasix`, made usable in a room of its own, as the other runtimes' C interfaces are: it asks
//! its host for a tokio, a file system, and descriptors that write at once. The adapter gets wasmer's own instances.

mod files;
mod stdio;

use std::sync::Arc;

use stdio::Stdio;
use tokio::runtime::{Handle, Runtime};
use wasmark_adapter::{Failure, FailureKind, Host, Result};
use wasmer::{Engine, Instance, Module, RuntimeError, Store};
use wasmer_wasix::{
    PluggableRuntime, WasiEnv, WasiError, WasiFunctionEnv, WasiRuntimeError, WasiThreadError,
    runtime::task_manager::tokio::TokioTaskManager, wasmer_wasix_types::wasi::ExitCode,
};

use crate::{
    failure,
    imports::{self, Provided},
};

/// Where a module imports WASI preview 1 from.
const WASI: &str = "wasi_snapshot_preview1";

/// Whether a module has WASI, and so needs a [`System`].
pub(crate) fn needed(module: &Module) -> bool {
    module.imports().any(|import| import.module() == WASI)
}

/// What `wasmer-wasix` needs once for all instances: a tokio, and its own runtime on top of it. Dropping it stops the
/// threads without waiting for them.
pub(crate) struct System {
    tokio: Option<Runtime>,
    wasix: Arc<PluggableRuntime>,
}

impl System {
    /// Starts the threads.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub(crate) fn new(engine: &Engine) -> Result<System> {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build()?;
        let tasks = TokioTaskManager::new(tokio.handle().clone());
        let mut wasix = PluggableRuntime::new(Arc::new(tasks));
        wasix.set_engine(engine.clone());
        Ok(System { tokio: Some(tokio), wasix: Arc::new(wasix) })
    }

    /// An instance that sees `host` and is provided with more than WASI; `wasmer-wasix` calls `_initialize` by itself.
    ///
    /// # Errors
    /// As [`wasmark_adapter::Runtime::instantiate`].
    pub(crate) fn instantiate(
        &self,
        (module, provided): (&Module, &Arc<[Provided]>),
        store: &mut Store,
        host: &Host,
    ) -> Result<(Instance, World)> {
        let handle = self.tokio.as_ref().map(|tokio| tokio.handle().clone());
        let handle = handle.ok_or_else(|| Failure::engine("the engine is being dropped"))?;
        let _entered = handle.enter();
        let program = host.args.first().map_or("", String::as_str);
        let mut world = WasiEnv::builder(program)
            .args(host.args.iter().skip(1))
            .envs(host.env.iter().map(|(name, value)| (name, value)))
            .runtime(self.wasix(provided))
            .stdin(Box::new(Stdio::new(&host.stdin)?))
            .stdout(Box::new(Stdio::new(&host.stdout)?))
            .stderr(Box::new(Stdio::new(&host.stderr)?))
            .mount_fs(files::mounted(host, &handle)?);
        for preopen in &host.preopens {
            let guest = files::guest_path(&preopen.guest);
            world.add_map_dir(&preopen.guest, guest).map_err(Failure::engine)?;
        }
        let instantiated = world.instantiate(module.clone(), store);
        let (instance, env) = instantiated.map_err(|error| why_not_instantiated(&error))?;
        Ok((instance, World { env, handle: handle.clone() }))
    }

    /// The runtime for a module that is provided with more than WASI.
    fn wasix(&self, provided: &Arc<[Provided]>) -> Arc<PluggableRuntime> {
        if provided.is_empty() {
            return self.wasix.clone();
        }
        let mut wasix = PluggableRuntime::clone(&self.wasix);
        let provided = provided.clone();
        wasix.with_additional_imports(move |_, store| Ok(imports::define(&provided, store)?));
        Arc::new(wasix)
    }
}

impl Drop for System {
    fn drop(&mut self) {
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_background();
        }
    }
}

/// What of an instance is WASI's.
pub(crate) struct World {
    env: WasiFunctionEnv,
    handle: Handle,
}

impl World {
    /// Does `work` where `wasmer-wasix` finds its tokio.
    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.handle.enter();
        work()
    }

    /// Ends the guest's process: its files are flushed and closed, as wasmer's users do it.
    pub(crate) fn end(&self, store: &mut Store) {
        self.enter(|| self.env.on_exit(store, Some(ExitCode::from(0))));
    }
}

/// The code that the guest's process exited with, if that is what ended the call.
pub(crate) fn exit_code(error: &RuntimeError) -> Option<i64> {
    match error.downcast_ref()? {
        WasiError::Exit(code) => Some(i64::from(code.raw())),
        _ => None,
    }
}

/// Why a module with WASI is not instantiated.
fn why_not_instantiated(error: &WasiRuntimeError) -> Failure {
    let kind = match error {
        WasiRuntimeError::Instantiation(error) => return failure::of_instantiation(error),
        WasiRuntimeError::Thread(WasiThreadError::InstanceCreateFailed(error)) => {
            return failure::of_instantiation(error);
        }
        WasiRuntimeError::Thread(WasiThreadError::InitFailed(error)) => match error.downcast_ref() {
            Some(trap) => return failure::of_trap(trap),
            None => FailureKind::Engine,
        },
        WasiRuntimeError::Runtime(trap) => return failure::of_trap(trap),
        WasiRuntimeError::Export(_) | WasiRuntimeError::Thread(WasiThreadError::ExportError(_)) => {
            FailureKind::Export
        }
        WasiRuntimeError::Init(_) => FailureKind::Resource,
        _ => FailureKind::Engine,
    };
    Failure::new(kind, error)
}
