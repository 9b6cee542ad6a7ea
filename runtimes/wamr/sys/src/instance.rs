//! Instances: made, called, and freed.

use std::{
    ffi::{CStr, CString, c_char},
    os::fd::RawFd,
    ptr,
};

use crate::{Api, Handle, Message, Module};

/// What WASI shows an instance.
pub struct Wasi {
    /// The program's name, then its arguments.
    pub args: Vec<CString>,
    /// As `NAME=value`.
    pub env: Vec<CString>,
    /// As `guest::host`.
    pub dirs: Vec<CString>,
    /// stdin, stdout, stderr: open for as long as the instance lives, and not closed with it.
    pub stdio: [RawFd; 3],
}

/// WAMR's instance, and what calls of it need.
pub struct Instance {
    api: &'static Api,
    handle: Handle,
    /// The execution environment: the wasm stack, and the link between calls and this thread.
    environment: Handle,
}

/// Why a call did not return.
pub enum Exception {
    /// The program ended itself with this code.
    Exit(i32),
    /// WAMR's words for the trap.
    Trap(String),
}

impl Instance {
    /// Instantiates a module, with a wasm stack of so many bytes and no heap for the host: guests have their own.
    ///
    /// # Errors
    /// WAMR's message.
    ///
    /// # Safety
    /// The module lives longer than the instance.
    #[inline]
    pub unsafe fn new(module: &Module, stack: u32, wasi: Option<&Wasi>) -> Result<Instance, String> {
        let api = module.api;
        let mut message = Message::new();
        let (text, length) = message.buffer();
        // SAFETY: the module lives; the buffer is as large as `length`.
        let handle = unsafe {
            match wasi {
                Some(wasi) => wasi.instantiate(module, stack, (text, length))?,
                None => (api.wasm_runtime_instantiate)(module.handle, stack, 0, text, length),
            }
        };
        if handle.is_null() {
            return Err(message.text());
        }
        // SAFETY: the instance lives, and longer than its environment.
        let environment = unsafe { (api.wasm_runtime_create_exec_env)(handle, stack) };
        if environment.is_null() {
            // SAFETY: nothing else has the instance.
            unsafe { (api.wasm_runtime_deinstantiate)(handle) };
            return Err("allocate memory failed: for the stack of an instance".to_owned());
        }
        Ok(Instance { api, handle, environment })
    }

    /// The exported function of this name.
    #[must_use]
    #[inline]
    pub fn function(&self, name: &CStr) -> Option<Handle> {
        // SAFETY: the instance lives and the name is a C string.
        let function = unsafe { (self.api.wasm_runtime_lookup_function)(self.handle, name.as_ptr()) };
        (!function.is_null()).then_some(function)
    }

    /// Calls a function: the first `arguments` of the cells (of 32 bits, the lower one of two first) are its
    /// arguments, and its result overwrites them.
    ///
    /// # Errors
    /// What ended the call otherwise. The instance can be called again.
    ///
    /// # Safety
    /// The function is this instance's, has as many arguments, and results that fit into the cells.
    #[inline]
    pub unsafe fn call(
        &self,
        function: Handle,
        cells: &mut [u32],
        arguments: usize,
    ) -> Result<(), Exception> {
        // SAFETY: as promised by the caller.
        let returned = unsafe {
            (self.api.wasm_runtime_call_wasm)(
                self.environment,
                function,
                arguments as u32,
                cells.as_mut_ptr(),
            )
        };
        if returned { Ok(()) } else { Err(self.exception()) }
    }

    /// Takes the exception of a call that did not return.
    #[cold]
    fn exception(&self) -> Exception {
        // SAFETY: the instance lives; the text is copied before it is cleared.
        unsafe {
            let text = (self.api.wasm_runtime_get_exception)(self.handle);
            let text = if text.is_null() { c"an unknown exception" } else { CStr::from_ptr(text) };
            let text = text.to_string_lossy().into_owned();
            (self.api.wasm_runtime_clear_exception)(self.handle);
            if text.contains("wasi proc exit") {
                return Exception::Exit((self.api.wasm_runtime_get_wasi_exit_code)(self.handle) as i32);
            }
            Exception::Trap(text.trim_start_matches("Exception: ").to_owned())
        }
    }
}

impl Drop for Instance {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: both were made by `new` and are used nowhere else.
        unsafe {
            (self.api.wasm_runtime_destroy_exec_env)(self.environment);
            (self.api.wasm_runtime_deinstantiate)(self.handle);
        }
    }
}

impl Wasi {
    /// An instance that sees this; null, and the reason in the message, where there is none.
    ///
    /// # Safety
    /// The module lives, and the buffer for a message is as large as `length`.
    unsafe fn instantiate(
        &self,
        module: &Module,
        stack: u32,
        (text, length): (*mut c_char, u32),
    ) -> Result<Handle, String> {
        let api = module.api;
        let list = |texts: &[CString]| texts.iter().map(|text| text.as_ptr()).collect::<Vec<_>>();
        let [args, env, dirs] = [&self.args, &self.env, &self.dirs].map(|texts| list(texts));
        let [stdin, stdout, stderr] = self.stdio.map(i64::from);
        // SAFETY: the lists live until the instance is made, and WAMR copies what it needs longer; descriptors of
        // stdio are not closed with the instance.
        unsafe {
            let mut arguments = ptr::null_mut();
            if !(api.wasm_runtime_instantiation_args_create)(&mut arguments) {
                return Err("allocate memory failed: for the arguments of WASI".to_owned());
            }
            (api.wasm_runtime_instantiation_args_set_default_stack_size)(arguments, stack);
            (api.wasm_runtime_instantiation_args_set_wasi_arg)(arguments, args.as_ptr(), args.len() as i32);
            (api.wasm_runtime_instantiation_args_set_wasi_env)(arguments, env.as_ptr(), env.len() as u32);
            (api.wasm_runtime_instantiation_args_set_wasi_dir)(
                arguments,
                ptr::null(),
                0,
                dirs.as_ptr(),
                dirs.len() as u32,
            );
            (api.wasm_runtime_instantiation_args_set_wasi_stdio)(arguments, stdin, stdout, stderr);
            let handle = (api.wasm_runtime_instantiate_ex2)(module.handle, arguments, text, length);
            (api.wasm_runtime_instantiation_args_destroy)(arguments);
            Ok(handle)
        }
    }
}
