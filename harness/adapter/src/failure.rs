//! What can go wrong in a phase, in the terms of the method and not of an engine.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The result of a phase.
pub type Result<T> = std::result::Result<T, Failure>;

/// The kind of a trap, the same for every engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrapKind {
    /// An `unreachable` instruction.
    Unreachable,
    /// A memory access outside of the memory.
    MemoryOutOfBounds,
    /// A table access outside of the table.
    TableOutOfBounds,
    /// An indirect call of a function of another type.
    IndirectCallType,
    /// An indirect call of a null element.
    UninitializedElement,
    /// An integer division by zero.
    DivideByZero,
    /// An integer division or conversion that overflows.
    IntegerOverflow,
    /// A conversion of NaN to an integer.
    InvalidConversion,
    /// The stack is used up.
    StackExhausted,
    /// A trap that the engine does not tell apart.
    Other,
}

impl TrapKind {
    /// Every kind.
    pub const ALL: [TrapKind; 10] = [
        TrapKind::Unreachable,
        TrapKind::MemoryOutOfBounds,
        TrapKind::TableOutOfBounds,
        TrapKind::IndirectCallType,
        TrapKind::UninitializedElement,
        TrapKind::DivideByZero,
        TrapKind::IntegerOverflow,
        TrapKind::InvalidConversion,
        TrapKind::StackExhausted,
        TrapKind::Other,
    ];

    /// The kind of this name in the protocol, or in its words.
    #[must_use]
    pub fn named(name: &str) -> Option<TrapKind> {
        TrapKind::ALL.into_iter().find(|kind| kind.words() == name.replace('_', " "))
    }

    /// Its name in the protocol as words, which results have before the engine's own.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            TrapKind::Unreachable => "unreachable",
            TrapKind::MemoryOutOfBounds => "memory out of bounds",
            TrapKind::TableOutOfBounds => "table out of bounds",
            TrapKind::IndirectCallType => "indirect call type",
            TrapKind::UninitializedElement => "uninitialized element",
            TrapKind::DivideByZero => "divide by zero",
            TrapKind::IntegerOverflow => "integer overflow",
            TrapKind::InvalidConversion => "invalid conversion",
            TrapKind::StackExhausted => "stack exhausted",
            TrapKind::Other => "other",
        }
    }
}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The runtime or the configuration does not do this: not an error.
    Unsupported,
    /// The bytes are no valid module, or no artifact of this engine; or the module breaks an interface that it imports.
    Invalid,
    /// An import that is not provided, or of another type.
    Import,
    /// The entry is missing or of another type.
    Export,
    /// The guest trapped.
    Trap(TrapKind),
    /// Memory, address space or another resource was refused.
    Resource,
    /// The engine or the adapter failed in another way.
    Engine,
}

/// Why a phase did not reach its postcondition. Displays as the reason that results keep: the message, after a trap's
/// kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind, for programs.
    pub kind: FailureKind,
    /// What happened, for people, in the engine's own words where it has some.
    pub message: String,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: FailureKind, message: impl fmt::Display) -> Self {
        Failure { kind, message: message.to_string() }
    }

    /// Something that the runtime or the configuration does not do.
    pub fn unsupported(message: impl fmt::Display) -> Self {
        Failure::new(FailureKind::Unsupported, message)
    }

    /// A failure of the engine that has no better kind.
    pub fn engine(message: impl fmt::Display) -> Self {
        Failure::new(FailureKind::Engine, message)
    }

    /// The guest trapped.
    pub fn trap(kind: TrapKind, message: impl fmt::Display) -> Self {
        Failure::new(FailureKind::Trap(kind), message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            FailureKind::Trap(kind) => write!(f, "trap: {} ({})", kind.words(), self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::new(FailureKind::Resource, error)
    }
}
