//! `profile.toml`, beside a manifest: what a workload is like, measured once by `workloads/profile` and not by a run.
//! What could not be measured is absent.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{Error, Fault, ManifestError};

/// The file's name.
pub const FILE: &str = "profile.toml";

/// What to do about a profile that is missing or wrong.
const REMEDY: &str = "run `make profiles`";

/// A workload's profile. Unknown keys are errors, as in a manifest.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// sha256 of the module that was looked at.
    pub sha256: String,
    /// The engine that ran it.
    pub engine: String,
    /// What the module's bytes show.
    pub module: Static,
    /// What one unit of its work executes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Work>,
    /// Its memory after a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// A command's calls of its host; absent of a kernel, which has none to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Host>,
}

/// What the module's bytes show.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Static {
    /// Functions with a body.
    pub functions: u64,
    /// Bytes of the code section.
    pub code_bytes: u64,
    /// Bytes of the data segments.
    pub data_bytes: u64,
    /// Entries of the tables at their start.
    pub table_entries: u64,
    /// Instructions in all functions, without those that only give structure (`block`, `loop`, `else`, `end`).
    pub instructions: u64,
    /// Of which kinds they are.
    pub mix: Mix,
}

/// What one unit executes: the counts of a call with `units` of them, divided by these. A start that a call cannot do
/// without is in it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The units of the call that was counted.
    pub units: i32,
    /// Instructions.
    pub instructions: f64,
    /// Calls of functions, direct and indirect.
    pub calls: f64,
    /// Of which kinds the instructions are.
    pub mix: Mix,
}

/// The linear memory after a call with as many units.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Bytes of the system's pages of it that were written or read.
    pub touched_bytes: u64,
    /// Its size.
    pub bytes: u64,
}

/// A command's calls of its host.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Calls for one unit.
    pub calls: f64,
    /// Per cent of the wall time that was spent in them.
    pub time: f64,
}

/// Shares of instructions in per cent, by class. A class without any is left out.
pub type Mix = BTreeMap<Class, f64>;

/// A class of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Calls of a function that the instruction names.
    Calls,
    /// Calls through a table or a reference.
    IndirectCalls,
    /// Branches and returns.
    Branches,
    /// Arithmetic and comparisons of integers.
    Integer,
    /// Arithmetic, comparisons and conversions of floats.
    Float,
    /// Loads of scalars.
    Loads,
    /// Stores of scalars.
    Stores,
    /// Everything of vectors.
    Simd,
    /// Copying and filling memory and tables.
    Bulk,
    /// Objects of the garbage collector, and exceptions.
    Objects,
    /// Locals, globals, constants and the rest.
    Other,
}

impl Class {
    /// Every class, in the order in which tables show them.
    pub const ALL: [Class; 11] = [
        Class::Calls,
        Class::IndirectCalls,
        Class::Branches,
        Class::Integer,
        Class::Float,
        Class::Loads,
        Class::Stores,
        Class::Simd,
        Class::Bulk,
        Class::Objects,
        Class::Other,
    ];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::Calls => "calls",
            Class::IndirectCalls => "indirect calls",
            Class::Branches => "branches",
            Class::Integer => "integer",
            Class::Float => "float",
            Class::Loads => "loads",
            Class::Stores => "stores",
            Class::Simd => "SIMD",
            Class::Bulk => "bulk memory",
            Class::Objects => "objects, exceptions",
            Class::Other => "locals, constants",
        }
    }
}

/// Reads the profile beside a manifest; `None` where none was measured.
///
/// # Errors
/// Where the file cannot be read or understood, or is another module's than the one of this `sha256`.
pub fn read(manifest: &Path, sha256: &str) -> Result<Option<Profile>, ManifestError> {
    let file = manifest.with_file_name(FILE);
    let refuse =
        |line, doing, error| ManifestError::new(&file, line, Error::Text { doing, error, remedy: REMEDY });
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(None, "read the profile", error.into())),
    };
    let line_of = |at: usize| 1 + text[..at].matches('\n').count();
    let profile: Profile = toml::from_str(&text).map_err(|error| {
        let line = error.span().map(|span| line_of(span.start));
        refuse(line, "understand the profile", error.message().into())
    })?;
    if profile.sha256 == sha256 {
        return Ok(Some(profile));
    }
    let line = text.find(&profile.sha256).map(line_of);
    Err(ManifestError::new(&file, line, Fault::Profile { sha256: profile.sha256, remedy: REMEDY }))
}

/// The name for a module of this many bytes: what a start costs grows with them.
#[must_use]
pub fn size_class(bytes: u64) -> &'static str {
    match bytes {
        0..4_096 => "tiny",
        4_096..65_536 => "small",
        65_536..1_048_576 => "medium",
        _ => "large",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123";

    const RIGHT: &str = r#"sha256 = "0123"
engine = "an engine"

[module]
functions = 2
code_bytes = 30
data_bytes = 0
table_entries = 0
instructions = 8

[module.mix]
integer = 25.0
other = 75.0
"#;

    fn read_text(text: &str) -> Result<Option<Profile>, ManifestError> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), text).expect("a file");
        read(&folder.path().join("workload.toml"), SHA)
    }

    #[test]
    fn what_was_not_measured_is_absent() {
        let profile = read_text(RIGHT).expect("understood").expect("there");
        assert_eq!((profile.unit, profile.memory, profile.host), (None, None, None));
        assert_eq!(profile.module.mix.get(&Class::Integer), Some(&25.0));
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(read(&folder.path().join("workload.toml"), SHA).expect("no file"), None);
    }

    #[test]
    fn what_is_wrong_is_refused_with_the_line_and_what_to_do() {
        for (from, to, line, part) in [
            ("0123", "4567", 1, "of the module 4567"),
            ("engine", "engin", 2, "unknown field `engin`"),
            ("functions = 2", "functions = -2", 5, "invalid value"),
            ("integer = 25.0", "integers = 25.0", 12, "unknown variant `integers`"),
        ] {
            let error = read_text(&RIGHT.replacen(from, to, 1)).expect_err(part);
            let text = error.to_string();
            assert_eq!(error.line, Some(line), "{text}");
            assert!(text.contains(part) && text.contains("make profiles"), "{text}");
        }
    }

    #[test]
    fn sizes_have_names() {
        assert_eq!(
            [0, 4_095, 4_096, 65_535, 65_536, 1 << 20].map(size_class),
            ["tiny", "tiny", "small", "small", "medium", "large"]
        );
    }
}
