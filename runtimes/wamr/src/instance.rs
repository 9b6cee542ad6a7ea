//! Instances: what WASI shows them, their entry, their calls.

use std::{
    ffi::{CStr, CString, c_char},
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
    ptr,
};

use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result, Value, ValueType};
use wasmark_wamr_sys::{self as sys, Api, Handle};

use crate::{
    engine::{Engine, message},
    failure,
    module::{Loaded, Module},
};

/// An instance with its entry. WAMR's memory of it is freed when it is dropped.
pub struct Instance {
    live: Live,
    entry: TypedEntry,
}

enum TypedEntry {
    Kernel(Handle),
    Command(Handle),
    Function(Box<Invocation>),
}

/// A call of a function: the arguments, and the cells that they are copied to and that the result comes back in.
struct Invocation {
    function: Handle,
    arguments: Vec<u32>,
    cells: Vec<u32>,
    result: Option<ValueType>,
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
        let live = Live::new(engine.api, module, stack, host)?;
        let entry = match entry {
            Entry::Kernel(name) => {
                TypedEntry::Kernel(live.export(name, &[ValueType::I32], &[ValueType::I64])?)
            }
            Entry::Command => TypedEntry::Command(live.export("_start", &[], &[])?),
            Entry::Function { name, arguments, result } => {
                // WAMR has done it where the module imports WASI.
                if !module.wasi && live.function(c"_initialize").is_some() {
                    live.call(live.export("_initialize", &[], &[])?, &mut [], 0)?;
                }
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                let function = live.export(name, &parameters, result.as_slice())?;
                TypedEntry::Function(Box::new(Invocation::new(function, arguments, *result)))
            }
        };
        Ok(Instance { live, entry })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        let called = match &mut self.entry {
            TypedEntry::Kernel(run) => {
                let mut cells = [argument as u32, 0];
                self.live.call(*run, &mut cells, 1).map(|()| wide(cells))
            }
            TypedEntry::Command(start) => self.live.call(*start, &mut [], 0).map(|()| 0),
            TypedEntry::Function(invocation) => {
                let Invocation { function, arguments, cells, result } = &mut **invocation;
                cells[..arguments.len()].copy_from_slice(arguments);
                self.live.call(*function, cells, arguments.len()).map(|()| match result {
                    None => 0,
                    Some(ValueType::I32 | ValueType::F32) => i64::from(cells[0]),
                    Some(_) => wide([cells[0], cells[1]]),
                })
            }
        };
        called.or_else(|stop| stop.exit_code())
    }
}

impl Invocation {
    fn new(function: Handle, arguments: &[Value], result: Option<ValueType>) -> Invocation {
        let mut cells = Vec::new();
        for value in arguments {
            let bits = value.bits() as u64;
            cells.push(bits as u32);
            if matches!(value, Value::I64(_) | Value::F64(_)) {
                cells.push((bits >> 32) as u32);
            }
        }
        let arguments = cells.clone();
        cells.resize(cells.len().max(2), 0);
        Invocation { function, arguments, cells, result }
    }
}

/// The 64 bits in two cells, the lower one first.
fn wide([low, high]: [u32; 2]) -> i64 {
    (u64::from(high) << 32 | u64::from(low)) as i64
}

/// Why a call did not return.
enum Stop {
    /// The program ended itself.
    Exit(i32),
    Trap(Failure),
}

impl Stop {
    fn exit_code(self) -> Result<i64> {
        match self {
            Stop::Exit(code) => Ok(i64::from(code)),
            Stop::Trap(failure) => Err(failure),
        }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        match stop {
            Stop::Exit(code) => Failure::engine(format!("initialise the module: it exited with {code}")),
            Stop::Trap(failure) => failure,
        }
    }
}

/// WAMR's instance.
struct Live {
    api: &'static Api,
    handle: Handle,
    /// The execution environment: the wasm stack, and the link between calls and this thread.
    environment: Handle,
}

impl Live {
    fn new(api: &'static Api, module: &Loaded, stack: u32, host: &Host) -> Result<Live> {
        let handle = instantiate(api, module, stack, host)?;
        // SAFETY: the instance lives, and longer than its environment.
        let environment = unsafe { (api.wasm_runtime_create_exec_env)(handle, stack) };
        if environment.is_null() {
            // SAFETY: nothing else has the instance.
            unsafe { (api.wasm_runtime_deinstantiate)(handle) };
            return Err(Failure::new(
                FailureKind::Resource,
                "WAMR has no memory for the stack of an instance",
            ));
        }
        Ok(Live { api, handle, environment })
    }

    /// Calls a function of this instance: the first `arguments` of the cells (of 32 bits, the lower one of two first)
    /// are its arguments, and its result overwrites them.
    #[inline]
    fn call(&self, function: Handle, cells: &mut [u32], arguments: usize) -> std::result::Result<(), Stop> {
        // SAFETY: the function has as many arguments, and results that fit into the cells: its type was checked.
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

    /// Takes the exception of a call that did not return: the end of a program, or a trap.
    #[cold]
    fn exception(&self) -> Stop {
        // SAFETY: the instance lives; the text is copied before it is cleared.
        unsafe {
            let text = (self.api.wasm_runtime_get_exception)(self.handle);
            let text = if text.is_null() { c"an unknown exception" } else { CStr::from_ptr(text) };
            let text = text.to_string_lossy().into_owned();
            (self.api.wasm_runtime_clear_exception)(self.handle);
            if text.contains("wasi proc exit") {
                return Stop::Exit((self.api.wasm_runtime_get_wasi_exit_code)(self.handle) as i32);
            }
            Stop::Trap(failure::of_call(text.trim_start_matches("Exception: ")))
        }
    }

    /// The exported function of this name.
    fn function(&self, name: &CStr) -> Option<Handle> {
        // SAFETY: the instance lives and the name is a C string.
        let function = unsafe { (self.api.wasm_runtime_lookup_function)(self.handle, name.as_ptr()) };
        (!function.is_null()).then_some(function)
    }

    /// The exported function of this name, if it has this type.
    fn export(&self, name: &str, parameters: &[ValueType], results: &[ValueType]) -> Result<Handle> {
        let api = self.api;
        let missing =
            |problem: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {problem}"));
        let c_name = CString::new(name).map_err(|_| missing("cannot exist: its name has a NUL"))?;
        let function = self.function(&c_name).ok_or_else(|| missing("is missing, or is no function"))?;
        let is = |count: u32, get: unsafe extern "C" fn(Handle, Handle, *mut u8), right: &[ValueType]| {
            count as usize == right.len() && {
                let mut types = vec![0; right.len()];
                // SAFETY: the instance lives, and there is room for as many types as there are.
                unsafe { get(function, self.handle, types.as_mut_ptr()) };
                types.iter().zip(right).all(|(kind, of)| KINDS.contains(&(*of, *kind)))
            }
        };
        // SAFETY: the instance lives.
        let (parameter_count, result_count) = unsafe {
            (
                (api.wasm_func_get_param_count)(function, self.handle),
                (api.wasm_func_get_result_count)(function, self.handle),
            )
        };
        let right = is(parameter_count, api.wasm_func_get_param_types, parameters)
            && is(result_count, api.wasm_func_get_result_types, results);
        if right { Ok(function) } else { Err(missing("has another type")) }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // SAFETY: both were made by `new` and are used nowhere else.
        unsafe {
            (self.api.wasm_runtime_destroy_exec_env)(self.environment);
            (self.api.wasm_runtime_deinstantiate)(self.handle);
        }
    }
}

/// The types that cross the boundary, and WAMR's numbers for them.
const KINDS: [(ValueType, u8); 4] = [
    (ValueType::I32, sys::I32),
    (ValueType::I64, sys::I64),
    (ValueType::F32, sys::F32),
    (ValueType::F64, sys::F64),
];

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
