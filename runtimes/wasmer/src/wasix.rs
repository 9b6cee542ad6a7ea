//! WASI preview 1 by `wasmer-wasix`: the parts that a process needs once, and instances that have a world.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use tokio::runtime::{Handle, Runtime};
use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result};
use wasmer::{Engine, RuntimeError, Store};
use wasmer_wasix::{
    PluggableRuntime, WasiEnv, WasiError, WasiFunctionEnv,
    runtime::task_manager::tokio::TokioTaskManager,
    virtual_fs::{MountFileSystem, RootFileSystemBuilder, host_fs},
    wasmer_wasix_types::wasi::ExitCode,
};

use crate::{
    Instance, Module,
    entry::TypedEntry,
    failure,
    imports::{self, Provided},
    stdio::Stdio,
};

/// What `wasmer-wasix` needs once in a process: a tokio, and its own runtime on top of it. Dropping it stops the
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

    /// An instance that sees `host`, with its entry looked up; `wasmer-wasix` calls `_initialize` by itself.
    ///
    /// # Errors
    /// As [`wasmark_adapter::Runtime::instantiate`].
    pub(crate) fn instantiate(
        &self,
        module: &Module,
        mut store: Store,
        entry: &Entry,
        host: &Host,
    ) -> Result<Instance> {
        let handle = self.tokio.as_ref().map(|tokio| tokio.handle().clone());
        let handle = handle.ok_or_else(|| Failure::engine("the engine is being dropped"))?;
        let entered = handle.enter();
        let program = host.args.first().map_or("", String::as_str);
        let mut world = WasiEnv::builder(program)
            .args(host.args.iter().skip(1))
            .envs(host.env.iter().map(|(name, value)| (name, value)))
            .runtime(self.wasix(&module.provided))
            .stdin(Box::new(Stdio::new(&host.stdin)?))
            .stdout(Box::new(Stdio::new(&host.stdout)?))
            .stderr(Box::new(Stdio::new(&host.stderr)?))
            .mount_fs(files(host, &handle)?);
        for preopen in &host.preopens {
            let guest = guest_path(&preopen.guest);
            world.add_map_dir(&preopen.guest, guest).map_err(Failure::engine)?;
        }
        let (instance, env) =
            world.instantiate(module.module.clone(), &mut store).map_err(|error| failure::of_wasi(&error))?;
        let entry = TypedEntry::find(&instance, &store, entry)?;
        drop(entered);
        Ok(Instance { store, entry, world: Some(World { env, handle }) })
    }

    /// The runtime for a module that is provided with more than WASI.
    fn wasix(&self, provided: &Arc<[Provided]>) -> Arc<PluggableRuntime> {
        if provided.is_empty() {
            return self.wasix.clone();
        }
        let mut wasix = PluggableRuntime::clone(&self.wasix);
        let provided = provided.clone();
        wasix.with_additional_imports(move |_, store| Ok(imports::define(&provided, store)));
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

/// The guest's file system: wasmer's own temporary one, with the host's directories mounted in it.
fn files(host: &Host, handle: &Handle) -> Result<MountFileSystem> {
    let mounts = MountFileSystem::new();
    let mut root = None;
    for preopen in &host.preopens {
        let refused = |problem: &dyn std::fmt::Display| {
            let text = format!("open {} for the guest: {problem}", preopen.host.display());
            Failure::new(FailureKind::Resource, text)
        };
        let folder = host_fs::FileSystem::new(handle.clone(), &preopen.host).map_err(|e| refused(&e))?;
        let guest = guest_path(&preopen.guest);
        if guest == Path::new("/") {
            root = Some(folder);
        } else {
            mounts.mount(&guest, Arc::new(folder)).map_err(|e| refused(&e))?;
        }
    }
    match root {
        Some(folder) => mounts.mount("/", Arc::new(folder)),
        None => mounts.mount("/", Arc::new(RootFileSystemBuilder::default().build_tmp())),
    }
    .map_err(Failure::engine)?;
    Ok(mounts)
}

/// Where in its file system a guest finds what it calls `name`: `.` and `/` are the root.
fn guest_path(name: &str) -> PathBuf {
    let normal = Path::new(name).components().filter(|part| matches!(part, Component::Normal(_)));
    Path::new("/").join(normal.collect::<PathBuf>())
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
