//! `workload.toml`, as it is written. What a manifest claims is checked in [`crate::manifest_check`]; here are its keys.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use wasmark_adapter::{Tier, protocol::Expected as Right};

use crate::generate::{Floor, Shape};

/// A manifest. Unknown keys are errors: a misspelt one would else be a setting that does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The workload's name, which is also its folder's.
    pub name: String,
    /// One line: what it stands for.
    pub about: String,
    /// One line: what it shows that no other workload does, and so why it is in the suite.
    pub why: String,
    /// What kind of module it is.
    pub kind: Kind,
    /// The export that is called: a kernel's of type `(i32) -> i64`, a command's `_start`.
    pub entry: String,
    /// The module's file, in the manifest's folder. One of this and the next four is there.
    pub wasm: Option<String>,
    /// The workload of the same suite whose `wasm` this one runs, too. Both name the same `toolchain` and `command`.
    pub module_of: Option<String>,
    /// What a module holds that is generated.
    pub generate: Option<Shape>,
    /// The memory of a module that does nothing, which is generated, too.
    pub floor: Option<Floor>,
    /// The command that gets or makes the module, which is not in the suite but in wasmark's cache, at
    /// `modules/SHA256.wasm`. While it is not there, the workload is [`crate::Absent`].
    pub obtain: Option<String>,
    /// sha256 of the module's bytes in lower-case hexadecimal.
    pub sha256: String,
    /// The language of the source.
    pub language: String,
    /// The program that this is one form of, where the same one is there in several languages or variants: their
    /// units, their input and their output are equal.
    pub program: Option<String>,
    /// Which form of the program it is beside that of the same language without one: `mvp`, `simd`, `O1`, ...
    pub variant: Option<String>,
    /// Where the source is.
    pub source: String,
    /// What built the module.
    pub toolchain: String,
    /// The command that builds it again.
    pub command: String,
    /// The licence of the module, as an SPDX expression and what it does not express.
    pub licence: String,
    /// The proposals that the module needs, by [`crate::module::PROPOSALS`]' names.
    pub proposals: Vec<String>,
    /// What crosses the boundary to the host.
    pub boundary: Boundary,
    /// How it uses memory.
    pub memory: MemoryUse,
    /// Words to select workloads by. `quick` marks the few that stand for the rest.
    pub tags: Vec<String>,
    /// What one unit of work is.
    pub unit: String,
    /// What agreed on the expected outputs, two engines that share no code at least; `["?"]` while nothing has.
    pub verified_by: Vec<String>,
    /// A command's arguments, the program's name first; `{n}` stands for the number of units.
    #[serde(default)]
    pub args: Vec<String>,
    /// A command's environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The file in the manifest's folder that a command reads as its stdin.
    pub stdin: Option<String>,
    /// The folders that a command sees. Each process gets a copy of its own.
    #[serde(default)]
    pub folders: Vec<FolderKey>,
    /// Units of work per call.
    pub units: Units,
    /// The right output for each number of units that is used.
    pub expected: BTreeMap<String, Expected>,
}

/// What kind of module a workload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No imports; exports `memory` and the entry, which does as many units as its argument states.
    Kernel,
    /// A WASI preview 1 command.
    Command,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Kernel => "kernel",
            Kind::Command => "command",
        }
    }
}

/// What crosses the boundary to the host while a workload runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// Nothing but the call and its result.
    None,
    /// A little output, and what the language's own start asks for.
    Output,
    /// Files and stdin.
    Files,
}

impl Boundary {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Boundary::None => "none",
            Boundary::Output => "output",
            Boundary::Files => "files",
        }
    }
}

/// How a workload uses its memory, which decides what of an engine it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryUse {
    /// Next to none: it works in locals.
    Registers,
    /// Arrays that fit into a processor's caches.
    Resident,
    /// From one end to the other of more than the caches hold.
    Streaming,
    /// At places that follow from data.
    Scattered,
    /// Objects that come and go, by an allocator or a garbage collector.
    Allocating,
}

impl MemoryUse {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MemoryUse::Registers => "registers",
            MemoryUse::Resident => "resident",
            MemoryUse::Streaming => "streaming",
            MemoryUse::Scattered => "scattered",
            MemoryUse::Allocating => "allocating",
        }
    }
}

/// One folder of the host that the guest sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderKey {
    /// The folder in the manifest's folder.
    pub folder: String,
    /// Where the guest sees it.
    pub guest: String,
}

/// Units of work per call: at the cold start, and for throughput in each kind of tier, since an interpreter would
/// else need minutes where a compiler needs milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// The calls of the cold-start ladder.
    pub cold: i32,
    /// [`Tier::Interpreter`].
    pub interpreter: i32,
    /// [`Tier::Baseline`].
    pub baseline: i32,
    /// [`Tier::Optimizing`].
    pub optimizing: i32,
    /// [`Tier::Aot`].
    pub aot: i32,
    /// [`Tier::Native`].
    pub native: i32,
}

impl Units {
    /// The units of a throughput call in this kind of tier.
    #[must_use]
    pub fn of(&self, tier: Tier) -> i32 {
        match tier {
            Tier::Interpreter => self.interpreter,
            Tier::Baseline => self.baseline,
            Tier::Optimizing => self.optimizing,
            Tier::Aot => self.aot,
            // A process stands beside native code: it does the same work.
            Tier::Native | Tier::Process => self.native,
        }
    }
}

/// The right output for one number of units: a kernel's checksum as a number, a command's end as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected(pub Right);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandEnd {
    exit_code: i32,
    stdout_sha256: String,
    stderr_sha256: String,
}

// By hand: serde's untagged enums forget which line was wrong.
impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Expected;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a checksum, or a table with exit_code, stdout_sha256 and stderr_sha256")
            }

            fn visit_i64<E>(self, checksum: i64) -> Result<Expected, E> {
                Ok(Expected(Right::Checksum(checksum)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Expected, A::Error> {
                let CommandEnd { exit_code, stdout_sha256, stderr_sha256 } =
                    CommandEnd::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Expected(Right::Command {
                    exit_code: Some(exit_code),
                    stdout_sha256: Some(stdout_sha256),
                    stderr_sha256: Some(stderr_sha256),
                }))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
