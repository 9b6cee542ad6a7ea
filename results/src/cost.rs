//! What serving costs on machines of one kind: from what a run measured of a request and of an instance, and from
//! assumptions. METHODOLOGY.md, "What it costs", has the formulas.

use serde::Serialize;

use crate::summary::{ColdStart, Estimate, Memory, Summary};

/// What is assumed, because no run can measure it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Assumptions {
    /// Requests per second, of all tenants together.
    pub rate: f64,
    /// Modules of different tenants that are loaded.
    pub tenants: f64,
    /// Instances of each tenant that are kept, beside those that serve.
    pub warm: f64,
    /// Processors of a machine.
    pub cpus: f64,
    /// The share of the processors' time that may be used.
    pub utilisation: f64,
    /// Memory of a machine for this, in bytes.
    pub memory_bytes: f64,
    /// What a machine costs in an hour, in any currency.
    pub price: f64,
}

/// A value with the ends of its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    /// The value.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Range {
    fn of(estimate: &Estimate) -> Range {
        Range { value: estimate.median, low: estimate.low, high: estimate.high }
    }

    /// The same by a function that never falls.
    fn map(self, of: impl Fn(f64) -> f64) -> Range {
        Range { value: of(self.value), low: of(self.low), high: of(self.high) }
    }

    fn max(self, other: Range) -> Range {
        Range {
            value: self.value.max(other.value),
            low: self.low.max(other.low),
            high: self.high.max(other.high),
        }
    }
}

/// Where the time of a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The rate of so many threads that serve beside each other.
    Threads(u32),
    /// `fresh_instance` on one thread: what threads cost each other is not in it.
    FreshInstance,
}

/// What limits a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Its processors.
    Cpus,
    /// Its memory.
    Memory,
}

/// The cost of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// Processor time of a request in nanoseconds.
    pub request_ns: Range,
    /// Where that comes from.
    pub basis: Basis,
    /// Machines whose processors are enough; not rounded.
    pub for_cpus: Range,
    /// Machines whose memory is enough; `None` where the run has no memory of it.
    pub for_memory: Option<Range>,
    /// Which of the two needs more machines.
    pub limit: Limit,
    /// What a million requests cost, by machines that are not rounded.
    pub per_million: Range,
}

/// The cost of each configuration and workload of which the run measured a request.
#[must_use]
pub fn costs(summary: &Summary, assumed: &Assumptions) -> Vec<Cost> {
    summary
        .cold_start
        .iter()
        .filter_map(|row| {
            let (request_ns, basis) = request(summary, row)?;
            let for_cpus =
                request_ns.map(|ns| assumed.rate * ns / 1e9 / (assumed.cpus * assumed.utilisation));
            let own = |one: &&Memory| one.configuration == row.configuration && one.workload == row.workload;
            let code = code(summary, &row.configuration, &row.workload);
            let memory = summary.memory.iter().find(own);
            let for_memory = memory.and_then(|memory| for_memory(memory, code, request_ns, assumed));
            let machines = for_memory.map_or(for_cpus, |memory| for_cpus.max(memory));
            let limit = match for_memory {
                Some(memory) if memory.value > for_cpus.value => Limit::Memory,
                _ => Limit::Cpus,
            };
            let per_million =
                machines.map(|machines| machines * assumed.price / (assumed.rate * 3600.0) * 1e6);
            Some(Cost {
                configuration: row.configuration.clone(),
                workload: row.workload.clone(),
                tier: row.tier.clone(),
                request_ns,
                basis,
                for_cpus,
                for_memory,
                limit,
                per_million,
            })
        })
        .collect()
}

/// The processor time of a request: of the most threads that were measured, else of one.
fn request(summary: &Summary, start: &ColdStart) -> Option<(Range, Basis)> {
    let mut rows = summary.concurrency.iter().filter(|row| row.requests == "fresh");
    let served = rows.find(|row| row.configuration == start.configuration && row.workload == start.workload);
    let most = served.and_then(|row| {
        let measured = row.points.iter().filter_map(|one| Some((one.threads, one.rate.measured()?)));
        measured.max_by_key(|(threads, _)| *threads)
    });
    if let Some((threads, rate)) = most {
        let ns = |rate: f64| f64::from(threads) * 1e9 / rate;
        let range = Range { value: ns(rate.median), low: ns(rate.high), high: ns(rate.low) };
        return Some((range, Basis::Threads(threads)));
    }
    let fresh = start.fresh_instance.measured()?;
    Some((Range::of(fresh.cpu.as_ref().unwrap_or(&fresh.typical)), Basis::FreshInstance))
}

/// What a tenant's module takes in bytes: its artifact's size, else that of the module.
fn code(summary: &Summary, configuration: &str, workload: &str) -> f64 {
    let mut rows = summary.compile.iter();
    let row = rows.find(|row| row.configuration == configuration && row.workload == workload);
    let artifact = row.and_then(|row| Some(row.artifact_size.measured()?.median));
    let module = summary.run.workloads.iter().find(|one| one.name == workload);
    artifact.or_else(|| module.map(|one| one.wasm_bytes as f64)).unwrap_or(0.0)
}

fn for_memory(memory: &Memory, code: f64, request_ns: Range, assumed: &Assumptions) -> Option<Range> {
    let fit = memory.private.measured()?.fit.as_ref()?;
    let instance = Range::of(&fit.per_instance).map(|bytes| bytes.max(0.0));
    let room = assumed.memory_bytes - fit.fixed.median.max(0.0);
    if room <= 0.0 {
        return None;
    }
    // Little's law: as many requests are served at once as arrive while one is.
    let live = |ns: f64| assumed.tenants * assumed.warm + assumed.rate * ns / 1e9;
    let machines = |bytes: f64, ns: f64| (assumed.tenants * code + live(ns) * bytes) / room;
    Some(Range {
        value: machines(instance.value, request_ns.value),
        low: machines(instance.low, request_ns.low),
        high: machines(instance.high, request_ns.high),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{measured, run},
        record::{Record, metric},
        store::LoadedRun,
        summary::summarise,
    };

    const ID: &str = "wasmtime/pooled";

    fn assumed() -> Assumptions {
        Assumptions {
            rate: 10_000.0,
            tenants: 1000.0,
            warm: 1.0,
            cpus: 10.0,
            utilisation: 0.5,
            memory_bytes: 1e9,
            price: 3.6,
        }
    }

    fn served(process: u32, threads: u32, ns: f64) -> Record {
        Record {
            units: 1000,
            instances: Some(threads),
            ..measured(process, ID, "noop", metric::CONCURRENCY_FRESH, ns * 1000.0)
        }
    }

    fn cost(records: Vec<Record>) -> Option<Cost> {
        let summary = summarise(&LoadedRun { run: run(), records, warnings: vec![] });
        let mut costs = costs(&summary, &assumed());
        costs.retain(|cost| cost.configuration == ID && cost.workload == "noop");
        costs.pop()
    }

    #[test]
    fn processors_bind_where_memory_is_cheap_and_memory_where_it_is_not() {
        // Two threads serve a request in 50 us together: each takes 100 us of a processor.
        let mut records: Vec<Record> =
            (0..6).flat_map(|process| [served(process, 1, 90e3), served(process, 2, 50e3)]).collect();
        let one = cost(records.clone()).expect("a cost");
        assert_eq!((one.basis, one.limit, one.for_memory), (Basis::Threads(2), Limit::Cpus, None));
        assert!((one.request_ns.value - 100e3).abs() < 1.0, "{one:?}");
        // A second of processor time each second, of five that may be used.
        assert!((one.for_cpus.value - 0.2).abs() < 1e-9, "{one:?}");
        // 0.2 machines at 3.6 an hour are 0.0002 a second, for 10,000 requests.
        assert!((one.per_million.value - 0.02).abs() < 1e-9, "{one:?}");

        // A fixed 10 MB, and 2 MB for each instance: 1,000 warm ones, and the one that serves.
        for process in 6..12 {
            let point = |instances: u32| Record {
                instances: Some(instances),
                ..measured(process, ID, "noop", metric::MEMORY_PRIVATE, 10e6 + 2e6 * f64::from(instances))
            };
            records.extend([1, 4, 16].map(point));
        }
        let two = cost(records).expect("a cost");
        let code = run().workloads[0].wasm_bytes as f64;
        let expected = (1000.0 * code + 1001.0 * 2e6) / (1e9 - 10e6);
        let machines = two.for_memory.expect("memory").value;
        assert!((machines / expected - 1.0).abs() < 1e-9, "{machines} instead of {expected}");
        assert_eq!(two.limit, Limit::Memory);
        assert!((two.per_million.value / (machines * 0.1) - 1.0).abs() < 1e-9, "{two:?}");
    }

    #[test]
    fn intervals_are_carried_through_and_nothing_is_made_up() {
        let records: Vec<Record> =
            (0..6).map(|process| served(process, 1, 50e3 + 1e3 * f64::from(process))).collect();
        let one = cost(records).expect("a cost");
        assert!(one.per_million.low < one.per_million.value && one.per_million.value < one.per_million.high);
        assert_eq!(cost(vec![]), None);
    }
}
