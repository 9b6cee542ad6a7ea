//! Short windows by the thousand: one by one into a histogram, then in blocks that are long enough for the CPU clock.

use base64::{Engine, prelude::BASE64_STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{Serializer, V2Serializer},
};

use crate::{
    Failure,
    clock::{self, Cost, window},
    events::{During, Events, Stop},
    protocol::{Event, Samples},
};

/// The longest time that a histogram distinguishes from longer ones.
const HIGHEST_NS: u64 = 600 * 1_000_000_000;
/// How long a block of windows should take.
const BLOCK_NS: u64 = 1_000_000;
/// Blocks that count, after the warm-ups.
const BLOCKS: u32 = 12;
/// Those that count in any case; after so many nanoseconds, no further block begins.
const LEAST_BLOCKS: u32 = 6;
const MOST_NS: u64 = 200_000_000;
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

/// An empty histogram of nanoseconds.
pub(super) fn empty(metric: &str) -> Result<Histogram<u64>, Stop> {
    Histogram::new_with_bounds(1, HIGHEST_NS, 3).map_err(Failure::engine).during(metric)
}

/// How many windows follow each other before what they returned is looked at.
const TOGETHER: usize = 64;

/// The histogram of short windows, for one metric after the other, and those that are not in it yet. It is made before the
/// engine. Made later, it takes a part of the addresses that the first instance leaves, so that every later one lies
/// elsewhere; and what mapping and unmapping a memory costs depends on what lies beside it (docs/FINDINGS.md).
pub(super) struct Recorder {
    histogram: Histogram<u64>,
    latest: Vec<(u64, i64)>,
}

impl Recorder {
    /// # Errors
    /// Where there is no memory for it.
    pub fn new() -> Result<Recorder, Stop> {
        Ok(Recorder { histogram: empty("job")?, latest: Vec::with_capacity(TOGETHER) })
    }

    /// The durations of windows of one call each, and no others. Between two windows there is as little as between two of
    /// a loop by hand, where what a call returned can wait: an engine finds in its caches what the harness leaves of them.
    ///
    /// # Errors
    /// Where a window fails, or its call returned what is not right.
    pub fn fill(&mut self, samples: Samples, repeated: &mut impl Repeated) -> Result<&Histogram<u64>, Stop> {
        let Recorder { histogram, latest } = self;
        latest.clear();
        if !histogram.is_empty() {
            histogram.reset();
        }
        let (most, can_wait) = (samples.most.max(1), repeated.can_wait());
        let end = clock::wall_ns().saturating_add(samples.budget_ns);
        loop {
            let Window { start_ns, end_ns, pause_ns, returned } = repeated.single()?;
            let ns = end_ns - start_ns - pause_ns;
            match returned {
                Ok(returned) if can_wait => latest.push((ns, returned)),
                returned => {
                    repeated.check(returned)?;
                    histogram.saturating_record(ns);
                }
            }
            let ends = end_ns >= end || histogram.len() + latest.len() as u64 >= most;
            if ends || latest.len() == TOGETHER {
                for (ns, returned) in latest.drain(..) {
                    repeated.check(Ok(returned))?;
                    histogram.saturating_record(ns);
                }
            }
            if ends {
                return Ok(histogram);
            }
        }
    }
}

/// One window: when it began and ended by the clock, for how long it was interrupted, and what the call in it returned.
pub(super) struct Window {
    pub start_ns: u64,
    pub end_ns: u64,
    pub pause_ns: u64,
    pub returned: Result<i64, Failure>,
}

impl Window {
    /// Calls in a window.
    #[inline(always)]
    pub fn of(call: impl FnOnce() -> Result<i64, Failure>) -> Window {
        let start_ns = clock::wall_ns();
        let returned = call();
        let end_ns = clock::wall_ns();
        Window { start_ns, end_ns, pause_ns: 0, returned }
    }
}

/// Reports a histogram.
pub(super) fn emit(metric: &str, histogram: &Histogram<u64>, events: &mut Events) -> Result<(), Stop> {
    events.emit(&Event::Histogram { metric: metric.into(), v2_base64: encoded(metric, histogram)? });
    Ok(())
}

/// A histogram in the form of the protocol.
pub(super) fn encoded(metric: &str, histogram: &Histogram<u64>) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    let written = V2Serializer::new().serialize(histogram, &mut bytes);
    let unwritten = |problem| Failure::engine(format!("the histogram does not serialise: {problem:?}"));
    written.map_err(unwritten).during(metric)?;
    Ok(BASE64_STANDARD.encode(bytes))
}

/// How many calls of `typical_ns` each are `ns` together; one at least.
pub(super) fn calls(ns: u64, typical_ns: u64) -> u64 {
    (ns / typical_ns.max(1)).max(1)
}

/// Something short that is repeated in blocks.
pub(super) trait Repeated {
    /// Whether one can follow the other at once.
    fn between(&self) -> Between {
        Between::Nothing
    }

    /// Makes ready for a window of one call, or for a block. Outside of it.
    ///
    /// # Errors
    /// Where that fails.
    fn prepare(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    /// Does it once: what is timed.
    ///
    /// # Errors
    /// Why a call did not return.
    fn once(&mut self) -> Result<i64, Failure>;

    /// Does it once, in a window of its own.
    ///
    /// # Errors
    /// Where it cannot be made ready.
    #[inline(always)]
    fn single(&mut self) -> Result<Window, Stop> {
        self.prepare()?;
        Ok(Window::of(|| self.once()))
    }

    /// Whether what a call returns is all that is looked at, and can be looked at after further calls.
    fn can_wait(&self) -> bool {
        self.between() == Between::Nothing
    }

    /// Whether a block goes on after this.
    #[inline(always)]
    fn goes_on(&self, returned: &Result<i64, Failure>) -> bool {
        returned.is_ok()
    }

    /// Looks at what a call returned, in a block the last one, or why one did not. Outside of its window.
    ///
    /// # Errors
    /// Where it is not right.
    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop>;
}

/// So many calls, or as many until one does not go on: what the last returned.
#[inline(always)]
pub(super) fn several(repeated: &mut impl Repeated, calls: u64) -> Result<i64, Failure> {
    for _ in 1..calls {
        let returned = repeated.once();
        if !repeated.goes_on(&returned) {
            return returned;
        }
    }
    repeated.once()
}

/// So many calls in one window, after making ready and before looking at the last.
pub(super) fn block(repeated: &mut impl Repeated, calls: u64) -> Result<Cost, Stop> {
    repeated.prepare()?;
    let (outcome, cost) = window(|| several(repeated, calls));
    repeated.check(outcome)?;
    Ok(cost)
}

/// Times windows of a call each, then blocks, and reports both.
pub(super) fn measure(
    metric: &str,
    samples: Samples,
    repeated: &mut impl Repeated,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    let histogram = recorder.fill(samples, repeated)?;
    emit(metric, histogram, events)?;
    blocks(metric, histogram.value_at_quantile(0.5), repeated, events)
}

/// Times blocks, each long enough for the CPU clock, and reports them.
fn blocks(
    metric: &str,
    typical_ns: u64,
    repeated: &mut impl Repeated,
    events: &mut Events,
) -> Result<(), Stop> {
    let units = match repeated.between() {
        Between::Nothing => calls(BLOCK_NS, typical_ns),
        Between::Preparation => 1,
    };
    let (mut wall, mut cpu) = (Vec::with_capacity(16), Vec::with_capacity(16));
    let end = clock::wall_ns().saturating_add(MOST_NS);
    for number in 0..WARMUPS + BLOCKS {
        if number >= WARMUPS + LEAST_BLOCKS && clock::wall_ns() >= end {
            break;
        }
        let cost = block(repeated, units)?;
        wall.push(cost.wall_ns);
        cpu.push(cost.cpu_ns);
    }
    let (wall_ns, cpu_ns) = (wall, cpu);
    events.emit(&Event::Samples { metric: metric.into(), units, warmups: WARMUPS, wall_ns, cpu_ns });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls that return their number, and what was looked at after how many of them.
    struct Numbers {
        can_wait: bool,
        wrong: Option<i64>,
        calls: i64,
        looked_at: Vec<(i64, i64)>,
    }

    impl Numbers {
        fn new(can_wait: bool) -> Numbers {
            Numbers { can_wait, wrong: None, calls: 0, looked_at: Vec::new() }
        }
    }

    impl Repeated for Numbers {
        fn once(&mut self) -> Result<i64, Failure> {
            self.calls += 1;
            Ok(self.calls)
        }

        fn can_wait(&self) -> bool {
            self.can_wait
        }

        fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
            let number = returned.during("test")?;
            self.looked_at.push((number, self.calls));
            if self.wrong == Some(number) { Err(Failure::engine("wrong")).during("test") } else { Ok(()) }
        }
    }

    fn recorder() -> Recorder {
        Recorder::new().unwrap_or_else(|_| panic!("no memory"))
    }

    fn at_most(most: u64, budget_ns: u64) -> Samples {
        Samples { most, budget_ns }
    }

    #[test]
    fn what_can_wait_is_looked_at_after_up_to_64_windows() {
        let (mut recorder, mut numbers) = (recorder(), Numbers::new(true));
        let filled = recorder.fill(at_most(100, u64::MAX), &mut numbers).map(|histogram| histogram.len());
        assert_eq!(filled.ok(), Some(100));
        let after = |number| if number <= 64 { 64 } else { 100 };
        let expected: Vec<(i64, i64)> = (1..=100).map(|number| (number, after(number))).collect();
        assert_eq!(numbers.looked_at, expected);
    }

    #[test]
    fn what_cannot_wait_is_looked_at_before_the_next_window() {
        let (mut recorder, mut numbers) = (recorder(), Numbers::new(false));
        let filled = recorder.fill(at_most(5, u64::MAX), &mut numbers).map(|histogram| histogram.len());
        assert_eq!(filled.ok(), Some(5));
        assert_eq!(numbers.looked_at, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
    }

    #[test]
    fn without_time_there_is_one_window_and_each_metric_begins_anew() {
        let mut recorder = recorder();
        for _ in 0..2 {
            let mut numbers = Numbers::new(true);
            let filled = recorder.fill(at_most(100, 0), &mut numbers).map(|histogram| histogram.len());
            assert_eq!((filled.ok(), numbers.looked_at), (Some(1), vec![(1, 1)]));
        }
    }

    #[test]
    fn a_wrong_output_ends_the_windows() {
        let (mut recorder, mut numbers) = (recorder(), Numbers::new(true));
        numbers.wrong = Some(3);
        assert!(recorder.fill(at_most(100, u64::MAX), &mut numbers).is_err());
        assert_eq!(numbers.looked_at.last(), Some(&(3, 64)));
    }
}
