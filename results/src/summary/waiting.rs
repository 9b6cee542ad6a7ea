//! Where wall time is not what the work took: a process that waited for a CPU has more wall time than CPU time.
//!
//! CPU time is that of the whole process. Work on several threads has more of it than wall time, and that is no waiting;
//! such work can hide that it waited, and is then not found here.

use super::{Cell, Estimate, Start, Throughput, ThroughputRow, Window};

/// Work whose wall time is more than this many times its CPU time waited.
pub const WAITED: f64 = 1.1;

/// Work that waited.
#[derive(Clone, Debug, PartialEq)]
pub struct Waited {
    /// The share of the wall time in which no thread of the process ran.
    pub share: f64,
    /// What the work itself took.
    pub cpu: f64,
}

/// Whether work of this wall and CPU time waited.
#[must_use]
pub fn waited(wall: f64, cpu: f64) -> Option<Waited> {
    (cpu > 0.0 && wall > WAITED * cpu).then(|| Waited { share: 1.0 - cpu / wall, cpu })
}

/// The same of two estimates.
#[must_use]
pub fn waited_of(wall: &Estimate, cpu: Option<&Estimate>) -> Option<Waited> {
    waited(wall.median, cpu?.median)
}

impl ThroughputRow {
    /// Whether its units of work waited.
    #[must_use]
    pub fn waited(&self) -> Option<Waited> {
        waited_of(self.time.measured()?, self.cpu.measured())
    }
}

impl Start {
    /// Whether the way to the first result (engine to first call) waited: the sums of the phases' medians.
    #[must_use]
    pub fn waited(&self) -> Option<Waited> {
        let of_way = ["engine", "compile", "load", "prepare", "instantiate", "first_call"];
        let windows: Vec<&Window> = self
            .phases
            .iter()
            .filter(|phase| of_way.contains(&phase.phase.as_str()))
            .filter_map(|phase| phase.time.measured())
            .collect();
        let cpu: Option<f64> = windows.iter().map(|window| Some(window.cpu.as_ref()?.median)).sum();
        waited(windows.iter().map(|window| window.wall.median).sum(), cpu?)
    }
}

/// A factor whose times waited, on either side.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitedFactor {
    /// The workloads that waited.
    pub workloads: Vec<String>,
    /// The factor by CPU time; `None` where work on several threads makes it another quantity.
    pub by_cpu: Option<f64>,
}

impl Throughput {
    /// Whether what the factor of a configuration is made of waited, over `workloads`, in the configuration or in the
    /// reference.
    #[must_use]
    pub fn waited(&self, configuration: &str, workloads: &[String]) -> Option<WaitedFactor> {
        // Against itself it is 1 by any clock.
        let reference = self.reference.as_deref().filter(|reference| *reference != configuration)?;
        let row = |id: &str, workload: &str| {
            self.rows.iter().find(|row| row.configuration == id && row.workload == workload)
        };
        let mut logarithms = Some(0.0);
        let mut found = Vec::new();
        for workload in workloads {
            let (of, against) = (row(configuration, workload)?, row(reference, workload)?);
            if of.waited().is_some() || against.waited().is_some() {
                found.push(workload.clone());
            }
            let ratio = single(of).zip(single(against)).map(|(of, against)| (of / against).ln());
            logarithms = logarithms.zip(ratio).map(|(sum, ratio)| sum + ratio);
        }
        let by_cpu = logarithms.map(|sum| (sum / workloads.len() as f64).exp());
        (!found.is_empty()).then_some(WaitedFactor { workloads: found, by_cpu })
    }
}

/// The CPU time of a row's unit of work, where one thread did it.
fn single(row: &ThroughputRow) -> Option<f64> {
    let (Cell::Measured(wall), Cell::Measured(cpu)) = (&row.time, &row.cpu) else { return None };
    (cpu.median > 0.0 && cpu.median <= WAITED * wall.median).then_some(cpu.median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{measured, run},
        record::{Outcome, Record, metric},
        store::LoadedRun,
        summary::{Summary, summarise},
    };

    /// Units of `fib` by configuration: wall and CPU time.
    fn summary(times: [(&str, f64, f64); 2]) -> Summary {
        let records = times.map(|(configuration, value, cpu)| Record {
            outcome: Outcome::Measured { value, cpu_ns: Some(cpu) },
            ..measured(0, configuration, "fib", metric::THROUGHPUT, value)
        });
        summarise(&LoadedRun { run: run(), records: records.into(), warnings: vec![] })
    }

    #[test]
    fn wall_time_far_above_cpu_time_is_waiting() {
        let found = waited(13.6e6, 3.59e6).expect("it waited");
        assert!((found.share - 0.736).abs() < 0.001 && found.cpu == 3.59e6, "{found:?}");
        assert_eq!(waited(3.9e6, 3.59e6), None);
        assert_eq!(waited(3.59e6, 0.0), None, "no CPU time was read");
    }

    #[test]
    fn more_cpu_time_than_wall_time_is_threads() {
        assert_eq!(waited(10.0, 19.0), None);
        let summary = summary([("wasmtime/pooled", 10.0, 19.0), ("native/release", 20.0, 5.0)]);
        let found = summary.throughput.waited("wasmtime/pooled", &["fib".into()]).expect("native waited");
        assert_eq!((found.workloads, found.by_cpu), (vec!["fib".to_owned()], None));
    }

    #[test]
    fn a_factor_whose_times_waited_has_another_by_cpu_time() {
        let summary = summary([("wasmtime/pooled", 60.0, 15.0), ("native/release", 10.0, 10.0)]);
        let row = summary.throughput.rows.iter().find(|row| row.workload == "fib").expect("a row");
        assert_eq!(row.waited().expect("it waited").cpu, 15.0);
        let found = summary.throughput.waited("wasmtime/pooled", &["fib".into()]).expect("it waited");
        assert!((found.by_cpu.expect("one thread") - 1.5).abs() < 1e-9, "{found:?}");
        let still = super::tests::summary([("wasmtime/pooled", 15.1, 15.0), ("native/release", 10.0, 10.0)]);
        assert_eq!(still.throughput.waited("wasmtime/pooled", &["fib".into()]), None);
    }
}
