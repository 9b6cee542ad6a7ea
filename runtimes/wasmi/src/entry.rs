//! The export that instances are entered by: its type is checked once in the module. wasmi finds exports of instances by
//! their names.

use wasmark_adapter::{Entry, Failure, FailureKind, Result, Value, ValueType};
use wasmi::{ExternType, Func, Instance, Module, Store, TypedFunc, WasmParams, WasmResults};

use crate::{failure, function::Function, imports::func_type};

/// An entry in a module, of the right type.
#[derive(Clone)]
pub(crate) enum Place {
    Kernel(String),
    Command,
    Function {
        name: String,
        arguments: Vec<Value>,
        results: Vec<ValueType>,
        /// Whether the module is a reactor.
        initialize: bool,
    },
}

/// An entry of an instance whose store carries a `Guest`.
pub(crate) enum TypedEntry<Guest> {
    Kernel(TypedFunc<i32, i64>),
    Command(TypedFunc<(), ()>),
    /// In a box, so that an instance with another entry is no larger for it.
    Function(Box<Function<Guest>>),
}

const START: &str = "_start";
const INITIALIZE: &str = "_initialize";

impl Place {
    /// The entry `entry` of the module.
    ///
    /// # Errors
    /// Where there is no such export, or it is of another type.
    pub(crate) fn find(module: &Module, entry: &Entry) -> Result<Place> {
        Ok(match entry {
            Entry::Kernel(name) => {
                check(module, name, &[ValueType::I32], &[ValueType::I64])?;
                Place::Kernel(name.clone())
            }
            Entry::Command => {
                check(module, START, &[], &[])?;
                Place::Command
            }
            Entry::Function { name, arguments, results } => {
                let initialize = matches!(module.get_export(INITIALIZE), Some(ExternType::Func(_)));
                if initialize {
                    check(module, INITIALIZE, &[], &[])?;
                }
                let params: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                check(module, name, &params, results)?;
                let (name, arguments, results) = (name.clone(), arguments.clone(), results.clone());
                Place::Function { name, arguments, results, initialize }
            }
        })
    }

    /// The entry of an instance of this module, which is initialised first where it is a reactor.
    ///
    /// # Errors
    /// What ended the initialiser.
    #[inline(always)]
    pub(crate) fn of<Guest: 'static>(
        &self,
        store: &mut Store<Guest>,
        instance: &Instance,
    ) -> Result<TypedEntry<Guest>> {
        Ok(match self {
            Place::Kernel(name) => TypedEntry::Kernel(typed(store, instance, name)?),
            Place::Command => TypedEntry::Command(typed(store, instance, START)?),
            Place::Function { name, arguments, results, initialize } => {
                if *initialize {
                    let initialize: TypedFunc<(), ()> = typed(store, instance, INITIALIZE)?;
                    initialize.call(&mut *store, ()).map_err(|error| failure::of(&error))?;
                }
                let function = get(store, instance, name)?;
                TypedEntry::Function(Box::new(Function::new(function, store, arguments, results)))
            }
        })
    }
}

/// Fails unless the module has an export of this name and type.
fn check(module: &Module, name: &str, params: &[ValueType], results: &[ValueType]) -> Result<()> {
    let missing = |what: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {what}"));
    let wanted = func_type(params, results);
    match module.get_export(name) {
        Some(ExternType::Func(of)) if of == wanted => Ok(()),
        Some(ExternType::Func(of)) => Err(missing(&format!("has the type {of:?} and not {wanted:?}"))),
        Some(_) => Err(missing("is no function")),
        None => Err(missing("is missing")),
    }
}

/// The function of this name.
fn get<Guest>(store: &Store<Guest>, instance: &Instance, name: &str) -> Result<Func> {
    let lacks = || Failure::new(FailureKind::Export, format!("the instance lacks the export {name:?}"));
    instance.get_func(store, name).ok_or_else(lacks)
}

/// The same, typed: wasmi compares the types again.
fn typed<Params: WasmParams, Results: WasmResults, Guest>(
    store: &Store<Guest>,
    instance: &Instance,
    name: &str,
) -> Result<TypedFunc<Params, Results>> {
    let of_type = get(store, instance, name)?.typed(store);
    of_type.map_err(|error| Failure::new(FailureKind::Export, format_args!("find `{name}`: {error}")))
}
