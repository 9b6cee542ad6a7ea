//! wasmtime's errors in the terms of the method.

use wasmark_adapter::{Failure, FailureKind, TrapKind};
use wasmtime::{Error, PoolConcurrencyLimitError, Trap, UnknownImportError};

/// The failure that `error` is, of the kind `otherwise` where the error does not say.
#[cold]
pub fn of(error: &Error, otherwise: FailureKind) -> Failure {
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return Failure::trap(trap_kind(*trap), trap);
    }
    let kind = if error.is::<UnknownImportError>() {
        FailureKind::Import
    } else if error.is::<PoolConcurrencyLimitError>() || error.is::<std::io::Error>() {
        FailureKind::Resource
    } else {
        otherwise
    };
    Failure::new(kind, format_args!("{error:#}"))
}

/// Why bytes are not compiled. wasmtime has no type for the reason, only words.
#[cold]
pub fn of_module(error: &Error) -> Failure {
    let message = format!("{error:#}");
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    // The third are the words of the pool, whose slots are of one size.
    let kind = if has(&["not enabled", "must be enabled", "which exceeds the limit of"]) {
        FailureKind::Unsupported
    } else if has(&["exceeds", "limit of"]) {
        FailureKind::Resource
    } else {
        FailureKind::Invalid
    };
    of(error, kind)
}

fn trap_kind(trap: Trap) -> TrapKind {
    match trap {
        Trap::UnreachableCodeReached => TrapKind::Unreachable,
        Trap::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        Trap::TableOutOfBounds => TrapKind::TableOutOfBounds,
        Trap::BadSignature => TrapKind::IndirectCallType,
        Trap::IndirectCallToNull => TrapKind::UninitializedElement,
        Trap::IntegerDivisionByZero => TrapKind::DivideByZero,
        Trap::IntegerOverflow => TrapKind::IntegerOverflow,
        Trap::BadConversionToInteger => TrapKind::InvalidConversion,
        Trap::StackOverflow => TrapKind::StackExhausted,
        _ => TrapKind::Other,
    }
}
