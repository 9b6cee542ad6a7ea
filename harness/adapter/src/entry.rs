//! Where a module is entered.

use serde::{Deserialize, Serialize};

use crate::{Value, ValueType, few};

/// Where a workload is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// An import-free module whose export of this name has the type `(i32) -> i64`: it does as many equal units of
    /// work as its argument states and returns a checksum of them.
    Kernel(String),
    /// A WASI preview 1 command: `_start`, once per instance.
    Command,
    /// An export whose parameters and results are numbers or vectors, called with these values each time; of a
    /// reactor, if the module exports `_initialize`. May import WASI preview 1.
    Function {
        /// The export's name.
        name: String,
        /// The arguments, of the parameters' types.
        arguments: Vec<Value>,
        /// The types of the results.
        #[serde(rename = "result", with = "few", default)]
        results: Vec<ValueType>,
    },
}

impl Entry {
    /// Whether a call gives back more than [`crate::Runtime::call`] returns: several results, or a vector.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        match self {
            Entry::Kernel(_) | Entry::Command => false,
            Entry::Function { results, .. } => results.len() > 1 || results.contains(&ValueType::V128),
        }
    }
}
