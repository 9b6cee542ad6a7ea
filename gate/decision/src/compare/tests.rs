use serde_json::json;
use wasmark_results::record::{Outcome, Record};

use super::*;

const A: &str = "wasmtime/on-demand";
const B: &str = "wamr/aot";

/// A run of two configurations with these rows.
fn run(records: Vec<Record>) -> LoadedRun {
    let configuration = |id: &str| {
        json!({ "id": id, "runtime": id.split('/').next(), "version": "1", "licence": "MIT", "tier": "optimizing",
            "about": "for tests", "settings": {}, "worker": "abc", "worker_bytes": 1 })
    };
    let run = json!({
        "schema": 1, "id": "one", "started": "2026-01-02T03:04:05Z", "finished": null, "wasmark": "0.1.0",
        "revision": null, "command": "wasmark run", "seed": 1, "profile": "quick", "rounds": 6, "realtime": "off",
        "environment": { "cpu": "a CPU", "cpus": 2, "memory_bytes": 1, "kernel": "6", "libc": "glibc", "os": "Debian",
            "architecture": "x86_64", "governor": null, "huge_pages": null, "virtualisation": null, "load": 0.0,
            "noise": null, "toolchain": "1" },
        "configurations": [configuration(A), configuration(B)],
        "workloads": [{ "name": "noop", "about": "", "kind": "kernel", "language": "C", "tags": [], "unit": "call",
            "wasm_sha256": "00", "wasm_bytes": 1 }],
        "operations": [{ "name": "host_0", "about": "", "kind": "function", "language": "", "tags": [],
            "unit": "operation", "wasm_sha256": "01", "wasm_bytes": 1 }],
        "unavailable": {},
    });
    LoadedRun { run: serde_json::from_value(run).expect("a run"), records, warnings: vec![] }
}

/// What a process of this round gave; its number is made of the round and what it ran from.
fn row(configuration: &str, round: u32, source: Option<Source>, metric: &str, value: f64) -> Record {
    let kind = source.map_or(3, |source| source as u32);
    Record {
        process: 8 * round + 2 * kind + u32::from(configuration == B),
        round,
        configuration: configuration.into(),
        workload: "noop".into(),
        metric: metric.into(),
        index: 0,
        warmup: false,
        units: 1,
        instances: None,
        source,
        outcome: Outcome::Measured { value, cpu_ns: None },
    }
}

/// Rows of six rounds with these values, a little apart from each other.
fn rounds(configuration: &str, source: Option<Source>, metric: &str, value: f64) -> Vec<Record> {
    let one =
        |round: u32| row(configuration, round, source, metric, value * (1.0 + 0.0005 * f64::from(round)));
    (0..6).map(one).collect()
}

fn compared(records: Vec<Record>) -> Vec<Row> {
    let run = run(records);
    let side = |id| Side { run: &run, configuration: Some(id) };
    compare(side(A), side(B)).0
}

/// Metric, what both ran from, and the ratio of the rows that have one.
fn ratios(rows: &[Row]) -> Vec<(&'static str, [Option<Source>; 2], f64)> {
    let ratio = |row: &Row| match &row.relation {
        Relation::Paired { ratio, .. } => Some((
            row.metric,
            [row.base_source, row.candidate_source],
            (ratio.value * 1000.0).round() / 1000.0,
        )),
        _ => None,
    };
    rows.iter().filter_map(ratio).collect()
}

const ARTIFACT: Option<Source> = Some(Source::Artifact);
const WASM: Option<Source> = Some(Source::Wasm);

#[test]
fn processes_of_different_sources_are_never_joined() {
    // The page has 1.80 and 2.37 ms. wasmtime also ran from the module, which takes 60 ms, and WAMR cannot.
    let mut records = rounds(A, ARTIFACT, metric::PROCESS_TO_RESULT, 1.80e6);
    records.extend(rounds(A, WASM, metric::PROCESS_TO_RESULT, 60.0e6));
    records.extend(rounds(B, ARTIFACT, metric::PROCESS_TO_RESULT, 2.37e6));
    assert_eq!(ratios(&compared(records)), [(metric::PROCESS_TO_RESULT, [ARTIFACT; 2], 1.317)]);
}

#[test]
fn rungs_are_compared_and_each_source_has_a_row() {
    let mut records = Vec::new();
    for (configuration, factor) in [(A, 1.0), (B, 2.0)] {
        for (source, code) in [(WASM, metric::COMPILE), (ARTIFACT, metric::LOAD)] {
            for (name, value) in [(metric::ENGINE, 10.0), (code, 20.0), (metric::INSTANTIATE, 30.0)] {
                records.extend(rounds(configuration, source, name, value * factor));
            }
            records.extend(rounds(configuration, source, metric::FIRST_CALL, 40.0));
        }
    }
    let ratios = ratios(&compared(records));
    let of = |metric: &str| -> Vec<_> { ratios.iter().filter(|one| one.0 == metric).collect() };
    assert_eq!(of(metric::FROM_WASM), [&(metric::FROM_WASM, [WASM; 2], 1.6)]);
    assert_eq!(of(metric::FROM_ARTIFACT), [&(metric::FROM_ARTIFACT, [ARTIFACT; 2], 1.6)]);
    let engine = [(metric::ENGINE, [ARTIFACT; 2], 2.0), (metric::ENGINE, [WASM; 2], 2.0)];
    assert_eq!(of(metric::ENGINE), engine.iter().collect::<Vec<_>>());
}

#[test]
fn what_users_deploy_is_compared_and_a_start_from_something_else_is_not() {
    let mut records = rounds(A, ARTIFACT, metric::THROUGHPUT, 10.0);
    records.extend(rounds(B, WASM, metric::THROUGHPUT, 20.0));
    records.extend(rounds(A, ARTIFACT, metric::FIRST_CALL, 10.0));
    records.extend(rounds(B, WASM, metric::FIRST_CALL, 20.0));
    let rows = compared(records);
    assert_eq!(ratios(&rows), [(metric::THROUGHPUT, [ARTIFACT, WASM], 2.0)]);
    let reason = "one ran from artifact, the other from wasm".to_string();
    assert_eq!(rows[0].relation, Relation::NotComparable { reason });
}

#[test]
fn crossings_of_the_boundary_are_compared_and_not_what_compiling_their_module_took() {
    let of_host = |row: Record| Record { workload: "host_0".into(), ..row };
    let mut records = rounds(A, ARTIFACT, metric::BOUNDARY, 10.0);
    records.extend(rounds(B, WASM, metric::BOUNDARY, 20.0));
    records.extend([A, B].into_iter().flat_map(|side| rounds(side, WASM, metric::COMPILE, 10.0)));
    let rows = compared(records.into_iter().map(of_host).collect());
    assert_eq!(ratios(&rows), [(metric::BOUNDARY, [ARTIFACT, WASM], 2.0)]);
    assert_eq!(rows[0].workload, "host_0");
}

#[test]
fn a_source_that_is_not_known_is_not_compared_and_nor_is_a_wrong_output() {
    let mut records = rounds(A, None, metric::SPAWN, 10.0);
    records.extend(rounds(B, None, metric::SPAWN, 20.0));
    let reason = "the run did not record what its processes ran from".to_string();
    assert_eq!(compared(records)[0].relation, Relation::NotComparable { reason });

    let mut records = rounds(A, ARTIFACT, metric::THROUGHPUT, 10.0);
    records.extend(rounds(B, ARTIFACT, metric::THROUGHPUT, 20.0));
    records[11].outcome = Outcome::WrongOutput("2 instead of 1".into());
    let reason = "wrong output: 2 instead of 1".to_string();
    assert_eq!(compared(records)[0].relation, Relation::NotComparable { reason });
}

/// The verdict of `throughput` where the candidate takes 166 times as long, with so many rounds.
fn of_166(count: u32) -> (Option<Direction>, Option<usize>) {
    let mut records = Vec::new();
    for round in 0..count {
        records.push(row(A, round, ARTIFACT, metric::THROUGHPUT, 1.0));
        records.push(row(B, round, ARTIFACT, metric::THROUGHPUT, 165.2 + 0.3 * f64::from(round)));
        // Rows that do not differ.
        for name in [metric::COMPILE, metric::LOAD, metric::INSTANTIATE, metric::FIRST_CALL] {
            let noise = 1.0 + 0.1 * f64::from((round * 7 + name.len() as u32) % 5);
            records.push(row(A, round, ARTIFACT, name, 1.0));
            records.push(row(B, round, ARTIFACT, name, noise - 0.2));
        }
    }
    let rows = compared(records);
    let row = rows.iter().find(|row| row.metric == metric::THROUGHPUT).expect("a row");
    match row.relation {
        Relation::Paired { change, needed, .. } => (change, needed),
        _ => panic!("{row:?}"),
    }
}

#[test]
fn six_rounds_show_166_times_and_five_say_how_many_are_needed() {
    assert_eq!(of_166(6), (Some(Direction::Slower), None));
    assert_eq!(of_166(5), (None, Some(6)));
}

#[test]
fn cpu_time_is_compared_where_every_process_of_both_sides_has_it() {
    let cpu = |mut rows: Vec<Record>, factor: f64| {
        for row in &mut rows {
            if let Outcome::Measured { value, cpu_ns } = &mut row.outcome {
                *cpu_ns = Some(*value * factor);
            }
        }
        rows
    };
    let clock = |records: Vec<Record>| match compared(records).remove(0).relation {
        Relation::Paired { ratio, clock, .. } => ((ratio.value * 10.0).round() / 10.0, clock),
        other => panic!("{other:?}"),
    };
    let wall = |id| rounds(id, ARTIFACT, metric::LOAD, 10.0);
    let both = [cpu(wall(A), 0.5), cpu(wall(B), 1.0)].concat();
    assert_eq!(clock(both), (2.0, Clock::Cpu));
    let one = [cpu(wall(A), 0.5), wall(B)].concat();
    assert_eq!(clock(one), (1.0, Clock::Wall));
}

#[test]
fn other_runs_have_a_ratio_and_counts_a_difference() {
    let base = run(rounds(A, ARTIFACT, metric::LOAD, 1.0));
    let mut other =
        run([rounds(A, ARTIFACT, metric::LOAD, 2.0), rounds(A, ARTIFACT, metric::CODE, 101.0)].concat());
    other.run.id = "two".into();
    let side = |run| Side { run, configuration: Some(A) };
    let (rows, _) = compare(side(&base), side(&other));
    match rows[0].relation {
        Relation::Unpaired { ratio, n: 6, .. } => assert!((ratio - 2.0).abs() < 1e-9),
        ref other => panic!("{other:?}"),
    }
    let counts = |value: f64| Cell::from([(0, vec![cells::Value { wall: value, cpu: None }])]);
    let grew = counted([&counts(100.0), &counts(101.0)]);
    assert!(matches!(grew, Some(Relation::Counted(Exact { change: exact::Change::Grew, .. }))));
}

/// Two runs of six rounds, of which the second ran on a machine that was slower by a half, and in its later rounds twice as slow;
/// the engine takes a tenth longer in it.
#[test]
fn other_runs_are_relative_to_native_code_that_both_measured() {
    const NATIVE: &str = "native/o2";
    let of = |id: &str, engine: f64, machine: [f64; 6]| {
        let times = |configuration: &str, source, value: f64| -> Vec<Record> {
            let one = |(round, slower): (u32, f64)| {
                row(configuration, round, Some(source), metric::THROUGHPUT, value * slower)
            };
            (0..).zip(machine).map(one).collect()
        };
        let records = [times(A, Source::Artifact, engine), times(NATIVE, Source::Linked, 10.0)].concat();
        let mut run = run(records);
        let mut native = run.run.configurations[0].clone();
        (native.id, native.tier) = (NATIVE.into(), "native".into());
        run.run.configurations.push(native);
        run.run.id = id.into();
        run
    };
    let relation = |base: &LoadedRun, other: &LoadedRun, id: &str| {
        let side = |run| Side { run, configuration: Some(id) };
        let rows = compare(side(base), side(other)).0;
        match rows.first().map(|row| row.relation.clone()) {
            Some(Relation::Unpaired { ratio, low, high, relative_to, .. }) => (ratio, low, high, relative_to),
            other => panic!("{other:?}"),
        }
    };
    let base = of("one", 20.0, [1.0, 1.01, 0.99, 1.0, 1.02, 1.0]);
    let mut other = of("two", 22.0, [1.5, 1.5, 1.5, 3.0, 3.0, 3.0]);
    let (ratio, low, high, by) = relation(&base, &other, A);
    assert!((ratio - 1.1).abs() < 1e-9 && high - low < 1e-9, "{ratio} ({low} to {high})");
    assert_eq!(by.as_deref(), Some(NATIVE));
    // The yardstick's own rows are not divided.
    let (ratio, .., by) = relation(&base, &other, NATIVE);
    assert!(ratio > 1.5, "{ratio}");
    assert_eq!(by, None);
    // A round without it is left out.
    other.records.retain(|row| row.configuration != NATIVE || row.round > 0);
    let (ratio, .., by) = relation(&base, &other, A);
    assert!((ratio - 1.1).abs() < 1e-9, "{ratio}");
    assert_eq!(by.as_deref(), Some(NATIVE));
    // Another build of it is no yardstick.
    let native = other.run.configurations.last_mut().expect("native code");
    native.worker = "def".into();
    let (ratio, .., by) = relation(&base, &other, A);
    assert!(ratio > 1.6, "{ratio}");
    assert_eq!(by, None);
}
