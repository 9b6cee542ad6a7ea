//! wasmi's errors in the terms of the method.

use wasmark_adapter::{Failure, FailureKind, TrapKind};
use wasmi::{
    Error, TrapCode,
    errors::{ErrorKind, InstantiationError},
};

/// The failure that `error` is.
#[cold]
pub fn of(error: &Error) -> Failure {
    let kind = error.as_trap_code().map_or_else(|| kind(error.kind()), of_trap);
    Failure::new(kind, error)
}

fn kind(error: &ErrorKind) -> FailureKind {
    use InstantiationError as Instantiation;
    match error {
        ErrorKind::Linker(_) => FailureKind::Import,
        ErrorKind::Func(_) => FailureKind::Export,
        ErrorKind::Instantiation(Instantiation::ElementSegmentDoesNotFit { .. }) => {
            FailureKind::Trap(TrapKind::TableOutOfBounds)
        }
        ErrorKind::Instantiation(
            Instantiation::FailedToInstantiateMemory(_)
            | Instantiation::FailedToInstantiateTable(_)
            | Instantiation::TooManyInstances
            | Instantiation::TooManyMemories
            | Instantiation::TooManyTables,
        ) => FailureKind::Resource,
        // The others are of imports that have another type.
        ErrorKind::Instantiation(_) => FailureKind::Import,
        ErrorKind::Memory(_)
        | ErrorKind::Table(_)
        | ErrorKind::UserLimits(_)
        | ErrorKind::ImplementationLimits(_) => FailureKind::Resource,
        // The parser has no type for the reason, only words.
        ErrorKind::Wasm(error) if lacks_proposal(error.message()) => FailureKind::Unsupported,
        ErrorKind::Wasm(_) | ErrorKind::Read(_) => FailureKind::Invalid,
        // Valid, and nothing that wasmi has instructions for.
        ErrorKind::Translation(_) | ErrorKind::Ir(_) => FailureKind::Unsupported,
        _ => FailureKind::Engine,
    }
}

/// Whether the validator refused a module for a proposal that is off. It reports the like of components, which are no
/// modules.
fn lacks_proposal(message: &str) -> bool {
    let words = ["not enabled", "must be enabled", "support is disabled", "unexpected SIMD opcode"];
    words.iter().any(|words| message.contains(words)) && !message.contains("encoded as a component")
}

fn of_trap(code: TrapCode) -> FailureKind {
    FailureKind::Trap(match code {
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::BadSignature => TrapKind::IndirectCallType,
        TrapCode::IndirectCallToNull => TrapKind::UninitializedElement,
        TrapCode::IntegerDivisionByZero => TrapKind::DivideByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::BadConversionToInteger => TrapKind::InvalidConversion,
        TrapCode::StackOverflow => TrapKind::StackExhausted,
        TrapCode::OutOfSystemMemory => return FailureKind::Resource,
        TrapCode::OutOfFuel | TrapCode::GrowthOperationLimited => TrapKind::Other,
    })
}
