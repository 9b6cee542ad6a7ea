//! Made-up runs, for tests and for looking at the page while working on it. Nothing here was measured.

#![allow(dead_code, missing_docs, clippy::unwrap_used)]

mod recorded;

use recorded::run;
use wasmark_results::{
    record::{Outcome, Record, metric},
    run::Realtime,
    store::LoadedRun,
    summary::*,
};

/// A configuration's made-up character: its id, tier, ns for a fresh instance, ns to compile a KiB, factor, bytes per instance.
pub type Character = (&'static str, &'static str, f64, f64, f64, f64);

pub const SMALL: [Character; 3] = [
    ("wasmedge/interpreter", "interpreter", 21_000.0, 30_000.0, 71.0, 70_000.0),
    ("wasmtime/pooling", "optimizing", 1_500.0, 900_000.0, 1.6, 9_216.0),
    ("native/release", "native", f64::NAN, f64::NAN, 1.0, f64::NAN),
];

pub const LARGE: [Character; 9] = [
    ("wasmtime/pooling", "optimizing", 1_523.0, 980_000.0, 1.62, 9_216.0),
    ("wasmtime/on-demand", "optimizing", 10_300.0, 990_000.0, 1.64, 14_336.0),
    ("wasmer/cranelift", "optimizing", 7_400.0, 410_000.0, 1.66, 6_900.0),
    ("wasmedge/interpreter", "interpreter", 21_000.0, 31_000.0, 71.3, 82_000.0),
    ("wasmedge/aot", "aot", 24_000.0, 5_600_000.0, 1.31, 85_000.0),
    ("wamr/fast-interpreter", "interpreter", 11_000.0, 12_000.0, 16.4, 61_000.0),
    ("wamr/aot", "aot", 9_800.0, 4_300_000.0, 1.38, 66_000.0),
    ("v8/liftoff", "baseline", 574_000.0, 55_000.0, 3.4, 652_000.0),
    ("native/release", "native", f64::NAN, f64::NAN, 1.0, f64::NAN),
];

/// Name, unit, KiB of the module, ns per unit of native.
pub type Work = (&'static str, &'static str, f64, f64);

pub const TWO: [Work; 2] = [("noop", "call", 0.1, 1.1), ("sha256", "KiB hashed", 21.0, 2_400.0)];

pub const MANY: [Work; 14] = [
    ("noop", "call", 0.1, 1.1),
    ("fib", "call of fib(20)", 0.2, 21_000.0),
    ("sha256", "KiB hashed", 21.0, 2_400.0),
    ("sieve", "sieve up to 10,000", 18.0, 31_000.0),
    ("nbody", "step of 5 bodies", 22.0, 140.0),
    ("matmul", "multiplication of 64 × 64", 19.0, 160_000.0),
    ("sort", "1,000 keys", 24.0, 38_000.0),
    ("memfill", "KiB", 0.3, 18.0),
    ("binary-trees", "tree of depth 10", 27.0, 61_000.0),
    ("hashmap", "1,000 operations", 34.0, 29_000.0),
    ("json", "document", 98.0, 96_000.0),
    ("indirect", "1,000 calls", 17.0, 1_900.0),
    ("wordfreq", "file", 140.0, 2_100_000.0),
    ("sqlite", "script", 637.0, 5_200_000.0),
];

/// Generated modules that differ in one thing at a time.
pub const SIZES: [Work; 7] = [
    ("size_functions_1", "path", 0.4, 1.0),
    ("size_functions_10", "path", 3.0, 1.0),
    ("size_functions_1000", "path", 280.0, 1.0),
    ("size_functions_10000", "path", 2_900.0, 1.0),
    ("size_data_64k", "path", 67.0, 1.0),
    ("size_data_4m", "path", 4_100.0, 1.0),
    ("size_table_1000", "path", 5.0, 1.0),
];

pub fn estimate(median: f64, unit: Unit) -> Estimate {
    Estimate {
        median,
        low: median * 0.98,
        high: median * 1.03,
        coverage: 0.984,
        n: 7,
        samples: Samples::Processes,
        source: None,
        missing: 0,
        unit,
    }
}

fn cell(median: f64, unit: Unit) -> Cell<Estimate> {
    match median.is_finite() {
        true => Cell::Measured(estimate(median, unit)),
        false => Cell::Unsupported("linked code is not started from a module".into()),
    }
}

fn ns(median: f64) -> Cell<Estimate> {
    cell(median, Unit::Nanoseconds)
}

fn window(median: f64) -> Cell<Window> {
    ns(median).map(|wall| Window { cpu: Some(estimate(wall.median * 0.97, Unit::Nanoseconds)), wall })
}

pub fn ratio(value: f64) -> Ratio {
    Ratio { value, low: value * 0.985, high: value * 1.02, coverage: 0.95, n: 7 }
}

fn distribution(median: f64, count: u64) -> Cell<Distribution> {
    let at = |share: f64, factor: f64| (count as f64 >= 10.0 / (1.0 - share)).then_some(median * factor);
    ns(median).map(|typical| Distribution {
        typical,
        cpu: Some(estimate(median * 0.99, Unit::Nanoseconds)),
        percentiles: Percentiles {
            count,
            p50: at(0.5, 1.0),
            p90: at(0.9, 1.08),
            p99: at(0.99, 1.9),
            p99_9: at(0.999, 12.0),
        },
    })
}

fn line(fixed: f64, slope: f64, unit: Unit) -> Cell<Line> {
    if !slope.is_finite() {
        return Cell::Unsupported("linked code has no instances".into());
    }
    let points = [1, 4, 16, 64, 256, 1024]
        .map(|instances| Point { instances, value: estimate(fixed + slope * f64::from(instances), unit) });
    let fit = Fit { fixed: estimate(fixed, unit), per_instance: estimate(slope, unit) };
    Cell::Measured(Line { points: points.to_vec(), fit: Some(fit) })
}

/// A run of these configurations and workloads. The last workload fails on the second configuration, and interpreters
/// time out on it.
pub fn summary(characters: &[Character], works: &[Work]) -> Summary {
    let run = run(characters, works);
    let all = || characters.iter().flat_map(|one| works.iter().map(move |work| (one, work)));
    let last = works.len() - 1;
    let bad = |one: &Character, work: &Work| {
        (one.0 == characters[1].0 && work.0 == works[last].0 && works.len() > 2).then(|| {
            Cell::<Estimate>::Failed("failed to run the entry: wasm trap: out of bounds memory access".into())
        })
    };
    let cold_start = all().map(|(one, work)| cold_start(one, work)).collect();
    let time =
        |one: &Character, work: &Work| work.3 * one.4 * (1.0 + (work.2 * 7.0 + one.4 * 3.0).sin() * 0.2);
    let mut rows: Vec<_> = all()
        .map(|(one, work)| {
            let native = one.1 == "native";
            let value = if native { work.3 } else { time(one, work) };
            let failure = bad(one, work);
            let time = failure.clone().unwrap_or_else(|| cell(value, Unit::NanosecondsPerUnit));
            ThroughputRow {
                configuration: one.0.into(),
                workload: work.0.into(),
                tier: one.1.into(),
                cpu: time.clone(),
                factor: time.clone().map(|_| ratio(if native { 1.0 } else { value / work.3 })),
                rank: None,
                to_least: None,
                time,
            }
        })
        .collect();
    rank(&mut rows);
    let compile = all()
        .map(|(one, work)| {
            let row = rows.iter().find(|row| row.configuration == one.0 && row.workload == work.0).unwrap();
            Compile {
                configuration: one.0.into(),
                workload: work.0.into(),
                tier: one.1.into(),
                compile: window(one.3 * (work.2 + 0.3)),
                save: window(one.3 * 0.01 * (work.2 + 1.0)),
                artifact_size: cell(
                    if one.1 == "interpreter" {
                        f64::NAN
                    } else {
                        one.3.signum() * (work.2 * 3.1 + 9.0) * 1024.0
                    },
                    Unit::Bytes,
                ),
                time: row.time.clone(),
                factor: row.factor.clone(),
            }
        })
        .collect();
    let memory: Vec<_> = all().map(|(one, work)| memory(one, work)).collect();
    let problems = vec![
        Problem {
            configuration: characters[1].0.into(),
            workload: works[last].0.into(),
            metric: metric::THROUGHPUT.into(),
            status: Status::Failed,
            reason: "failed to run the entry: wasm trap: out of bounds memory access".into(),
            processes: 7,
        },
        Problem {
            configuration: characters[0].0.into(),
            workload: works[last].0.into(),
            metric: metric::FROM_ARTIFACT.into(),
            status: Status::Unsupported,
            reason: "this configuration has no artifacts".into(),
            processes: 1,
        },
    ];
    Summary {
        processes: 7 * (characters.len() * works.len()) as u32,
        warnings: vec![],
        damaged: vec![],
        cold_start,
        throughput: Throughput {
            reference: characters.iter().find(|one| one.1 == "native").map(|one| one.0.into()),
            rows,
            common: works[..last.max(1)].iter().map(|work| work.0.into()).collect(),
            left_out: vec![],
            overall: characters
                .iter()
                .map(|one| Overall {
                    configuration: one.0.into(),
                    tier: one.1.into(),
                    factor: Cell::Measured(ratio(one.4)),
                    workloads: last.max(1) as u32,
                    rank: Some(1),
                    to_least: None,
                })
                .collect(),
        },
        programs: Programs::default(),
        quick: Vec::new(),
        live: Vec::new(),
        tenants: Vec::new(),
        page_cache: Vec::new(),
        code_cache: Vec::new(),
        peak: Vec::new(),
        residue: Vec::new(),
        concurrency: Vec::new(),
        variants: Vec::new(),
        load: Vec::new(),
        boundary: Vec::new(),
        compile,
        noise: noise::grade(&run.environment, run.realtime),
        density: memory.iter().map(|one| Density::of(one, &run.environment)).collect(),
        memory,
        sizes: run
            .configurations
            .iter()
            .map(|one| Size {
                configuration: one.id.clone(),
                tier: one.tier.clone(),
                worker_bytes: Cell::Measured(one.worker_bytes),
            })
            .collect(),
        harness: Harness { empty_window: distribution(31.0, 140_000) },
        problems: Problems {
            counts: Counts { unsupported: 1, failed: 1, timed_out: 0, wrong_output: 0 },
            list: problems,
        },
        run,
    }
}

/// Makes of it a run on a busy machine: the first configuration's times are mostly waiting, with wide intervals.
pub fn disturb(summary: &mut Summary) {
    let environment = &mut summary.run.environment;
    (environment.noise, environment.load) = (Some(6.22), 16.7);
    summary.noise = noise::grade(environment, Realtime::Off);
    summary.warnings.extend(summary.noise.warning());
    let first = summary.run.configurations[0].id.clone();
    for row in summary.throughput.rows.iter_mut().filter(|row| row.configuration == first) {
        if let Cell::Measured(wall) = &mut row.time {
            row.cpu = Cell::Measured(estimate(wall.median / 3.8, Unit::NanosecondsPerUnit));
            (wall.low, wall.high) = (wall.median * 0.71, wall.median * 1.51);
        }
    }
}

fn cold_start(one: &Character, work: &Work) -> ColdStart {
    let fresh = one.2 * (1.0 + work.2 / 300.0);
    let (engine, load, compile) =
        (one.2 * 20.0 + 200_000.0, 15_000.0 + work.2 * 900.0, one.3 * (work.2 + 0.3));
    let prepare = 4_000.0 + fresh * 0.1;
    let artifact = if one.1 == "interpreter" { f64::NAN } else { engine + load + prepare + fresh * 4.0 };
    let wasm = engine + compile + prepare + fresh * 4.0;
    let linked = one.1 == "native";
    let from = match (linked, artifact.is_finite()) {
        (true, _) => Source::Linked,
        (_, true) => Source::Artifact,
        _ => Source::Wasm,
    };
    let process =
        if linked { 900_000.0 } else { 1_100_000.0 + if artifact.is_finite() { artifact } else { wasm } };
    let phase = |phase: &str, value: f64| Phase { phase: phase.into(), time: window(value) };
    let start = |source, code: Option<(&str, f64)>| Start {
        source,
        process_to_result: ns(process),
        phases: [Some(("spawn", 1_000_000.0)), Some(("engine", if linked { 120.0 } else { engine })), code]
            .into_iter()
            .flatten()
            .chain((!linked).then_some(("prepare", prepare)))
            .chain([
                ("instantiate", fresh * 3.0),
                ("first_call", fresh),
                ("second_call", fresh * 0.02),
                ("teardown", fresh * 0.4),
            ])
            .map(|(name, value)| phase(name, if value.is_finite() { value } else { 60.0 }))
            .collect(),
    };
    let mut starts = Vec::new();
    match from {
        Source::Linked => starts.push(start(Source::Linked, None)),
        _ => starts.push(start(Source::Wasm, Some(("compile", compile)))),
    }
    if from == Source::Artifact {
        starts.push(start(Source::Artifact, Some(("load", load))));
    }
    ColdStart {
        configuration: one.0.into(),
        workload: work.0.into(),
        tier: one.1.into(),
        process_to_result: ns(process),
        process_from: Some(from),
        from_wasm: ns(wasm),
        from_artifact: match one.1 {
            "interpreter" => Cell::Unsupported("this configuration has no artifacts".into()),
            _ => ns(artifact),
        },
        fresh_instance: distribution(fresh, 140_000),
        reused_instance: distribution(if linked { work.3 } else { 14.0 + work.3 * one.4 }, 900),
        time_to_trap: Cell::NotMeasured,
        instantiate_faults: cell(if linked { f64::NAN } else { 12.0 }, Unit::Count),
        starts,
    }
}

fn memory(one: &Character, work: &Work) -> Memory {
    let slope = one.5 * (1.0 + work.2 / 50.0);
    let fixed = 1_400_000.0 + one.5 * 30.0;
    let interpreter = one.1 == "interpreter";
    Memory {
        configuration: one.0.into(),
        workload: work.0.into(),
        tier: one.1.into(),
        instantiated: line(fixed, slope * 0.7, Unit::Bytes),
        called: line(fixed, slope, Unit::Bytes),
        private: line(fixed, slope * 1.02, Unit::Bytes),
        reserved: line(fixed * 40.0, if interpreter { slope } else { slope + 4.0e9 }, Unit::Bytes),
        maps: line(61.0, if interpreter { 0.0 } else { slope * 0.0 + 3.0 }, Unit::Count),
        descriptors: line(9.0, 0.0 * slope, Unit::Count),
        page_tables: line(90_000.0, slope * 0.11, Unit::Bytes),
        reached: slope.is_finite().then_some(1024),
        stopped: None,
    }
}

/// What the processes of a tier ran from that measured throughput.
fn source(tier: &str) -> Option<Source> {
    Some(match tier {
        "native" => Source::Linked,
        "interpreter" => Source::Wasm,
        _ => Source::Artifact,
    })
}

/// The run of a summary, with `samples` throughput samples for each process and cell.
pub fn loaded(summary: &Summary, samples: u32) -> LoadedRun {
    let mut records = Vec::new();
    for (cell, row) in summary.throughput.rows.iter().enumerate() {
        let Some(time) = row.time.measured() else { continue };
        for process in 0..7 {
            for index in 0..samples {
                records.push(Record {
                    process: process + 7 * cell as u32,
                    round: process,
                    configuration: row.configuration.clone(),
                    workload: row.workload.clone(),
                    metric: metric::THROUGHPUT.into(),
                    index,
                    warmup: index < 2,
                    units: 1000,
                    instances: None,
                    source: source(&row.tier),
                    outcome: Outcome::Measured {
                        value: (time.median * 1000.0).round() + f64::from(index),
                        cpu_ns: Some((time.median * 990.0).round()),
                    },
                });
            }
        }
    }
    LoadedRun { run: summary.run.clone(), records, warnings: vec![] }
}

/// Gives each row its place within its workload and tier.
fn rank(rows: &mut [ThroughputRow]) {
    let value = |row: &ThroughputRow| row.time.measured().map(|time| time.median);
    let all: Vec<_> = rows.iter().map(|row| (row.workload.clone(), row.tier.clone(), value(row))).collect();
    for (row, (workload, tier, own)) in rows.iter_mut().zip(&all) {
        let before = |one: &&(String, String, Option<f64>)| {
            (&one.0, &one.1) == (workload, tier) && one.2.is_some() && one.2 < *own
        };
        row.rank = own.map(|_| 1 + all.iter().filter(before).count() as u32);
    }
}
