//! Functions of common types, called by wasmer's typed interface.
//!
//! `TypedFunction` checks the type once and converts nothing in a call, but is a type of its own for each signature: there
//! is code here for each combination of up to four numbers as arguments. For the result there is one type for all, or
//! there would be five times as much code; wasmer compares what it claims to be with the function's type as for any
//! other.

use std::{array::TryFromSliceError, cell::Cell};

use wasmark_adapter::{Value, ValueType, with_arguments};
use wasmer::{AsStoreMut, Function, RuntimeError, Store, Type, TypedFunction, WasmTypeList};
use wasmer_types::RawValue;

/// A call with the arguments that it was made for; returns the bits of the result. A pointer to code for one signature:
/// calling through it takes the place of choosing among all signatures.
pub(crate) type Call = Box<dyn Fn(&mut Store) -> Result<i64, RuntimeError>>;

/// The call of a function with these arguments and at most one result; `None` of a function of another type, or of one
/// that there is no code for.
pub(crate) fn call(
    function: &Function,
    store: &Store,
    arguments: &[Value],
    results: &[ValueType],
) -> Option<Call> {
    let types: &'static [Type] = match results {
        [] => &[],
        [ValueType::I32] => &[Type::I32],
        [ValueType::I64] => &[Type::I64],
        [ValueType::F32] => &[Type::F32],
        [ValueType::F64] => &[Type::F64],
        _ => return None,
    };
    RESULTS.set(types);
    let bits: fn(RawValue) -> i64 = match results {
        [] => |_: RawValue| 0_i64,
        // SAFETY: every bit of a value is initialised, and any bits are an integer; so below.
        [ValueType::I32 | ValueType::F32] => |raw: RawValue| i64::from(unsafe { raw.u32 }),
        // SAFETY: as above.
        _ => |raw: RawValue| unsafe { raw.i64 },
    };
    macro_rules! typed {
        ($($argument:ident)*) => {{
            let function = typed_by(function, store, ($($argument),*))?;
            Some(Box::new(move |store: &mut Store| {
                function.call(store, $($argument),*).map(|AtMostOne([raw])| bits(raw))
            }))
        }};
    }
    with_arguments!(arguments, typed)
}

/// The function as one that takes values of the types of `_arguments`.
fn typed_by<Arguments: WasmTypeList>(
    function: &Function,
    store: &Store,
    _arguments: Arguments,
) -> Option<TypedFunction<Arguments, AtMostOne>> {
    function.typed(store).ok()
}

thread_local! {
    /// The types that [`AtMostOne`] stands for while a function is found.
    static RESULTS: Cell<&'static [Type]> = const { Cell::new(&[]) };
}

/// The result of a function that returns one value or none, as wasmer leaves it.
struct AtMostOne([RawValue; 1]);

impl WasmTypeList for AtMostOne {
    type CStruct = [RawValue; 1];
    type Array = [RawValue; 1];

    fn size() -> u32 {
        RESULTS.get().len() as u32
    }

    unsafe fn from_array(_: &mut impl AsStoreMut, array: Self::Array) -> Self {
        AtMostOne(array)
    }

    unsafe fn from_slice(_: &mut impl AsStoreMut, slice: &[RawValue]) -> Result<Self, TryFromSliceError> {
        slice.try_into().map(AtMostOne)
    }

    unsafe fn into_array(self, _: &mut impl AsStoreMut) -> Self::Array {
        self.0
    }

    fn empty_array() -> Self::Array {
        [RawValue { u128: 0 }]
    }

    unsafe fn from_c_struct(_: &mut impl AsStoreMut, array: Self::CStruct) -> Self {
        AtMostOne(array)
    }

    unsafe fn into_c_struct(self, _: &mut impl AsStoreMut) -> Self::CStruct {
        self.0
    }

    unsafe fn write_c_struct_to_ptr([value]: Self::CStruct, to: *mut RawValue) {
        // SAFETY: the caller has room for one.
        unsafe { to.write(value) };
    }

    fn wasm_types() -> &'static [Type] {
        RESULTS.get()
    }
}
