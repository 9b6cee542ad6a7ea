//! The export that instances are entered by: its type is checked once in the module. WAMR finds functions of instances by
//! their names.

use std::ffi::{CStr, CString};

use wasmark_adapter::{Entry, Failure, FailureKind, Result, Value, ValueType};
use wasmark_wamr_sys::{self as sys, Exception, Export, Handle};

use crate::failure;

/// An entry in a module, of the right type.
#[derive(Clone)]
pub enum Place {
    Kernel(CString),
    Command,
    Function {
        name: CString,
        invocation: Box<Invocation>,
        /// Whether instances are initialised: WAMR does it by itself where the module imports WASI.
        initialize: bool,
    },
}

/// An entry of an instance.
pub enum TypedEntry {
    Kernel(Handle),
    Command(Handle),
    Function(Handle, Box<Invocation>),
}

/// What a function is called with: the arguments, and the cells that they are copied to and that the results come back in.
#[derive(Clone)]
pub struct Invocation {
    pub arguments: Vec<u32>,
    pub cells: Vec<u32>,
    /// The type of the result where there is one, and it is no vector.
    pub scalar: Option<ValueType>,
    results: Vec<ValueType>,
}

const START: &CStr = c"_start";
const INITIALIZE: &CStr = c"_initialize";

impl Place {
    /// The entry `entry` of the module.
    ///
    /// # Errors
    /// Where there is no such export, or it is of another type.
    pub fn find(module: &sys::Module, entry: &Entry) -> Result<Place> {
        Ok(match entry {
            Entry::Kernel(name) => {
                let name = c_name(name)?;
                check(module, &name, &[ValueType::I32], &[ValueType::I64])?;
                Place::Kernel(name)
            }
            Entry::Command => {
                check(module, START, &[], &[])?;
                Place::Command
            }
            Entry::Function { name, arguments, results } => {
                let name = c_name(name)?;
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                check(module, &name, &parameters, results)?;
                let initialize =
                    !module.imports_wasi() && module.export(INITIALIZE, &[], &[]) != Export::NoFunction;
                if initialize {
                    check(module, INITIALIZE, &[], &[])?;
                }
                let invocation = Box::new(Invocation::new(arguments, results));
                Place::Function { name, invocation, initialize }
            }
        })
    }

    /// The entry of an instance of this module, which is initialised first where it is a reactor.
    ///
    /// # Errors
    /// What ended the initialiser.
    #[inline(always)]
    pub fn of(&self, instance: &sys::Instance) -> Result<TypedEntry> {
        Ok(match self {
            Place::Kernel(name) => TypedEntry::Kernel(get(instance, name)?),
            Place::Command => TypedEntry::Command(get(instance, START)?),
            Place::Function { name, invocation, initialize } => {
                if *initialize {
                    let initialize = get(instance, INITIALIZE)?;
                    // SAFETY: the function is the instance's, and `find` checked its type.
                    unsafe { instance.call(initialize, &mut [], 0) }.map_err(not_initialised)?;
                }
                TypedEntry::Function(get(instance, name)?, invocation.clone())
            }
        })
    }
}

fn not_initialised(exception: Exception) -> Failure {
    match exception {
        Exception::Exit(code) => Failure::engine(format!("initialise the module: it exited with {code}")),
        Exception::Trap(words) => failure::of_call(&words),
    }
}

fn missing(name: &CStr, problem: &str) -> Failure {
    let name = name.to_string_lossy();
    Failure::new(FailureKind::Export, format!("the export {name:?} {problem}"))
}

fn c_name(name: &str) -> Result<CString> {
    CString::new(name).map_err(|_| {
        let message = format!("the export {name:?} cannot exist: its name has a NUL");
        Failure::new(FailureKind::Export, message)
    })
}

/// Fails unless the module has a function of this name and type.
fn check(module: &sys::Module, name: &CStr, parameters: &[ValueType], results: &[ValueType]) -> Result<()> {
    let [parameters, results] = [parameters, results].map(|types| types.iter().copied().map(kind).collect());
    let (Some(parameters), Some(results)): (Option<Vec<u8>>, Option<Vec<u8>>) = (parameters, results) else {
        return Err(missing(name, "has another type"));
    };
    match module.export(name, &parameters, &results) {
        Export::OfType => Ok(()),
        Export::OfOtherType => Err(missing(name, "has another type")),
        Export::NoFunction => Err(missing(name, "is missing, or is no function")),
    }
}

/// The function of this name.
fn get(instance: &sys::Instance, name: &CStr) -> Result<Handle> {
    instance.function(name).ok_or_else(|| missing(name, "is not in the instance"))
}

impl Invocation {
    fn new(arguments: &[Value], results: &[ValueType]) -> Invocation {
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
        Invocation { arguments, cells, scalar, results: results.to_vec() }
    }

    /// The results of the last call that returned.
    pub fn read(&self) -> Vec<Value> {
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
pub fn wide([low, high]: [u32; 2]) -> i64 {
    (u64::from(high) << 32 | u64::from(low)) as i64
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
