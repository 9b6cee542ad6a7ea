//! What V8 throws, in the terms of the method: an error's class and words, which are all that it has.

use wasmark_adapter::{Failure, FailureKind, TrapKind};

/// Words in what was thrown, and what they mean. The first that fits counts.
const WORDS: &[(&str, FailureKind)] = &[
    ("Out of memory", FailureKind::Resource),
    ("larger than implementation limit", FailureKind::Resource),
    ("enable with --", FailureKind::Unsupported),
    ("CompileError", FailureKind::Invalid),
    ("LinkError", FailureKind::Import),
    ("TypeError: WebAssembly.Instance(): Import", FailureKind::Import),
    ("Maximum call stack size exceeded", FailureKind::Trap(TrapKind::StackExhausted)),
    ("unreachable", FailureKind::Trap(TrapKind::Unreachable)),
    ("memory access out of bounds", FailureKind::Trap(TrapKind::MemoryOutOfBounds)),
    ("data segment", FailureKind::Trap(TrapKind::MemoryOutOfBounds)),
    ("table index is out of bounds", FailureKind::Trap(TrapKind::TableOutOfBounds)),
    ("element segment", FailureKind::Trap(TrapKind::TableOutOfBounds)),
    ("table initializer", FailureKind::Trap(TrapKind::TableOutOfBounds)),
    ("divide by zero", FailureKind::Trap(TrapKind::DivideByZero)),
    ("remainder by zero", FailureKind::Trap(TrapKind::DivideByZero)),
    ("divide result unrepresentable", FailureKind::Trap(TrapKind::IntegerOverflow)),
    ("float unrepresentable in integer range", FailureKind::Trap(TrapKind::InvalidConversion)),
    // Of an element that is null, too: V8 does not tell the two apart.
    ("function signature mismatch", FailureKind::Trap(TrapKind::IndirectCallType)),
    ("RuntimeError", FailureKind::Trap(TrapKind::Other)),
    ("WebAssembly.Exception", FailureKind::Trap(TrapKind::Other)),
];

/// The failure that `thrown` is.
#[cold]
pub fn of(thrown: &str) -> Failure {
    let known = WORDS.iter().find(|(words, _)| thrown.contains(words));
    let thrown = if thrown.is_empty() { "V8 gives no reason" } else { thrown };
    Failure::new(known.map_or(FailureKind::Engine, |(_, kind)| *kind), thrown)
}
