//! The export that an instance is entered by.

use wasmark_adapter::{CallPath, Entry, Failure, FailureKind, Result, Value, ValueType};
use wasmer::{
    ExternType, Function, FunctionType, Instance, Module, RuntimeError, Store, TypedFunction, WasmTypeList,
};

use crate::{imports::of_type, typed};

/// An entry in a module, of the right type: wasmer finds exports of instances by their names.
pub(crate) struct Place {
    entry: Entry,
    /// Whether the module is a reactor.
    initialize: bool,
}

/// The initialiser of a reactor.
pub(crate) const INITIALIZE: &str = "_initialize";

impl Place {
    /// The entry `entry` of the module.
    ///
    /// # Errors
    /// Where there is no such export, or it is of another type.
    pub(crate) fn find(module: &Module, entry: &Entry) -> Result<Place> {
        let mut initialize = false;
        match entry {
            Entry::Kernel(name) => check(module, name, &[ValueType::I32], &[ValueType::I64])?,
            Entry::Command => check(module, "_start", &[], &[])?,
            Entry::Function { name, arguments, results } => {
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                check(module, name, &parameters, results)?;
                initialize = module.exports().any(|export| export.name() == INITIALIZE);
            }
        }
        Ok(Place { entry: entry.clone(), initialize })
    }

    /// Whether instances are initialised before they are entered.
    pub(crate) fn initialize(&self) -> bool {
        self.initialize
    }

    /// The entry of an instance of this module.
    ///
    /// # Errors
    /// Where the instance has none, against what its module states.
    #[inline(always)]
    pub(crate) fn of(&self, store: &Store, instance: &Instance) -> Result<TypedEntry> {
        Ok(match &self.entry {
            Entry::Kernel(name) => TypedEntry::Kernel(typed(instance, store, name)?),
            Entry::Command => TypedEntry::Command(typed(instance, store, "_start")?),
            Entry::Function { name, arguments, results } => {
                let function = instance.exports.get_function(name).map_err(|error| missing(name, &error))?;
                match typed::call(function, store, arguments, results) {
                    Some(call) => TypedEntry::Typed(call),
                    None => TypedEntry::Untyped(Box::new(Untyped {
                        function: function.clone(),
                        arguments: arguments.iter().copied().map(value).collect(),
                        results: Box::default(),
                        wide: self.entry.is_wide(),
                    })),
                }
            }
        })
    }
}

/// An export of an instance, looked up and of the right type.
pub(crate) enum TypedEntry {
    Kernel(TypedFunction<i32, i64>),
    Command(TypedFunction<(), ()>),
    /// Of a type that there is code for.
    Typed(typed::Call),
    /// Of any other: wasmer checks and converts the values in each call.
    Untyped(Box<Untyped>),
}

/// In a box: every instance has a [`TypedEntry`] to itself, and its size is part of what an instance takes.
pub(crate) struct Untyped {
    function: Function,
    arguments: Vec<wasmer::Value>,
    results: Box<[wasmer::Value]>,
    wide: bool,
}

impl TypedEntry {
    /// Calls it, and returns what [`wasmark_adapter::Runtime::call`] does.
    ///
    /// # Errors
    /// What ended the call.
    #[inline(always)]
    pub(crate) fn call(
        &mut self,
        store: &mut Store,
        argument: i32,
    ) -> std::result::Result<i64, RuntimeError> {
        match self {
            TypedEntry::Kernel(run) => run.call(store, argument),
            TypedEntry::Command(start) => start.call(store).map(|()| 0),
            TypedEntry::Typed(call) => call(store),
            TypedEntry::Untyped(untyped) => {
                let Untyped { function, arguments, results, wide } = &mut **untyped;
                *results = function.call(store, arguments)?;
                Ok(if *wide { 0 } else { results.first().and_then(number).map_or(0, Value::bits) })
            }
        }
    }

    /// The results of the last call that returned, of an entry that is wide.
    pub(crate) fn results(&self) -> Vec<Value> {
        match self {
            TypedEntry::Untyped(untyped) => untyped.results.iter().filter_map(number).collect(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) | TypedEntry::Typed(_) => Vec::new(),
        }
    }

    /// How it is called.
    pub(crate) fn path(&self) -> CallPath {
        match self {
            TypedEntry::Untyped(_) => CallPath::Untyped,
            TypedEntry::Kernel(_) | TypedEntry::Command(_) | TypedEntry::Typed(_) => CallPath::Typed,
        }
    }
}

/// The export of this name, of a type that is known here.
///
/// # Errors
/// Where there is no such export, or it is of another type.
pub(crate) fn typed<Arguments: WasmTypeList, Results: WasmTypeList>(
    instance: &Instance,
    store: &Store,
    name: &str,
) -> Result<TypedFunction<Arguments, Results>> {
    instance.exports.get_typed_function(store, name).map_err(|error| missing(name, &error))
}

/// Fails unless the module has a function of this name and type.
fn check(module: &Module, name: &str, parameters: &[ValueType], results: &[ValueType]) -> Result<()> {
    let types = |of: &[ValueType]| of.iter().copied().map(of_type).collect::<Vec<_>>();
    let wanted = FunctionType::new(types(parameters), types(results));
    let export = module.exports().find(|export| export.name() == name);
    match export.as_ref().map(|export| export.ty()) {
        Some(ExternType::Function(of)) if *of == wanted => Ok(()),
        Some(ExternType::Function(of)) => {
            Err(missing(name, &format_args!("it has the type {of} and not {wanted}")))
        }
        Some(_) => Err(missing(name, &"it is no function")),
        None => Err(missing(name, &"the module does not export it")),
    }
}

fn missing(name: &str, problem: &dyn std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Export, format_args!("find `{name}`: {problem}"))
}

fn value(value: Value) -> wasmer::Value {
    match value {
        Value::I32(value) => wasmer::Value::I32(value),
        Value::I64(value) => wasmer::Value::I64(value),
        Value::F32(bits) => wasmer::Value::F32(f32::from_bits(bits)),
        Value::F64(bits) => wasmer::Value::F64(f64::from_bits(bits)),
        Value::V128(bits) => wasmer::Value::V128(bits),
    }
}

/// A value that is no reference.
fn number(value: &wasmer::Value) -> Option<Value> {
    Some(match *value {
        wasmer::Value::I32(value) => Value::I32(value),
        wasmer::Value::I64(value) => Value::I64(value),
        wasmer::Value::F32(value) => Value::F32(value.to_bits()),
        wasmer::Value::F64(value) => Value::F64(value.to_bits()),
        wasmer::Value::V128(bits) => Value::V128(bits),
        _ => return None,
    })
}
