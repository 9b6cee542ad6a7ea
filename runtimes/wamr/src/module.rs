//! Modules: loaded for running, or compiled for saving.

use std::{
    ffi::{CStr, c_char},
    ptr, slice,
};

use wasmark_adapter::{Failure, FailureKind, Result};
use wasmark_wamr_sys::{Api, Handle};

use crate::{
    configuration::Known,
    engine::{Engine, OPT_LEVEL, SIZE_LEVEL, message},
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
    /// What instances are made from.
    Loaded(Loaded),
    /// What `save` writes.
    Artifact(Vec<u8>),
}

/// A module or an artifact in WAMR's form.
pub struct Loaded {
    api: &'static Api,
    pub handle: Handle,
    /// The import that nobody provides. WAMR would make an instance whose call of it traps.
    pub missing: Option<Failure>,
    pub wasi: bool,
    /// WAMR changes the bytes and keeps pointers into them.
    _bytes: Box<[u8]>,
}

impl Loaded {
    /// Decodes and validates a module and makes of it what its configuration runs, or links an artifact.
    pub fn new(engine: &Engine, bytes: Vec<u8>) -> Result<Loaded> {
        let api = engine.api;
        let mut bytes = bytes.into_boxed_slice();
        let size = u32::try_from(bytes.len())
            .map_err(|_| Failure::new(FailureKind::Resource, "WAMR loads no module of 4 GiB or more"))?;
        let mut error = [0u8; 256];
        // SAFETY: the bytes belong to the module and live as long as it does; the buffer is as large as it says.
        unsafe {
            let (error_at, error_size) = (error.as_mut_ptr().cast(), error.len() as u32);
            let handle = (api.wasm_runtime_load)(bytes.as_mut_ptr(), size, error_at, error_size);
            if handle.is_null() {
                return Err(failure::of_load(&message(&error)));
            }
            let wasi = (api.wasmark_wamr_imports_wasi)(handle);
            Ok(Loaded { api, handle, missing: missing_import(api, handle), wasi, _bytes: bytes })
        }
    }

    /// Compiles the module ahead of time for where the configuration runs: the artifact's bytes.
    pub fn compile(&self, configuration: &Known) -> Result<Vec<u8>> {
        let compiler =
            self.api.compiler.ok_or_else(|| Failure::engine("this library of WAMR has no compiler"))?;
        let (mut size, mut error) = (0, [0u8; 256]);
        // SAFETY: the buffer is as large as it says; the artifact has the size that comes back, and is freed once.
        unsafe {
            let (error_at, error_size) = (error.as_mut_ptr().cast(), error.len() as u32);
            let guard_pages = configuration.guard_pages();
            let (handle, opt, size_level) = (self.handle, OPT_LEVEL, SIZE_LEVEL);
            let artifact =
                (compiler.compile)(handle, opt, size_level, guard_pages, &mut size, error_at, error_size);
            if artifact.is_null() {
                return Err(Failure::engine(message(&error)));
            }
            let bytes = slice::from_raw_parts(artifact, size as usize).to_vec();
            (compiler.free)(artifact);
            Ok(bytes)
        }
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: the worker has dropped every instance, and the engine still runs.
        unsafe { (self.api.wasm_runtime_unload)(self.handle) }
    }
}

fn missing_import(api: &Api, module: Handle) -> Option<Failure> {
    let (mut of, mut name): (*const c_char, *const c_char) = (ptr::null(), ptr::null());
    // SAFETY: where it returns true, both are C strings that live as long as the module.
    unsafe {
        if !(api.wasmark_wamr_missing_import)(module, &mut of, &mut name) {
            return None;
        }
        let [of, name] = [of, name].map(|text| CStr::from_ptr(text).to_string_lossy());
        let message = format!("nothing provides the import {name:?} of {of:?}, or not of its type");
        Some(Failure::new(FailureKind::Import, message))
    }
}
