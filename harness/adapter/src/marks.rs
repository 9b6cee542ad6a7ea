//! The Sightglass ABI: a module that imports `bench.start` and `bench.end` marks which part of its call is the work
//! to be timed. Adapters provide the two imports as [`start`] and [`end`]. Each start has its end; the windows of
//! several pairs in one call are summed.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

use crate::{
    Failure, FailureKind, Result,
    clock::{self, Cost},
    probes,
};

/// The import's first name.
pub const MODULE: &str = "bench";

/// The functions of [`MODULE`], each of type `() -> ()`.
pub const FUNCTIONS: [(&str, fn()); 2] = [("start", start), ("end", end)];

// The clocks at the last `start`, the sum of the windows since `take`, and which of the two has been called. One thread
// calls a module that is timed so: these are static only so that engines can call plain functions.
static START: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static SUM: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static STATE: AtomicU8 = AtomicU8::new(NOTHING);
/// Whether requests are served: nothing is asked of the marks then, and several threads call them.
static IGNORED: AtomicBool = AtomicBool::new(false);

// Values of `STATE`.
const NOTHING: u8 = 0;
const STARTED: u8 = 1;
const ENDED: u8 = 2;
/// A second `start` while the work goes on.
const START_REPEATED: u8 = 3;
/// An `end` without a `start` before it.
const START_MISSING: u8 = 4;

/// The import `bench.start`: the module's work begins. The wall clock is read last.
pub fn start() {
    if IGNORED.load(Relaxed) {
        return;
    }
    match STATE.load(Relaxed) {
        NOTHING | ENDED => STATE.store(STARTED, Relaxed),
        STARTED => STATE.store(START_REPEATED, Relaxed),
        _ => {}
    }
    START[2].store(probes::minor_faults(), Relaxed);
    START[1].store(clock::cpu_ns(), Relaxed);
    START[0].store(clock::wall_ns(), Relaxed);
}

/// The import `bench.end`: the module's work is done. The wall clock is read first.
pub fn end() {
    if IGNORED.load(Relaxed) {
        return;
    }
    let now = [clock::wall_ns(), clock::cpu_ns(), probes::minor_faults()];
    match STATE.load(Relaxed) {
        STARTED => STATE.store(ENDED, Relaxed),
        NOTHING | ENDED => STATE.store(START_MISSING, Relaxed),
        _ => {}
    }
    for (sum, (now, start)) in SUM.iter().zip(now.into_iter().zip(&START)) {
        sum.fetch_add(now.saturating_sub(start.load(Relaxed)), Relaxed);
    }
}

/// From now on the marks do nothing.
pub(crate) fn ignore() {
    IGNORED.store(true, Relaxed);
}

/// What the work since the last `take` cost, if the module marked any; then forgets it.
///
/// # Errors
/// Where a call of one of the two imports is missing or repeated: what was timed then is not the module's work.
pub fn take() -> Result<Option<Cost>> {
    let [wall_ns, cpu_ns, minor_faults] = [0, 1, 2].map(|place: usize| SUM[place].swap(0, Relaxed));
    let problem = match STATE.swap(NOTHING, Relaxed) {
        NOTHING => return Ok(None),
        ENDED => return Ok(Some(Cost { wall_ns, cpu_ns, minor_faults })),
        STARTED => "bench.start without bench.end after it",
        START_REPEATED => "bench.start twice without bench.end between",
        _ => "bench.end without bench.start before it",
    };
    Err(Failure::new(
        FailureKind::Invalid,
        format!("the module calls {problem}: call both in each call of the entry, in turns"),
    ))
}

/// Forgets what was marked before the call that counts, or by one that trapped.
pub fn forget() {
    let _ = take();
}

#[cfg(test)]
mod tests {
    use std::{thread::sleep, time::Duration};

    use super::*;

    /// One test, because the marks are the process's.
    #[test]
    fn pairs_are_summed_and_what_is_unpaired_is_named() {
        assert!(take().expect("nothing was called").is_none());
        let (all, pause) = (std::time::Instant::now(), Duration::from_millis(3));
        for _ in 0..2 {
            start();
            sleep(pause);
            end();
            sleep(Duration::from_millis(20));
        }
        let cost = take().expect("two pairs").expect("a window");
        assert!(cost.wall_ns >= 6_000_000, "both: {cost:?}");
        // Of a busy machine, too, the pauses outside are as long again.
        assert!(cost.wall_ns < all.elapsed().as_nanos() as u64 - 40_000_000, "no pause between: {cost:?}");

        for (calls, part) in [
            ("e", "bench.end without bench.start before it"),
            ("see", "bench.end without bench.start before it"),
            ("s", "bench.start without bench.end after it"),
            ("sse", "bench.start twice"),
        ] {
            calls.chars().for_each(|call| if call == 's' { start() } else { end() });
            let refused = take().expect_err("a failure");
            assert!(refused.message.contains(part), "{refused}");
            assert_eq!(refused.kind, FailureKind::Invalid);
            assert!(take().expect("forgotten").is_none());
        }
        start();
        forget();
        assert!(take().expect("forgotten").is_none());
    }
}
