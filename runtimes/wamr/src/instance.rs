//! Instances: what WASI shows them, their entry, their calls.

use std::{
    ffi::CString,
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
};

use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result, Value, ValueType};
use wasmark_wamr_sys::{self as sys, Exception, Handle, Wasi};

use crate::{failure, module::Module};

/// An instance with its entry. WAMR's memory of it is freed when it is dropped.
pub struct Instance {
    live: sys::Instance,
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
    pub fn new(module: &Module, stack: u32, entry: &Entry, host: &Host) -> Result<Instance> {
        let Module::Loaded(module) = module else {
            return Err(Failure::engine(
                "this module was compiled to be saved: load the artifact in another process",
            ));
        };
        if let Some(missing) = &module.missing {
            return Err(missing.clone());
        }
        let wasi = if module.wasi { Some(wasi(host)?) } else { None };
        // SAFETY: the worker drops the module after its instances.
        let live = unsafe { sys::Instance::new(&module.module, stack, wasi.as_ref()) };
        let live = live.map_err(|message| failure::of_instantiation(&message))?;
        let entry = match entry {
            Entry::Kernel(name) => {
                TypedEntry::Kernel(export(&live, name, &[ValueType::I32], &[ValueType::I64])?)
            }
            Entry::Command => TypedEntry::Command(export(&live, "_start", &[], &[])?),
            Entry::Function { name, arguments, result } => {
                // WAMR has done it where the module imports WASI.
                if !module.wasi && live.function(c"_initialize").is_some() {
                    let initialize = export(&live, "_initialize", &[], &[])?;
                    // SAFETY: the export is the instance's and has this type.
                    unsafe { live.call(initialize, &mut [], 0) }.map_err(|exception| match exception {
                        Exception::Exit(code) => {
                            Failure::engine(format!("initialise the module: it exited with {code}"))
                        }
                        Exception::Trap(words) => failure::of_call(&words),
                    })?;
                }
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                let function = export(&live, name, &parameters, result.as_slice())?;
                TypedEntry::Function(Box::new(Invocation::new(function, arguments, *result)))
            }
        };
        Ok(Instance { live, entry })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // SAFETY: the functions are the instance's, and their types, which say how many cells they use, were checked.
        let called = unsafe {
            match &mut self.entry {
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
            }
        };
        called.or_else(|exception| match exception {
            Exception::Exit(code) => Ok(i64::from(code)),
            Exception::Trap(words) => Err(failure::of_call(&words)),
        })
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

/// The exported function of this name, if it has this type.
fn export(
    instance: &sys::Instance,
    name: &str,
    parameters: &[ValueType],
    results: &[ValueType],
) -> Result<Handle> {
    let missing = |problem: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {problem}"));
    let c_name = CString::new(name).map_err(|_| missing("cannot exist: its name has a NUL"))?;
    let function = instance.function(&c_name).ok_or_else(|| missing("is missing, or is no function"))?;
    let [parameters, results] = [parameters, results].map(|types| types.iter().copied().map(kind).collect());
    let (Some(parameters), Some(results)): (Option<Vec<u8>>, Option<Vec<u8>>) = (parameters, results) else {
        return Err(missing("has another type"));
    };
    // SAFETY: the function is the instance's.
    let right = unsafe { instance.is_of_type(function, &parameters, &results) };
    if right { Ok(function) } else { Err(missing("has another type")) }
}

/// WAMR's number for a type that crosses the boundary.
fn kind(of: ValueType) -> Option<u8> {
    match of {
        ValueType::I32 => Some(sys::I32),
        ValueType::I64 => Some(sys::I64),
        ValueType::F32 => Some(sys::F32),
        ValueType::F64 => Some(sys::F64),
        ValueType::V128 | ValueType::FuncRef | ValueType::ExternRef => None,
    }
}

/// The host as WAMR's WASI sees it.
fn wasi(host: &Host) -> Result<Wasi> {
    let dir = |guest: &str, folder: &[u8]| [guest.as_bytes(), b"::", folder].concat();
    let dirs = host.preopens.iter().map(|one| dir(&one.guest, one.host.as_os_str().as_bytes()));
    Ok(Wasi {
        args: texts(host.args.iter().map(|arg| arg.clone().into_bytes()))?,
        env: texts(host.env.iter().map(|(name, value)| format!("{name}={value}").into_bytes()))?,
        dirs: texts(dirs)?,
        stdio: [&host.stdin, &host.stdout, &host.stderr].map(|file| file.as_raw_fd()),
    })
}

fn texts(texts: impl Iterator<Item = Vec<u8>>) -> Result<Vec<CString>> {
    let texts: std::result::Result<_, _> = texts.map(CString::new).collect();
    texts.map_err(|error| Failure::engine(format!("give the guest {error}: remove the NUL")))
}
