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

/// A call of a function: the arguments, and the cells that they are copied to and that the results come back in.
struct Invocation {
    function: Handle,
    arguments: Vec<u32>,
    cells: Vec<u32>,
    results: Vec<ValueType>,
    /// The type of the result where there is one, and it is no vector.
    scalar: Option<ValueType>,
}

impl Instance {
    /// Instantiates a module and looks its entry up.
    pub fn new(module: &Module, stack: u32, entry: &Entry, host: &Host) -> Result<Instance> {
        let module = module.loaded()?;
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
            Entry::Function { name, arguments, results } => {
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
                let function = export(&live, name, &parameters, results)?;
                TypedEntry::Function(Box::new(Invocation::new(function, arguments, results)))
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
                    let Invocation { function, arguments, cells, scalar, .. } = &mut **invocation;
                    cells[..arguments.len()].copy_from_slice(arguments);
                    self.live.call(*function, cells, arguments.len()).map(|()| match scalar {
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

    /// The results of the last call of a function that returned.
    pub fn results(&self) -> Vec<Value> {
        match &self.entry {
            TypedEntry::Function(invocation) => invocation.read(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) => Vec::new(),
        }
    }
}

impl Invocation {
    fn new(function: Handle, arguments: &[Value], results: &[ValueType]) -> Invocation {
        let mut cells = Vec::new();
        for value in arguments {
            let bits = match value {
                Value::V128(bits) => *bits,
                value => u128::from(value.bits() as u64),
            };
            cells.extend((0..width(value.of())).map(|cell| (bits >> (32 * cell)) as u32));
        }
        let arguments = cells.clone();
        let places: usize = results.iter().copied().map(width).sum();
        cells.resize(cells.len().max(places).max(2), 0);
        let scalar = match results {
            [ValueType::V128] => None,
            [one] => Some(*one),
            _ => None,
        };
        Invocation { function, arguments, cells, results: results.to_vec(), scalar }
    }

    /// The results of the last call that returned.
    fn read(&self) -> Vec<Value> {
        let mut cells = self.cells.iter();
        let mut read = |of: &ValueType| {
            let parts = cells.by_ref().take(width(*of)).enumerate();
            let bits = parts.fold(0, |bits, (at, part)| bits | u128::from(*part) << (32 * at));
            match of {
                ValueType::V128 => Some(Value::V128(bits)),
                of => Value::from_bits(*of, bits as i64),
            }
        };
        self.results.iter().filter_map(&mut read).collect()
    }
}

/// How many cells of 32 bits a value takes.
fn width(of: ValueType) -> usize {
    match of {
        ValueType::I32 | ValueType::F32 => 1,
        ValueType::V128 => 4,
        _ => 2,
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
        ValueType::V128 => Some(sys::V128),
        ValueType::FuncRef | ValueType::ExternRef => None,
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
