//! What crosses the boundary beside WASI: the marks of the Sightglass ABI, stubs, and values of any numeric type.

use wasmark_adapter::{Failure, FailureKind, Result, Stub, Value, ValueType, marks};
use wasmi::{F32, F64, Func, FuncType, Instance, Linker, Store, Val, ValType, errors::LinkerError};

/// Defines the marks and the stubs.
pub(crate) fn define<T: 'static>(
    linker: &mut Linker<T>,
    stubs: &[Stub],
) -> std::result::Result<(), LinkerError> {
    for (name, mark) in marks::FUNCTIONS {
        linker.func_wrap(marks::MODULE, name, mark)?;
    }
    for stub in stubs {
        let zeros: Vec<Val> = stub.results.iter().map(|of| Val::default_for_ty(of_type(*of))).collect();
        linker.func_new(
            &stub.module,
            &stub.name,
            func_type(&stub.params, &stub.results),
            move |_, _, into| {
                into.clone_from_slice(&zeros);
                Ok(())
            },
        )?;
    }
    Ok(())
}

/// The export of this name, which takes `arguments` and returns `result`.
pub(crate) fn function<T>(
    store: &Store<T>,
    instance: &Instance,
    name: &str,
    arguments: &[Value],
    result: Option<ValueType>,
) -> Result<Func> {
    let missing = |what: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {what}"));
    let function = instance.get_func(store, name).ok_or_else(|| missing("is no function"))?;
    let params: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
    let (of, wanted) = (function.ty(store), func_type(&params, result.as_slice()));
    if of == wanted { Ok(function) } else { Err(missing(&format!("has the type {of:?} and not {wanted:?}"))) }
}

/// wasmi's value.
pub(crate) fn value(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
    }
}

/// The bits of a numeric value.
pub(crate) fn bits(value: &Val) -> i64 {
    match value {
        Val::I32(value) => Value::I32(*value).bits(),
        Val::I64(value) => *value,
        Val::F32(value) => Value::F32(value.to_bits()).bits(),
        Val::F64(value) => Value::F64(value.to_bits()).bits(),
        _ => 0,
    }
}

fn func_type(params: &[ValueType], results: &[ValueType]) -> FuncType {
    let of = |types: &[ValueType]| types.iter().map(|of| of_type(*of)).collect::<Vec<ValType>>();
    FuncType::new(of(params), of(results))
}

fn of_type(of: ValueType) -> ValType {
    match of {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
        ValueType::F32 => ValType::F32,
        ValueType::F64 => ValType::F64,
        ValueType::V128 => ValType::V128,
        ValueType::FuncRef => ValType::FuncRef,
        ValueType::ExternRef => ValType::ExternRef,
    }
}
