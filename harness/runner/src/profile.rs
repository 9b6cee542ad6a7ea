//! How much is measured: data, one constant per profile.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use clap::ValueEnum;
use wasmark_adapter::protocol::{self, Concurrency, Load, MemoryState, Policy, Requests, Samples, Step};
use wasmark_workloads::{Workload, boundary::Which};

use crate::metrics::Group;

/// The profiles by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// A few minutes: the workloads tagged `quick`, and the start of those tagged `quick-start`.
    Quick,
    /// All workloads, enough rounds for narrow intervals.
    Standard,
    /// All workloads, more rounds and samples: for publication.
    Thorough,
}

/// The tag of the workloads that are measured only where they are asked for, by their names or by it: they answer one
/// question, and would make every other run longer.
const ON_REQUEST: &str = "size";

/// The tag of the quick workloads that stand for all.
pub const QUICK: &str = "quick";
/// The tag of the workloads that the quick profile starts and does no more with: they are large, and the others are not.
const QUICK_START: &str = "quick-start";

/// Which workloads of wasmark's own suite are meant where none is named.
#[derive(Clone, Copy, Debug)]
pub enum Usual {
    /// Every one.
    All,
    /// Those with one of these tags.
    Tagged(&'static [&'static str]),
    /// Those without it.
    Without(&'static str),
}

impl Usual {
    /// Whether a workload with these tags is among them.
    #[must_use]
    pub fn holds(self, tags: &[String]) -> bool {
        match self {
            Usual::All => true,
            Usual::Tagged(names) => tags.iter().any(|one| names.contains(&one.as_str())),
            Usual::Without(tag) => tags.iter().all(|one| one != tag),
        }
    }
}

/// What a profile does.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// The workloads, where the command line names none.
    pub workloads: Usual,
    /// The tag of those of them that are started and no more.
    pub start_only: Option<&'static str>,
    /// Fresh processes of each cell.
    pub rounds: u32,
    /// Links of each worker with its functions in another order, which rounds take in turns; 0 for the worker as it is.
    pub layouts: u32,
    /// The rungs `fresh_instance` and `reused_instance`.
    pub samples: Samples,
    /// The calls of the throughput's window.
    pub throughput: Calls,
    /// The numbers of live instances, of a workload that only starts.
    pub instances: &'static [u32],
    /// The same of a workload that works: there each instance has a memory of some size, and makes it.
    pub instances_at_work: &'static [u32],
    /// After so long a process ends its memory series, once that has three points.
    pub memory_budget: Option<Duration>,
    /// Rounds that include the memory series and the residue, which hardly vary.
    pub memory_rounds: u32,
    /// The instances that live until something ends them.
    pub density: Density,
    /// The requests to many tenants.
    pub tenants: Tenants,
    /// The instances that come and go.
    pub residue: Residue,
    /// The requests on several threads.
    pub serving: Serving,
    /// What a run without words measures of a few workloads beside the usual metrics.
    pub sketch: Option<Sketch>,
    /// The operations of which crossing the boundary is measured.
    pub operations: Which,
    /// An artifact that took longer than this to make is made once in a run.
    pub precompile_again_below: Duration,
}

/// Calls of fixed work on a warm instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// Calls before those that count.
    pub warmups: u32,
    /// Those that count.
    pub samples: u32,
    /// After so long no further call begins, once one has counted. `None`: all calls, as long as they take.
    pub budget: Option<Duration>,
}

/// How long requests are served on several threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serving {
    /// Rounds that include it.
    pub rounds: u32,
    /// Turns of each number of threads, in a process.
    pub slices: u32,
    /// How long each of them takes.
    pub slice: Duration,
    /// How long requests arrive at each rate.
    pub arrivals: Duration,
    /// The rates of arrivals, in per cent of the capacity.
    pub percents: &'static [u32],
    /// How much is asked.
    pub extent: Extent,
}

/// How much is asked of what serves, and of live instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Whole,
    /// What a request with an instance of its own gets where all processors serve, and how many instances live that were
    /// called.
    Part,
}

/// What a profile measures of a few workloads in a run without words, beside the usual metrics.
#[derive(Clone, Copy, Debug)]
pub struct Sketch {
    /// The tag of these workloads.
    pub tag: &'static str,
    /// The groups.
    pub groups: &'static [Group],
    /// In the place of the profile's own.
    pub serving: Serving,
    /// In the place of the profile's own.
    pub density: Density,
    /// In the place of the profile's own.
    pub operations: Which,
}

/// What many tenants cost, of what edge platforms run; the rest as the profile has it.
const TENANTS_AT_THE_EDGE: Sketch = Sketch {
    tag: "edge",
    groups: &[Group::Tenants],
    serving: STANDARD_SERVING,
    density: STANDARD_DENSITY,
    operations: Which::All,
};
const STANDARD_SERVING: Serving = serving(5, 100, 1000);
const STANDARD_DENSITY: Density = density(20);

/// What shows at a glance what an edge platform pays.
const SKETCH: Sketch = Sketch {
    tag: "quick-serving",
    groups: &[Group::Concurrency, Group::Load, Group::Density, Group::Boundary],
    serving: Serving {
        rounds: 3,
        slices: 2,
        slice: Duration::from_millis(25),
        arrivals: Duration::from_millis(100),
        percents: &[80],
        extent: Extent::Part,
    },
    density: Density { budget: 256 << 20, worker: u64::MAX, time: Duration::from_secs(1), rounds: 1 },
    operations: Which::Quick,
};

/// The rates of arrivals, in per cent of the capacity.
const PERCENTS: &[u32] = &[50, 80, 95];
/// How many requests arrive together in a burst.
const BURST: u32 = 64;

impl Serving {
    /// The step that counts what 1, 2, 4, ... threads serve, up to so many.
    pub fn concurrency(self, requests: Requests, cpus: u32) -> Step {
        let mut threads: Vec<u32> =
            std::iter::successors(Some(1), |n: &u32| n.checked_mul(2)).take_while(|n| *n < cpus).collect();
        threads.push(cpus);
        let (slices, slice_ns) = (self.slices, ns(self.slice));
        Step::Concurrency(Concurrency { requests, threads, slices, slice_ns })
    }

    /// The steps in which requests arrive at times of their own, for one thread and for so many; of a part, for so many.
    pub fn load(self, requests: Requests, cpus: u32, seed: u64) -> Vec<Step> {
        let budget_ns = ns(self.arrivals);
        let (burst, fewest) = match self.extent {
            Extent::Whole => (BURST, 1),
            Extent::Part => (0, cpus),
        };
        let step = |threads| {
            let percents = self.percents.to_vec();
            Step::Load(Load { requests, threads, percents, burst, budget_ns, seed })
        };
        BTreeSet::from([fewest, cpus]).into_iter().map(step).collect()
    }

    /// The seconds that a process of [`Serving::concurrency`] serves, and one of [`Serving::load`].
    pub fn seconds(self, cpus: u32) -> (f64, f64) {
        let numbers = f64::from(cpus.next_power_of_two().trailing_zeros() + 1);
        // A turn and a quarter of the capacity's time are not counted.
        let concurrency = (f64::from(self.slices) * numbers + 1.0) * self.slice.as_secs_f64();
        let (bursts, steps) = match self.extent {
            Extent::Whole => (1.0, f64::from(cpus.min(2))),
            Extent::Part => (0.0, 1.0),
        };
        let rates = self.percents.len() as f64 + bursts + 1.25;
        (concurrency, steps * rates * self.arrivals.as_secs_f64())
    }
}

/// So many turns of so many milliseconds, and so many milliseconds of arrivals at each rate.
const fn serving(slices: u32, slice: u64, arrivals: u64) -> Serving {
    let (slice, arrivals) = (Duration::from_millis(slice), Duration::from_millis(arrivals));
    Serving { rounds: 6, slices, slice, arrivals, percents: PERCENTS, extent: Extent::Whole }
}

/// The time in whole nanoseconds, as the protocol has it.
pub(crate) fn ns(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// What ends the instances of a process that makes ever more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Density {
    /// The private memory that they may take, in bytes.
    pub budget: u64,
    /// The resident memory that a worker may take, in bytes.
    pub worker: u64,
    /// After so long no further one is made.
    pub time: Duration,
    /// Rounds that include it.
    pub rounds: u32,
}

impl Density {
    /// The worker's step.
    #[must_use]
    pub fn step(self, state: MemoryState) -> Step {
        let (budget_bytes, worker_bytes, budget_ns) = (self.budget, self.worker, ns(self.time));
        Step::Density(protocol::Density { state, budget_bytes, worker_bytes, budget_ns })
    }
}

/// A GiB of private memory, for at most so many seconds.
const fn density(seconds: u64) -> Density {
    Density { budget: 1 << 30, worker: u64::MAX, time: Duration::from_secs(seconds), rounds: 3 }
}

/// Requests to many tenants, which have a module each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenants {
    /// Numbers of tenants: each has processes of its own.
    pub counts: Vec<u32>,
    /// The requests of a process, at most.
    pub requests: u32,
    /// After so long no further module is loaded beforehand, and after as long again no further request is served.
    pub time: Duration,
    /// Rounds that include them.
    pub rounds: u32,
}

impl Tenants {
    /// The worker's step, for so many tenants whose files are in `folder`; it may take `worker_bytes` of resident memory.
    #[must_use]
    pub fn step(&self, policy: Policy, tenants: u32, folder: PathBuf, seed: u64, worker_bytes: u64) -> Step {
        let (requests, budget_ns) = (self.requests, ns(self.time));
        Step::Tenants(protocol::Tenants { policy, tenants, folder, requests, seed, budget_ns, worker_bytes })
    }
}

/// Requests to these numbers of tenants, each for at most so many milliseconds.
fn tenants(counts: &[u32], requests: u32, ms: u64) -> Tenants {
    Tenants { counts: counts.to_vec(), requests, time: Duration::from_millis(ms), rounds: 3 }
}

/// How many instances come and go in a process that looks for what they leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residue {
    /// So many live at the same time first.
    pub held: u32,
    /// Then one after the other; memory is read after these numbers.
    pub cycles: &'static [u32],
    /// After so long no further number is begun.
    pub budget: Duration,
}

impl Residue {
    /// The worker's step.
    #[must_use]
    pub fn step(self) -> Step {
        Step::Residue(protocol::Residue {
            held: self.held,
            cycles: self.cycles.to_vec(),
            budget_ns: ns(self.budget),
        })
    }
}

/// Ever more cycles, for at most so many seconds.
const fn residue(seconds: u64) -> Residue {
    const CYCLES: [u32; 10] = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
    Residue { held: 64, cycles: &CYCLES, budget: Duration::from_secs(seconds) }
}

/// The points of the memory line: far enough apart that the slope does not depend on what a few instances share.
const INSTANCES: [u32; 6] = [1, 4, 16, 64, 256, 1024];

impl Profile {
    /// The numbers of live instances of this workload.
    #[must_use]
    pub fn instances(&self, workload: &Workload) -> &'static [u32] {
        if workload.works() { self.instances_at_work } else { self.instances }
    }

    /// Takes the sketch in the place of what would be measured of every workload, and returns its groups: for a run that
    /// names neither metrics nor workloads.
    pub fn sketched(&mut self) -> &'static [Group] {
        let Some(Sketch { groups, serving, density, operations, .. }) = self.sketch else { return &[] };
        let worker = self.density.worker;
        (self.serving, self.density, self.operations) = (serving, Density { worker, ..density }, operations);
        groups
    }

    /// Those of these groups that are measured of this workload.
    #[must_use]
    pub fn groups(&self, workload: &Workload, of: &BTreeSet<Group>) -> BTreeSet<Group> {
        let beyond = |group: &Group| {
            self.sketch.is_some_and(|sketch| {
                sketch.groups.contains(group) && !workload.tags().iter().any(|tag| tag == sketch.tag)
            })
        };
        of.iter().copied().filter(|group| !beyond(group)).collect()
    }

    /// Whether the workload is started and no more.
    #[must_use]
    pub fn only_starts(&self, workload: &Workload) -> bool {
        self.start_only.is_some_and(|tag| workload.tags().iter().any(|one| one == tag))
    }
}

impl Name {
    /// The profile of this name.
    #[must_use]
    pub fn profile(self) -> Profile {
        let ms = |most, ms: u64| Samples { most, budget_ns: ms * 1_000_000 };
        match self {
            Name::Quick => Profile {
                name: "quick",
                workloads: Usual::Tagged(&[QUICK, QUICK_START]),
                start_only: Some(QUICK_START),
                rounds: 6,
                layouts: 0,
                samples: ms(2_000, 10),
                // A call of an interpreter takes as long as a whole process of a compiler; between rounds it varies, and not within.
                throughput: Calls { warmups: 1, samples: 3, budget: Some(Duration::from_millis(200)) },
                instances: &INSTANCES,
                instances_at_work: &[1, 4, 8, 16, 64],
                memory_budget: Some(Duration::from_secs(1)),
                memory_rounds: 3,
                density: density(8),
                tenants: tenants(&[1, 10, 100, 1000], 2000, 2000),
                residue: residue(1),
                serving: serving(3, 50, 300),
                sketch: Some(SKETCH),
                operations: Which::All,
                precompile_again_below: Duration::from_millis(250),
            },
            Name::Standard => Profile {
                name: "standard",
                workloads: Usual::Without(ON_REQUEST),
                start_only: None,
                rounds: 12,
                layouts: 3,
                samples: ms(10_000, 40),
                throughput: Calls { warmups: 2, samples: 5, budget: None },
                instances: &INSTANCES,
                instances_at_work: &INSTANCES,
                memory_budget: None,
                memory_rounds: 3,
                density: STANDARD_DENSITY,
                tenants: tenants(&[1, 10, 100], 2000, 500),
                residue: residue(5),
                serving: STANDARD_SERVING,
                sketch: Some(TENANTS_AT_THE_EDGE),
                operations: Which::All,
                precompile_again_below: Duration::from_secs(2),
            },
            Name::Thorough => Profile {
                name: "thorough",
                workloads: Usual::Without(ON_REQUEST),
                start_only: None,
                rounds: 40,
                layouts: 3,
                samples: ms(10_000, 100),
                throughput: Calls { warmups: 2, samples: 12, budget: None },
                instances: &INSTANCES,
                instances_at_work: &INSTANCES,
                memory_budget: None,
                memory_rounds: 6,
                density: density(30),
                tenants: Tenants { rounds: 6, ..tenants(&[1, 10, 100, 1000], 10_000, 5000) },
                residue: residue(20),
                serving: serving(10, 200, 3000),
                sketch: None,
                operations: Which::All,
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
        workloads: Usual::All,
        start_only: None,
        rounds: 1,
        layouts: 0,
        samples: Samples { most: 1, budget_ns: 1 },
        throughput: Calls { warmups: 0, samples: 1, budget: None },
        instances: &[2],
        instances_at_work: &[2],
        memory_budget: None,
        memory_rounds: 1,
        density: density(1),
        tenants: tenants(&[1], 1, 1),
        residue: Residue { held: 1, cycles: &[1], budget: Duration::ZERO },
        serving: serving(1, 1, 1),
        sketch: None,
        operations: Which::All,
        precompile_again_below: Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::RUN_TIME;

    #[test]
    fn what_is_served_leaves_half_of_a_process_s_time() {
        for profile in [Name::Quick, Name::Standard, Name::Thorough] {
            for cpus in [1, 2, 6, 256] {
                let (concurrency, load) = profile.profile().serving.seconds(cpus);
                assert!(concurrency.max(load) < RUN_TIME.as_secs_f64() * 0.6, "{profile:?}, {cpus} CPUs");
            }
        }
    }
}
