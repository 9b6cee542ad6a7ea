//! Modules: loaded for running, or compiled for saving.

use std::sync::Arc;

use wasmark_adapter::{Entry, Failure, FailureKind, Result};
use wasmark_wamr_sys as sys;

use crate::{
    configuration::ConfigurationSpec,
    engine::{Engine, OPT_LEVEL, SIZE_LEVEL},
    entry::Place,
    failure,
};

/// The stack that LLVM gets: it recurses deeply on large functions, and the worker's own is small for WAMR's sake.
const COMPILER_STACK: usize = 64 << 20;

/// Does `work` where LLVM has enough stack for it, while this thread waits.
pub fn with_compiler_stack<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    struct Exclusive<T>(T);
    // SAFETY: of the two threads one waits for the other: nothing is used by both at once.
    unsafe impl<T> Send for Exclusive<T> {}
    impl<T> Exclusive<Box<dyn FnOnce() -> Result<T> + '_>> {
        fn run(self) -> Exclusive<Result<T>> {
            Exclusive((self.0)())
        }
    }
    std::thread::scope(|scope| {
        let work: Exclusive<Box<dyn FnOnce() -> Result<T> + '_>> = Exclusive(Box::new(work));
        let thread =
            std::thread::Builder::new().stack_size(COMPILER_STACK).spawn_scoped(scope, move || work.run())?;
        let done = thread.join().map(|done| done.0);
        done.unwrap_or_else(|_| Err(Failure::engine("the thread that compiles panicked")))
    })
}

/// Code that runs, or an artifact that another process will run.
pub enum Module {
    /// A module or an artifact in WAMR's form.
    Loaded(sys::Module),
    /// What `save` writes.
    Artifact(Vec<u8>),
}

/// Decodes and validates a module and makes of it what its configuration runs, or links an artifact. WAMR resolves the
/// imports meanwhile.
pub fn load(engine: &Engine, bytes: Vec<u8>) -> Result<sys::Module> {
    // SAFETY: the engine has started the runtime, and the worker drops it after the modules.
    let module = unsafe { sys::Module::load(engine.api, bytes) };
    module.map_err(|message| failure::of_load(&message))
}

/// Compiles a module ahead of time for where the configuration runs: the artifact's bytes.
pub fn compile(module: &sys::Module, configuration: &ConfigurationSpec) -> Result<Vec<u8>> {
    let artifact = module.compile(OPT_LEVEL, SIZE_LEVEL, configuration.target());
    artifact.map_err(Failure::engine)
}

/// What instances are made from, on all threads.
#[derive(Clone)]
pub struct Prepared {
    pub(crate) module: Arc<sys::Module>,
    pub(crate) entry: Place,
    pub(crate) wasi: bool,
}

impl Prepared {
    /// Fails where the module imports what WAMR does not have, or cannot be entered there.
    pub(crate) fn new(module: Module, entry: &Entry) -> Result<Prepared> {
        let Module::Loaded(module) = module else {
            return Err(Failure::engine(
                "this module was compiled to be saved: load the artifact in another process",
            ));
        };
        if let Some([of, name]) = module.missing_import() {
            let message = format!("nothing provides the import {name:?} of {of:?}, or not of its type");
            return Err(Failure::new(FailureKind::Import, message));
        }
        let (entry, wasi) = (Place::find(&module, entry)?, module.imports_wasi());
        Ok(Prepared { module: Arc::new(module), entry, wasi })
    }
}
