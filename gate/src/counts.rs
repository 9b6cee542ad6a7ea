//! What is counted, on both sides: sizes, memory, faults, instructions, allocations. One process shows it; nothing is
//! repeated but the faults, whose least number is the one that is always needed.

use std::{collections::BTreeMap, path::Path};

use wasmark_adapter::protocol::{MemorySeries, MemoryState, Step};
use wasmark_decision::exact;
use wasmark_results::record::{Outcome, Record, metric};
use wasmark_runner::collect::Collected;

use crate::{
    arm::Arm,
    bench::{self, Bench},
    ended::Ended,
    metric::Counted,
    ready::Ready,
    subjects::Subject,
    valgrind::{self, Place},
};

/// Live instances of the series that memory per instance is the slope of.
const INSTANCES: [u32; 4] = [1, 4, 16, 64];
/// Processes whose least number of faults counts.
const REPEATS: u32 = 3;

/// The numbers of base and candidate, or why there are none.
pub type Counts = Vec<(Counted, Result<[f64; 2], Ended>)>;

/// Counts what is asked for of these arms; the numbers of one alone are then the other's too. `home` is for files that go
/// away.
pub fn count(
    bench: &mut Bench,
    subject: &Subject,
    ready: &Ready,
    asked: &[Counted],
    home: &Path,
    arms: &[Arm],
) -> Counts {
    let sides: Vec<Side> = arms.iter().map(|arm| side(bench, subject, ready, asked, home, *arm)).collect();
    let both = |counted: &Counted| {
        let [base, candidate] = [sides.first()?, sides.last()?].map(|side| side.get(counted).cloned());
        Some((*counted, numbers(*counted, base?, candidate?)))
    };
    asked.iter().filter_map(both).collect()
}

/// Both numbers, or what it means that one is missing: a side alone that lacks it, or does not come to it in time, lost it.
fn numbers(
    counted: Counted,
    base: Result<f64, Ended>,
    candidate: Result<f64, Ended>,
) -> Result<[f64; 2], Ended> {
    // Without valgrind the same process ends in time: the pilot has seen it.
    let under_valgrind = matches!(counted, Counted::Instructions | Counted::Allocations);
    match (base, candidate) {
        (Ok(base), Ok(candidate)) => Ok([base, candidate]),
        (Ok(_), Err(Ended::TimedOut(reason))) => {
            Err(Ended::TooSlow(format!("slower than the limit: {reason}; the base did")))
        }
        (Ok(_), Err(Ended::Unsupported(reason))) => {
            Err(Ended::Failed(format!("unsupported on one side only: {reason}")))
        }
        (Err(Ended::TimedOut(reason)), _) if under_valgrind => Err(Ended::Unsupported(reason)),
        (Err(ended), _) | (_, Err(ended)) => Err(ended),
    }
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
    let (wasm, custom) = (workload.wasm_bytes(), workload.module().custom_bytes);
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
            Counted::LoadedSize => Ok(wasm.saturating_sub(custom) as f64),
            Counted::CustomSize => Ok(custom as f64),
            Counted::ArtifactSize => match ready.artifacts {
                Some(bytes) => Ok(bytes[arm as usize] as f64),
                None => continue,
            },
            Counted::PerInstancePrivate => private(bench, subject, arm),
            Counted::Instructions => valgrind::instructions(bench, subject, ready, Place { home, arm }),
            Counted::Allocations => valgrind::allocations(bench, subject, Place { home, arm }),
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
    least.ok_or_else(|| Ended::Unsupported(format!("the worker does not report its {name}")))
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
    let (state, instances) = (MemoryState::Called, INSTANCES.to_vec());
    let step = Step::Memory(MemorySeries { state, instances, budget_ns: None });
    let collected = bench.process(0, subject, arm, subject.source, vec![step], None);
    bench::output(&collected)?;
    let rows = collected.records.iter().filter(|row| row.metric == metric::MEMORY_PRIVATE);
    let points: Vec<(f64, f64)> =
        rows.filter_map(|row| Some((f64::from(row.instances?), value(row)?))).collect();
    exact::slope(&points)
        .ok_or_else(|| Ended::Unsupported("too few instances lived at once to show what one takes".into()))
}
