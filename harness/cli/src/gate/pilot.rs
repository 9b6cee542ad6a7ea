//! The first look at a subject, before anything counts: artifacts are made, both sides' outputs are compared, and how much
//! work makes a window of a good length is found out.

use std::{path::Path, time::Instant};

use serde::{Deserialize, Serialize};
use wasmark_adapter::{
    Source,
    protocol::{Expected, Step},
};

use super::{
    bench::{self, Bench, Ended, Load},
    copies,
    metric::Timed,
    subjects::{Arm, Subject},
};

/// How long a throughput call should take: long enough for the CPU clock, short enough for a dozen of them.
const WINDOW_NS: f64 = 2_000_000.0;
/// A call that is shorter than this is measured as `reused_instance`, in blocks.
const SHORTEST_NS: f64 = 20_000.0;

/// What is known of a subject that can be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// Units of work of a throughput call.
    pub units: i32,
    /// Units on top of that in the candidate: the slowdown that was put in.
    pub extra: i32,
    /// What is measured in one process.
    pub metrics: Vec<Timed>,
    /// Whether compiling is measured, in processes of its own.
    pub compile: bool,
    /// Seconds that a process takes.
    pub seconds: f64,
    /// Seconds that a process takes which compiles.
    pub compile_seconds: f64,
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
        Load { units: self.units, extra, metrics: metrics.to_vec() }
    }

    /// Tells both sides' workloads what was learned.
    pub fn teach(&self, bench: &mut Bench, subject: &Subject) {
        for (_, workload) in subject.arms {
            for (units, expected) in &self.learned {
                bench.plan.workloads[workload].expect_of(*units, expected.clone());
            }
        }
    }
}

/// Looks at a subject. `inject` is the slowdown to put into the candidate, as a share.
///
/// # Errors
/// What keeps it from being measured.
pub fn pilot(
    bench: &mut Bench,
    subject: &Subject,
    asked: &[Timed],
    inject: Option<f64>,
) -> Result<Ready, Ended> {
    let (target, workload) = subject.of(&bench.plan, Arm::Base);
    let (tier, workload) = (target.configuration.tier, workload.clone());
    let mut metrics = bench::metrics(asked, tier, subject.source, &workload);
    if inject.is_some() {
        metrics.retain(|metric| *metric == Timed::Throughput && workload.scales());
        if metrics.is_empty() {
            return Err(Ended::Unsupported(
                "its work is not counted in units, so no more can be put in".into(),
            ));
        }
    }
    let compile = metrics.contains(&Timed::Compile);
    metrics.retain(|metric| *metric != Timed::Compile);
    let (artifacts, compile_seconds) = artifacts(bench, subject)?;
    let mut ready = Ready {
        units: workload.units(tier),
        extra: 0,
        metrics,
        compile,
        seconds: 0.0,
        compile_seconds,
        copies: true,
        learned: Vec::new(),
        artifacts,
    };
    if !workload.has_expectation() {
        learn(bench, subject, &mut ready, workload.cold_units())?;
    }
    if ready.metrics.contains(&Timed::Throughput) {
        amount(bench, subject, &mut ready, inject)?;
    }
    for arm in [Arm::Base, Arm::Candidate] {
        if ready.metrics.is_empty() {
            break;
        }
        let start = Instant::now();
        let load = ready.load(arm, &ready.metrics);
        let windows = bench.measure((0, 0), subject, arm, &load).map_err(|ended| of_candidate(arm, ended))?;
        ready.seconds = ready.seconds.max(start.elapsed().as_secs_f64());
        let per_call = windows.get(&Timed::Throughput).and_then(|windows| windows.last());
        if per_call.is_some_and(|ns| ns * f64::from(ready.units) < SHORTEST_NS) && !workload.scales() {
            ready.metrics.retain(|metric| *metric != Timed::Throughput);
        }
    }
    if !ready.metrics.is_empty() {
        let copied = Subject { copied: true, ..subject.clone() };
        ready.copies = [Arm::Base, Arm::Candidate]
            .into_iter()
            .all(|arm| bench.measure((0, 0), &copied, arm, &ready.load(arm, &ready.metrics)).is_ok());
    }
    Ok(ready)
}

/// What the base does and the candidate does not is no lack but a loss.
fn of_candidate(arm: Arm, ended: Ended) -> Ended {
    match (arm, ended) {
        (Arm::Candidate, Ended::Unsupported(reason)) => {
            Ended::Failed(format!("unsupported on one side only: {reason}"))
        }
        (_, ended) => ended,
    }
}

/// Makes the artifacts of both sides, a copy for every turn. Their sizes, and how long the slower took.
///
/// # Errors
/// Where one cannot be made.
pub fn artifacts(bench: &mut Bench, subject: &Subject) -> Result<(Option<[u64; 2]>, f64), Ended> {
    if subject.source != Source::Artifact {
        return Ok((None, 0.1));
    }
    let (mut sizes, mut seconds) = ([0, 0], 0.0_f64);
    for (arm, size) in [Arm::Base, Arm::Candidate].into_iter().zip(&mut sizes) {
        let start = Instant::now();
        let made = bench.make_artifact(subject, arm);
        seconds = seconds.max(start.elapsed().as_secs_f64());
        made.map_err(|ended| of_candidate(arm, ended.on(arm)))?;
        let file = std::fs::metadata(bench.artifact(subject, arm));
        *size = file.map_err(|problem| Ended::Failed(format!("the artifact is not there: {problem}")))?.len();
    }
    for arm in [Arm::Base, Arm::Candidate] {
        spread(&bench.artifact(subject, arm), &bench.home).map_err(|problem| {
            Ended::Failed(format!("the artifact could not be copied: {problem}; free some space"))
        })?;
    }
    Ok((Some(sizes), seconds))
}

/// Gives every copy of the workers an artifact of its own.
fn spread(artifact: &Path, home: &Path) -> std::io::Result<()> {
    let bytes = std::fs::read(artifact)?;
    for turn in 1..copies::COPIES {
        let folder = bench::artifacts(home, turn);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(artifact.file_name().unwrap_or_default()), &bytes)?;
    }
    Ok(())
}

/// Takes what the base gives for so many units for right, on both sides.
fn learn(bench: &mut Bench, subject: &Subject, ready: &mut Ready, units: i32) -> Result<(), Ended> {
    let collected = bench.process(0, subject, Arm::Base, subject.source, vec![], Some(units));
    let output = bench::output(&collected).map_err(|ended| ended.on(Arm::Base))?;
    ready.learned.push((units, output.into()));
    ready.teach(bench, subject);
    Ok(())
}

/// Finds how many units make a call of about two milliseconds.
fn amount(bench: &mut Bench, subject: &Subject, ready: &mut Ready, inject: Option<f64>) -> Result<(), Ended> {
    let (_, workload) = subject.of(&bench.plan, Arm::Base);
    let workload = workload.clone();
    if !workload.scales() {
        return Ok(());
    }
    let steps: Vec<Step> = vec![bench::throughput(&workload, ready.units, 1)];
    let collected = bench.process(0, subject, Arm::Base, subject.source, steps, None);
    bench::output(&collected).map_err(|ended| ended.on(Arm::Base))?;
    let window = collected.records.iter().rfind(|row| row.metric == Timed::Throughput.name());
    if let Some(row) = window
        && let wasmark_results::record::Outcome::Measured { value, cpu_ns } = row.outcome
    {
        let per_unit = cpu_ns.unwrap_or(value) / f64::from(ready.units.max(1));
        ready.units = ((WINDOW_NS / per_unit.max(1.0)).round() as i32).clamp(1, ready.units.max(1));
    }
    if let Some(share) = inject {
        // A share of too few units would be none.
        ready.units = ready.units.max((1.0 / share.max(0.001)).ceil() as i32);
        ready.extra = (f64::from(ready.units) * share).round().max(1.0) as i32;
    }
    let amounts = [ready.units, ready.units + ready.extra];
    for units in amounts {
        if workload.invocation(units).expected.is_none()
            && !ready.learned.iter().any(|(known, _)| *known == units)
        {
            learn(bench, subject, ready, units)?;
        }
    }
    Ok(())
}
