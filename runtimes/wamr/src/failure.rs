//! WAMR's messages in the terms of the method. It has no types for its errors, only words.

use wasmark_adapter::{Failure, FailureKind, TrapKind};

/// Words in a message, and what they mean. The first that fits counts.
const WORDS: &[(&str, FailureKind)] = &[
    ("unreachable", FailureKind::Trap(TrapKind::Unreachable)),
    ("out of bounds memory access", FailureKind::Trap(TrapKind::MemoryOutOfBounds)),
    ("data segment does not fit", FailureKind::Trap(TrapKind::MemoryOutOfBounds)),
    ("out of bounds table access", FailureKind::Trap(TrapKind::TableOutOfBounds)),
    ("elements segment does not fit", FailureKind::Trap(TrapKind::TableOutOfBounds)),
    ("undefined element", FailureKind::Trap(TrapKind::TableOutOfBounds)),
    ("uninitialized element", FailureKind::Trap(TrapKind::UninitializedElement)),
    ("indirect call type mismatch", FailureKind::Trap(TrapKind::IndirectCallType)),
    ("integer divide by zero", FailureKind::Trap(TrapKind::DivideByZero)),
    ("integer overflow", FailureKind::Trap(TrapKind::IntegerOverflow)),
    ("invalid conversion to integer", FailureKind::Trap(TrapKind::InvalidConversion)),
    ("stack overflow", FailureKind::Trap(TrapKind::StackExhausted)),
    ("allocate memory failed", FailureKind::Resource),
    ("allocate linear memory failed", FailureKind::Resource),
    ("mmap memory failed", FailureKind::Resource),
    ("pre-opening", FailureKind::Resource),
    ("failed to link import", FailureKind::Import),
    ("unknown import", FailureKind::Import),
];

/// Why a module does not load. Unlike in a running instance, words about code are no traps here.
#[cold]
pub fn of_load(message: &str) -> Failure {
    let kind = if message.contains("_start function") || message.contains("_initialize function") {
        // WAMR checks the entry of commands while it loads.
        FailureKind::Export
    } else if message.contains("unsupported opcode") || message.contains("resolve symbol") {
        // The second: LLVM calls a function of the compiler's run-time library (128-bit division is one) that WAMR's
        // loader does not have.
        FailureKind::Unsupported
    } else {
        match meaning(message) {
            Some(kind @ (FailureKind::Resource | FailureKind::Import)) => kind,
            _ => FailureKind::Invalid,
        }
    };
    Failure::new(kind, message)
}

/// Why a module cannot be instantiated.
#[cold]
pub fn of_instantiation(message: &str) -> Failure {
    Failure::new(meaning(message).unwrap_or(FailureKind::Engine), message)
}

/// Why a call did not return.
#[cold]
pub fn of_call(message: &str) -> Failure {
    Failure::new(meaning(message).unwrap_or(FailureKind::Trap(TrapKind::Other)), message)
}

fn meaning(message: &str) -> Option<FailureKind> {
    WORDS.iter().find(|(words, _)| message.contains(words)).map(|(_, kind)| *kind)
}
