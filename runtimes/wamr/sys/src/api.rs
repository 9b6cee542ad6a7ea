//! WAMR's C interface. Each variant of WAMR is a shared library of its own, opened privately: they define the same
//! symbols, and a process uses one of them.

use std::{
    ffi::{c_char, c_int, c_void},
    path::{Path, PathBuf},
};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use crate::{Export, Target};

/// A module, an instance, an execution environment or a function of WAMR's.
pub type Handle = *mut c_void;

/// A function that modules import: its arguments in cells of 64 bits, the first of which takes its result.
pub type Native = extern "C" fn(Handle, *mut u64);

/// The LLVM that the compilers were built with; empty where there was none.
pub const LLVM_VERSION: &str = env!("WAMR_LLVM_VERSION");

/// `WASM_I32` of `wasm_valkind_enum`.
pub const I32: u8 = 0;
/// `WASM_I64` of `wasm_valkind_enum`.
pub const I64: u8 = 1;
/// `WASM_F32` of `wasm_valkind_enum`.
pub const F32: u8 = 2;
/// `WASM_F64` of `wasm_valkind_enum`.
pub const F64: u8 = 3;

/// `WASM_V128` of `wasm_valkind_enum`.
pub const V128: u8 = 4;

/// `WASM_LOG_LEVEL_FATAL` of `log_level_t`: WAMR prints on the process's stdout.
pub const LOG_FATAL: c_int = 0;

/// The file of a variant's library.
#[must_use]
pub fn file_name(variant: &str) -> String {
    format!("libwamr_{variant}.so")
}

/// Where this build left a variant's library.
#[must_use]
pub fn built(variant: &str) -> PathBuf {
    Path::new(env!("WAMR_BUNDLE")).join(file_name(variant))
}

macro_rules! api {
    ($($(#[$doc:meta])* $name:ident : fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions of one variant's library, by their names in `wasm_export.h` and in `native/shim.c`.
        pub struct Api {
            $($(#[$doc])* pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
            /// The ahead-of-time compiler, in variants that have it.
            pub compiler: Option<Compiler>,
        }

        impl Api {
            /// Opens a library, for good: WAMR's signal handlers are in it.
            ///
            /// # Errors
            /// Where the file is no library of WAMR's or one that it needs is not installed.
            pub fn open(path: &Path) -> Result<Api, libloading::Error> {
                // SAFETY: WAMR's libraries have initialisers without preconditions. The types of the functions are
                // those of the headers that the library was built from, and it is never closed.
                unsafe {
                    let library = Library::open(Some(path), RTLD_NOW | RTLD_LOCAL)?;
                    let api = Api {
                        $($name: *library.get(concat!(stringify!($name), "\0"))?,)*
                        compiler: Compiler::of(&library),
                    };
                    std::mem::forget(library);
                    Ok(api)
                }
            }
        }
    };
}

api! {
    /// Starts the runtime: the levels of its LLVM JIT, the bytes of code of its Fast JIT, the most threads of a guest.
    wasmark_wamr_init: fn(u32, u32, u32, u32) -> bool;
    /// Provides an import, of any type, for the rest of the process: its two names are kept by pointer.
    wasmark_wamr_provide: fn(*const c_char, *const c_char, Native) -> bool;
    /// Whether memories are bounded by guard pages.
    wasmark_wamr_guard_pages: fn() -> bool;
    /// Whether the library runs what was compiled for segue.
    wasmark_wamr_segue: fn() -> bool;
    /// The first import that nothing provides.
    wasmark_wamr_missing_import: fn(Handle, *mut *const c_char, *mut *const c_char) -> bool;
    /// Whether a module imports WASI.
    wasmark_wamr_imports_wasi: fn(Handle) -> bool;
    /// Whether a module exports a function of this name, these parameters and these results.
    wasmark_wamr_export: fn(Handle, *const c_char, *const u8, u32, *const u8, u32) -> Export;
    /// Ends the runtime.
    wasm_runtime_destroy: fn();
    /// The version: major, minor, patch.
    wasm_runtime_get_version: fn(*mut u32, *mut u32, *mut u32);
    /// What WAMR prints.
    wasm_runtime_set_log_level: fn(c_int);
    /// Whether this thread can run code.
    wasm_runtime_thread_env_inited: fn() -> bool;
    /// Lets this thread run code. Touches its whole stack.
    wasm_runtime_init_thread_env: fn() -> bool;
    /// Undoes `wasm_runtime_init_thread_env`.
    wasm_runtime_destroy_thread_env: fn();
    /// A module of bytes that it changes and keeps until it is unloaded.
    wasm_runtime_load: fn(*mut u8, u32, *mut c_char, u32) -> Handle;
    /// Drops a module.
    wasm_runtime_unload: fn(Handle);
    /// An instance: the wasm stack of its start function, its heap for the host, a message.
    wasm_runtime_instantiate: fn(Handle, u32, u32, *mut c_char, u32) -> Handle;
    /// Arguments for `wasm_runtime_instantiate_ex2`.
    wasm_runtime_instantiation_args_create: fn(*mut Handle) -> bool;
    /// Drops them.
    wasm_runtime_instantiation_args_destroy: fn(Handle);
    /// The wasm stack of a start function, in bytes.
    wasm_runtime_instantiation_args_set_default_stack_size: fn(Handle, u32);
    /// Program arguments. Every list of WASI's is kept by pointer.
    wasm_runtime_instantiation_args_set_wasi_arg: fn(Handle, *const *const c_char, c_int);
    /// Environment, as `NAME=value`.
    wasm_runtime_instantiation_args_set_wasi_env: fn(Handle, *const *const c_char, u32);
    /// Directories by the host's path, then as `guest::host`.
    wasm_runtime_instantiation_args_set_wasi_dir: fn(Handle, *const *const c_char, u32, *const *const c_char, u32);
    /// stdin, stdout, stderr.
    wasm_runtime_instantiation_args_set_wasi_stdio: fn(Handle, i64, i64, i64);
    /// An instance, as the arguments say.
    wasm_runtime_instantiate_ex2: fn(Handle, Handle, *mut c_char, u32) -> Handle;
    /// Drops an instance.
    wasm_runtime_deinstantiate: fn(Handle);
    /// What calls need, with a wasm stack of so many bytes.
    wasm_runtime_create_exec_env: fn(Handle, u32) -> Handle;
    /// Drops it.
    wasm_runtime_destroy_exec_env: fn(Handle);
    /// An exported function, or null.
    wasm_runtime_lookup_function: fn(Handle, *const c_char) -> Handle;
    /// Calls a function; the results overwrite the arguments. Both are in cells of 32 bits.
    wasm_runtime_call_wasm: fn(Handle, Handle, u32, *mut u32) -> bool;
    /// What an instance trapped with, or null.
    wasm_runtime_get_exception: fn(Handle) -> *const c_char;
    /// Makes an instance callable again.
    wasm_runtime_clear_exception: fn(Handle);
    /// The code that `proc_exit` was called with.
    wasm_runtime_get_wasi_exit_code: fn(Handle) -> u32;
}

/// The ahead-of-time compiler.
#[derive(Clone, Copy)]
pub struct Compiler {
    /// An artifact of a module: optimisation level, size level, what it is for, then where to put its size and a message.
    pub compile: unsafe extern "C" fn(Handle, u32, u32, Target, *mut u32, *mut c_char, u32) -> *mut u8,
    /// Frees an artifact.
    pub free: unsafe extern "C" fn(*mut u8),
}

impl Compiler {
    fn of(library: &Library) -> Option<Compiler> {
        // SAFETY: the types are those in `native/shim.c`.
        unsafe {
            let compile = *library.get(c"wasmark_wamr_compile".to_bytes_with_nul()).ok()?;
            let free = *library.get(c"wasmark_wamr_free_artifact".to_bytes_with_nul()).ok()?;
            Some(Compiler { compile, free })
        }
    }
}
