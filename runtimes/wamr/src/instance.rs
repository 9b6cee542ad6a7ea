//! Instances: what WASI shows them, their entry, their calls.

use std::{
    ffi::{CStr, CString, c_char},
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
    ptr,
};

use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result};
use wasmark_wamr_sys::{self as sys, Api, Handle};

use crate::{
    engine::{Engine, message},
    failure,
    module::{Loaded, Module},
};

/// An instance with what it needs for calls. WAMR's memory of it is freed when it is dropped.
pub struct Instance {
    api: &'static Api,
    handle: Handle,
    /// The execution environment: the wasm stack, and the link between calls and this thread.
    environment: Handle,
    entry: TypedEntry,
}

enum TypedEntry {
    Kernel(Handle),
    Command(Handle),
}

impl Instance {
    /// Instantiates a module and looks its entry up.
    pub fn new(engine: &Engine, module: &Module, stack: u32, entry: &Entry, host: &Host) -> Result<Instance> {
        let Module::Loaded(module) = module else {
            return Err(Failure::engine(
                "this module was compiled to be saved: load the artifact in another process",
            ));
        };
        if let Some(missing) = &module.missing {
            return Err(missing.clone());
        }
        let api = engine.api;
        let handle = Bare { api, handle: instantiate(api, module, stack, host)? };
        let entry = match entry {
            Entry::Kernel(name) => TypedEntry::Kernel(handle.export(name, &[sys::I32], &[sys::I64])?),
            Entry::Command => TypedEntry::Command(handle.export("_start", &[], &[])?),
            Entry::Function { .. } => return Err(Failure::unsupported("this adapter calls kernels and commands")),
        };
        // SAFETY: the instance lives, and longer than its environment.
        let environment = unsafe { (api.wasm_runtime_create_exec_env)(handle.handle, stack) };
        if environment.is_null() {
            return Err(Failure::new(
                FailureKind::Resource,
                "WAMR has no memory for the stack of an instance",
            ));
        }
        Ok(Instance { api, handle: handle.keep(), environment, entry })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // Arguments and results in cells of 32 bits, the lower one first.
        let mut cells = [argument as u32, 0];
        let (function, arguments) = match self.entry {
            TypedEntry::Kernel(function) => (function, 1),
            TypedEntry::Command(function) => (function, 0),
        };
        // SAFETY: the function has as many arguments, and results that fit into the cells: its type was checked.
        if !unsafe {
            (self.api.wasm_runtime_call_wasm)(self.environment, function, arguments, cells.as_mut_ptr())
        } {
            return self.exception();
        }
        match self.entry {
            TypedEntry::Kernel(_) => Ok((u64::from(cells[1]) << 32 | u64::from(cells[0])) as i64),
            TypedEntry::Command(_) => Ok(0),
        }
    }

    /// Takes the exception of a call that did not return: the end of a program, or a trap.
    #[cold]
    fn exception(&mut self) -> Result<i64> {
        // SAFETY: the instance lives; the text is copied before it is cleared.
        unsafe {
            let text = (self.api.wasm_runtime_get_exception)(self.handle);
            let text = if text.is_null() { c"an unknown exception" } else { CStr::from_ptr(text) };
            let text = text.to_string_lossy().into_owned();
            (self.api.wasm_runtime_clear_exception)(self.handle);
            if text.contains("wasi proc exit") {
                let code = (self.api.wasm_runtime_get_wasi_exit_code)(self.handle);
                return Ok(i64::from(code as i32));
            }
            Err(failure::of_call(text.trim_start_matches("Exception: ")))
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: both were made by `new` and are used nowhere else.
        unsafe {
            (self.api.wasm_runtime_destroy_exec_env)(self.environment);
            (self.api.wasm_runtime_deinstantiate)(self.handle);
        }
    }
}

/// An instance that is not complete yet.
struct Bare {
    api: &'static Api,
    handle: Handle,
}

impl Bare {
    fn keep(self) -> Handle {
        std::mem::ManuallyDrop::new(self).handle
    }

    /// The exported function of this name, if it has this type.
    fn export(&self, name: &str, parameters: &[u8], results: &[u8]) -> Result<Handle> {
        let api = self.api;
        let missing =
            |problem: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {problem}"));
        let c_name = CString::new(name).map_err(|_| missing("cannot exist: its name has a NUL"))?;
        // SAFETY: the instance lives, the name is a C string, and types are written only where their number fits.
        unsafe {
            let function = (api.wasm_runtime_lookup_function)(self.handle, c_name.as_ptr());
            if function.is_null() {
                return Err(missing("is missing, or is no function"));
            }
            let of_type = |count: u32, get: unsafe extern "C" fn(Handle, Handle, *mut u8), right: &[u8]| {
                let mut types = [0; 1];
                count as usize == right.len() && right.len() <= types.len() && {
                    get(function, self.handle, types.as_mut_ptr());
                    types[..right.len()] == *right
                }
            };
            let parameter_count = (api.wasm_func_get_param_count)(function, self.handle);
            let result_count = (api.wasm_func_get_result_count)(function, self.handle);
            if !of_type(parameter_count, api.wasm_func_get_param_types, parameters)
                || !of_type(result_count, api.wasm_func_get_result_types, results)
            {
                return Err(missing("has another type"));
            }
            Ok(function)
        }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // SAFETY: made by `instantiate`, and nothing else has it.
        unsafe { (self.api.wasm_runtime_deinstantiate)(self.handle) }
    }
}

fn instantiate(api: &Api, module: &Loaded, stack: u32, host: &Host) -> Result<Handle> {
    let mut error = [0u8; 256];
    let (error_at, error_size) = (error.as_mut_ptr().cast(), error.len() as u32);
    let handle = if module.wasi {
        let world = World::new(host)?;
        // SAFETY: the lists live until the instance is made, and WAMR copies what it needs longer; descriptors of
        // stdio are not closed with the instance.
        unsafe {
            let mut arguments = ptr::null_mut();
            if !(api.wasm_runtime_instantiation_args_create)(&mut arguments) {
                return Err(Failure::new(
                    FailureKind::Resource,
                    "WAMR has no memory for the arguments of WASI",
                ));
            }
            let (args, env, dirs) = (world.args.list(), world.env.list(), world.dirs.list());
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
            let [stdin, stdout, stderr] =
                [&host.stdin, &host.stdout, &host.stderr].map(|file| i64::from(file.as_raw_fd()));
            (api.wasm_runtime_instantiation_args_set_wasi_stdio)(arguments, stdin, stdout, stderr);
            let handle = (api.wasm_runtime_instantiate_ex2)(module.handle, arguments, error_at, error_size);
            (api.wasm_runtime_instantiation_args_destroy)(arguments);
            handle
        }
    } else {
        // SAFETY: the buffer is as large as it says. No heap for the host: guests have their own.
        unsafe { (api.wasm_runtime_instantiate)(module.handle, stack, 0, error_at, error_size) }
    };
    if handle.is_null() { Err(failure::of_instantiation(&message(&error))) } else { Ok(handle) }
}

/// The host as WASI's lists.
struct World {
    args: Texts,
    env: Texts,
    dirs: Texts,
}

impl World {
    fn new(host: &Host) -> Result<World> {
        Ok(World {
            args: Texts::new(host.args.iter().map(|arg| arg.clone().into_bytes()))?,
            env: Texts::new(host.env.iter().map(|(name, value)| format!("{name}={value}").into_bytes()))?,
            dirs: Texts::new(host.preopens.iter().map(|preopen| {
                [preopen.guest.as_bytes(), b"::", preopen.host.as_os_str().as_bytes()].concat()
            }))?,
        })
    }
}

struct Texts(Vec<CString>);

impl Texts {
    fn new(texts: impl Iterator<Item = Vec<u8>>) -> Result<Texts> {
        let texts: std::result::Result<_, _> = texts.map(CString::new).collect();
        texts.map(Texts).map_err(|error| Failure::engine(format!("give the guest {error}: remove the NUL")))
    }

    /// Pointers to the texts, as long as `self` lives.
    fn list(&self) -> Vec<*const c_char> {
        self.0.iter().map(|text| text.as_ptr()).collect()
    }
}
