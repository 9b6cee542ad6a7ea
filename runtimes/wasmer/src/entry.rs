//! The export that an instance is entered by.

use wasmark_adapter::{Entry, Failure, FailureKind, Result, Value, ValueType};
use wasmer::{Function, FunctionType, Instance, RuntimeError, Store, TypedFunction, WasmTypeList};

use crate::imports::of_type;

/// An export of an instance, looked up and of the right type.
pub(crate) enum TypedEntry {
    Kernel(TypedFunction<i32, i64>),
    Command(TypedFunction<(), ()>),
    Function { function: Function, arguments: Vec<wasmer::Value> },
}

impl TypedEntry {
    /// The entry `entry` of `instance`.
    ///
    /// # Errors
    /// Where there is no such export, or it is of another type.
    pub(crate) fn find(instance: &Instance, store: &Store, entry: &Entry) -> Result<TypedEntry> {
        Ok(match entry {
            Entry::Kernel(name) => TypedEntry::Kernel(typed(instance, store, name)?),
            Entry::Command => TypedEntry::Command(typed(instance, store, "_start")?),
            Entry::Function { name, arguments, result } => TypedEntry::Function {
                function: function(instance, store, name, arguments, *result)?,
                arguments: arguments.iter().copied().map(value).collect(),
            },
        })
    }

    /// Calls it, and says what [`wasmark_adapter::Runtime::call`] does.
    ///
    /// # Errors
    /// What ended the call.
    pub(crate) fn call(&self, store: &mut Store, argument: i32) -> std::result::Result<i64, RuntimeError> {
        match self {
            TypedEntry::Kernel(run) => run.call(store, argument),
            TypedEntry::Command(start) => start.call(store).map(|()| 0),
            TypedEntry::Function { function, arguments } => {
                function.call(store, arguments).map(|results| results.first().map_or(0, bits))
            }
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

/// The export of this name, which takes `arguments` and returns `result`.
fn function(
    instance: &Instance,
    store: &Store,
    name: &str,
    arguments: &[Value],
    result: Option<ValueType>,
) -> Result<Function> {
    let function = instance.exports.get_function(name).map_err(|error| missing(name, &error))?;
    let parameters: Vec<_> = arguments.iter().map(|value| of_type(value.of())).collect();
    let results: Vec<_> = result.into_iter().map(of_type).collect();
    let (of, wanted) = (function.ty(store), FunctionType::new(parameters, results));
    if of != wanted {
        return Err(missing(name, &format_args!("it has the type {of} and not {wanted}")));
    }
    Ok(function.clone())
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
    }
}

/// The bits of a numeric value.
fn bits(value: &wasmer::Value) -> i64 {
    match *value {
        wasmer::Value::I32(value) => Value::I32(value).bits(),
        wasmer::Value::I64(value) => value,
        wasmer::Value::F32(value) => Value::F32(value.to_bits()).bits(),
        wasmer::Value::F64(value) => Value::F64(value.to_bits()).bits(),
        _ => 0,
    }
}
