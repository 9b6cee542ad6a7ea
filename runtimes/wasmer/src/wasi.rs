//! WASI preview 1 by `wasmer-wasix`: the parts that a process needs once, and instances that have a world.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use tokio::runtime::{Handle, Runtime};
use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result};
use wasmer::{Engine, Module, Store, TypedFunction};
use wasmer_wasix::{
    PluggableRuntime, WasiEnv, WasiError, WasiFunctionEnv,
    runtime::task_manager::tokio::TokioTaskManager,
    virtual_fs::{MountFileSystem, RootFileSystemBuilder, host_fs},
    wasmer_wasix_types::wasi::ExitCode,
};

use crate::{export, failure, stdio::Stdio};

/// What `wasmer-wasix` needs once in a process: a tokio, and its own runtime on top of it. Dropping it stops the
/// threads without waiting for them.
pub struct System {
    tokio: Option<Runtime>,
    wasix: Arc<PluggableRuntime>,
}

impl System {
    /// Starts the threads.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(engine: &Engine) -> Result<System> {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build()?;
        let tasks = TokioTaskManager::new(tokio.handle().clone());
        let mut wasix = PluggableRuntime::new(Arc::new(tasks));
        wasix.set_engine(engine.clone());
        Ok(System { tokio: Some(tokio), wasix: Arc::new(wasix) })
    }

    /// An instance that sees `host`, with its entry looked up.
    ///
    /// # Errors
    /// As [`wasmark_adapter::Runtime::instantiate`].
    pub fn instantiate(
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
            .runtime(self.wasix.clone())
            .stdin(Box::new(Stdio::new(&host.stdin)?))
            .stdout(Box::new(Stdio::new(&host.stdout)?))
            .stderr(Box::new(Stdio::new(&host.stderr)?))
            .mount_fs(files(host, &handle)?);
        for preopen in &host.preopens {
            let guest = guest_path(&preopen.guest);
            world.add_map_dir(&preopen.guest, guest).map_err(Failure::engine)?;
        }
        let (instance, env) =
            world.instantiate(module.clone(), &mut store).map_err(|error| failure::of_wasi(&error))?;
        let call = match entry {
            Entry::Kernel(name) => Call::Kernel(export(&instance, &store, name)?),
            Entry::Command => Call::Command(export(&instance, &store, "_start")?),
        };
        drop(entered);
        Ok(Instance { store, call, world: Some(World { env, handle }) })
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

/// An instance that was linked to WASI, or a command that does without.
pub struct Instance {
    store: Store,
    call: Call,
    world: Option<World>,
}

struct World {
    env: WasiFunctionEnv,
    handle: Handle,
}

enum Call {
    Kernel(TypedFunction<i32, i64>),
    Command(TypedFunction<(), ()>),
}

impl Instance {
    /// A command that imports nothing.
    pub fn without_world(store: Store, start: TypedFunction<(), ()>) -> Instance {
        Instance { store, call: Call::Command(start), world: None }
    }

    /// Calls the entry.
    ///
    /// # Errors
    /// A trap.
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        let Instance { store, call, world } = self;
        let _entered = world.as_ref().map(|world| world.handle.enter());
        let error = match call {
            Call::Kernel(run) => match run.call(store, argument) {
                Ok(checksum) => return Ok(checksum),
                Err(error) => error,
            },
            Call::Command(start) => match start.call(store) {
                Ok(()) => return Ok(0),
                Err(error) => error,
            },
        };
        match error.downcast_ref::<WasiError>() {
            Some(WasiError::Exit(code)) => Ok(i64::from(code.raw())),
            _ => Err(failure::of_trap(&error)),
        }
    }
}

impl Drop for Instance {
    /// Ends the guest's process: its files are flushed and closed, as wasmer's users do it.
    fn drop(&mut self) {
        if let Some(World { env, handle }) = &self.world {
            let _entered = handle.enter();
            env.on_exit(&mut self.store, Some(ExitCode::from(0)));
        }
    }
}
