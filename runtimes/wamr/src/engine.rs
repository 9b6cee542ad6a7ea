//! The library of one variant, opened and started.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use wasmark_adapter::{Failure, Result};
use wasmark_wamr_sys::{self as sys, Api};

/// LLVM's optimisation level: the default of WAMR's own programs, and the most.
pub const OPT_LEVEL: u32 = 3;
/// WAMR's size level, which chooses the code model: the default of WAMR's own programs.
pub const SIZE_LEVEL: u32 = 3;
/// Bytes for the code of the Fast JIT, of all modules: the default of WAMR's own program.
pub const CODE_CACHE: u32 = 10 << 20;

/// The most threads of a guest at once, the first one included: WAMR's own program has 4 unless it is asked for more.
pub const GUEST_THREADS: u32 = 64;

/// The runtime, started in this process and ready on this thread.
pub struct Engine {
    pub api: &'static Api,
    variant: &'static str,
    /// Whether this engine, and not one before it, made the thread ready.
    of_thread: bool,
}

impl Engine {
    /// Opens the variant's library and starts the runtime.
    pub fn start(variant: &'static str) -> Result<Engine> {
        let api = library(variant)?;
        // SAFETY: a second start in a process counts and does nothing else.
        if !unsafe { (api.wasmark_wamr_init)(OPT_LEVEL, SIZE_LEVEL, CODE_CACHE, GUEST_THREADS) } {
            return Err(Failure::engine("start WAMR: its library gives no reason"));
        }
        // SAFETY: the runtime has started.
        unsafe {
            (api.wasm_runtime_set_log_level)(sys::LOG_FATAL);
            let of_thread = !(api.wasm_runtime_thread_env_inited)();
            if of_thread && !(api.wasm_runtime_init_thread_env)() {
                (api.wasm_runtime_destroy)();
                return Err(Failure::engine("prepare the thread for WAMR: its library gives no reason"));
            }
            Ok(Engine { api, variant, of_thread })
        }
    }

    pub fn variant(&self) -> &'static str {
        self.variant
    }

    /// Whether the library runs what was compiled for segue, on the CPU that it was built on.
    pub fn runs_segue(&self) -> bool {
        // SAFETY: returns a constant.
        unsafe { (self.api.wasmark_wamr_segue)() }
    }

    /// Whether memories are bounded by guard pages, as the library was built.
    pub fn guard_pages(&self) -> bool {
        // SAFETY: returns a constant.
        unsafe { (self.api.wasmark_wamr_guard_pages)() }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: the worker has dropped every instance and module.
        unsafe {
            if self.of_thread {
                (self.api.wasm_runtime_destroy_thread_env)();
            }
            (self.api.wasm_runtime_destroy)();
        }
    }
}

/// The variant's library, opened once in a process. A process has one: they share names, signals and threads.
fn library(variant: &'static str) -> Result<&'static Api> {
    static OPENED: OnceLock<(&'static str, Result<Api>)> = OnceLock::new();
    let (opened, api) = OPENED.get_or_init(|| (variant, open(variant)));
    match api {
        Ok(api) if *opened == variant => Ok(api),
        Ok(_) => Err(Failure::engine(format!(
            "open WAMR's {variant:?} library beside {opened:?}: start another worker for it"
        ))),
        Err(failure) => Err(failure.clone()),
    }
}

fn open(variant: &str) -> Result<Api> {
    let path = path(variant).ok_or_else(|| {
        Failure::unsupported(format!(
            "open WAMR's library {variant:?}, which was not built: install the packages that it needs (./setup.sh does) and build it again"
        ))
    })?;
    Api::open(&path).map_err(|error| Failure::engine(format!("open {}: {error}", path.display())))
}

/// The library beside the worker, else where its build left it (so that `cargo run` works).
fn path(variant: &str) -> Option<PathBuf> {
    let name = sys::file_name(variant);
    let worker = std::env::current_exe().ok();
    let beside = worker.as_deref().and_then(Path::parent).map(|folder| folder.join(&name));
    let built = Path::new(env!("OUT_DIR")).join("bundle").join(&name);
    beside.into_iter().chain([built]).find(|path| path.exists())
}

/// The version that the library reports. Opens it apart from the engine's, and starts nothing.
pub fn version() -> Result<String> {
    let api = open("fast")?;
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: writes three numbers.
    unsafe { (api.wasm_runtime_get_version)(&mut major, &mut minor, &mut patch) };
    Ok(format!("{major}.{minor}.{patch}"))
}
