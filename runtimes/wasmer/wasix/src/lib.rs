//! WASI preview 1 by `wasmer-wasix`, made usable in a room of its own, as the other runtimes' C interfaces are: it asks
//! its host for a tokio, a file system, and descriptors that write at once. Its user gets wasmer's own instances.

mod error;
mod files;
mod stdio;

use std::{fs::File, path::Path, sync::Arc};

pub use error::{Error, exit_code};
use stdio::Stdio;
use tokio::runtime::{Handle, Runtime};
use wasmer::{Engine, Imports, Instance, Module, Store, StoreMut};
use wasmer_wasix::{
    PluggableRuntime, WasiEnv, WasiFunctionEnv, runtime::task_manager::tokio::TokioTaskManager,
    wasmer_wasix_types::wasi::ExitCode,
};

/// Builds this crate again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

/// Where a module imports WASI preview 1 from.
const WASI: &str = "wasi_snapshot_preview1";

/// Whether a module has WASI, and so needs a [`System`].
#[must_use]
pub fn needed(module: &Module) -> bool {
    module.imports().any(|import| import.module() == WASI)
}

/// What a guest sees of its host.
pub struct Guest<'a> {
    /// Arguments, the program's name first.
    pub args: &'a [String],
    /// Environment.
    pub env: &'a [(String, String)],
    /// Directories: the guest's name of each, and the host's.
    pub folders: Vec<(&'a str, &'a Path)>,
    /// Where stdin comes from, and where stdout and stderr go.
    pub stdio: [&'a File; 3],
}

/// What `wasmer-wasix` needs once for all instances: a tokio, and its own runtime on top of it. Dropping it stops the
/// threads without waiting for them.
pub struct System {
    tokio: Option<Runtime>,
    wasix: Arc<PluggableRuntime>,
}

impl System {
    /// Starts the threads. Every instance is provided with what `imports` defines in its store, beside WASI.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new<E: std::error::Error + Send + Sync + 'static>(
        engine: &Engine,
        imports: Option<impl Fn(&mut StoreMut<'_>) -> Result<Imports, E> + Send + Sync + 'static>,
    ) -> Result<System, Error> {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build()?;
        let tasks = TokioTaskManager::new(tokio.handle().clone());
        let mut wasix = PluggableRuntime::new(Arc::new(tasks));
        wasix.set_engine(engine.clone());
        if let Some(imports) = imports {
            wasix.with_additional_imports(move |_, store| Ok(imports(store)?));
        }
        Ok(System { tokio: Some(tokio), wasix: Arc::new(wasix) })
    }

    /// A new instance; `wasmer-wasix` calls its `_initialize` by itself.
    ///
    /// # Errors
    /// Where the host cannot show the guest what it should see, and as wasmer's own instances.
    pub fn instantiate(
        &self,
        module: &Module,
        store: &mut Store,
        guest: &Guest<'_>,
    ) -> Result<(Instance, World), Error> {
        let handle = self.tokio.as_ref().map(|tokio| tokio.handle().clone());
        let handle = handle.ok_or_else(|| Error::Engine("the engine is being dropped".into()))?;
        let _entered = handle.enter();
        let [stdin, stdout, stderr] = guest.stdio;
        let mut world = WasiEnv::builder(guest.args.first().map_or("", String::as_str))
            .args(guest.args.iter().skip(1))
            .envs(guest.env.iter().map(|(name, value)| (name, value)))
            .runtime(self.wasix.clone())
            .stdin(Box::new(Stdio::new(stdin)?))
            .stdout(Box::new(Stdio::new(stdout)?))
            .stderr(Box::new(Stdio::new(stderr)?))
            .mount_fs(files::mounted(&guest.folders, &handle)?);
        for (name, _) in &guest.folders {
            world.add_map_dir(name, files::guest_path(name)).map_err(Error::engine)?;
        }
        let (instance, env) = world.instantiate(module.clone(), store)?;
        Ok((instance, World { env, handle: handle.clone() }))
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
pub struct World {
    env: WasiFunctionEnv,
    handle: Handle,
}

impl World {
    /// Does `work` where `wasmer-wasix` finds its tokio.
    pub fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.handle.enter();
        work()
    }

    /// Ends the guest's process: its files are flushed and closed, as wasmer's users do it.
    pub fn end(&self, store: &mut Store) {
        self.enter(|| self.env.on_exit(store, Some(ExitCode::from(0))));
    }
}
