//! The export that instances are entered by: found once in the module, then by its place in each instance.

use wasmark_adapter::{Entry, Failure, FailureKind, Result, ValueType};
use wasmtime::{
    Engine, ExternType, Func, FuncType, Instance, Module, ModuleExport, Store, TypedFunc, WasmParams,
    WasmResults,
};

use crate::{
    Guest, failure,
    function::{Function, Invocation},
    imports::of_type,
};

/// An entry in a module, of the right type.
#[derive(Clone)]
pub(crate) enum Place {
    Kernel(ModuleExport),
    Command(ModuleExport),
    Function {
        function: ModuleExport,
        invocation: Invocation,
        /// The initialiser of a reactor.
        initialize: Option<ModuleExport>,
    },
}

/// An entry of an instance.
pub(crate) enum TypedEntry {
    Kernel(TypedFunc<i32, i64>),
    Command(TypedFunc<(), ()>),
    Function(Function),
}

impl Place {
    /// The entry `entry` of the module.
    ///
    /// # Errors
    /// Where there is no such export, or it is of another type.
    pub(crate) fn find(engine: &Engine, module: &Module, entry: &Entry) -> Result<Place> {
        let function = |name: &str, params: &[ValueType], results: &[ValueType]| {
            let list = |types: &[ValueType]| types.iter().map(|of| of_type(*of)).collect::<Vec<_>>();
            export(module, name, &FuncType::new(engine, list(params), list(results)))
        };
        Ok(match entry {
            Entry::Kernel(name) => Place::Kernel(function(name, &[ValueType::I32], &[ValueType::I64])?),
            Entry::Command => Place::Command(function("_start", &[], &[])?),
            Entry::Function { name, arguments, results } => {
                let initialize = match module.get_export("_initialize") {
                    Some(ExternType::Func(_)) => Some(function("_initialize", &[], &[])?),
                    _ => None,
                };
                let params: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                let function = function(name, &params, results)?;
                Place::Function { function, invocation: Invocation::new(arguments, results), initialize }
            }
        })
    }

    /// The entry of an instance of this module, which is initialised first where it is a reactor.
    ///
    /// # Errors
    /// What ended the initialiser.
    pub(crate) fn of(&self, store: &mut Store<Guest>, instance: &Instance) -> Result<TypedEntry> {
        Ok(match self {
            Place::Kernel(run) => TypedEntry::Kernel(typed(store, instance, run)?),
            Place::Command(start) => TypedEntry::Command(typed(store, instance, start)?),
            Place::Function { function, invocation, initialize } => {
                if let Some(initialize) = initialize {
                    let initialize: TypedFunc<(), ()> = typed(store, instance, initialize)?;
                    let returned = initialize.call(&mut *store, ());
                    returned.map_err(|error| failure::of(&error, FailureKind::Engine))?;
                }
                let function = get(store, instance, function)?;
                // SAFETY: `find` compared the function's type with that of the invocation.
                TypedEntry::Function(unsafe { Function::new(function, invocation) })
            }
        })
    }
}

/// The place of the export of this name and type.
fn export(module: &Module, name: &str, wanted: &FuncType) -> Result<ModuleExport> {
    let missing = |what: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {what}"));
    match module.get_export(name) {
        Some(ExternType::Func(of)) if FuncType::eq(&of, wanted) => {}
        Some(ExternType::Func(of)) => return Err(missing(&format!("has the type {of} and not {wanted}"))),
        Some(_) => return Err(missing("is no function")),
        None => return Err(missing("is missing")),
    }
    module.get_export_index(name).ok_or_else(|| missing("has no place"))
}

/// The function at this place.
fn get(store: &mut Store<Guest>, instance: &Instance, place: &ModuleExport) -> Result<Func> {
    let function = instance.get_module_export(store, place).and_then(wasmtime::Extern::into_func);
    function.ok_or_else(|| Failure::new(FailureKind::Export, "the instance lacks an export of its module"))
}

/// The same, typed: wasmtime compares the types again.
fn typed<Params: WasmParams, Results: WasmResults>(
    store: &mut Store<Guest>,
    instance: &Instance,
    place: &ModuleExport,
) -> Result<TypedFunc<Params, Results>> {
    let function = get(store, instance, place)?;
    function.typed(&*store).map_err(|error| failure::of(&error, FailureKind::Export))
}
