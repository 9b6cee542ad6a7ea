//! One process of the gate: its job, and what came of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmark_adapter::{
    Source, Tier,
    protocol::{Output, Samples, Step, Task, Throughput},
};
use wasmark_decision::estimate::{USUAL, WARMUPS};
use wasmark_results::record::{Outcome, Record};
use wasmark_runner::{
    collect::Collected,
    copies,
    executor::Workers,
    job::{self, Prepared},
    plan::{Item, Kind, Plan, Slot},
};

use crate::{arm::Arm, ended::Ended, metric::Timed, subjects::Subject};

/// How long single windows are looked at before the blocks that count: enough to know their length.
const GLANCE: Samples = Samples { most: 50, budget_ns: 2_000_000 };

/// Runs processes of the gate.
pub struct Bench {
    /// All arms.
    pub plan: Plan,
    /// Where processes come from.
    pub workers: Workers,
    /// Copies of the workers, by target; empty where nothing is timed.
    pub copies: Vec<Vec<PathBuf>>,
    /// The folder of artifacts, of which each copy has its own.
    pub home: PathBuf,
}

/// CPU nanoseconds per unit of work of every window, warm-ups first, by metric.
pub type Windows = BTreeMap<Timed, Vec<f64>>;

/// Which process it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its number within the gate.
    pub number: u32,
    /// Its round, which decides from which copy of the worker it runs.
    pub round: u32,
    /// Who it works for.
    pub arm: Arm,
}

/// What one process of a cell measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Units of work of a throughput call.
    pub units: i32,
    /// Units that are done and not counted: a slowdown that was put in.
    pub extra: i32,
    /// Throughput calls after the warm-ups.
    pub calls: u32,
    /// The metrics; [`Timed::Compile`] is measured by processes of its own.
    pub metrics: Vec<Timed>,
}

impl Turn {
    /// The copy of the worker that it runs from.
    fn copy(self) -> usize {
        copies::turn(self.round, self.arm as usize)
    }
}

impl Bench {
    /// Measures an arm of a subject in a round.
    ///
    /// # Errors
    /// What came instead of values.
    pub fn measure(&mut self, turn: Turn, subject: &Subject, load: &Load) -> Result<Windows, Ended> {
        let (target, _) = subject.arms[turn.arm as usize];
        let before = subject.copied.then(|| self.take_turn(target, turn.copy()));
        let windows = self.measured(turn.number, subject, turn.arm, load);
        if let Some(program) = before {
            self.end_turn(target, program);
        }
        windows
    }

    /// Has a target run from a copy, and returns its own program.
    fn take_turn(&mut self, target: usize, copy: usize) -> PathBuf {
        let program = self.plan.targets[target].program.clone();
        if let Some(copy) = self.copies.get(target).and_then(|copies| copies.get(copy)) {
            self.plan.targets[target].program.clone_from(copy);
        }
        self.workers.artifacts = artifacts(&self.home, copy);
        program
    }

    fn end_turn(&mut self, target: usize, program: PathBuf) {
        self.plan.targets[target].program = program;
        self.workers.artifacts = artifacts(&self.home, 0);
    }

    fn measured(&mut self, number: u32, subject: &Subject, arm: Arm, load: &Load) -> Result<Windows, Ended> {
        if load.metrics == [Timed::Compile] {
            let collected = self.compile(number, subject, arm);
            return windows(&collected, &load.metrics, 1);
        }
        let steps = self.steps(subject, arm, load);
        let collected = self.process(number, subject, arm, subject.source, steps, None);
        let counted = u64::from((load.units).unsigned_abs());
        windows(&collected, &load.metrics, counted)
    }

    /// Compiles in a fresh process: where there are artifacts, by making one.
    fn compile(&mut self, number: u32, subject: &Subject, arm: Arm) -> Collected {
        if subject.source == Source::Artifact {
            return self.precompile(number, subject, arm);
        }
        self.process(number, subject, arm, Source::Wasm, vec![], None)
    }

    /// Makes the arm's artifact.
    pub fn precompile(&mut self, number: u32, subject: &Subject, arm: Arm) -> Collected {
        let slot = self.slot(number, subject, arm, Kind::Precompile);
        let prepared = job::prepare(&self.plan, slot, &self.workers.artifacts);
        self.workers.carry_out(&self.plan, slot, prepared)
    }

    /// Makes the arm's artifact, or returns why there is none.
    ///
    /// # Errors
    /// Where there is none.
    pub fn make_artifact(&mut self, subject: &Subject, arm: Arm) -> Result<(), Ended> {
        let made = self.precompile(0, subject, arm);
        match made.ended_by {
            None => Ok(()),
            Some(_) => {
                Err(output(&made).err().unwrap_or_else(|| Ended::Failed("no artifact was made".into())))
            }
        }
    }

    /// The arm's artifact.
    #[must_use]
    pub fn artifact(&self, subject: &Subject, arm: Arm) -> PathBuf {
        let (target, workload) = subject.of(&self.plan, arm);
        job::artifact(&self.workers.artifacts, target, workload)
    }

    /// Runs a process with these steps; its first call does `cold` units where that is stated.
    pub fn process(
        &mut self,
        number: u32,
        subject: &Subject,
        arm: Arm,
        source: Source,
        steps: Vec<Step>,
        cold: Option<i32>,
    ) -> Collected {
        let slot = self.slot(number, subject, arm, Kind::Full(source));
        let prepared = self.prepare(slot.item, steps, cold);
        self.workers.carry_out(&self.plan, slot, prepared)
    }

    /// A job with these steps.
    pub fn prepare(
        &self,
        item: Item,
        steps: Vec<Step>,
        cold: Option<i32>,
    ) -> wasmark_runner::Result<Prepared> {
        let (target, workload) = self.plan.subject(item);
        let source = item.kind.source();
        let mut prepared = job::measure(target, workload, source, steps, &self.workers.artifacts)?;
        if let (Task::Measure(measure), Some(units)) = (&mut prepared.job.task, cold) {
            measure.cold = workload.invocation(units);
        }
        Ok(prepared)
    }

    /// The plan's slot of an arm's process.
    #[must_use]
    pub fn slot(&self, number: u32, subject: &Subject, arm: Arm, kind: Kind) -> Slot {
        let (target, workload) = subject.arms[arm as usize];
        Slot { process: number, round: 0, item: Item { target, workload, kind } }
    }

    fn steps(&self, subject: &Subject, arm: Arm, load: &Load) -> Vec<Step> {
        let (_, workload) = subject.of(&self.plan, arm);
        let step = |metric: &Timed| match metric {
            Timed::FreshInstance => Some(Step::FreshInstance(GLANCE)),
            Timed::ReusedInstance => Some(Step::ReusedInstance(GLANCE)),
            Timed::Throughput => Some(throughput(workload, load.units + load.extra, load.calls)),
            Timed::Compile => None,
        };
        load.metrics.iter().filter_map(step).collect()
    }

    /// One process of the control kernel.
    ///
    /// # Errors
    /// What came instead of values.
    pub fn control(&mut self, turn: Turn, item: Item) -> Result<Windows, Ended> {
        let program = self.take_turn(item.target, turn.copy());
        let windows = self.controlled(turn.number, item);
        self.end_turn(item.target, program);
        windows
    }

    fn controlled(&mut self, number: u32, item: Item) -> Result<Windows, Ended> {
        let (target, workload) = self.plan.subject(item);
        let units = (workload.units(target.configuration.tier) / 8).max(1);
        let prepared = self.prepare(item, vec![throughput(workload, units, USUAL as u32)], None);
        let slot = Slot { process: number, round: 0, item };
        let collected = self.workers.carry_out(&self.plan, slot, prepared);
        windows(&collected, &[Timed::Throughput], u64::from(units.unsigned_abs()))
    }
}

/// The folder of the artifacts that go with a copy.
#[must_use]
pub fn artifacts(home: &Path, copy: usize) -> PathBuf {
    home.join(format!("artifacts-{copy}"))
}

/// The step that times calls of so many units.
pub fn throughput(workload: &wasmark_workloads::Workload, units: i32, samples: u32) -> Step {
    Step::Throughput(Throughput {
        invocation: workload.invocation(units),
        units: u64::from(units.unsigned_abs()),
        warmups: WARMUPS as u32,
        samples,
        budget_ns: None,
    })
}

/// The metrics that a workload has in a kind of tier, of those that are asked for.
#[must_use]
pub fn metrics(
    asked: &[Timed],
    tier: Tier,
    source: Source,
    workload: &wasmark_workloads::Workload,
) -> Vec<Timed> {
    let has = |metric: &Timed| match metric {
        Timed::Throughput => workload.works(),
        Timed::FreshInstance => tier.has_instances(),
        Timed::ReusedInstance => workload.single_use().is_none(),
        Timed::Compile => source != Source::Linked,
    };
    asked.iter().copied().filter(has).collect()
}

/// What a process measured; `counted` units are what a throughput call is counted as.
fn windows(collected: &Collected, metrics: &[Timed], counted: u64) -> Result<Windows, Ended> {
    if let Some(ended) = collected.ended_by.as_ref().and_then(Ended::of) {
        return Err(ended);
    }
    let mut windows = Windows::new();
    for metric in metrics {
        let rows: Vec<&Record> = collected.records.iter().filter(|row| row.metric == metric.name()).collect();
        if let Some(ended) = rows.iter().find_map(|row| Ended::of(&row.outcome)) {
            return Err(ended);
        }
        let one = |row: &&Record| match row.outcome {
            Outcome::Measured { cpu_ns: Some(cpu_ns), .. } => {
                let units = if *metric == Timed::Throughput { counted } else { row.units };
                Some(cpu_ns / units.max(1) as f64)
            }
            _ => None,
        };
        let values: Vec<f64> = rows.iter().filter_map(one).collect();
        if values.is_empty() {
            return Err(Ended::Failed(format!("no CPU time of {} was measured", metric.name())));
        }
        windows.insert(*metric, values);
    }
    Ok(windows)
}

/// The first output of a process, or why there is none.
///
/// # Errors
/// What ended the process.
pub fn output(collected: &Collected) -> Result<Output, Ended> {
    if let Some(ended) = collected.ended_by.as_ref().and_then(Ended::of) {
        return Err(ended);
    }
    collected.output.clone().ok_or_else(|| Ended::Failed("the worker reported no output".to_string()))
}
