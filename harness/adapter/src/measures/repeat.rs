//! Short windows by the thousand: one by one into a histogram, then in blocks that are long enough for the CPU clock.

use base64::{Engine, prelude::BASE64_STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{Serializer, V2Serializer},
};

use crate::{
    Failure,
    clock::{self, window},
    protocol::{Event, Samples},
    worker::{During, Events, Stop},
};

/// The longest time that a histogram tells from longer ones.
const HIGHEST_NS: u64 = 600 * 1_000_000_000;
/// How long a block of windows should take.
const BLOCK_NS: u64 = 1_000_000;
/// Blocks that count, after the warm-ups.
const BLOCKS: u32 = 12;
/// Blocks before those.
pub(super) const WARMUPS: u32 = 2;

/// Whether the windows can follow each other without anything between them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// Yes: blocks hold as many as fit.
    Nothing,
    /// The host is made ready and the output checked: a block holds one.
    Preparation,
}

/// Fills a histogram with the durations that `sample` returns.
pub(super) fn histogram<F>(metric: &str, samples: Samples, mut sample: F) -> Result<Histogram<u64>, Stop>
where
    F: FnMut() -> Result<u64, Stop>,
{
    let mut histogram =
        Histogram::new_with_bounds(1, HIGHEST_NS, 3).map_err(Failure::engine).during(metric)?;
    let end = clock::wall_ns().saturating_add(samples.budget_ns);
    while histogram.len() < samples.most.max(1) {
        histogram.saturating_record(sample()?);
        if clock::wall_ns() >= end {
            break;
        }
    }
    Ok(histogram)
}

/// Reports a histogram.
pub(super) fn emit(metric: &str, histogram: &Histogram<u64>, events: &mut Events) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    let written = V2Serializer::new().serialize(histogram, &mut bytes);
    let unwritten = |problem| Failure::engine(format!("the histogram does not serialise: {problem:?}"));
    written.map_err(unwritten).during(metric)?;
    events.emit(&Event::Histogram { metric: metric.into(), v2_base64: BASE64_STANDARD.encode(bytes) });
    Ok(())
}

/// Times blocks of calls of `operation`, each block in one window, and reports them. `prepare` runs before each, and
/// `check` after it with what the block's last call returned, or why one failed.
pub(super) fn blocks<P, O, C>(
    metric: &str,
    (between, typical_ns): (Between, u64),
    mut prepare: P,
    mut operation: O,
    mut check: C,
    events: &mut Events,
) -> Result<(), Stop>
where
    P: FnMut() -> Result<(), Stop>,
    O: FnMut() -> Result<i64, Failure>,
    C: FnMut(Result<i64, Failure>) -> Result<(), Stop>,
{
    let units = match between {
        Between::Nothing => (BLOCK_NS / typical_ns.max(1)).max(1),
        Between::Preparation => 1,
    };
    let (mut wall, mut cpu) = (Vec::with_capacity(16), Vec::with_capacity(16));
    for _ in 0..WARMUPS + BLOCKS {
        prepare()?;
        let (outcome, cost) = window(|| {
            let mut returned = operation()?;
            for _ in 1..units {
                returned = operation()?;
            }
            Ok(returned)
        });
        check(outcome)?;
        wall.push(cost.wall_ns);
        cpu.push(cost.cpu_ns);
    }
    let (wall_ns, cpu_ns) = (wall, cpu);
    events.emit(&Event::Samples { metric: metric.into(), units, warmups: WARMUPS, wall_ns, cpu_ns });
    Ok(())
}
