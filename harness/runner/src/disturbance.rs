//! What disturbs a run: how much equal work varies before, between and after its processes, the time that a hypervisor
//! takes, and the load.

use std::{
    fs,
    time::{Duration, Instant},
};

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
    fn now() -> Option<CpuTime> {
        CpuTime::of(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
    fn of(stat: &str) -> Option<CpuTime> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line.split_whitespace().map_while(|tick| tick.parse().ok()).collect();
        let [user, nice, system, _, _, irq, softirq, stolen, ..] = *ticks.as_slice() else { return None };
        Some(CpuTime { busy: user + nice + system + irq + softirq + stolen, stolen })
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
        let of = |stat: &str| CpuTime::of(stat).expect("a line of CPUs");
        let began = of("cpu  100 0 50 9000 10 0 0 5 7 0\ncpu0 1 1 1 1");
        let now = of("cpu  160 10 60 19000 90 5 5 15 7 0\n");
        assert_eq!(now.busy - began.busy, 100);
        assert_eq!(now.stolen_since(began), Some(0.1));
        assert_eq!(now.stolen_since(now), None);
        assert_eq!(CpuTime::of("intr 1 2 3"), None);
        assert_eq!(CpuTime::of("cpu  1 2 3"), None, "a kernel of another form");
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
