//! Modules: loaded for running, or compiled for saving.

use std::sync::Arc;

use wasmark_adapter::{Failure, FailureKind, Result};

use crate::{
    configuration::Known,
    engine::{Engine, OPT_LEVEL, SIZE_LEVEL},
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
    /// What instances are made from, on all threads.
    Loaded(Arc<Loaded>),
    /// What `save` writes.
    Artifact(Vec<u8>),
}

impl Module {
    /// What instances are made from.
    ///
    /// # Errors
    /// Where the module was compiled to be saved.
    pub fn loaded(&self) -> Result<&Arc<Loaded>> {
        match self {
            Module::Loaded(module) => Ok(module),
            Module::Artifact(_) => Err(Failure::engine(
                "this module was compiled to be saved: load the artifact in another process",
            )),
        }
    }
}

/// A module or an artifact in WAMR's form, with what instances of it need.
pub struct Loaded {
    pub module: wasmark_wamr_sys::Module,
    /// The import that WAMR does not have.
    pub missing: Option<Failure>,
    pub wasi: bool,
}

impl Loaded {
    /// Decodes and validates a module and makes of it what its configuration runs, or links an artifact.
    pub fn new(engine: &Engine, bytes: Vec<u8>) -> Result<Arc<Loaded>> {
        // SAFETY: the engine has started the runtime, and the worker drops it after the modules.
        let module = unsafe { wasmark_wamr_sys::Module::load(engine.api, bytes) };
        let module = module.map_err(|message| failure::of_load(&message))?;
        let missing = module.missing_import().map(|[of, name]| {
            let message = format!("nothing provides the import {name:?} of {of:?}, or not of its type");
            Failure::new(FailureKind::Import, message)
        });
        Ok(Arc::new(Loaded { missing, wasi: module.imports_wasi(), module }))
    }

    /// Compiles the module ahead of time for where the configuration runs: the artifact's bytes.
    pub fn compile(&self, configuration: &Known) -> Result<Vec<u8>> {
        let artifact = self.module.compile(OPT_LEVEL, SIZE_LEVEL, configuration.target());
        artifact.map_err(Failure::engine)
    }
}
