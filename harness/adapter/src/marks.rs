//! The Sightglass ABI: a module that imports `bench.start` and `bench.end` says itself which part of its call is the
//! work to be timed. Adapters provide the two imports as [`start`] and [`end`].

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{
    clock::{self, Cost},
    probes,
};

/// The import's first name.
pub const MODULE: &str = "bench";

/// The functions of [`MODULE`], each of type `() -> ()`.
pub const FUNCTIONS: [(&str, fn()); 2] = [("start", start), ("end", end)];

// What the clocks said at the last `start`, and the window of the last `end`. A worker calls one module from one
// thread: these are static only so that engines can call plain functions.
static START: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static WINDOW: [AtomicU64; 3] = [const { AtomicU64::new(u64::MAX) }; 3];

/// The import `bench.start`: the module's work begins. The wall clock is read last.
pub fn start() {
    START[2].store(probes::minor_faults(), Relaxed);
    START[1].store(clock::cpu_ns(), Relaxed);
    START[0].store(clock::wall_ns(), Relaxed);
}

/// The import `bench.end`: the module's work is done. The wall clock is read first.
pub fn end() {
    let now = [clock::wall_ns(), clock::cpu_ns(), probes::minor_faults()];
    for (place, (now, start)) in WINDOW.iter().zip(now.into_iter().zip(&START)) {
        place.store(now.saturating_sub(start.load(Relaxed)), Relaxed);
    }
}

/// What the work of the last call cost, if the module said so; then forgets it.
pub fn take() -> Option<Cost> {
    let [wall_ns, cpu_ns, minor_faults] = [0, 1, 2].map(|place: usize| WINDOW[place].swap(u64::MAX, Relaxed));
    (wall_ns != u64::MAX).then_some(Cost { wall_ns, cpu_ns, minor_faults })
}
