//! Values and types of the boundary, as WasmEdge's.

use std::ptr;

use wasmark_adapter::{Value, ValueType};
use wasmedge_sys::ffi;

/// WasmEdge's type.
pub fn of_type(of: ValueType) -> ffi::WasmEdge_ValType {
    // SAFETY: makes plain data.
    unsafe {
        match of {
            ValueType::I32 => ffi::WasmEdge_ValTypeGenI32(),
            ValueType::I64 => ffi::WasmEdge_ValTypeGenI64(),
            ValueType::F32 => ffi::WasmEdge_ValTypeGenF32(),
            ValueType::F64 => ffi::WasmEdge_ValTypeGenF64(),
            ValueType::V128 => ffi::WasmEdge_ValTypeGenV128(),
            ValueType::FuncRef => ffi::WasmEdge_ValTypeGenFuncRef(),
            ValueType::ExternRef => ffi::WasmEdge_ValTypeGenExternRef(),
        }
    }
}

/// WasmEdge's value.
pub fn value(value: Value) -> ffi::WasmEdge_Value {
    // SAFETY: makes plain data.
    unsafe {
        match value {
            Value::I32(value) => ffi::WasmEdge_ValueGenI32(value),
            Value::I64(value) => ffi::WasmEdge_ValueGenI64(value),
            Value::F32(bits) => ffi::WasmEdge_ValueGenF32(f32::from_bits(bits)),
            Value::F64(bits) => ffi::WasmEdge_ValueGenF64(f64::from_bits(bits)),
            Value::V128(bits) => ffi::WasmEdge_ValueGenV128(bits as i128),
        }
    }
}

/// The value of this type; `None` of a reference.
#[inline]
pub fn read(value: ffi::WasmEdge_Value, of: ValueType) -> Option<Value> {
    // SAFETY: reads plain data.
    Some(unsafe {
        match of {
            ValueType::I32 => Value::I32(ffi::WasmEdge_ValueGetI32(value)),
            ValueType::I64 => Value::I64(ffi::WasmEdge_ValueGetI64(value)),
            ValueType::F32 => Value::F32(ffi::WasmEdge_ValueGetF32(value).to_bits()),
            ValueType::F64 => Value::F64(ffi::WasmEdge_ValueGetF64(value).to_bits()),
            ValueType::V128 => Value::V128(ffi::WasmEdge_ValueGetV128(value) as u128),
            ValueType::FuncRef | ValueType::ExternRef => return None,
        }
    })
}

/// Zero or null.
pub fn zero(of: ValueType) -> ffi::WasmEdge_Value {
    if let Some(zero) = Value::from_bits(of, 0) {
        return value(zero);
    }
    // SAFETY: makes plain data.
    unsafe {
        match of {
            ValueType::FuncRef => ffi::WasmEdge_ValueGenFuncRef(ptr::null()),
            ValueType::ExternRef => ffi::WasmEdge_ValueGenExternRef(ptr::null_mut()),
            _ => ffi::WasmEdge_ValueGenV128(0),
        }
    }
}
