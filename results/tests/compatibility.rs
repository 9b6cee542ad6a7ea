//! Every schema that a wasmark ever wrote is read by this one. The stored runs are files of their time; a new schema
//! adds a folder and leaves the old ones as they are.

use std::{collections::BTreeMap, path::Path};

use hdrhistogram::{
    Histogram,
    serialization::{Serializer, V2Serializer},
};
use wasmark_results::{
    record::{Outcome, Record, metric},
    run::{ConfigurationRecord, Environment, Realtime, Run, WorkloadRecord},
    source::Source,
    statistics::histogram,
    store::{RunWriter, load},
    summary::{Cell, Status, Worst, summarise},
};

fn data(schema: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(schema)
}

#[test]
fn schema_1_finished() {
    let loaded = load(&data("v1/finished")).expect("a run");
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(loaded.run, run("finished"));
    assert_eq!(loaded.records, records());

    let fresh = loaded.records.iter().find(|record| record.metric == "fresh_instance").expect("a row");
    let Outcome::Histogram(bytes) = &fresh.outcome else { panic!("a histogram: {fresh:?}") };
    let histogram = histogram::decode(bytes).expect("readable");
    assert_eq!((histogram.len(), histogram.min(), histogram.max()), (1000, 1, 1000));

    let summary = summarise(&loaded);
    let Cell::Measured(from_wasm) = &summary.cold_start[0].from_wasm else { panic!("measured") };
    assert_eq!(from_wasm.median, 45_000.0 + 1_200_000.0 + 1_500.5 + 250.0);
    let Cell::Measured(time) = &summary.throughput.rows[0].time else { panic!("measured") };
    assert_eq!(time.median, 2.5);
    assert_eq!(
        summary.cold_start[0].reused_instance,
        Cell::Unsupported("a command ends with its call".into())
    );
    assert_eq!(summary.problems.list[0].status, Status::Unsupported);
    assert_eq!(summary.worst(), Worst::WrongOutput);
}

#[test]
fn schema_1_killed() {
    let loaded = load(&data("v1/killed")).expect("a run");
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(loaded.run, run("killed"));
    assert_eq!(loaded.records, records());
}

/// Writes the stored runs of the present schema. Run it once when the schema changes, into a new folder.
#[test]
#[ignore = "writes into the sources"]
fn write_schema_1() {
    for id in ["finished", "killed"] {
        let writer = RunWriter::create(&data("v1").join(id), &run(id)).expect("a new folder");
        for process in records().chunk_by(|a, b| a.process == b.process) {
            writer.append(process).expect("stored");
        }
        if id == "finished" {
            writer.finish().expect("finished");
        }
    }
}

fn run(id: &str) -> Run {
    let finished = (id == "finished").then(|| "2026-01-02T03:09:05Z".to_string());
    Run {
        schema: 1,
        id: id.into(),
        shard: None,
        started: "2026-01-02T03:04:05Z".into(),
        finished,
        wasmark: "0.1.0".into(),
        revision: Some("0123abcd-dirty".into()),
        command: "wasmark run --profile quick --seed 42".into(),
        seed: 42,
        profile: "quick".into(),
        rounds: 1,
        metrics: Vec::new(),
        realtime: Realtime::Refused,
        environment: Environment {
            cpu: "an x86-64 CPU".into(),
            cpus: 2,
            memory_bytes: 8_589_934_592,
            memory_limit: None,
            kernel: "6.18.0".into(),
            libc: "glibc 2.36".into(),
            os: "Debian GNU/Linux 12".into(),
            architecture: "x86_64".into(),
            governor: None,
            huge_pages: Some("madvise".into()),
            virtualisation: Some("kvm".into()),
            load: 0.25,
            noise: Some(0.02),
            pinning: None,
            toolchain: "1.95.0".into(),
            disturbance: None,
            max_map_count: None,
            max_descriptors: None,
        },
        configurations: vec![ConfigurationRecord {
            id: "wasmtime/pooled".into(),
            runtime: "wasmtime".into(),
            version: "48.0.8".into(),
            licence: "Apache-2.0 WITH LLVM-exception".into(),
            tier: "optimizing".into(),
            about: "Cranelift, pooling allocator".into(),
            distribution_build: None,
            settings: BTreeMap::from([("memory".into(), "pooling".into())]),
            worker: "5e1f".into(),
            worker_bytes: 12_345_678,
            capabilities: None,
        }],
        workloads: vec![WorkloadRecord {
            name: "noop".into(),
            about: "does nothing".into(),
            kind: "kernel".into(),
            language: "C".into(),
            program: None,
            variant: None,
            tags: vec!["calls".into()],
            unit: "call".into(),
            wasm_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into(),
            wasm_bytes: 321,
            stubs: Vec::new(),
            coverage: Default::default(),
        }],
        operations: Vec::new(),
        absent_languages: Vec::new(),
        unavailable: BTreeMap::from([("wasmedge".into(), "not installed; run make setup".into())]),
        notes: Vec::new(),
    }
}

/// Every kind of row and every column, in three processes.
fn records() -> Vec<Record> {
    let mut histogram = Histogram::<u64>::new(3).expect("3 digits");
    (1..=1000).for_each(|value| histogram.record(value).expect("it grows"));
    let mut bytes = Vec::new();
    V2Serializer::new().serialize(&histogram, &mut bytes).expect("memory");
    let time = |value: f64, cpu_ns: f64| Outcome::Measured { value, cpu_ns: Some(cpu_ns) };
    let plain = |value: f64| Outcome::Measured { value, cpu_ns: None };
    let row = |process: u32, metric: &str, outcome: Outcome| Record {
        process,
        round: 0,
        configuration: "wasmtime/pooled".into(),
        workload: "noop".into(),
        metric: metric.into(),
        index: 0,
        warmup: false,
        units: 1,
        instances: None,
        // The stored runs are of before it was recorded; a process that compiled ran from a module.
        source: (process == 0).then_some(Source::Wasm),
        outcome,
    };
    vec![
        row(0, metric::SPAWN, plain(900_000.0)),
        row(0, metric::ENGINE, time(45_000.0, 44_000.0)),
        row(0, metric::COMPILE, time(1_200_000.0, 1_190_000.0)),
        row(0, metric::INSTANTIATE, time(1_500.5, 1_500.0)),
        row(0, metric::FIRST_CALL, time(250.0, 249.0)),
        row(0, metric::FRESH_INSTANCE, Outcome::Histogram(bytes)),
        row(0, metric::REUSED_INSTANCE, Outcome::Unsupported("a command ends with its call".into())),
        Record { warmup: true, units: 1000, ..row(0, metric::THROUGHPUT, time(9000.0, 8999.0)) },
        Record { index: 1, units: 1000, ..row(0, metric::THROUGHPUT, time(2500.0, 2499.0)) },
        Record { instances: Some(64), ..row(1, metric::MEMORY_CALLED, plain(1_048_576.0)) },
        Record {
            instances: Some(64),
            ..row(1, metric::MEMORY_MAPS, Outcome::Failed("no memory left".into()))
        },
        row(2, metric::SECOND_CALL, Outcome::TimedOut("did not end within 10 s".into())),
        Record {
            workload: "fib".into(),
            ..row(2, metric::THROUGHPUT, Outcome::WrongOutput("expected 1, got \u{2260} 1".into()))
        },
    ]
}
