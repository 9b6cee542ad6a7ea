//! What the gate compares, by the names of METHODOLOGY.md.

use serde::{Deserialize, Serialize};
use wasmark_decision::exact::Tolerance;
use wasmark_results::record::metric;

/// What is timed, in CPU time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timed {
    /// Work.
    Throughput,
    /// Instantiate, call, teardown.
    FreshInstance,
    /// A call.
    ReusedInstance,
    /// From bytes to code; once in a process.
    Compile,
}

impl Timed {
    /// All of them.
    pub const ALL: [Timed; 4] =
        [Timed::Throughput, Timed::FreshInstance, Timed::ReusedInstance, Timed::Compile];

    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Timed::Throughput => metric::THROUGHPUT,
            Timed::FreshInstance => metric::FRESH_INSTANCE,
            Timed::ReusedInstance => metric::REUSED_INSTANCE,
            Timed::Compile => metric::COMPILE,
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// The module's bytes.
    WasmSize,
    /// The module's bytes but for its custom sections.
    LoadedSize,
    /// The bytes of the module's custom sections, which no engine has to load.
    CustomSize,
    /// The artifact's bytes.
    ArtifactSize,
    /// Executable code that was made for the module; bytes.
    Code,
    /// The worker and the libraries that it loads; bytes.
    WorkerSize,
    /// Private_Dirty per live instance; bytes.
    PerInstancePrivate,
    /// Minor page faults of an instantiation.
    InstantiateFaults,
    /// Instructions of one throughput call, counted by valgrind's callgrind.
    Instructions,
    /// Heap allocations of one fresh instance, counted by valgrind's dhat.
    Allocations,
}

/// Half a percent: a growth of one is always found.
const SIZE: Tolerance = Tolerance { relative: 0.005, absolute: 0.0 };
/// Two percent or eight pages: what the kernel and the allocator decide differs from process to process.
const PAGES: f64 = 8.0;

impl Counted {
    /// All of them.
    pub const ALL: [Counted; 10] = [
        Counted::WasmSize,
        Counted::LoadedSize,
        Counted::CustomSize,
        Counted::ArtifactSize,
        Counted::Code,
        Counted::WorkerSize,
        Counted::PerInstancePrivate,
        Counted::InstantiateFaults,
        Counted::Instructions,
        Counted::Allocations,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Counted::WasmSize => "wasm_size",
            Counted::LoadedSize => "loaded_size",
            Counted::CustomSize => "custom_size",
            Counted::ArtifactSize => metric::ARTIFACT_SIZE,
            Counted::Code => metric::CODE,
            Counted::WorkerSize => metric::WORKER_SIZE,
            Counted::PerInstancePrivate => "per_instance_private",
            Counted::InstantiateFaults => metric::INSTANTIATE_FAULTS,
            Counted::Instructions => "instructions",
            Counted::Allocations => "allocations",
        }
    }

    /// How much growth is no regression, unless the policy sets another.
    #[must_use]
    pub fn tolerance(self) -> Tolerance {
        match self {
            Counted::WasmSize
            | Counted::LoadedSize
            | Counted::CustomSize
            | Counted::ArtifactSize
            | Counted::Code
            | Counted::WorkerSize
            | Counted::Instructions => SIZE,
            // Less than one for each instance.
            Counted::Allocations => Tolerance { relative: 0.005, absolute: 0.5 },
            Counted::PerInstancePrivate => Tolerance { relative: 0.02, absolute: PAGES * 4096.0 },
            Counted::InstantiateFaults => Tolerance { relative: 0.02, absolute: PAGES },
        }
    }
}
