//! What stands in for an import that no runtime provides.

use serde::{Deserialize, Serialize};

use crate::ValueType;

/// An import that a module has and that no runtime provides, with what is given in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// The import's first name.
    pub module: String,
    /// The import's second name.
    pub name: String,
    /// What is given.
    #[serde(flatten)]
    pub item: StubItem,
}

impl Stub {
    /// Whether each instance needs one of its own: everything but a function, which keeps nothing.
    #[must_use]
    pub fn has_state(&self) -> bool {
        !matches!(self.item, StubItem::Function { .. })
    }
}

/// What is given in the place of an import: of the type that the module declares, and zero or null wherever a value is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StubItem {
    /// A function that returns zeros, and null for references.
    Function {
        /// Its parameters.
        params: Vec<ValueType>,
        /// Its results.
        results: Vec<ValueType>,
    },
    /// A memory of zeros.
    Memory {
        /// Its type.
        memory: MemoryType,
    },
    /// A table of nulls.
    Table {
        /// Its type.
        table: TableType,
    },
    /// A global that is zero or null.
    Global {
        /// Its type.
        global: GlobalType,
    },
}

/// The type of a memory that is stubbed: of 64 KiB pages, not shared, with addresses of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryType {
    /// Pages at first.
    pub minimum: u32,
    /// The most pages; `None` where the module declares no maximum.
    pub maximum: Option<u32>,
}

/// The type of a table that is stubbed: of functions or of the host's references, with indices of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableType {
    /// What its elements are.
    pub element: ValueType,
    /// Elements at first.
    pub minimum: u32,
    /// The most elements; `None` where the module declares no maximum.
    pub maximum: Option<u32>,
}

/// The type of a global that is stubbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalType {
    /// What it holds.
    pub content: ValueType,
    /// Whether the module may write to it.
    pub mutable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_written_as_in_version_1_0_and_others_beside_it() {
        let function = r#"{"module":"env","name":"f","params":["i32"],"results":["i64"]}"#;
        let memory = r#"{"module":"env","name":"m","memory":{"minimum":1,"maximum":null}}"#;
        let global = r#"{"module":"env","name":"g","global":{"content":"i32","mutable":true}}"#;
        let table = r#"{"module":"env","name":"t","table":{"element":"funcref","minimum":4,"maximum":9}}"#;
        for (text, has_state) in [(function, false), (memory, true), (global, true), (table, true)] {
            let stub: Stub = serde_json::from_str(text).expect("a stub");
            assert_eq!(stub.has_state(), has_state, "{text}");
            assert_eq!(serde_json::to_string(&stub).expect("JSON"), text);
        }
    }
}
