//! What a run was: `run.json`, beside the records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    capabilities::Capabilities,
    coverage::{AbsentLanguage, Coverage},
};

/// Everything about a run that is not a measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The schema version, [`crate::record::SCHEMA`] when written.
    pub schema: u32,
    /// The run's name, which is also its folder's.
    pub id: String,
    /// Which part of a run on several machines it is; absent in a run that is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// When it ended; absent in a run that was killed or is going on.
    pub finished: Option<String>,
    /// wasmark's own version.
    pub wasmark: String,
    /// The git revision of the checkout, where there is one; with `-dirty`.
    pub revision: Option<String>,
    /// The command line that reproduces the run.
    pub command: String,
    /// The seed of every random choice.
    pub seed: u64,
    /// The profile's name.
    pub profile: String,
    /// Rounds planned.
    pub rounds: u32,
    /// The names of the groups of metrics that were chosen. None in a run that was stored before they were: then
    /// `cold-start`, `throughput` and `memory`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<String>,
    /// Whether SCHED_FIFO was asked for, and whether every worker got it.
    pub realtime: Realtime,
    /// The machine.
    pub environment: Environment,
    /// The configurations under comparison, in the order in which tables show them.
    pub configurations: Vec<ConfigurationRecord>,
    /// The workloads, in order.
    pub workloads: Vec<WorkloadRecord>,
    /// The operations whose time was measured as that of crossing the boundary, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<WorkloadRecord>,
    /// Languages that the suite would have and cannot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent_languages: Vec<AbsentLanguage>,
    /// Runtimes that were asked for and could not be measured, with the reason and the remedy.
    pub unavailable: BTreeMap<String, String>,
    /// What a reader of the numbers has to know beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Run {
    /// The reason of a configuration's mark, where it has one: see [`ConfigurationRecord::distribution_build`].
    #[must_use]
    pub fn distribution_build(&self, configuration: &str) -> Option<&str> {
        let one = self.configurations.iter().find(|one| one.id == configuration)?;
        one.distribution_build.as_deref()
    }
}

/// Which part of a run on several machines was measured. Every shard of a run records the same division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// The name of the run that it is a part of.
    pub job: String,
    /// Its number, from 1.
    pub number: u32,
    /// How many shards the run has.
    pub of: u32,
    /// What the whole run measures and which shard measures it, in the run's order.
    pub division: Vec<Assigned>,
}

impl Shard {
    /// The id of the run that it is, and its folder's name. Another machine that measures it gives it the same.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}of{}", self.job, self.number, self.of)
    }

    /// What it measures, by name.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        let own = self.division.iter().filter(|one| one.shard == self.number);
        own.map(|one| one.workload.as_str())
    }
}

/// A workload or an operation, and the shard that measures it in every configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Its name.
    pub workload: String,
    /// sha256 of its module.
    pub wasm_sha256: String,
    /// The shard's number, from 1.
    pub shard: u32,
}

/// Real-time scheduling of the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Realtime {
    /// Not asked for.
    Off,
    /// Every worker ran under SCHED_FIFO.
    Applied,
    /// Asked for, and the system refused it.
    Refused,
}

/// The tier kind whose times are the yardstick, in [`ConfigurationRecord::tier`]: code that is linked into its worker.
pub const NATIVE: &str = "native";

/// One configuration of one runtime, as resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfigurationRecord {
    /// `runtime/name`.
    pub id: String,
    /// The runtime's name.
    pub runtime: String,
    /// The engine's version.
    pub version: String,
    /// The engine's licence.
    pub licence: String,
    /// The tier's kind, by `wasmark_adapter::Tier`'s names.
    pub tier: String,
    /// One line for people.
    pub about: String,
    /// Why its engine is no build that its maintainers would release, where it is none: a release of the same source may
    /// give other numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_build: Option<String>,
    /// Settings as resolved by the engine.
    pub settings: BTreeMap<String, String>,
    /// The key of the worker's build: sources, lock file, features and toolchain.
    pub worker: String,
    /// The stripped worker and everything that it needs beside the machine's C library, in bytes; 0 where no process got
    /// so far as to show it.
    pub worker_bytes: u64,
    /// What its probes showed; absent where they were not probed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities>,
}

/// One workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkloadRecord {
    /// Its name.
    pub name: String,
    /// One line for people.
    pub about: String,
    /// `kernel`, `command` or `function`.
    pub kind: String,
    /// The language of its source.
    pub language: String,
    /// The program that it is one form of, where the same one is there in several languages or variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Which form of the program it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The unit of work.
    pub unit: String,
    /// sha256 of the module.
    pub wasm_sha256: String,
    /// The module's size in bytes.
    pub wasm_bytes: u64,
    /// The functions that it imports and no runtime provides: they answered with zeros.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stubs: Vec<String>,
    /// Why it is there and what it is like.
    #[serde(default)]
    pub coverage: Coverage,
}

/// The machine that measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// The CPU's model name.
    pub cpu: String,
    /// Logical CPUs that the run could use.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// What the control groups of the run permitted of it, in bytes; absent where none has a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_limit: Option<u64>,
    /// Kernel release.
    pub kernel: String,
    /// C library and version.
    pub libc: String,
    /// The operating system's name.
    pub os: String,
    /// `x86_64`, `aarch64`.
    pub architecture: String,
    /// The frequency governor, where there is one.
    pub governor: Option<String>,
    /// Transparent huge pages' system setting.
    pub huge_pages: Option<String>,
    /// The hypervisor, where one is seen.
    pub virtualisation: Option<String>,
    /// Load average over one minute when the run began.
    pub load: f64,
    /// How much the same work varied just before the run: (p90 - p10) / p50 of a short loop's wall time.
    pub noise: Option<f64>,
    /// The CPU of workers that use one, and those of wasmark itself; or why they were not pinned. Absent in runs of before
    /// there was `--pin`, none of whose workers was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinning: Option<String>,
    /// The Rust toolchain that built the workers.
    pub toolchain: String,
    /// What disturbed the run while it measured; absent where nothing watched, and in a run that did not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disturbance: Option<Disturbance>,
    /// The mappings that a process may have: `vm.max_map_count`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_map_count: Option<u64>,
    /// The descriptors that a worker may have open: the hard RLIMIT_NOFILE, up to which a worker raises its soft one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_descriptors: Option<u64>,
}

/// What disturbed a run while it measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Disturbance {
    /// [`Environment::noise`] of single loops between the processes, over the whole run.
    pub during: Option<f64>,
    /// [`Environment::noise`] just after the run.
    pub after: Option<f64>,
    /// The hypervisor's share (0 to 1) of the time in which the CPUs had work.
    pub steal: Option<f64>,
    /// The highest load average over one minute that was seen between processes; the run's own work is part of it.
    pub load: Option<f64>,
}

impl Disturbance {
    /// The worst of both, of a run that was measured in parts.
    #[must_use]
    pub fn worst(self, other: Disturbance) -> Disturbance {
        let worst = |one: Option<f64>, other: Option<f64>| one.into_iter().chain(other).reduce(f64::max);
        Disturbance {
            during: worst(self.during, other.during),
            after: worst(self.after, other.after),
            steal: worst(self.steal, other.steal),
            load: worst(self.load, other.load),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_two_parts_is_that_of_the_run() {
        let one = Disturbance { during: Some(0.1), after: Some(0.3), steal: None, load: Some(2.0) };
        let other = Disturbance { during: Some(0.2), after: Some(0.1), steal: Some(0.0), load: None };
        let worst = Disturbance { during: Some(0.2), after: Some(0.3), steal: Some(0.0), load: Some(2.0) };
        assert_eq!(one.clone().worst(other.clone()), worst);
        assert_eq!(other.worst(one), worst);
    }
}
