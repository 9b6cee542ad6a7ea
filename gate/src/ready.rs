//! What the first look at a subject found, as everything after it needs it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wasmark_adapter::protocol::Expected;
use wasmark_decision::estimate::USUAL;
use wasmark_workloads::Workload;

use crate::{
    arm::Arm,
    bench::{Bench, Load},
    ended::{Base, Ended},
    metric::Timed,
    subjects::Subject,
};

/// What is known of a subject that can be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// Units of work of a throughput call.
    pub units: i32,
    /// Units on top of that in the candidate: the slowdown that was put in.
    pub extra: i32,
    /// Throughput calls of a process after its warm-ups.
    #[serde(default = "usual")]
    pub calls: u32,
    /// What is measured in one process.
    pub metrics: Vec<Timed>,
    /// Whether compiling is measured, in processes of its own.
    pub compile: bool,
    /// Seconds that a process takes.
    pub seconds: f64,
    /// Seconds that a process of the base took.
    #[serde(default)]
    pub base_seconds: f64,
    /// Seconds that a process takes which compiles.
    pub compile_seconds: f64,
    /// The metrics that the first look alone shows to be slower by far: seconds of the base's longest window and of the
    /// candidate's shortest. Where there is no time for pairs, this is the verdict.
    #[serde(default)]
    pub apart: BTreeMap<Timed, [f64; 2]>,
    /// The metrics that were asked for and are not measured, with the reason.
    #[serde(default)]
    pub dropped: BTreeMap<Timed, String>,
    /// Whether copies of the workers run: one that needs what lies elsewhere may not.
    pub copies: bool,
    /// Right outputs that were learned from the base, by units of work.
    pub learned: Vec<(i32, Expected)>,
    /// The sizes of the artifacts in bytes, of base and candidate.
    pub artifacts: Option<[u64; 2]>,
}

impl Ready {
    /// What a process of this arm does.
    #[must_use]
    pub fn load(&self, arm: Arm, metrics: &[Timed]) -> Load {
        let extra = if arm == Arm::Candidate { self.extra } else { 0 };
        Load { units: self.units, extra, calls: self.calls, metrics: metrics.to_vec() }
    }

    /// What follows from the end of an arm's process for the arm.
    #[must_use]
    pub fn beside(&self, bench: &Bench, subject: &Subject, arm: Arm, ended: Ended) -> Ended {
        let (_, workload) = subject.of(&bench.plan, Arm::Base);
        let unrepeatable = (!self.learned.is_empty()).then(|| advice(workload));
        let base = Base { seconds: self.base_seconds, unrepeatable };
        ended.beside(arm, base, bench.workers.limits.time)
    }

    /// The outcome of a metric that the budget has no time for.
    #[must_use]
    pub fn without_pairs(&self, metric: Timed) -> Ended {
        match self.apart.get(&metric) {
            Some([base, candidate]) => Ended::unaffordable(*base, *candidate),
            None => Ended::LeftOut("no time in the budget".to_string()),
        }
    }

    /// Adds what was learned to the workloads of both sides.
    pub fn teach(&self, bench: &mut Bench, subject: &Subject) {
        for (_, workload) in subject.arms {
            for (units, expected) in &self.learned {
                bench.plan.workloads[workload].expect_of(*units, expected.clone());
            }
        }
    }
}

fn usual() -> u32 {
    USUAL as u32
}

/// What to do about a workload that gives another result when it is called again.
#[must_use]
pub fn advice(workload: &Workload) -> &'static str {
    match (workload.command(), workload.fresh()) {
        (true, _) => {
            "a clock or chance decides what it prints; --expect exit:0 compares the exit code and nothing else"
        }
        (false, false) => {
            "it keeps state between calls, or a clock or chance decides; --fresh gives each call an instance of its own"
        }
        (false, true) => "a clock or chance decides what it returns; name a function without them",
    }
}
