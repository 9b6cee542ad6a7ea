//! What crosses the boundary beside WASI: the marks of the Sightglass ABI, stubs, and values of any numeric type.

use wasmark_adapter::{Failure, FailureKind, Result, Stub, Value, ValueType, marks};
use wasmtime::{Engine, Func, FuncType, HeapType, Instance, Linker, RefType, Store, Val, ValType};

/// Defines the marks and the stubs.
pub(crate) fn define<T: 'static>(
    linker: &mut Linker<T>,
    engine: &Engine,
    stubs: &[Stub],
) -> wasmtime::Result<()> {
    for (name, mark) in marks::FUNCTIONS {
        linker.func_wrap(marks::MODULE, name, mark)?;
    }
    for stub in stubs {
        let params = stub.params.iter().map(|of| of_type(*of));
        let results: Vec<ValType> = stub.results.iter().map(|of| of_type(*of)).collect();
        let zeros = stub.results.iter().map(|of| zero(*of)).collect::<Vec<Val>>();
        let of = FuncType::new(engine, params, results);
        linker.func_new(&stub.module, &stub.name, of, move |_, _, into| {
            into.copy_from_slice(&zeros);
            Ok(())
        })?;
    }
    Ok(())
}

/// The export of this name, which takes `arguments` and returns `result`.
pub(crate) fn function<T>(
    store: &mut Store<T>,
    instance: &Instance,
    name: &str,
    arguments: &[Value],
    result: Option<ValueType>,
) -> Result<Func> {
    let missing = |what: &str| Failure::new(FailureKind::Export, format!("the export {name:?} {what}"));
    let function = instance.get_func(&mut *store, name).ok_or_else(|| missing("is no function"))?;
    let of = function.ty(&*store);
    let wanted =
        FuncType::new(store.engine(), arguments.iter().map(|value| of_type(value.of())), result.map(of_type));
    if FuncType::eq(&of, &wanted) {
        Ok(function)
    } else {
        Err(missing(&format!("has the type {of} and not {wanted}")))
    }
}

/// wasmtime's value.
pub(crate) fn value(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
    }
}

/// The bits of a numeric value.
pub(crate) fn bits(value: &Val) -> i64 {
    match *value {
        Val::I32(value) => Value::I32(value).bits(),
        Val::I64(value) => value,
        Val::F32(bits) => Value::F32(bits).bits(),
        Val::F64(bits) => bits as i64,
        _ => 0,
    }
}

fn of_type(of: ValueType) -> ValType {
    match of {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
        ValueType::F32 => ValType::F32,
        ValueType::F64 => ValType::F64,
        ValueType::V128 => ValType::V128,
        ValueType::FuncRef => ValType::Ref(RefType::new(true, HeapType::Func)),
        ValueType::ExternRef => ValType::Ref(RefType::new(true, HeapType::Extern)),
    }
}

fn zero(of: ValueType) -> Val {
    match of {
        ValueType::I32 => Val::I32(0),
        ValueType::I64 => Val::I64(0),
        ValueType::F32 => Val::F32(0),
        ValueType::F64 => Val::F64(0),
        ValueType::V128 => Val::V128(0.into()),
        ValueType::FuncRef => Val::FuncRef(None),
        ValueType::ExternRef => Val::ExternRef(None),
    }
}
