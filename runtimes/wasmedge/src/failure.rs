//! WasmEdge's results in the terms of the method. They are typed: each has a code.

use std::ffi::CStr;

use wasmark_adapter::{Failure, FailureKind, TrapKind};
use wasmedge_sys::ffi;

/// The failure that a result is.
#[cold]
pub fn of(result: ffi::WasmEdge_Result) -> Failure {
    // SAFETY: reads a number; the message is a static C string.
    let (code, message) = unsafe {
        let message = CStr::from_ptr(ffi::WasmEdge_ResultGetMessage(result));
        (ffi::WasmEdge_ResultGetCode(result), message.to_string_lossy())
    };
    Failure::new(kind(code), message)
}

fn kind(code: ffi::WasmEdge_ErrCode) -> FailureKind {
    use FailureKind::{Engine, Export, Import, Invalid, Resource, Trap};
    match code {
        ffi::WasmEdge_ErrCode_Unreachable => Trap(TrapKind::Unreachable),
        ffi::WasmEdge_ErrCode_MemoryOutOfBounds | ffi::WasmEdge_ErrCode_DataSegDoesNotFit => {
            Trap(TrapKind::MemoryOutOfBounds)
        }
        ffi::WasmEdge_ErrCode_TableOutOfBounds
        | ffi::WasmEdge_ErrCode_UndefinedElement
        | ffi::WasmEdge_ErrCode_ElemSegDoesNotFit => Trap(TrapKind::TableOutOfBounds),
        ffi::WasmEdge_ErrCode_IndirectCallTypeMismatch => Trap(TrapKind::IndirectCallType),
        ffi::WasmEdge_ErrCode_UninitializedElement => Trap(TrapKind::UninitializedElement),
        ffi::WasmEdge_ErrCode_DivideByZero => Trap(TrapKind::DivideByZero),
        ffi::WasmEdge_ErrCode_IntegerOverflow => Trap(TrapKind::IntegerOverflow),
        ffi::WasmEdge_ErrCode_InvalidConvToInt => Trap(TrapKind::InvalidConversion),
        ffi::WasmEdge_ErrCode_UnknownImport | ffi::WasmEdge_ErrCode_IncompatibleImportType => Import,
        ffi::WasmEdge_ErrCode_FuncNotFound | ffi::WasmEdge_ErrCode_FuncSigMismatch => Export,
        // The loader's and the validator's codes are ranges.
        0x0100..=0x02ff => Invalid,
        // The executor's, where none of the traps above.
        0x0400..=0x04ff => Trap(TrapKind::Other),
        ffi::WasmEdge_ErrCode_RuntimeError => Resource,
        _ => Engine,
    }
}
