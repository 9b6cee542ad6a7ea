//! Small runs made by hand, for tests.

use std::collections::BTreeMap;

use hdrhistogram::{
    Histogram,
    serialization::{Serializer, V2Serializer},
};

use crate::{
    record::{Outcome, Record, SCHEMA, metric},
    run::{ConfigurationRecord, Environment, Realtime, Run, WorkloadRecord},
    source::Source,
};

/// A run of three configurations and two workloads.
pub fn run() -> Run {
    Run {
        schema: SCHEMA,
        id: "one".into(),
        shard: None,
        started: "2026-01-02T03:04:05Z".into(),
        finished: None,
        wasmark: "0.1.0".into(),
        revision: None,
        command: "wasmark run".into(),
        seed: 42,
        profile: "quick".into(),
        rounds: 3,
        metrics: Vec::new(),
        realtime: Realtime::Off,
        environment: Environment {
            cpu: "a CPU".into(),
            cpus: 2,
            memory_bytes: 1 << 34,
            memory_limit: None,
            kernel: "6.18".into(),
            libc: "glibc 2.36".into(),
            os: "Debian 12".into(),
            architecture: "x86_64".into(),
            governor: None,
            huge_pages: Some("never".into()),
            virtualisation: None,
            load: 0.5,
            noise: Some(0.02),
            pinning: None,
            toolchain: "1.95.0".into(),
            disturbance: None,
            max_map_count: None,
            max_descriptors: None,
        },
        configurations: vec![
            configuration("wasmtime/pooled", "optimizing"),
            configuration("wasmer/cranelift", "optimizing"),
            configuration("native/release", "native"),
        ],
        workloads: vec![workload("noop"), workload("fib")],
        operations: Vec::new(),
        absent_languages: Vec::new(),
        unavailable: BTreeMap::new(),
        notes: Vec::new(),
    }
}

fn configuration(id: &str, tier: &str) -> ConfigurationRecord {
    ConfigurationRecord {
        id: id.into(),
        runtime: id.split('/').next().unwrap_or(id).into(),
        version: "1.0.0".into(),
        licence: "MIT".into(),
        tier: tier.into(),
        about: "for tests".into(),
        distribution_build: None,
        settings: BTreeMap::new(),
        worker: "abc".into(),
        worker_bytes: 1_000_000,
        capabilities: None,
    }
}

/// A workload of this name.
pub fn workload(name: &str) -> WorkloadRecord {
    WorkloadRecord {
        name: name.into(),
        about: "for tests".into(),
        kind: "kernel".into(),
        language: "Rust".into(),
        program: None,
        variant: None,
        tags: vec![],
        unit: "call".into(),
        wasm_sha256: "00".into(),
        wasm_bytes: 100,
        stubs: Vec::new(),
        coverage: Default::default(),
    }
}

/// A measured value with half of it as CPU time.
pub fn measured(process: u32, configuration: &str, workload: &str, metric: &str, value: f64) -> Record {
    record(process, configuration, workload, metric, Outcome::Measured { value, cpu_ns: Some(value / 2.0) })
}

/// A record; the process's number is also its round.
pub fn record(process: u32, configuration: &str, workload: &str, metric: &str, outcome: Outcome) -> Record {
    Record {
        process,
        round: process,
        configuration: configuration.into(),
        workload: workload.into(),
        metric: metric.into(),
        index: 0,
        warmup: false,
        units: 1,
        instances: None,
        source: None,
        outcome,
    }
}

/// A histogram of these nanoseconds.
pub fn histogram(values: impl IntoIterator<Item = u64>) -> Outcome {
    let mut histogram = Histogram::<u64>::new(3).expect("3 digits");
    for value in values {
        histogram.record(value).expect("it grows");
    }
    let mut bytes = Vec::new();
    V2Serializer::new().serialize(&histogram, &mut bytes).expect("memory");
    Outcome::Histogram(bytes)
}

/// A process of round 0 with a record of every kind.
pub fn one_of_each(process: u32) -> Vec<Record> {
    let outcomes = [
        (metric::ENGINE, Outcome::Measured { value: 1234.5, cpu_ns: Some(1000.0) }),
        (metric::ARTIFACT_SIZE, Outcome::Measured { value: 4096.0, cpu_ns: None }),
        (metric::FRESH_INSTANCE, histogram(1..=100)),
        (metric::REUSED_INSTANCE, Outcome::Unsupported("a command ends with its call".into())),
        (metric::MEMORY_CALLED, Outcome::Failed("no memory left".into())),
        (metric::SECOND_CALL, Outcome::TimedOut("no answer within 10 s".into())),
        (metric::THROUGHPUT, Outcome::WrongOutput("expected 1, got 2".into())),
    ];
    outcomes
        .into_iter()
        .map(|(metric, outcome)| Record {
            round: 0,
            instances: (metric == metric::MEMORY_CALLED).then_some(64),
            source: Some(Source::Artifact),
            warmup: metric == metric::SECOND_CALL,
            units: if metric == metric::THROUGHPUT { u64::MAX } else { 1 },
            ..record(process, "wasmtime/pooled", "noop", metric, outcome)
        })
        .collect()
}
