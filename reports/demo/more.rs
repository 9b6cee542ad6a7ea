//! What a run without words does not measure, made up: for tests of the sections that few pages have.

#![allow(dead_code, missing_docs)]

use wasmark_results::{
    record::metric,
    run::WorkloadRecord,
    summary::{
        serving::{Rate, Served, Tail},
        variants::{Exact, Mean, Variant},
        *,
    },
};

use crate::demo::{estimate, ratio};

const METRICS: [&str; 11] = [
    "cold-start",
    "throughput",
    "memory",
    "density",
    "page-cache",
    "code-cache",
    "peak",
    "residue",
    "concurrency",
    "load",
    "boundary",
];

fn ns(median: f64) -> Cell<Estimate> {
    Cell::Measured(estimate(median, Unit::Nanoseconds))
}

fn number(median: f64, unit: Unit) -> Cell<Estimate> {
    Cell::Measured(estimate(median, unit))
}

fn tail(p50: f64) -> Tail {
    Tail { p50: ns(p50), p99: ns(p50 * 3.0), p99_9: ns(p50 * 40.0) }
}

/// Adds every section, of the first workload. The configurations have to be [`crate::demo::LARGE`].
pub fn everything(summary: &mut Summary) {
    let workload = summary.run.workloads[0].name.clone();
    let rows: Vec<(String, String)> =
        summary.run.configurations.iter().map(|one| (one.id.clone(), one.tier.clone())).collect();
    summary.run.metrics = METRICS.map(str::to_owned).into();
    let endings = ["budget", "worker", "address_space", "mappings", "descriptors", "engine", "time"];
    for (at, (configuration, tier)) in rows.iter().enumerate() {
        let of = || (configuration.clone(), workload.clone(), tier.clone());
        for state in ["instantiated", "called"] {
            let (configuration, workload, tier) = of();
            summary.live.push(Live {
                configuration,
                workload,
                tier,
                state: state.into(),
                instances: number(1e4, Unit::Count),
                private: number(1e9, Unit::Bytes),
                endings: vec![endings[at % endings.len()].into()],
                stopped: (at == 0).then(|| "the engine is full".into()),
            });
        }
        let names = of();
        summary.page_cache.push(PageCache {
            configuration: names.0,
            workload: names.1,
            tier: names.2,
            warm: ns(2e6),
            cold: ns(6e7),
            spawn: ns(5e7),
            factor: number(30.0, Unit::Factor),
            dropped: number(2e7, Unit::Bytes),
            kept: number(2e6, Unit::Bytes),
        });
        let names = of();
        summary.code_cache.push(CodeCache {
            configuration: names.0,
            workload: names.1,
            tier: names.2,
            off: ns(6e6),
            first: ns(8e6),
            first_factor: number(1.3, Unit::Factor),
            later: ns(3e6),
            later_factor: number(0.5, Unit::Factor),
            bytes: number(4e4, Unit::Bytes),
        });
        let phase = |phase: &&str| OfPhase { phase: (*phase).into(), peak: number(3e7, Unit::Bytes) };
        let names = of();
        summary.peak.push(Peak {
            configuration: names.0,
            workload: names.1,
            tier: names.2,
            before: number(2e6, Unit::Bytes),
            phases: metric::PEAKS.iter().map(phase).collect(),
            to_output: number(3e7, Unit::Bytes),
        });
        for requests in ["fresh", "reused"] {
            let (configuration, workload, tier) = of();
            let point = |threads: u32| Served {
                threads,
                rate: number(1e5 * f64::from(threads), Unit::PerSecond),
                scaling: number(f64::from(threads) * 0.9, Unit::Factor),
                system: ns(120.0),
                switches: number(40.0, Unit::Count),
                faults: number(1.0, Unit::Count),
            };
            summary.concurrency.push(Concurrency {
                configuration,
                workload,
                tier,
                requests: requests.into(),
                points: vec![point(1), point(2)],
            });
            let (configuration, workload, tier) = of();
            let rate = |arrivals: &str| Rate {
                arrivals: arrivals.into(),
                offered: number(8e4, Unit::PerSecond),
                achieved: number(7.9e4, Unit::PerSecond),
                grew: if arrivals == "burst" { 0.9 } else { 0.0 },
                dropped: if arrivals == "burst" { 0.02 } else { 0.0 },
                response: tail(1.7e4),
                service: tail(1.1e4),
                lag: tail(90.0),
            };
            summary.load.push(Load {
                configuration,
                workload,
                tier,
                requests: requests.into(),
                threads: 2,
                capacity: number(1e5, Unit::PerSecond),
                service: tail(1.1e4),
                rates: ["50", "80", "95", "burst"].map(rate).into(),
            });
        }
        for (operation, without) in [("empty_loop", None), ("call_import", Some(2.0)), ("call_export", None)]
        {
            summary.boundary.push(Crossing {
                configuration: configuration.clone(),
                tier: tier.clone(),
                operation: operation.into(),
                time: ns(2.5),
                cpu: ns(2.4),
                without_loop: without.map(|median| estimate(median, Unit::Nanoseconds)),
            });
        }
    }
    let operation = |name: &str, tag: &str| WorkloadRecord {
        name: name.into(),
        tags: vec![tag.into()],
        ..summary.run.workloads[0].clone()
    };
    summary.run.operations = [("empty_loop", "import"), ("call_import", "wasi"), ("call_export", "export")]
        .map(|(name, tag)| operation(name, tag))
        .into();
    let mean = || Some(Mean { ratio: ratio(1.4), workloads: 1 });
    summary.variants.push(Variant {
        what: "memory comes from a pool",
        with: "wasmtime/pooling",
        without: "wasmtime/on-demand",
        throughput: mean(),
        fresh_instance: mean(),
        artifact_size: Some(Exact { ratio: 1.0, workloads: 2 }),
    });
}
