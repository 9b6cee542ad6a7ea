//! What is counted, on both sides: sizes, memory, faults, instructions. One process says it; nothing is repeated but the
//! faults, whose least number is the one that is always needed.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result};
use wasmark_adapter::{
    Source,
    protocol::{MemoryState, Step},
};
use wasmark_gate::exact;
use wasmark_results::record::{Outcome, Record, metric};

use super::{
    bench::{self, Bench, Ended},
    metric::Counted,
    pilot::Ready,
    subjects::{Arm, Subject},
};
use crate::collect::Collected;

/// Live instances of the series that memory per instance is the slope of.
const INSTANCES: [u32; 4] = [1, 4, 16, 64];
/// Processes whose least number of faults counts.
const REPEATS: u32 = 3;
/// How much longer than others a process may take under callgrind.
const SLOWER: u32 = 10;

/// The numbers of base and candidate, or why there are none.
pub type Counts = Vec<(Counted, Result<[f64; 2], Ended>)>;

/// Counts what is asked for. `home` is for files that go away.
pub fn count(bench: &mut Bench, subject: &Subject, ready: &Ready, asked: &[Counted], home: &Path) -> Counts {
    let sides = [Arm::Base, Arm::Candidate].map(|arm| side(bench, subject, ready, asked, home, arm));
    let both = |counted: &Counted| {
        let [base, candidate] = sides.each_ref().map(|side| side.get(counted).cloned());
        let numbers = match (base?, candidate?) {
            (Ok(base), Ok(candidate)) => Ok([base, candidate]),
            (Err(ended), _) | (_, Err(ended)) => Err(ended),
        };
        Some((*counted, numbers))
    };
    asked.iter().filter_map(both).collect()
}

type Side = BTreeMap<Counted, Result<f64, Ended>>;

fn side(
    bench: &mut Bench,
    subject: &Subject,
    ready: &Ready,
    asked: &[Counted],
    home: &Path,
    arm: Arm,
) -> Side {
    let mut side = Side::new();
    let (_, workload) = subject.of(&bench.plan, arm);
    let wasm = workload.wasm_bytes();
    let of_process = [Counted::Code, Counted::WorkerSize, Counted::InstantiateFaults];
    if asked.iter().any(|one| of_process.contains(one)) {
        let collected: Vec<Collected> =
            (0..REPEATS).map(|_| bench.process(0, subject, arm, subject.source, vec![], None)).collect();
        for counted in of_process {
            side.insert(counted, least(&collected, counted.name()).map_err(|ended| ended.on(arm)));
        }
    }
    for counted in asked {
        let number = match counted {
            Counted::WasmSize => Ok(wasm as f64),
            Counted::ArtifactSize => match ready.artifacts {
                Some(bytes) => Ok(bytes[arm as usize] as f64),
                None => continue,
            },
            Counted::PerInstancePrivate => private(bench, subject, arm),
            Counted::Instructions => instructions(bench, subject, ready, home, arm),
            Counted::Code | Counted::WorkerSize | Counted::InstantiateFaults => continue,
        };
        side.insert(*counted, number.map_err(|ended| ended.on(arm)));
    }
    side
}

/// The least value of a metric in several processes.
fn least(collected: &[Collected], name: &str) -> Result<f64, Ended> {
    let mut least: Option<f64> = None;
    for one in collected {
        bench::output(one)?;
        for value in one.records.iter().filter(|row| row.metric == name).filter_map(value) {
            least = Some(least.map_or(value, |known| known.min(value)));
        }
    }
    least.ok_or_else(|| Ended::Unsupported(format!("the worker does not say its {name}")))
}

fn value(record: &Record) -> Option<f64> {
    match record.outcome {
        Outcome::Measured { value, .. } => Some(value),
        _ => None,
    }
}

/// Private memory per live instance.
fn private(bench: &mut Bench, subject: &Subject, arm: Arm) -> Result<f64, Ended> {
    let (target, _) = subject.of(&bench.plan, arm);
    if !target.configuration.tier.has_instances() || !target.configuration.tier.is_in_worker() {
        return Err(Ended::Unsupported("it has no instances in the worker's process".into()));
    }
    let step = Step::Memory { state: MemoryState::Called, instances: INSTANCES.to_vec() };
    let collected = bench.process(0, subject, arm, subject.source, vec![step], None);
    bench::output(&collected)?;
    let rows = collected.records.iter().filter(|row| row.metric == metric::MEMORY_PRIVATE);
    let points: Vec<(f64, f64)> =
        rows.filter_map(|row| Some((f64::from(row.instances?), value(row)?))).collect();
    exact::slope(&points)
        .ok_or_else(|| Ended::Unsupported("too few instances lived at once to say what one takes".into()))
}

/// Instructions of one throughput call: those of a process with it, less those of one without.
fn instructions(
    bench: &mut Bench,
    subject: &Subject,
    ready: &Ready,
    home: &Path,
    arm: Arm,
) -> Result<f64, Ended> {
    let failed = |problem: anyhow::Error| Ended::Failed(format!("{problem:#}"));
    let log = home.join("callgrind.log");
    let mut under = subject.clone();
    under.arms[arm as usize].0 = wrapped(bench, subject, home, &log, arm).map_err(failed)?;
    let (_, workload) = subject.of(&bench.plan, arm);
    let load = ready.load(arm, &[]);
    let call = Step::Throughput {
        invocation: workload.invocation(load.units + load.extra),
        units: 1,
        warmups: 0,
        samples: 1,
    };
    let before = (bench.workers.limits.time, bench.workers.patience);
    bench.workers.limits.time *= SLOWER;
    bench.workers.patience = Duration::from_secs(60);
    let counted = difference(bench, &under, arm, call, &log);
    (bench.workers.limits.time, bench.workers.patience) = before;
    counted
}

fn difference(bench: &mut Bench, under: &Subject, arm: Arm, call: Step, log: &Path) -> Result<f64, Ended> {
    if under.source == Source::Artifact {
        // Compiled under callgrind, too: it shows another CPU than the machine has.
        let made = bench.precompile(0, under, arm);
        if made.ended_by.is_some() {
            return Err(bench::output(&made)
                .err()
                .unwrap_or_else(|| Ended::Failed("no artifact was made".into())));
        }
    }
    let mut run = |steps: Vec<Step>| {
        let collected = bench.process(0, under, arm, under.source, steps, None);
        bench::output(&collected)?;
        collected_in(log).map_err(|problem| Ended::Unsupported(format!("{problem:#}")))
    };
    let (without, with) = (run(vec![])?, run(vec![call])?);
    match with.checked_sub(without) {
        Some(instructions) if instructions > 0 => Ok(instructions as f64),
        _ => Err(Ended::Unsupported("a call has too few instructions to be told from the start".into())),
    }
}

/// Adds the arm's target to the plan with its worker under callgrind, and returns its index.
fn wrapped(bench: &mut Bench, subject: &Subject, home: &Path, log: &Path, arm: Arm) -> Result<usize> {
    use std::os::unix::fs::PermissionsExt;
    let (target, _) = subject.of(&bench.plan, arm);
    let mut target = target.clone();
    target.id = format!("callgrind-{}", target.id);
    if let Some(known) = bench.plan.targets.iter().position(|one| one.id == target.id) {
        return Ok(known);
    }
    let script = home.join(format!("callgrind-{}.sh", bench.plan.targets.len()));
    let quote = |path: &Path| shlex::try_quote(&path.display().to_string()).map(|text| text.into_owned());
    let text = format!(
        "#!/bin/sh\nexec valgrind --tool=callgrind --callgrind-out-file=/dev/null --vgdb=no --log-file={} {}\n",
        quote(log)?,
        quote(&target.program)?
    );
    std::fs::write(&script, text).with_context(|| format!("failed to write {}", script.display()))?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    target.program = script;
    bench.plan.targets.push(target);
    Ok(bench.plan.targets.len() - 1)
}

/// The instructions that callgrind says it collected.
fn collected_in(log: &Path) -> Result<u64> {
    let text = std::fs::read_to_string(log)
        .context("failed to count instructions: valgrind wrote nothing; install valgrind")?;
    let line = text.lines().find_map(|line| line.split_once("Collected :")?.1.split_whitespace().next());
    let number = line.and_then(|number| number.parse().ok());
    number.with_context(|| {
        let last = text.lines().last().unwrap_or_default();
        format!(
            "failed to count instructions: the engine does not run under callgrind ({last}); leave them out"
        )
    })
}
