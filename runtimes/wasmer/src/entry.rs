//! The export that an instance is entered by.

use wasmark_adapter::{CallPath, Entry, Failure, FailureKind, Result, Value, ValueType};
use wasmer::{Function, FunctionType, Instance, RuntimeError, Store, TypedFunction, WasmTypeList};

use crate::{imports::of_type, typed};

/// An export of an instance, looked up and of the right type.
pub(crate) enum TypedEntry {
    Kernel(TypedFunction<i32, i64>),
    Command(TypedFunction<(), ()>),
    /// Of a type that there is code for.
    Typed(typed::Call),
    /// Of any other: wasmer checks and converts the values in each call.
    Untyped {
        function: Function,
        arguments: Vec<wasmer::Value>,
        results: Box<[wasmer::Value]>,
        wide: bool,
    },
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
            Entry::Function { name, arguments, results } => {
                let function = function(instance, store, name, (arguments, results))?;
                match typed::call(&function, store, arguments, results) {
                    Some(call) => TypedEntry::Typed(call),
                    None => TypedEntry::Untyped {
                        function,
                        arguments: arguments.iter().copied().map(value).collect(),
                        results: Box::default(),
                        wide: entry.is_wide(),
                    },
                }
            }
        })
    }

    /// Calls it, and says what [`wasmark_adapter::Runtime::call`] does.
    ///
    /// # Errors
    /// What ended the call.
    pub(crate) fn call(
        &mut self,
        store: &mut Store,
        argument: i32,
    ) -> std::result::Result<i64, RuntimeError> {
        match self {
            TypedEntry::Kernel(run) => run.call(store, argument),
            TypedEntry::Command(start) => start.call(store).map(|()| 0),
            TypedEntry::Typed(call) => call(store),
            TypedEntry::Untyped { function, arguments, results, wide } => {
                *results = function.call(store, arguments)?;
                Ok(if *wide { 0 } else { results.first().and_then(number).map_or(0, Value::bits) })
            }
        }
    }

    /// The results of the last call that returned, of an entry that is wide.
    pub(crate) fn results(&self) -> Vec<Value> {
        match self {
            TypedEntry::Untyped { results, .. } => results.iter().filter_map(number).collect(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) | TypedEntry::Typed(_) => Vec::new(),
        }
    }

    /// How it is called.
    pub(crate) fn path(&self) -> CallPath {
        match self {
            TypedEntry::Untyped { .. } => CallPath::Untyped,
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

/// The export of this name, which takes `arguments` and returns values of these types.
fn function(
    instance: &Instance,
    store: &Store,
    name: &str,
    (arguments, results): (&[Value], &[ValueType]),
) -> Result<Function> {
    let function = instance.exports.get_function(name).map_err(|error| missing(name, &error))?;
    let parameters: Vec<_> = arguments.iter().map(|value| of_type(value.of())).collect();
    let results: Vec<_> = results.iter().copied().map(of_type).collect();
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
