//! Modules, and the artifacts that WAMR's compiler makes of them.

use std::{
    ffi::{CStr, c_char},
    ptr, slice,
};

use crate::{Api, Handle, Message};

/// A module or an artifact in WAMR's form.
pub struct Module {
    pub(crate) api: &'static Api,
    pub(crate) handle: Handle,
    /// WAMR changes the bytes and keeps pointers into them.
    _bytes: Box<[u8]>,
}

// SAFETY: WAMR changes nothing of a module that has been loaded: an instance copies what it changes. (Of the deferred
// LLVM JIT this does not hold: the adapter leaves it to one thread.) Any thread can unload it.
unsafe impl Send for Module {}
// SAFETY: the same.
unsafe impl Sync for Module {}

/// The kind of library that an artifact is compiled for. The numbers are those of `wasmark_wamr_compile`.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Target {
    /// One with guard pages.
    GuardPages = 0,
    /// One without: accesses are checked in code.
    SoftwareBounds = 1,
    /// One with guard pages whose guests start threads: code looks whether its thread is to end.
    Threads = 2,
    /// One with guard pages, whose code finds its memory by a segment register.
    Segue = 3,
}

/// What a module exports under a name. The numbers are those of `wasmark_wamr_export`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Export {
    /// Nothing, or no function.
    NoFunction = 0,
    /// A function of another type.
    OfOtherType = 1,
    /// A function of the type.
    OfType = 2,
}

impl Module {
    /// Decodes and validates a module and makes of it what its library runs, or links an artifact.
    ///
    /// # Errors
    /// WAMR's message.
    ///
    /// # Safety
    /// The runtime has started, and ends after the module's end.
    pub unsafe fn load(api: &'static Api, bytes: Vec<u8>) -> Result<Module, String> {
        let mut bytes = bytes.into_boxed_slice();
        let size = u32::try_from(bytes.len())
            .map_err(|_| "allocate memory failed: WAMR loads no module of 4 GiB or more".to_owned())?;
        let mut message = Message::new();
        let (text, length) = message.buffer();
        // SAFETY: the bytes belong to the module and live as long as it does; the buffer is as large as `length`.
        let handle = unsafe { (api.wasm_runtime_load)(bytes.as_mut_ptr(), size, text, length) };
        if handle.is_null() { Err(message.text()) } else { Ok(Module { api, handle, _bytes: bytes }) }
    }

    /// Whether it imports WASI.
    #[must_use]
    pub fn imports_wasi(&self) -> bool {
        // SAFETY: the module lives.
        unsafe { (self.api.wasmark_wamr_imports_wasi)(self.handle) }
    }

    /// The first import without a provider, as module and name. WAMR would make an instance whose call of it traps.
    #[must_use]
    pub fn missing_import(&self) -> Option<[String; 2]> {
        let (mut of, mut name): (*const c_char, *const c_char) = (ptr::null(), ptr::null());
        // SAFETY: where it returns true, both are C strings that live as long as the module.
        unsafe {
            (self.api.wasmark_wamr_missing_import)(self.handle, &mut of, &mut name)
                .then(|| [of, name].map(|text| CStr::from_ptr(text).to_string_lossy().into_owned()))
        }
    }

    /// Whether it exports a function of this name and type, in WAMR's numbers for the types of values.
    #[must_use]
    pub fn export(&self, name: &CStr, parameters: &[u8], results: &[u8]) -> Export {
        let lengths = (parameters.len() as u32, results.len() as u32);
        // SAFETY: the module lives, the name is a C string, and the lists have these lengths.
        unsafe {
            (self.api.wasmark_wamr_export)(
                self.handle,
                name.as_ptr(),
                parameters.as_ptr(),
                lengths.0,
                results.as_ptr(),
                lengths.1,
            )
        }
    }

    /// Compiles the module ahead of time for a library: the artifact's bytes.
    ///
    /// # Errors
    /// WAMR's message, or that this library has no compiler.
    pub fn compile(&self, opt_level: u32, size_level: u32, target: Target) -> Result<Vec<u8>, String> {
        let compiler = self.api.compiler.ok_or("this library of WAMR has no compiler")?;
        let (mut size, mut message) = (0, Message::new());
        let (text, length) = message.buffer();
        // SAFETY: the buffer is as large as `length`; the artifact has the size that comes back, and is freed once.
        unsafe {
            let artifact =
                (compiler.compile)(self.handle, opt_level, size_level, target, &mut size, text, length);
            if artifact.is_null() {
                return Err(message.text());
            }
            let bytes = slice::from_raw_parts(artifact, size as usize).to_vec();
            (compiler.free)(artifact);
            Ok(bytes)
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: its instances are gone and the runtime still runs, as promised where they were made.
        unsafe { (self.api.wasm_runtime_unload)(self.handle) }
    }
}
