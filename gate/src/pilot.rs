//! The first look at a subject, before anything counts: artifacts are made, both sides' outputs are compared, and how much
//! work makes a window of a good length is found out. Every lane begins so, whatever it measures.

use std::{collections::BTreeMap, path::Path, time::Instant};

use wasmark_adapter::{Source, protocol::Step};
use wasmark_decision::estimate::{LEAST, USUAL};
use wasmark_results::record::Outcome;
use wasmark_runner::{
    copies,
    plan::{self, Kind},
};
use wasmark_workloads::Workload;

use crate::{
    arm::Arm,
    bench::{self, Bench, Turn, Windows},
    ended::{Base, Ended},
    metric::Timed,
    outputs::{self, Took},
    ready::Ready,
    subjects::Subject,
};

/// How long a throughput call should take: long enough for the CPU clock, short enough for [`USUAL`] of them.
const WINDOW_NS: f64 = 2_000_000.0;
/// A call that is shorter than this is measured as `reused_instance`, in blocks.
const SHORTEST_NS: f64 = 20_000.0;
/// A candidate that takes so many times as long in every window as the base in its longest is slower without a test.
const APART: f64 = 10.0;
/// Seconds below which compiling once may take ten times as long by chance.
const LEAST_COMPILE: f64 = 0.1;

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
    let made = artifacts(bench, subject)?;
    let mut ready = Ready {
        units: workload.units(tier),
        extra: 0,
        calls: USUAL as u32,
        metrics,
        compile,
        seconds: 0.0,
        base_seconds: 0.0,
        compile_seconds: 0.0,
        apart: BTreeMap::new(),
        dropped: BTreeMap::new(),
        copies: true,
        learned: Vec::new(),
        artifacts: made.map(|made| made.sizes),
    };
    let took = outputs::compare(bench, subject, &mut ready)?;
    compiling(&mut ready, made, took);
    if ready.metrics.contains(&Timed::Throughput) {
        match took[Arm::Base as usize].call {
            Some(seconds) if !workload.scales() => ready.calls = calls(seconds * 1e9),
            _ => amount(bench, subject, &mut ready, inject)?,
        }
    }
    look(bench, subject, &mut ready, &workload)?;
    Ok(ready)
}

/// Measures each side as in a pair, once from its own place and once from a copy.
fn look(bench: &mut Bench, subject: &Subject, ready: &mut Ready, workload: &Workload) -> Result<(), Ended> {
    let mut looks = [Windows::new(), Windows::new()];
    for arm in [Arm::Base, Arm::Candidate] {
        if ready.metrics.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        let load = ready.load(arm, &ready.metrics);
        let windows = bench.measure(first(arm), subject, &load);
        looks[arm as usize] = windows.map_err(|ended| ready.beside(bench, subject, arm, ended))?;
        let took = start.elapsed().as_secs_f64();
        ready.seconds = ready.seconds.max(took);
        if arm == Arm::Base {
            ready.base_seconds = took;
        }
    }
    // Where one side's call is long, there is no doubt which is slower.
    if !workload.scales() && looks.iter().all(|windows| short(windows, ready.units)) {
        drop_throughput(ready, workload);
    }
    if ready.metrics.is_empty() {
        return Ok(());
    }
    let copied = Subject { copied: true, ..subject.clone() };
    for arm in [Arm::Base, Arm::Candidate] {
        match bench.measure(first(arm), &copied, &ready.load(arm, &ready.metrics)) {
            Ok(windows) => {
                for (metric, more) in windows {
                    looks[arm as usize].entry(metric).or_default().extend(more);
                }
            }
            Err(_) => ready.copies = false,
        }
    }
    for metric in ready.metrics.clone() {
        ready.apart.extend(apart(&looks, metric).map(|seconds| (metric, seconds)));
    }
    Ok(())
}

/// A process before those that are numbered.
fn first(arm: Arm) -> Turn {
    Turn { number: 0, round: 0, arm }
}

/// Whether a call is too short for a window of its own.
fn short(windows: &Windows, units: i32) -> bool {
    let per_unit = windows.get(&Timed::Throughput).and_then(|windows| windows.last());
    per_unit.is_some_and(|ns| ns * f64::from(units) < SHORTEST_NS)
}

fn drop_throughput(ready: &mut Ready, workload: &Workload) {
    ready.metrics.retain(|metric| *metric != Timed::Throughput);
    let instead = if workload.single_use().is_none() { Timed::ReusedInstance } else { Timed::FreshInstance };
    let (least, name) = (SHORTEST_NS / 1e3, instead.name());
    let reason = format!("a call takes less than {least:.0} us, too short for a window; measure {name}");
    ready.dropped.insert(Timed::Throughput, reason);
}

/// Seconds of the base's longest window and of the candidate's shortest, where they are far apart.
fn apart([base, candidate]: &[Windows; 2], metric: Timed) -> Option<[f64; 2]> {
    let longest = base.get(&metric)?.iter().copied().fold(0.0, f64::max);
    let shortest = candidate.get(&metric)?.iter().copied().fold(f64::INFINITY, f64::min);
    (shortest.is_finite() && shortest >= APART * longest).then_some([longest / 1e9, shortest / 1e9])
}

/// Notes how long compiling takes: making an artifact where there are artifacts, else a process that compiles and calls.
fn compiling(ready: &mut Ready, made: Option<Made>, took: [Took; 2]) {
    let [base, candidate] = match made {
        Some(made) => made.seconds.map(Some),
        None => took.map(|took| took.compile),
    };
    let processes = made.map_or(took.map(|took| took.seconds), |made| made.seconds);
    ready.compile_seconds = processes[0].max(processes[1]);
    if let (true, Some(base), Some(candidate)) = (ready.compile, base, candidate)
        && candidate >= LEAST_COMPILE.max(APART * base)
    {
        ready.apart.insert(Timed::Compile, [base, candidate]);
    }
}

/// Both sides' artifacts.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Their sizes in bytes.
    pub sizes: [u64; 2],
    /// The seconds that making them took.
    pub seconds: [f64; 2],
}

/// Makes the artifacts of both sides, a copy for every turn; nothing where there are none.
///
/// # Errors
/// Where one cannot be made.
pub fn artifacts(bench: &mut Bench, subject: &Subject) -> Result<Option<Made>, Ended> {
    if subject.source != Source::Artifact {
        return Ok(None);
    }
    let mut made = Made { sizes: [0, 0], seconds: [0.0, 0.0] };
    for arm in [Arm::Base, Arm::Candidate] {
        let start = Instant::now();
        let base = Base { seconds: made.seconds[0], unrepeatable: None };
        let limit = plan::time_limit(Kind::Precompile, bench.workers.limits.time);
        bench.make_artifact(subject, arm).map_err(|ended| ended.beside(arm, base, limit))?;
        made.seconds[arm as usize] = start.elapsed().as_secs_f64();
        let file = std::fs::metadata(bench.artifact(subject, arm));
        let file = file.map_err(|problem| Ended::Failed(format!("the artifact is not there: {problem}")))?;
        made.sizes[arm as usize] = file.len();
    }
    for arm in [Arm::Base, Arm::Candidate] {
        spread(&bench.artifact(subject, arm), &bench.home).map_err(|problem| {
            Ended::Failed(format!("the artifact could not be copied: {problem}; free some space"))
        })?;
    }
    Ok(Some(made))
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

/// As many calls of so many nanoseconds as take as long together as the usual number of short ones: of long calls a few
/// show a process as well.
fn calls(ns: f64) -> u32 {
    let most = USUAL as f64;
    (most * WINDOW_NS / ns.max(WINDOW_NS)).ceil().clamp(LEAST as f64, most) as u32
}

/// Finds how many units make a call of about two milliseconds, and how many such calls a process has.
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
    let per_unit = window.and_then(|row| match row.outcome {
        Outcome::Measured { value, cpu_ns } => {
            Some((cpu_ns.unwrap_or(value) / f64::from(ready.units.max(1))).max(1.0))
        }
        _ => None,
    });
    if let Some(ns) = per_unit {
        ready.units = ((WINDOW_NS / ns).round() as i32).clamp(1, ready.units.max(1));
    }
    if let Some(share) = inject {
        // A share of too few units would be none.
        ready.units = ready.units.max((1.0 / share.max(0.001)).ceil() as i32);
        ready.extra = (f64::from(ready.units) * share).round().max(1.0) as i32;
    }
    if let Some(ns) = per_unit {
        ready.calls = calls(ns * f64::from(ready.units));
    }
    let amounts = [ready.units, ready.units + ready.extra];
    for units in amounts {
        if workload.invocation(units).expected.is_none()
            && !ready.learned.iter().any(|(known, _)| *known == units)
        {
            outputs::learn(bench, subject, ready, units)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(ns: &[f64]) -> Windows {
        Windows::from([(Timed::Throughput, ns.to_vec())])
    }

    #[test]
    fn only_what_is_ten_times_slower_in_every_window_needs_no_pairs() {
        let of =
            |base: &[f64], candidate: &[f64]| apart(&[windows(base), windows(candidate)], Timed::Throughput);
        assert_eq!(of(&[1e3, 2e3], &[2e9, 3e9]), Some([2e-6, 2.0]));
        assert_eq!(of(&[1e3, 2e3], &[1.9e4, 3e9]), None);
        assert_eq!(of(&[1e3], &[]), None);
        assert_eq!(apart(&[windows(&[1.0]), windows(&[1e9])], Timed::Compile), None);
    }

    #[test]
    fn long_calls_are_fewer() {
        assert_eq!([1e5, 2e6, 3e6, 4e6, 1e9].map(calls), [12, 12, 8, 6, 6]);
    }

    #[test]
    fn a_call_is_short_by_its_units_together() {
        assert!(short(&windows(&[19_000.0]), 1));
        assert!(!short(&windows(&[19_000.0]), 2) && !short(&Windows::new(), 1));
    }
}
