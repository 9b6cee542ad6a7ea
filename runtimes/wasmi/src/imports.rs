//! What modules may import beside WASI: the marks of the Sightglass ABI, and stubs.

use wasmark_adapter::{Stub, StubItem, ValueType, marks};
use wasmi::{
    Error, Extern, FuncType, Global, Linker, Memory, MemoryType, Mutability, Ref, RefType, Store, Table,
    TableType, Val, ValType, errors::LinkerError,
};

/// Defines the marks, and the stubs that are functions.
pub(crate) fn define<T: 'static>(
    linker: &mut Linker<T>,
    stubs: &[Stub],
) -> std::result::Result<(), LinkerError> {
    for (name, mark) in marks::FUNCTIONS {
        linker.func_wrap(marks::MODULE, name, mark)?;
    }
    for Stub { module, name, item } in stubs {
        let StubItem::Function { params, results } = item else { continue };
        let zeros: Vec<Val> = results.iter().map(|of| Val::default_for_ty(of_type(*of))).collect();
        linker.func_new(module, name, func_type(params, results), move |_, _, into| {
            into.clone_from_slice(&zeros);
            Ok(())
        })?;
    }
    Ok(())
}

/// Defines the stubs that have a state, for the one instance of this store.
pub(crate) fn define_state<T: 'static>(
    linker: &mut Linker<T>,
    store: &mut Store<T>,
    stubs: &[Stub],
) -> std::result::Result<(), Error> {
    for Stub { module, name, item } in stubs {
        let item: Extern = match item {
            StubItem::Function { .. } => continue,
            StubItem::Memory { memory } => {
                Memory::new(&mut *store, MemoryType::new(memory.minimum, memory.maximum))?.into()
            }
            StubItem::Table { table } => {
                let of = if table.element == ValueType::ExternRef { RefType::Extern } else { RefType::Func };
                let of_table = TableType::new(of, table.minimum, table.maximum);
                Table::new(&mut *store, of_table, Ref::default_for_ty(of))?.into()
            }
            StubItem::Global { global } => {
                let mutability = if global.mutable { Mutability::Var } else { Mutability::Const };
                Global::new(&mut *store, Val::default_for_ty(of_type(global.content)), mutability).into()
            }
        };
        linker.define(module, name, item)?;
    }
    Ok(())
}

pub(crate) fn func_type(params: &[ValueType], results: &[ValueType]) -> FuncType {
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
