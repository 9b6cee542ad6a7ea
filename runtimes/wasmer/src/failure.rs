//! wasmer's errors in the terms of the method.

use wasmark_adapter::{Failure, FailureKind, TrapKind};
use wasmark_wasmer_wasix as wasix;
use wasmer::{CompileError, DeserializeError, InstantiationError, LinkError, RuntimeError, WasmError};
use wasmer_types::TrapCode;

/// Why bytes are not compiled.
#[cold]
pub fn of_compilation(error: &CompileError) -> Failure {
    let message = error.to_string();
    let kind = match error {
        CompileError::UnsupportedFeature(_)
        | CompileError::UnsupportedTarget(_)
        | CompileError::Wasm(WasmError::Unsupported(_)) => FailureKind::Unsupported,
        CompileError::Resource(_) | CompileError::Wasm(WasmError::ImplLimitExceeded) => FailureKind::Resource,
        CompileError::Validate(_) | CompileError::Wasm(_) if lacks_proposal(&message) => {
            FailureKind::Unsupported
        }
        CompileError::Validate(_) | CompileError::Wasm(_) => FailureKind::Invalid,
        _ => FailureKind::Engine,
    };
    Failure::new(kind, message)
}

/// Whether the validator refused a module for a proposal that is off. It has no type for that, only words, and
/// uses them of components too, which are no modules.
fn lacks_proposal(message: &str) -> bool {
    ["not enabled", "must be enabled", "not supported without"].iter().any(|words| message.contains(words))
        && !message.contains("encoded as a component")
}

/// Why an artifact is not loaded.
#[cold]
pub fn of_loading(error: &DeserializeError) -> Failure {
    let kind = match error {
        DeserializeError::Io(_) => FailureKind::Resource,
        DeserializeError::Compiler(_) => FailureKind::Engine,
        _ => FailureKind::Invalid,
    };
    Failure::new(kind, error)
}

/// Why a module is not instantiated.
#[cold]
pub fn of_instantiation(error: &InstantiationError) -> Failure {
    let kind = match error {
        InstantiationError::Link(LinkError::Trap(trap)) | InstantiationError::Start(trap) => {
            return of_trap(trap);
        }
        InstantiationError::Link(LinkError::Import(..)) => FailureKind::Import,
        InstantiationError::Link(LinkError::Resource(_)) => FailureKind::Resource,
        InstantiationError::CpuFeature(_) | InstantiationError::DifferentArchOS => FailureKind::Unsupported,
        InstantiationError::DifferentStores => FailureKind::Engine,
    };
    Failure::new(kind, error)
}

/// Why a module with WASI is not instantiated.
#[cold]
pub fn of_wasi(error: wasix::Error) -> Failure {
    match error {
        wasix::Error::Instantiation(error) => of_instantiation(&error),
        wasix::Error::Trap(error) => of_trap(&error),
        wasix::Error::Export(message) => Failure::new(FailureKind::Export, message),
        wasix::Error::Resource(message) => Failure::new(FailureKind::Resource, message),
        wasix::Error::Engine(message) => Failure::engine(message),
    }
}

/// Why a call did not return.
#[cold]
pub fn of_trap(error: &RuntimeError) -> Failure {
    match error.clone().to_trap() {
        Some(code) => Failure::trap(trap_kind(code), error.message()),
        None => Failure::engine(error.message()),
    }
}

fn trap_kind(code: TrapCode) -> TrapKind {
    match code {
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::HeapAccessOutOfBounds => TrapKind::MemoryOutOfBounds,
        TrapCode::TableAccessOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::BadSignature => TrapKind::IndirectCallType,
        TrapCode::IndirectCallToNull => TrapKind::UninitializedElement,
        TrapCode::IntegerDivisionByZero => TrapKind::DivideByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::BadConversionToInteger => TrapKind::InvalidConversion,
        TrapCode::StackOverflow => TrapKind::StackExhausted,
        _ => TrapKind::Other,
    }
}
