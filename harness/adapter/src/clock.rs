//! The clocks, and one window between two readings of them.

use std::time::Duration;

use crate::{
    probes,
    protocol::{Event, Phase},
};

/// CLOCK_MONOTONIC in nanoseconds: the same clock in every process of the machine.
#[must_use]
#[inline(always)]
pub fn wall_ns() -> u64 {
    read(libc::CLOCK_MONOTONIC)
}

/// CPU time in nanoseconds: of the whole process, all threads, and of the children that it has waited for (a native
/// command is one; theirs comes in microseconds).
#[must_use]
#[inline(always)]
pub fn cpu_ns() -> u64 {
    read(libc::CLOCK_PROCESS_CPUTIME_ID) + probes::children_cpu_ns()
}

#[inline(always)]
fn read(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec, and both clocks exist on every Linux that Rust supports.
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// How long a thread spins before it has to go on, in nanoseconds: longer than waking up takes.
const SPIN_NS: u64 = 100_000;

/// Waits until CLOCK_MONOTONIC shows so many nanoseconds.
pub(crate) fn wait_until(ns: u64) {
    loop {
        match ns.saturating_sub(wall_ns()) {
            0 => return,
            left if left > SPIN_NS => std::thread::sleep(Duration::from_nanos(left - SPIN_NS)),
            _ => std::hint::spin_loop(),
        }
    }
}

/// What one window cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Wall time in nanoseconds.
    pub wall_ns: u64,
    /// CPU time of the process in nanoseconds.
    pub cpu_ns: u64,
    /// Page faults that needed no I/O.
    pub minor_faults: u64,
}

impl Cost {
    /// The event that reports this as the cost of a phase.
    #[must_use]
    pub fn of(self, phase: Phase) -> Event {
        let Cost { wall_ns, cpu_ns, minor_faults } = self;
        Event::Phase { phase, wall_ns, cpu_ns, minor_faults }
    }
}

/// Does `work` in a window of its own. The wall clock is innermost: reading the CPU clock and the fault counter is
/// a system call each, which the CPU time includes and the wall time does not.
#[inline(always)]
pub fn window<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let faults = crate::probes::minor_faults();
    let cpu = cpu_ns();
    let wall = wall_ns();
    let value = work();
    let wall_ns = wall_ns() - wall;
    let cpu_ns = cpu_ns() - cpu;
    let minor_faults = crate::probes::minor_faults() - faults;
    (value, Cost { wall_ns, cpu_ns, minor_faults })
}
