//! How much is measured: data, one constant per profile.

use std::time::Duration;

use clap::ValueEnum;
use wasmark_adapter::protocol::Samples;

/// The profiles by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// A few minutes: the workloads tagged `quick`.
    Quick,
    /// All workloads, enough rounds for intervals that mean something.
    Standard,
    /// All workloads, more rounds and samples: for publication.
    Thorough,
}

/// What a profile does.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// Only workloads with this tag; all where absent.
    pub tag: Option<&'static str>,
    /// Fresh processes of each cell.
    pub rounds: u32,
    /// The rungs `fresh_instance` and `reused_instance`.
    pub samples: Samples,
    /// Calls of the throughput's window before those that count, and those that count.
    pub throughput: (u32, u32),
    /// The numbers of live instances.
    pub instances: &'static [u32],
    /// Rounds that include the memory series, which hardly varies.
    pub memory_rounds: u32,
    /// An artifact that took longer than this to make is made once in a run.
    pub precompile_again_below: Duration,
}

impl Name {
    /// The profile of this name.
    #[must_use]
    pub fn profile(self) -> Profile {
        let ms = |most, ms: u64| Samples { most, budget_ns: ms * 1_000_000 };
        match self {
            Name::Quick => Profile {
                name: "quick",
                tag: Some("quick"),
                rounds: 6,
                samples: ms(2_000, 10),
                throughput: (1, 3),
                instances: &[1, 4, 16, 64],
                memory_rounds: 3,
                precompile_again_below: Duration::from_millis(250),
            },
            Name::Standard => Profile {
                name: "standard",
                tag: None,
                rounds: 12,
                samples: ms(10_000, 40),
                throughput: (2, 5),
                instances: &[1, 4, 16, 64, 256, 1024],
                memory_rounds: 3,
                precompile_again_below: Duration::from_secs(2),
            },
            Name::Thorough => Profile {
                name: "thorough",
                tag: None,
                rounds: 40,
                samples: ms(10_000, 100),
                throughput: (2, 12),
                instances: &[1, 4, 16, 64, 256, 1024],
                memory_rounds: 6,
                precompile_again_below: Duration::from_secs(60),
            },
        }
    }
}

/// What `wasmark check` does: everything once, to see the outputs and not the times.
#[must_use]
pub fn check() -> Profile {
    Profile {
        name: "check",
        tag: None,
        rounds: 1,
        samples: Samples { most: 1, budget_ns: 1 },
        throughput: (0, 1),
        instances: &[2],
        memory_rounds: 1,
        precompile_again_below: Duration::ZERO,
    }
}
