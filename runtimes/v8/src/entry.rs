//! How a module's entry is called.

use wasmark_adapter::{Entry, Failure, Result, Value, ValueType};

use crate::shim::{Kind, MOST_ARGUMENTS, Number};

/// How a function is called.
pub(crate) enum TypedEntry {
    Kernel,
    Command,
    Function {
        arguments: Vec<Number>,
        result: Kind,
    },
    /// Of several results.
    Several {
        arguments: Vec<Number>,
        results: Vec<ValueType>,
    },
}

impl TypedEntry {
    /// The number of its arguments.
    pub(crate) fn arity(&self) -> usize {
        match self {
            TypedEntry::Kernel => 1,
            TypedEntry::Command => 0,
            TypedEntry::Function { arguments, .. } | TypedEntry::Several { arguments, .. } => arguments.len(),
        }
    }

    /// Of an entry, if it can be called from outside.
    pub(crate) fn new(entry: &Entry) -> Result<TypedEntry> {
        match entry {
            Entry::Kernel(_) => Ok(TypedEntry::Kernel),
            Entry::Command => Ok(TypedEntry::Command),
            Entry::Function { name, arguments, results } => function(name, arguments, results),
        }
    }
}

/// The entry that is a function, if it can be called from outside.
fn function(name: &str, arguments: &[Value], results: &[ValueType]) -> Result<TypedEntry> {
    let refuse = |why: &str| Failure::unsupported(format!("call {name:?}, {why}"));
    if arguments.len() > MOST_ARGUMENTS {
        return Err(refuse(&format!("which takes more than {MOST_ARGUMENTS} arguments")));
    }
    let vectors =
        || refuse("which takes or returns a vector: V8's calls come from JavaScript, which has none");
    let arguments: Option<Vec<Number>> = arguments.iter().copied().map(Number::of).collect();
    let arguments = arguments.ok_or_else(vectors)?;
    let kinds: Option<Vec<Kind>> = results.iter().copied().map(Kind::of).collect();
    Ok(match kinds.ok_or_else(vectors)?.as_slice() {
        [] => TypedEntry::Function { arguments, result: Kind::Nothing },
        [one] => TypedEntry::Function { arguments, result: *one },
        _ => TypedEntry::Several { arguments, results: results.to_vec() },
    })
}
