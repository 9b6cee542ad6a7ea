//! What modules may import beside WASI: the marks of the Sightglass ABI, and stubs.

use wasmark_adapter::{Stub, StubItem, ValueType, marks};
use wasmtime::{
    Engine, Extern, FuncType, Global, GlobalType, HeapType, Linker, Memory, MemoryType, Mutability, Ref,
    RefType, Store, Table, TableType, Val, ValType,
};

/// Defines the marks, and the stubs that are functions.
pub(crate) fn define<T: 'static>(
    linker: &mut Linker<T>,
    engine: &Engine,
    stubs: &[Stub],
) -> wasmtime::Result<()> {
    for (name, mark) in marks::FUNCTIONS {
        linker.func_wrap(marks::MODULE, name, mark)?;
    }
    for Stub { module, name, item } in stubs {
        let StubItem::Function { params, results } = item else { continue };
        let params = params.iter().map(|of| of_type(*of));
        let zeros = results.iter().map(|of| zero(*of)).collect::<Vec<Val>>();
        let of = FuncType::new(engine, params, results.iter().map(|of| of_type(*of)));
        linker.func_new(module, name, of, move |_, _, into| {
            into.copy_from_slice(&zeros);
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
) -> wasmtime::Result<()> {
    for Stub { module, name, item } in stubs {
        let item: Extern = match item {
            StubItem::Function { .. } => continue,
            StubItem::Memory { memory } => {
                Memory::new(&mut *store, MemoryType::new(memory.minimum, memory.maximum))?.into()
            }
            StubItem::Table { table } => {
                let (of, null) = match table.element {
                    ValueType::ExternRef => (HeapType::Extern, Ref::Extern(None)),
                    _ => (HeapType::Func, Ref::Func(None)),
                };
                let of = TableType::new(RefType::new(true, of), table.minimum, table.maximum);
                Table::new(&mut *store, of, null)?.into()
            }
            StubItem::Global { global } => {
                let mutability = if global.mutable { Mutability::Var } else { Mutability::Const };
                let of = GlobalType::new(of_type(global.content), mutability);
                Global::new(&mut *store, of, zero(global.content))?.into()
            }
        };
        linker.define(&mut *store, module, name, item)?;
    }
    Ok(())
}

/// wasmtime's type.
pub(crate) fn of_type(of: ValueType) -> ValType {
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
