//! What modules may import beside WASI: the marks of the Sightglass ABI, and stubs.

use std::sync::Arc;

use wasmark_adapter::{Failure, FailureKind, Result, Stub, StubItem, ValueType, marks};
use wasmer::{
    AsStoreMut, Extern, Function, FunctionType, Global, Imports, Memory, MemoryType, Module, Pages, Table,
    TableType, Type, Value,
};

/// Something that a module imports and that is provided to it.
pub(crate) enum Provided {
    /// A mark's name and what it calls.
    Mark(&'static str, fn()),
    /// What stands in for an import that no runtime provides.
    Stub(Stub),
}

/// What `module` imports of the marks and of `stubs`. The rest is WASI's, or missing when it is instantiated.
pub(crate) fn select(module: &Module, stubs: &[Stub]) -> Arc<[Provided]> {
    let provided = module.imports().filter_map(|import| {
        let named = |first: &str, second: &str| import.module() == first && import.name() == second;
        let mark = marks::FUNCTIONS.into_iter().find(|(name, _)| named(marks::MODULE, name));
        mark.map(|(name, mark)| Provided::Mark(name, mark)).or_else(|| {
            let stub = stubs.iter().find(|stub| named(&stub.module, &stub.name));
            stub.cloned().map(Provided::Stub)
        })
    });
    provided.collect()
}

/// Defines them in a store: wasmer's functions belong to one.
///
/// # Errors
/// Where a memory or a table is refused.
#[inline(always)]
pub(crate) fn define(provided: &[Provided], store: &mut impl AsStoreMut) -> Result<Imports> {
    let mut imports = Imports::new();
    for provided in provided {
        match provided {
            Provided::Mark(name, mark) => {
                imports.define(marks::MODULE, name, Function::new_typed(store, *mark));
            }
            Provided::Stub(stub) => imports.define(&stub.module, &stub.name, stand_in(&stub.item, store)?),
        }
    }
    Ok(imports)
}

fn stand_in(item: &StubItem, store: &mut impl AsStoreMut) -> Result<Extern> {
    let refused = |error: &dyn std::fmt::Display| Failure::new(FailureKind::Resource, error);
    Ok(match item {
        StubItem::Function { params, results } => answering_zeros(params, results, store),
        StubItem::Memory { memory } => {
            let of = MemoryType::new(Pages(memory.minimum), memory.maximum.map(Pages), false);
            Memory::new(store, of).map_err(|error| refused(&error))?.into()
        }
        StubItem::Table { table } => {
            let of = TableType::new(of_type(table.element), table.minimum, table.maximum);
            Table::new(store, of, zero(table.element)).map_err(|error| refused(&error))?.into()
        }
        StubItem::Global { global } if global.mutable => Global::new_mut(store, zero(global.content)).into(),
        StubItem::Global { global } => Global::new(store, zero(global.content)).into(),
    })
}

fn answering_zeros(params: &[ValueType], results: &[ValueType], store: &mut impl AsStoreMut) -> Extern {
    let types = |of: &[ValueType]| of.iter().map(|of| of_type(*of)).collect::<Vec<Type>>();
    let of = FunctionType::new(types(params), types(results));
    let results = results.to_vec();
    Function::new(store, of, move |_| Ok(results.iter().map(|of| zero(*of)).collect())).into()
}

/// wasmer's type.
pub(crate) fn of_type(of: ValueType) -> Type {
    match of {
        ValueType::I32 => Type::I32,
        ValueType::I64 => Type::I64,
        ValueType::F32 => Type::F32,
        ValueType::F64 => Type::F64,
        ValueType::V128 => Type::V128,
        ValueType::FuncRef => Type::FuncRef,
        ValueType::ExternRef => Type::ExternRef,
    }
}

fn zero(of: ValueType) -> Value {
    match of {
        ValueType::I32 => Value::I32(0),
        ValueType::I64 => Value::I64(0),
        ValueType::F32 => Value::F32(0.0),
        ValueType::F64 => Value::F64(0.0),
        ValueType::V128 => Value::V128(0),
        ValueType::FuncRef => Value::FuncRef(None),
        ValueType::ExternRef => Value::ExternRef(None),
    }
}
