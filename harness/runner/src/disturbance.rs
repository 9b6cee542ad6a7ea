//! What disturbs a run: how much equal work varies before, between and after its processes, the time that a hypervisor
//! takes, and the load.

use std::time::{Duration, Instant};

use procfs::{CurrentSI, KernelStats};
use wasmark_results::run::Disturbance;

use crate::{
    environment::{control, load, noise, spread},
    plan::Slot,
    runner::Watch,
};

/// Between two looks, so that looking takes at most two hundredths of the time.
const BETWEEN: Duration = Duration::from_millis(100);

/// Looks at the machine from between a run's processes.
pub struct Monitor {
    times: Vec<f64>,
    load: Option<f64>,
    began: Option<CpuTime>,
    looked: Option<Instant>,
}

impl Monitor {
    /// Begins.
    #[must_use]
    pub fn new() -> Monitor {
        Monitor { times: Vec::new(), load: None, began: CpuTime::now(), looked: None }
    }

    /// Looks, for about two milliseconds, where the last time is long enough ago. Nothing may be measured meanwhile.
    pub fn look(&mut self) {
        if self.looked.is_some_and(|looked| looked.elapsed() < BETWEEN) {
            return;
        }
        // The first loop brings the CPU back from what the process before it left.
        control();
        self.times.push(control());
        self.load = self.load.into_iter().chain(load()).reduce(f64::max);
        self.looked = Some(Instant::now());
    }

    /// Ends, with a last look as long as the one before the run.
    #[must_use]
    pub fn end(self) -> Disturbance {
        let steal = self.began.zip(CpuTime::now()).and_then(|(began, now)| now.stolen_since(began));
        Disturbance { during: spread(self.times), after: Some(noise()), steal, load: self.load }
    }
}

impl Default for Monitor {
    fn default() -> Self {
        Monitor::new()
    }
}

/// Looks before each process of a run starts, and passes on what happens.
pub struct Monitored<'a> {
    /// The looks.
    pub monitor: &'a mut Monitor,
    /// The other observer of the processes.
    pub watch: &'a mut dyn Watch,
}

impl Watch for Monitored<'_> {
    fn begins(&mut self, slot: Slot, expected: f64, after: f64) {
        self.monitor.look();
        self.watch.begins(slot, expected, after);
    }

    fn ends(&mut self, slot: Slot) {
        self.watch.ends(slot);
    }

    fn note(&mut self, line: &str) {
        self.watch.note(line);
    }
}

/// What all CPUs did since the machine started, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CpuTime {
    busy: u64,
    stolen: u64,
}

impl CpuTime {
    /// `None` where the kernel does not report it.
    fn now() -> Option<CpuTime> {
        let of = KernelStats::current().ok()?.total;
        let (irq, softirq, stolen) = (of.irq?, of.softirq?, of.steal?);
        // Guests are in `user`.
        Some(CpuTime { busy: of.user + of.nice + of.system + irq + softirq + stolen, stolen })
    }

    /// The share of the busy time that was stolen; `None` where no time went by.
    fn stolen_since(self, began: CpuTime) -> Option<f64> {
        let busy = self.busy.checked_sub(began.busy).filter(|busy| *busy > 0)?;
        Some(self.stolen.saturating_sub(began.stolen) as f64 / busy as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stolen_time_is_a_share_of_the_busy_time() {
        let began = CpuTime { busy: 155, stolen: 5 };
        let now = CpuTime { busy: 255, stolen: 15 };
        assert_eq!(now.stolen_since(began), Some(0.1));
        assert_eq!(now.stolen_since(now), None);
    }

    #[test]
    fn a_monitor_looks_no_more_often_than_it_may() {
        let mut monitor = Monitor::new();
        let began = Instant::now();
        let mut calls = 0;
        while began.elapsed() < BETWEEN * 3 {
            monitor.look();
            calls += 1;
        }
        assert!(calls > monitor.times.len() && !monitor.times.is_empty() && monitor.times.len() <= 4);
        let ended = monitor.end();
        assert_eq!(ended.during, None, "a few looks show no spread");
        assert!(ended.after.is_some_and(|after| after >= 0.0));
    }
}
