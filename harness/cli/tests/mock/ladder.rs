//! From the first window of the cold-start ladder until the first call has returned, the harness reads clocks and
//! counters, and makes no other system call: a trace of a worker whose runtime makes none. Needs strace, which
//! `./setup.sh --test` installs.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

use wasmark_results::record::{Outcome, Record, metric};

use crate::common::World;

/// What a window reads at its beginning and its end: the fault counter, the CPU clock (of this process and of its
/// children), and where the kernel gives no faster way to it, the wall clock.
const MARKS: [&str; 2] = ["getrusage", "clock_gettime"];

/// Has the mock worker traced in what `wasmark` does: the trace of each process.
fn traced(world: &World, arguments: &[&str]) -> Vec<String> {
    let (worker, mock) = (world.path("bin/wasmark-worker-mock"), world.path("mock"));
    fs::rename(&worker, &mock).expect("the mock");
    let traces = world.path("traces");
    fs::create_dir(&traces).expect("a folder");
    let script = format!(
        "#!/bin/sh\nexec strace -f -qq -s 64 -o {}/$$ {}\n",
        traces.display(),
        mock.canonicalize().expect("the mock").display()
    );
    fs::write(&worker, script).expect("a file");
    fs::set_permissions(&worker, fs::Permissions::from_mode(0o755)).expect("a program");
    world.expect(arguments, 0);
    let traces = fs::read_dir(traces).expect("a folder").flatten();
    let traces = traces.map(|entry| fs::read_to_string(entry.path()).expect("a trace"));
    traces.filter(|trace| trace.contains("first_output")).collect()
}

#[test]
fn the_ladder_makes_no_system_call_but_its_marks() {
    let world = World::with_mock();
    let traces = traced(&world, &["check", "--configurations", "mock/right", "--workloads", "noop"]);
    let mut climbed = 0;
    for trace in traces {
        let lines: Vec<&str> = trace.lines().collect();
        let place = |part: &str, from: usize| {
            lines[from..].iter().position(|line| line.contains(part)).map(|index| from + index)
        };
        let output = place("first_output", 0).expect("the event");
        let module =
            lines[..output].iter().rposition(|line| line.contains("noop.wasm\"")).expect("the module");
        let read = place(" close(", module).expect("the module's file is read before the ladder");
        let between = &lines[read + 1..output];
        let other: Vec<_> = between
            .iter()
            .filter(|line| !MARKS.iter().any(|mark| line.contains(&format!(" {mark}("))))
            .collect();
        assert!(other.is_empty(), "{other:?} in\n{}", between.join("\n"));
        // Engine, compile, prepare, instantiate and first call, each with marks at both ends.
        assert!(between.len() >= 20, "{}", between.join("\n"));
        climbed += 1;
    }
    assert!(climbed > 0, "no process was traced");
}

#[test]
fn each_process_has_another_number_of_mappings() {
    let world = World::with_mock();
    let run = ["run", "--configurations", "mock/right", "--workloads", "noop", "--metrics", "throughput"];
    let traces = traced(&world, &[&run[..], &["--rounds", "6", "--seed", "7"]].concat());
    let own = |line: &&str| line.contains("mmap(NULL, 4096, PROT_") && line.contains("MAP_ANONYMOUS, -1, 0)");
    let numbers: BTreeSet<usize> = traces.iter().map(|trace| trace.lines().filter(own).count()).collect();
    assert!(traces.len() >= 6 && numbers.len() > 2, "{numbers:?} in {} processes", traces.len());
}

#[test]
fn process_to_result_is_the_sum_of_its_windows_and_the_harness_is_beside_it() {
    let world = World::with_mock();
    let run = ["run", "--configurations", "mock/right", "--workloads", "noop", "--rounds", "2"];
    world.expect(&[&run[..], &["--metrics", "cold-start"]].concat(), 0);
    let stored = wasmark_results::store::load(&world.newest_run()).expect("a run");
    let rows = |process: u32| stored.records.iter().filter(move |row| row.process == process);
    let value = |row: &Record| match row.outcome {
        Outcome::Measured { value, .. } => value,
        _ => panic!("{row:?}"),
    };
    let climbed: Vec<&Record> =
        stored.records.iter().filter(|row| row.metric == metric::PROCESS_TO_RESULT).collect();
    assert!(climbed.len() >= 2, "{climbed:?}");
    for rung in climbed {
        let of = |name: &str| rows(rung.process).find(|row| row.metric == name).map(value);
        let windows = [
            metric::SPAWN,
            metric::ENGINE,
            metric::COMPILE,
            metric::PREPARE,
            metric::INSTANTIATE,
            metric::FIRST_CALL,
        ];
        let sum: f64 = windows.iter().map(|name| of(name).expect("a window")).sum();
        assert_eq!(value(rung), sum);
        assert!(of(metric::HARNESS_TIME).is_some_and(|time| time > 0.0));
        assert!(of(metric::CONTROLLER_DELAY).is_some_and(|delay| delay > 0.0));
    }
}
