use super::*;
use crate::{
    example::{histogram, measured, record, run},
    run::Run,
};

const WASMTIME: &str = "wasmtime/pooled";
const WASMER: &str = "wasmer/cranelift";
const NATIVE: &str = "native/release";

fn summary(records: Vec<Record>) -> Summary {
    summarise(&LoadedRun { run: run(), records, warnings: vec![] })
}

fn cold_start<'a>(summary: &'a Summary, configuration: &str, workload: &str) -> &'a ColdStart {
    let mut rows = summary.cold_start.iter();
    rows.find(|row| row.configuration == configuration && row.workload == workload).expect("a full grid")
}

fn throughput<'a>(summary: &'a Summary, configuration: &str, workload: &str) -> &'a ThroughputRow {
    let mut rows = summary.throughput.rows.iter();
    rows.find(|row| row.configuration == configuration && row.workload == workload).expect("a full grid")
}

fn overall<'a>(summary: &'a Summary, configuration: &str) -> &'a Overall {
    summary.throughput.overall.iter().find(|row| row.configuration == configuration).expect("a full list")
}

/// A process that climbed the ladder; each phase takes `factor` times what `code` and the others state.
fn ladder(process: u32, configuration: &str, code: &str, factor: f64) -> Vec<Record> {
    [
        (metric::SPAWN, 1000.0),
        (metric::ENGINE, 100.0),
        (code, 40.0),
        (metric::INSTANTIATE, 7.0),
        (metric::FIRST_CALL, 3.0),
        (metric::PROCESS_TO_RESULT, 1200.0),
    ]
    .map(|(metric, value)| measured(process, configuration, "noop", metric, value * factor))
    .into()
}

fn samples(process: u32, configuration: &str, workload: &str, values: &[f64]) -> Vec<Record> {
    let sample = |(index, value): (usize, &f64)| Record {
        index: index as u32,
        units: 10,
        ..measured(process, configuration, workload, metric::THROUGHPUT, value * 10.0)
    };
    values.iter().enumerate().map(sample).collect()
}

fn failed(process: u32, configuration: &str, metric: &str) -> Record {
    record(process, configuration, "noop", metric, Outcome::Failed("it broke".into()))
}

#[test]
fn an_empty_run_is_a_full_grid_of_nothing() {
    let summary = summary(vec![]);
    assert_eq!((summary.cold_start.len(), summary.throughput.rows.len(), summary.memory.len()), (6, 6, 6));
    assert!(summary.cold_start.iter().all(|row| row.from_wasm == Cell::NotMeasured && row.starts.is_empty()));
    assert!(summary.throughput.rows.iter().all(|row| row.time == Cell::NotMeasured && row.rank.is_none()));
    assert_eq!(summary.throughput.left_out, [WASMTIME, WASMER, NATIVE]);
    assert!(summary.throughput.common.is_empty());
    assert_eq!(summary.harness.empty_window, Cell::NotMeasured);
    assert_eq!((summary.processes, summary.worst()), (0, Worst::Clean));
}

#[test]
fn rungs_are_summed_within_each_process_and_apart_by_source() {
    let mut records = Vec::new();
    for (process, factor) in [(0, 1.0), (1, 3.0), (2, 2.0)] {
        records.extend(ladder(process, WASMTIME, metric::COMPILE, factor));
        records.extend(ladder(process + 3, WASMTIME, metric::LOAD, factor * 10.0));
    }
    // Making an artifact is no start, though it compiles.
    records.push(measured(6, WASMTIME, "noop", metric::COMPILE, 4000.0));
    records.push(measured(6, WASMTIME, "noop", metric::SAVE, 5.0));
    let summary = summary(records);
    let row = cold_start(&summary, WASMTIME, "noop");
    let from_wasm = row.from_wasm.measured().expect("measured");
    assert_eq!((from_wasm.low, from_wasm.median, from_wasm.high), (150.0, 300.0, 450.0));
    assert_eq!((from_wasm.n, from_wasm.missing, from_wasm.coverage), (3, 0, 0.75));
    assert_eq!(row.from_artifact.measured().expect("measured").median, 3000.0);
    assert_eq!(row.process_from, Some(Source::Artifact));
    assert_eq!(row.process_to_result.measured().expect("measured").median, 24000.0);

    let [wasm, artifact] = row.starts.as_slice() else { panic!("two sources: {:?}", row.starts) };
    assert_eq!((wasm.source, artifact.source), (Source::Wasm, Source::Artifact));
    let phase = |start: &Start, name: &str| {
        let phase = start.phases.iter().find(|phase| phase.phase == name).expect("a phase");
        phase.time.clone().map(|window| (window.wall.median, window.cpu.expect("CPU time").median))
    };
    assert_eq!(phase(wasm, "compile"), Cell::Measured((80.0, 40.0)));
    assert_eq!(phase(wasm, "teardown"), Cell::NotMeasured);
    assert_eq!(phase(artifact, "load"), Cell::Measured((800.0, 400.0)));
    assert_eq!(phase(artifact, "engine"), Cell::Measured((2000.0, 1000.0)));

    let compile = &summary.compile[0];
    assert_eq!(compile.compile.measured().expect("measured").wall.n, 4);
    assert_eq!(compile.save.measured().expect("measured").wall.median, 5.0);
    assert_eq!(compile.artifact_size, Cell::NotMeasured);
}

#[test]
fn a_distribution_build_is_a_warning_and_unsettles_the_places_that_a_release_may_change() {
    // wasmtime is marked; it takes so many times as long as wasmer.
    let unsettled = |times: f64| {
        let mut records = Vec::new();
        for process in 0..3 {
            let factor = 1.0 + f64::from(process) / 100.0;
            records.extend(ladder(process, WASMTIME, metric::COMPILE, times * factor));
            records.extend(ladder(process + 3, WASMER, metric::COMPILE, factor));
        }
        let mut run = run();
        run.configurations[0].distribution_build = Some("it has C assertions".into());
        let summary = summarise(&LoadedRun { run, records, warnings: vec![] });
        let line = format!("distribution build ({WASMTIME}): it has C assertions");
        assert!(summary.warnings.contains(&line), "{:?}", summary.warnings);
        summary.answer(Question::FromWasm, Some("noop")).kinds[0].unsettled.clone()
    };
    for (times, right) in [(1.5, vec![WASMTIME]), (1.0, vec![WASMTIME]), (0.5, vec![]), (3.0, vec![])] {
        assert_eq!(unsettled(times), right, "{times}");
    }
}

#[test]
fn a_rung_has_what_was_prepared_where_its_process_timed_that() {
    // A worker of before that phase, and one with it.
    let mut records = ladder(0, WASMTIME, metric::COMPILE, 1.0);
    records.extend(ladder(1, WASMER, metric::COMPILE, 1.0));
    records.push(measured(1, WASMER, "noop", metric::PREPARE, 11.0));
    let summary = summary(records);
    for (configuration, sum, phases) in [(WASMTIME, 150.0, 7), (WASMER, 161.0, 8)] {
        let row = cold_start(&summary, configuration, "noop");
        assert_eq!(row.from_wasm.measured().expect("measured").median, sum);
        let listed: Vec<&str> = row.starts[0].phases.iter().map(|phase| phase.phase.as_str()).collect();
        assert_eq!((listed.len(), listed.contains(&"prepare")), (phases, phases == 8), "{listed:?}");
    }
    // No other window is dispensable.
    let rest = |without: &str| {
        metric::parts_of(metric::FROM_WASM, |window| (window != without).then_some(1))
            .map(|parts| parts.len())
    };
    assert_eq!([rest("nothing"), rest(metric::PREPARE), rest(metric::ENGINE)], [Some(5), Some(4), None]);
    assert_eq!(metric::parts_of(metric::SPAWN, |_| Some(1)), None);
}

#[test]
fn a_function_s_sustained_cost_is_the_mean_of_its_blocks_and_a_kernel_s_the_median_of_its_calls() {
    // Ten calls each: two blocks have nothing unusual in them, the third a call that takes long.
    let blocks = || samples(0, WASMTIME, "noop", &[1.0, 1.0, 10.0]);
    let time = |kind: &str| {
        let mut run = run();
        run.workloads.iter_mut().for_each(|workload| workload.kind = kind.into());
        let summary = summarise(&LoadedRun { run, records: blocks(), warnings: vec![] });
        let row = throughput(&summary, WASMTIME, "noop");
        (row.time.measured().expect("measured").median, row.cpu.measured().expect("CPU time").median)
    };
    assert_eq!(time("function"), (4.0, 2.0));
    assert_eq!(time("kernel"), (1.0, 0.5));
}

#[test]
fn what_one_process_lacks_never_becomes_zero() {
    let mut records = ladder(0, WASMTIME, metric::COMPILE, 1.0);
    records.extend(ladder(1, WASMTIME, metric::COMPILE, 1.0));
    // This one got as far as the engine.
    records.extend(ladder(2, WASMTIME, metric::COMPILE, 1.0).into_iter().take(2));
    records.push(failed(2, WASMTIME, metric::COMPILE));
    records.extend(samples(0, WASMTIME, "noop", &[5.0]));
    records.extend(samples(1, WASMTIME, "noop", &[5.0]));
    let summary = summary(records);
    let row = cold_start(&summary, WASMTIME, "noop");
    for cell in [&row.from_wasm, &row.process_to_result, &throughput(&summary, WASMTIME, "noop").time] {
        let estimate = cell.measured().expect("measured by two");
        assert_eq!((estimate.n, estimate.missing), (2, 1));
        assert_eq!((estimate.low, estimate.high), (estimate.median, estimate.median));
        assert!(estimate.median > 0.0);
    }
    assert_eq!(row.from_artifact, Cell::Failed("compile: it broke".into()));
    assert_eq!(summary.worst(), Worst::Failures);
    let value = serde_json::to_value(&summary).expect("JSON");
    assert_eq!(value["cold_start"][0]["from_artifact"]["failed"], "compile: it broke");
    assert_eq!(value["cold_start"][0]["from_wasm"]["measured"]["unit"], "nanoseconds");
    assert_eq!(value["cold_start"][2]["from_wasm"], "not_measured");
}

#[test]
fn a_result_of_a_call_that_trapped_is_no_result() {
    let mut records = ladder(0, WASMTIME, metric::COMPILE, 1.0);
    records.push(failed(0, WASMTIME, metric::FIRST_CALL));
    let summary = summary(records);
    let row = cold_start(&summary, WASMTIME, "noop");
    assert_eq!(row.process_to_result, Cell::Failed("first_call: it broke".into()));
    assert_eq!(row.from_wasm, Cell::Failed("first_call: it broke".into()));
    // What was finished before stands.
    assert!(summary.compile[0].compile.measured().is_some());
}

#[test]
fn a_reason_reaches_the_cells_that_it_explains() {
    let mut records = ladder(0, WASMTIME, metric::COMPILE, 1.0);
    records.push(measured(0, WASMTIME, "noop", metric::MEMORY_PRIVATE, 1.0));
    // After the ladder: the memory series, then the reused instance.
    records.extend(ladder(1, WASMER, metric::COMPILE, 1.0));
    records.push(failed(1, WASMER, metric::MEMORY_PRIVATE));
    let timed_out = Outcome::TimedOut("did not end within 10 s".into());
    records.push(record(2, WASMER, "noop", metric::REUSED_INSTANCE, timed_out));
    let all = Outcome::Unsupported("needs simd".into());
    records.push(record(3, NATIVE, "noop", "all", all));
    let summary = summary(records);

    let row = cold_start(&summary, WASMER, "noop");
    assert!(row.from_wasm.measured().is_some());
    assert_eq!(row.reused_instance, Cell::TimedOut("did not end within 10 s".into()));
    assert_eq!(row.fresh_instance, Cell::NotMeasured, "it was not asked for");
    assert_eq!(summary.memory[2].private, Cell::Failed("it broke".into()));
    assert_eq!(throughput(&summary, NATIVE, "noop").time, Cell::Unsupported("needs simd".into()));
    assert_eq!(cold_start(&summary, NATIVE, "noop").from_wasm, Cell::Unsupported("needs simd".into()));
    assert_eq!(cold_start(&summary, NATIVE, "fib").from_wasm, Cell::NotMeasured);
    let counts = Counts { unsupported: 1, failed: 1, timed_out: 1, wrong_output: 0 };
    assert_eq!(summary.problems.counts, counts);
    assert_eq!(summary.processes, 3);
}

#[test]
fn an_engine_that_refuses_the_job_explains_every_cell() {
    let refused =
        |process, metric| record(process, WASMTIME, "noop", metric, Outcome::Unsupported("no simd".into()));
    let mut records = ladder(5, WASMER, metric::COMPILE, 1.0);
    records.push(measured(5, WASMER, "noop", metric::THROUGHPUT, 1.0));
    // Known beforehand, about one metric: it explains no other.
    let beforehand = |metric| record(0, NATIVE, "noop", metric, Outcome::Unsupported("no instances".into()));
    records.extend([beforehand(metric::ENGINE), beforehand(metric::FROM_WASM)]);
    // A process that started and was refused; and one that was never started, for want of an artifact.
    let spawned = [measured(1, WASMTIME, "noop", metric::SPAWN, 1000.0), refused(1, metric::ENGINE)];
    for (rows, during) in [(spawned.to_vec(), "engine"), (vec![refused(1, metric::FULL)], "full")] {
        let summary = summary(records.iter().cloned().chain(rows).collect());
        let expected = Cell::Unsupported(format!("{during}: no simd"));
        assert_eq!(cold_start(&summary, WASMTIME, "noop").from_wasm, expected);
        assert_eq!(
            throughput(&summary, WASMTIME, "noop").time,
            Cell::Unsupported(format!("{during}: no simd"))
        );
        assert_eq!(cold_start(&summary, NATIVE, "noop").from_artifact, Cell::NotMeasured);
        assert_eq!(cold_start(&summary, NATIVE, "noop").from_wasm, Cell::Unsupported("no instances".into()));
        assert_eq!(summary.worst(), Worst::Clean);
    }
}

#[test]
fn a_wrong_output_makes_every_number_of_its_cell_worthless() {
    let mut records = ladder(0, WASMTIME, metric::COMPILE, 1.0);
    records.extend(samples(0, WASMTIME, "noop", &[5.0]));
    records.push(record(1, WASMTIME, "noop", "full", Outcome::WrongOutput("expected 1, got 2".into())));
    records.extend(samples(2, WASMTIME, "fib", &[5.0]));
    let summary = summary(records);
    let wrong = Cell::WrongOutput("expected 1, got 2".into());
    assert_eq!(cold_start(&summary, WASMTIME, "noop").from_wasm, wrong);
    assert_eq!(throughput(&summary, WASMTIME, "noop").time, wrong);
    assert_eq!(throughput(&summary, WASMTIME, "noop").rank, None);
    assert!(throughput(&summary, WASMTIME, "fib").time.measured().is_some());
    assert_eq!(summary.throughput.common, ["fib"]);
    assert_eq!(summary.worst(), Worst::WrongOutput);
}

#[test]
fn throughput_is_per_unit_without_warm_ups_against_native() {
    let mut records = Vec::new();
    for process in 0..6 {
        let mut warm_up = samples(process, WASMTIME, "noop", &[1e9]);
        warm_up[0].warmup = true;
        records.extend(warm_up);
        records.extend(samples(process, WASMTIME, "noop", &[3.0, 2.0, 50.0]));
        records.extend(samples(process, WASMTIME, "fib", &[12.0]));
        records.extend(samples(process, WASMER, "noop", &[3.01]));
        records.extend(samples(process, WASMER, "fib", &[24.0]));
        records.extend(samples(process, NATIVE, "noop", &[1.0]));
        records.extend(samples(process, NATIVE, "fib", &[4.0]));
    }
    let summary = summary(records);
    let noop = throughput(&summary, WASMTIME, "noop");
    let time = noop.time.measured().expect("measured");
    assert_eq!((time.median, time.n, time.unit), (3.0, 6, Unit::NanosecondsPerUnit));
    assert_eq!(noop.cpu.measured().expect("measured").median, 1.5);
    let factor = noop.factor.measured().expect("a factor");
    assert_eq!((factor.value, factor.n, factor.coverage), (3.0, 6, 0.95));
    // 3.0 with samples from 2 to 50 cannot be distinguished from 3.01; 24 is certainly behind 12.
    assert_eq!((noop.rank, throughput(&summary, WASMER, "noop").rank), (Some(1), Some(1)));
    assert_eq!(throughput(&summary, WASMTIME, "fib").rank, Some(1));
    assert_eq!(throughput(&summary, WASMER, "fib").rank, Some(2));
    assert_eq!(throughput(&summary, NATIVE, "fib").rank, Some(1), "the only one of its tier");

    assert_eq!(summary.throughput.reference.as_deref(), Some(NATIVE));
    assert_eq!(summary.throughput.common, ["noop", "fib"]);
    let mean = overall(&summary, WASMTIME).factor.measured().expect("a mean");
    assert!((mean.value - 3.0).abs() < 1e-9, "{mean:?}");
    let mean = overall(&summary, WASMER).factor.measured().expect("a mean");
    assert!((mean.value - (3.01_f64 * 6.0).sqrt()).abs() < 1e-9, "{mean:?}");
    let mean = overall(&summary, NATIVE).factor.measured().expect("a mean");
    assert_eq!((mean.value, mean.low, mean.high), (1.0, 1.0, 1.0));
    assert_eq!(overall(&summary, NATIVE).rank, Some(1));
    assert_eq!(summary.compile[1].factor, throughput(&summary, WASMTIME, "fib").factor);
}

#[test]
fn means_are_over_what_all_measured_and_without_native_there_are_none() {
    let mut records = samples(0, WASMTIME, "noop", &[2.0]);
    records.extend(samples(0, WASMTIME, "fib", &[1000.0]));
    records.extend(samples(1, NATIVE, "noop", &[1.0]));
    records.push(record(2, WASMER, "noop", metric::THROUGHPUT, Outcome::Unsupported("no".into())));
    let both = summary(records.clone());
    assert_eq!(both.throughput.common, ["noop"]);
    assert_eq!(both.throughput.left_out, [WASMER]);
    let mean = overall(&both, WASMTIME);
    assert_eq!((mean.factor.measured().expect("a mean").value, mean.workloads), (2.0, 1));
    assert_eq!(overall(&both, WASMER).factor, Cell::Unsupported("no".into()));
    assert_eq!(overall(&both, WASMER).workloads, 0);
    assert_eq!(throughput(&both, WASMTIME, "fib").factor, Cell::NotMeasured);

    let mut without = run();
    without.configurations.pop();
    let without = summarise(&LoadedRun { run: without, records, warnings: vec![] });
    assert_eq!(without.throughput.reference, None);
    assert_eq!(overall(&without, WASMTIME).factor, Cell::NotMeasured);
    assert_eq!(overall(&without, WASMTIME).rank, Some(1), "places need no reference");
}

#[test]
fn histograms_give_typical_values_and_merged_percentiles() {
    let fresh = |process, values: Vec<u64>| {
        record(process, WASMTIME, "noop", metric::FRESH_INSTANCE, histogram(values))
    };
    let block = Record { units: 100, ..measured(0, WASMTIME, "noop", metric::FRESH_INSTANCE, 2500.0) };
    let records = vec![
        fresh(0, vec![10; 30]),
        block,
        fresh(1, vec![20; 30]),
        fresh(2, vec![90; 39]),
        record(3, WASMER, "noop", metric::FRESH_INSTANCE, Outcome::Histogram(b"garbage".into())),
        Record { units: 100, ..measured(3, WASMER, "fib", metric::FRESH_INSTANCE, 2500.0) },
        record(0, WASMTIME, "noop", metric::EMPTY_WINDOW, histogram(vec![30; 600])),
        record(1, WASMTIME, "fib", metric::EMPTY_WINDOW, histogram(vec![40; 400])),
    ];
    let summary = summary(records);
    let fresh = cold_start(&summary, WASMTIME, "noop").fresh_instance.measured().expect("measured");
    // The first process has a block, whose windows took 25 ns each; the others' typical window is their histogram's.
    assert_eq!((fresh.typical.low, fresh.typical.median, fresh.typical.high), (20.0, 25.0, 90.0));
    assert_eq!(fresh.cpu.as_ref().expect("blocks").median, 12.5);
    let Percentiles { count, p50, p90, p99, p99_9 } = fresh.percentiles;
    assert_eq!((count, p50, p90, p99, p99_9), (99, Some(20.0), None, None, None));
    let Cell::Failed(reason) = &cold_start(&summary, WASMER, "noop").fresh_instance else {
        panic!("garbage")
    };
    assert!(reason.contains("V2"), "{reason}");
    // A worker that keeps no histograms has a value all the same.
    let fresh = cold_start(&summary, WASMER, "fib").fresh_instance.measured().expect("measured");
    assert_eq!((fresh.typical.median, fresh.percentiles.count, fresh.percentiles.p50), (25.0, 0, None));
    let empty = &summary.harness.empty_window.measured().expect("measured").percentiles;
    assert_eq!((empty.count, empty.p50, empty.p99), (1000, Some(30.0), Some(40.0)));
}

#[test]
fn memory_is_a_line_over_instances() {
    let point = |process, metric, instances, value| Record {
        instances: Some(instances),
        ..measured(process, WASMTIME, "noop", metric, value)
    };
    let mut records = Vec::new();
    for (process, slope) in [(0, 50.0), (1, 52.0), (2, 51.0)] {
        for instances in [1, 4, 16, 64] {
            let value = 1000.0 + slope * f64::from(instances);
            records.push(point(process, metric::MEMORY_CALLED, instances, value));
        }
    }
    for instances in [1, 4, 16, 64, 256, 1024] {
        records.push(point(3, metric::MEMORY_MAPS, instances, 30.0 + 2.0 * f64::from(instances)));
    }
    let stopped = Outcome::Unsupported("stopped at 64 instances: no memory".into());
    records
        .push(Record { instances: Some(64), ..record(2, WASMTIME, "noop", metric::MEMORY_CALLED, stopped) });
    let summary = summary(records);
    let memory = &summary.memory[0];
    let called = memory.called.measured().expect("measured");
    assert_eq!(called.points.iter().map(|point| point.instances).collect::<Vec<_>>(), [1, 4, 16, 64]);
    assert_eq!(called.points[2].value.median, 1000.0 + 51.0 * 16.0);
    let fit = called.fit.as_ref().expect("a line");
    assert!((fit.fixed.median - 1000.0).abs() < 1e-6);
    assert_eq!((fit.per_instance.low, fit.per_instance.median, fit.per_instance.high), (50.0, 51.0, 52.0));
    // One process alone: its own line, whose six points show how certain the slope is.
    let maps = memory.maps.measured().expect("measured").fit.as_ref().expect("a line");
    assert_eq!((maps.fixed.median, maps.fixed.unit, maps.per_instance.median), (30.0, Unit::Count, 2.0));
    assert_eq!((maps.per_instance.n, maps.per_instance.samples), (6, Samples::Points));
    assert!(maps.per_instance.coverage > 0.95);
    assert_eq!(memory.reached, Some(1024));
    assert_eq!(memory.stopped.as_deref(), Some("stopped at 64 instances: no memory"));
    assert_eq!(memory.instantiated, Cell::NotMeasured);
}

#[test]
fn the_same_reason_in_many_processes_is_one_problem() {
    let records = vec![
        failed(0, WASMER, "full"),
        failed(1, WASMER, "full"),
        failed(1, WASMER, "full"),
        failed(2, WASMTIME, "full"),
        failed(3, "gone/away", "full"),
    ];
    let problems = summary(records).problems;
    let shown: Vec<(&str, u32)> =
        problems.list.iter().map(|problem| (problem.configuration.as_str(), problem.processes)).collect();
    assert_eq!(shown, [(WASMTIME, 1), (WASMER, 2), ("gone/away", 1)]);
    assert_eq!(problems.counts.failed, 3);
}

#[test]
fn sizes_are_the_workers_own() {
    let mut run: Run = run();
    run.configurations[1].worker_bytes = 0;
    run.configurations[2].worker_bytes = 0;
    let records = vec![measured(0, WASMER, "noop", metric::WORKER_SIZE, 5.0)];
    let summary = summarise(&LoadedRun { run, records, warnings: vec!["a part is damaged".into()] });
    let sizes: Vec<&Cell<u64>> = summary.sizes.iter().map(|size| &size.worker_bytes).collect();
    assert_eq!(sizes, [&Cell::Measured(1_000_000), &Cell::Measured(5), &Cell::NotMeasured]);
    assert_eq!(summary.warnings, ["a part is damaged"]);
    assert_eq!((summary.damaged.len(), summary.worst()), (1, Worst::Damaged));
}

#[test]
fn a_meter_is_compared_with_the_same_engine_without_it() {
    let (with, without) = ("wasmtime/fuel", "wasmtime/on-demand");
    let mut run = run();
    run.configurations[0].id = with.into();
    run.configurations[1].id = without.into();
    let mut records = Vec::new();
    for process in 0..6 {
        // The rounds differ by a factor of six for both alike.
        let drift = f64::from(process + 1);
        for (id, factor) in [(with, 3.0), (without, 2.0)] {
            for workload in ["noop", "fib"] {
                records.extend(samples(process, id, workload, &[factor * drift]));
                let fresh = measured(process, id, workload, metric::FRESH_INSTANCE, factor * 10.0 * drift);
                records.push(fresh);
            }
            let size = if id == with { 120.0 } else { 100.0 };
            records.push(measured(process, id, "noop", metric::ARTIFACT_SIZE, size));
        }
    }
    records.iter_mut().for_each(|record| record.round = record.process);
    let workloads = run.workloads.len() as u32;
    let summary = summarise(&LoadedRun { run, records, warnings: vec![] });
    let [variant] = summary.variants.as_slice() else { panic!("one pair: {:?}", summary.variants) };
    assert_eq!((variant.with, variant.without), (with, without));
    for mean in [&variant.throughput, &variant.fresh_instance] {
        let mean = mean.as_ref().expect("both sides");
        assert!(mean.workloads > 0 && mean.workloads <= workloads);
        let ends = [mean.ratio.low, mean.ratio.value, mean.ratio.high];
        assert!(ends.iter().all(|end| (end - 1.5).abs() < 1e-9), "{ends:?}");
    }
    let size = variant.artifact_size.expect("a size");
    assert!((size.ratio - 1.2).abs() < 1e-9 && size.workloads == 1, "{size:?}");
}
