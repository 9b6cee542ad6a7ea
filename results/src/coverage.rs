//! What a workload adds to a suite: stated by its manifest, and measured once beside it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why a workload is there and what it is like. Empty of a module of one's own, and in runs of before it was kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// One line: what it shows that no other workload does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What crosses the boundary to the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// How it uses memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    /// The word for its module's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Its profile, in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

/// A profile: what could not be measured is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The engine that ran it.
    pub engine: String,
    /// Functions with a body.
    pub functions: u64,
    /// Bytes of code.
    pub code_bytes: u64,
    /// Bytes of data.
    pub data_bytes: u64,
    /// Instructions that one unit executes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<f64>,
    /// Calls of functions in one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<f64>,
    /// Of which classes the executed instructions are, in per cent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mix: BTreeMap<String, f64>,
    /// Bytes of linear memory that a call touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touched_bytes: Option<u64>,
    /// Bytes of linear memory after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Calls of the host in one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_calls: Option<f64>,
    /// Per cent of the time that was spent in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_time: Option<f64>,
}

/// A language that a suite would have and cannot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsentLanguage {
    /// Its name.
    pub name: String,
    /// Why, and how to get it.
    pub reason: String,
}
