//! Workers that are not wasmark's, by their path: the example in Python, and programs that break the protocol. Needs
//! python3 and node: `./setup.sh --test` gets them.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::Value;

use crate::common::{
    World,
    guests::{Guests, RECURSION, kernel, module},
    reason,
};

/// What every honest worker here writes first.
const HELLO: &str =
    r#"say('{"event":"hello","protocol":{"major":1,"minor":0},"main_ns":1,"realtime":false}')"#;
/// What one answers that has the configuration `only`.
const DESCRIPTION: &str = r#"say('{"event":"description","runtime":"odd","version":"1","licence":"MIT","configurations":'
    '[{"name":"only","tier":"interpreter","about":"","starts_from":["wasm"],"proposals":[],"wasi":false,"purposes":["default"]}]}')"#;
/// The phases that a check looks for.
const PHASES: &str =
    r#"say('{"event":"phase","phase":"second_call","wall_ns":1,"cpu_ns":1,"minor_faults":0}')"#;
const DONE: &str = r#"say('{"event":"done"}')"#;

/// The example of the repository.
fn node() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtimes/external/node.py");
    path.canonicalize().expect("the example").display().to_string()
}

/// A worker that answers `describe` and, to a job, does what the lines state.
fn odd(world: &World, job: &[&str]) -> String {
    script(world, &[HELLO, "if describe:", &indent(&[DESCRIPTION, DONE]), "else:", &indent(job)])
}

fn indent(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// A program in Python that reads its job and then does what the lines state.
fn script(world: &World, lines: &[&str]) -> String {
    let start = r#"#!/usr/bin/env python3
import os, time
describe = '"describe"' in open(int(os.environ["WASMARK_JOB_FD"])).readline()
def say(line):
    os.write(int(os.environ["WASMARK_EVENT_FD"]), line.encode() + b"\n")
"#;
    let path = world.path("odd.py");
    fs::write(&path, [start, &lines.join("\n"), "\n"].concat()).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    path.display().to_string()
}

/// The verdicts of `check` on `noop` with this worker beside the mock.
fn verdicts(world: &World, worker: &str, seconds: &str, code: i32) -> Value {
    let arguments = ["check", "--worker", worker, "--workloads", "noop", "--time-limit", seconds];
    let mut document =
        world.json(&[&arguments[..], &["--configurations", "odd/only,mock/right"]].concat(), code);
    document["verdicts"]["noop"].take()
}

#[test]
fn a_worker_that_brings_a_loader_is_started_by_it() {
    let world = World::with_mock();
    let root = world.path("bin/root");
    fs::create_dir(&root).expect("a folder");
    let loader = root.join("ld-linux-x86-64.so.2");
    let started = world.path("started");
    // What a loader does with a program's path, and a note that it did.
    fs::write(&loader, format!("#!/bin/sh\necho \"$@\" >>'{}'\nexec \"$3\"\n", started.display()))
        .expect("a file");
    fs::set_permissions(&loader, fs::Permissions::from_mode(0o755)).expect("a program");
    world.expect(&["check", "--configurations", "mock/right", "--workloads", "noop"], 0);
    let started = fs::read_to_string(started).expect("the note");
    assert!(started.lines().count() >= 2, "{started}");
    let worker = root.with_file_name("wasmark-worker-mock");
    let with = format!("--library-path {} {}", root.display(), worker.display());
    assert!(started.lines().all(|line| line == with), "{started}");
}

#[test]
fn the_example_runs_workloads_and_its_claims_are_true() {
    let world = World::with_mock();
    let node = node();
    let selection = ["--worker", &node, "--runtimes", "node", "--all-configurations"];
    let workloads =
        ["--workloads", "noop,hello,fib,memory,quicksort,json,wordfreq,sqlite,sha256_zig,ledger_lua"];
    let document = world.json(&[&["check", "--strict"], &selection[..], &workloads].concat(), 0);
    let verdicts = document["verdicts"].as_object().expect("verdicts");
    assert_eq!(verdicts.len(), 10);
    for (workload, row) in verdicts {
        let row = row.as_object().expect("a row");
        assert_eq!(row.len(), 3, "{row:?}");
        assert!(row.values().all(|verdict| verdict == "right"), "{workload}: {row:?}");
    }

    let listed = world.json(&[&["list"], &selection[..]].concat(), 0);
    let shown = world.json(&[&["list", "--features"], &selection[..]].concat(), 0);
    for one in listed["runtimes"][0]["configurations"].as_array().expect("configurations") {
        let id = format!("node/{}", one["name"].as_str().expect("a name"));
        let claims: Vec<&str> =
            one["proposals"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert!(claims.contains(&"simd"), "{claims:?}");
        // A newer node runs more than the example claims.
        for proposal in claims {
            let support = &shown[&id]["proposals"][proposal];
            assert_eq!(*support, "yes", "{id} {proposal}");
        }
    }
}

#[test]
fn the_example_is_measured_beside_another_runtime() {
    let world = World::with_mock();
    let arguments = ["run", "--rounds", "1", "--workloads", "noop", "--runtimes", "mock"];
    let node = node();
    let configurations = "node/default,node/turbofan,mock/right";
    let chosen = ["--worker", &node, "--configurations", configurations];
    let summary = world.json(&[&arguments[..], &chosen[..]].concat(), 0);
    let cold = summary["cold_start"].as_array().expect("rows");
    for id in ["node/default", "node/turbofan"] {
        let row = cold.iter().find(|row| row["configuration"] == id && row["workload"] == "noop");
        let row = row.expect("a row");
        for cell in ["process_to_result", "from_wasm", "fresh_instance", "reused_instance"] {
            assert!(!row[cell]["measured"].is_null(), "{id} {cell}: {row}");
        }
        assert!(row["from_artifact"]["unsupported"].is_string(), "{row}");
    }
    let memory = summary["memory"].as_array().expect("rows");
    let of_node = memory.iter().find(|row| row["configuration"] == "node/default").expect("a row");
    assert!(of_node["called"]["unsupported"].as_str().is_some_and(|why| why.contains("holds no instances")));
}

#[test]
fn guests_that_go_wrong_in_the_example_have_reasons() {
    let guests = Guests(World::with_mock());
    guests.kernel("traps", &kernel("unreachable"));
    guests.kernel("divides", &kernel("(i64.div_s (i64.const 1) (i64.const 0))"));
    guests.kernel("recurses", &module(RECURSION));
    guests.kernel("lies", &kernel("(i64.const -1)"));
    let node = node();
    let arguments = ["check", "--suite", "suite", "--worker", &node, "--configurations", "node/turbofan"];
    let document = guests.0.json(&arguments, 5);
    for (workload, kind, part) in [
        ("traps", "failed", "trap: unreachable ("),
        ("divides", "failed", "trap: divide by zero ("),
        ("recurses", "failed", "trap: stack exhausted ("),
        ("lies", "wrong_output", "checksum -1 instead of"),
    ] {
        let verdict = &document["verdicts"][workload]["node/turbofan"];
        assert!(verdict[kind].as_str().is_some_and(|why| why.contains(part)), "{workload}: {verdict}");
    }
}

#[test]
fn without_node_the_message_has_a_remedy() {
    let world = World::with_mock();
    std::os::unix::fs::symlink("/usr/bin/python3", world.path("bin/python3")).expect("a link");
    let node = node();
    let mut command = world.program(&["list", "--worker", &node, "--json"]);
    let output =
        command.env("PATH", format!("{}:/usr/sbin", world.path("bin").display())).output().expect("a start");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let reason = document["unavailable"]["node"].as_str().unwrap_or_else(|| panic!("{document}"));
    assert!(reason.contains("node is not installed; get it with: apt-get install nodejs"), "{reason}");
    assert_eq!(document["runtimes"][0]["runtime"], "mock");
}

#[test]
fn a_worker_that_lies_is_found() {
    let world = World::with_mock();
    let lie = r#"say('{"event":"output","checksum":7}')"#;
    let found = verdicts(&world, &odd(&world, &[lie, PHASES, DONE]), "20", 5);
    assert!(
        found["odd/only"]["wrong_output"].as_str().is_some_and(|why| why.contains("checksum 7 instead of"))
    );
    assert_eq!(found["mock/right"], "right");

    // No output at all is no right one.
    let found = verdicts(&world, &odd(&world, &[PHASES, DONE]), "20", 4);
    let why = found["odd/only"]["failed"].as_str().expect("a reason");
    assert!(why.contains("done without telling the output"), "{why}");
}

#[test]
fn a_worker_of_a_compiler_must_show_machine_code() {
    let world = World::with_mock();
    let compiler = DESCRIPTION.replace("interpreter", "optimizing");
    let right = r#"say('{"event":"output","checksum":43}')"#;
    let verdict = |more: &[&str], code: i32| {
        let job = [&[right, PHASES], more, &[DONE]].concat();
        let worker =
            script(&world, &[HELLO, "if describe:", &indent(&[&compiler, DONE]), "else:", &indent(&job)]);
        verdicts(&world, &worker, "20", code)["odd/only"].take()
    };
    assert_eq!(verdict(&[r#"say('{"event":"code","bytes":4096}')"#], 0), "right");
    for (more, part) in [
        ([].as_slice(), "a tier of the kind optimizing did not show that it made machine code"),
        (&[r#"say('{"event":"code","bytes":0}')"#], "silently interpreted"),
    ] {
        let why = verdict(more, 4);
        assert!(reason(&why, "failed").contains(part), "{why}");
    }
    // What failed before its second call had nothing to show.
    let failed =
        r#"say('{"event":"failed","during":"first_call","failure":{"kind":"engine","message":"no"}}')"#;
    assert_eq!(reason(&verdict(&[failed], 4), "failed"), "no");
}

#[test]
fn a_worker_that_never_answers_is_ended() {
    let world = World::with_mock();
    let found = verdicts(&world, &odd(&world, &["time.sleep(3600)"]), "2", 4);
    let why = found["odd/only"]["timed_out"].as_str().expect("a reason");
    assert!(why.contains("did not end within 2 s"), "{why}");
    assert_eq!(found["mock/right"], "right");
}

#[test]
fn a_worker_that_writes_nonsense_without_end_is_ended() {
    let world = World::with_mock();
    for (lines, part) in [
        (["while True: say('nonsense')"].as_slice(), "no event of the protocol"),
        (
            &["while True: say('{\"event\":\"of a newer version\",\"x\":\"' + 8192 * 'x' + '\"}')"],
            "more than 16 MiB of events",
        ),
        (&["while True: os.write(int(os.environ['WASMARK_EVENT_FD']), b' ' * 65536)"], "more than 16 MiB"),
        (&["os._exit(3)"], "exit code 3 before its job was done"),
    ] {
        let found = verdicts(&world, &odd(&world, lines), "20", 4);
        let why = found["odd/only"]["failed"].as_str().unwrap_or_else(|| panic!("{found}"));
        assert!(why.contains(part), "{why}");
        assert_eq!(found["mock/right"], "right");
    }
}

#[test]
fn a_worker_that_cannot_say_what_it_is_is_unavailable() {
    let world = World::with_mock();
    let newer = HELLO.replace("\"major\":1", "\"major\":2");
    let nameless = DESCRIPTION.replace("odd", "odd one");
    let empty = DESCRIPTION.replace("\"only\"", "\"\"");
    for (lines, part) in [
        ([newer.as_str(), DESCRIPTION, DONE], "speaks protocol 2.0, this wasmark 1."),
        ([HELLO, nameless.as_str(), DONE], "reports the name \"odd one\""),
        ([HELLO, empty.as_str(), DONE], "reports the name \"\""),
        ([HELLO, DONE, ""], "did not describe itself"),
        ([DESCRIPTION, DONE, ""], "did not greet"),
        (["say('nonsense')", DONE, ""], "no event of the protocol"),
    ] {
        let worker = script(&world, &lines);
        let document = world.json(&["list", "--worker", &worker], 0);
        let reason = document["unavailable"]["odd"].as_str().unwrap_or_else(|| panic!("{document}"));
        assert!(reason.contains(part), "{reason}");
        assert_eq!(document["runtimes"][0]["runtime"], "mock");
    }
}

#[test]
fn a_path_or_a_name_that_cannot_be_is_refused() {
    let world = World::with_mock();
    fs::write(world.path("text"), "no program").expect("a file");
    let clash = world.path("bin/wasmark-worker-mock").display().to_string();
    let good = odd(&world, &[DONE]);
    for (paths, part) in [
        (["nowhere"].as_slice(), "failed to find the worker nowhere; name the program's file"),
        (&["text"], "it is not executable; run `chmod +x text`"),
        (&["bin"], "it is no file"),
        (&[clash.as_str()], "calls itself \"mock\", as another runtime is called already"),
    ] {
        let workers: Vec<&str> = paths.iter().flat_map(|path| ["--worker", path]).collect();
        let (_, error) = world.expect(&[&["check"], &workers[..]].concat(), 2);
        assert!(error.contains(part), "{error}");
    }
    // The same twice is one.
    let document = world.json(&["list", "--worker", &good, "--worker", "odd.py", "--runtimes", "odd,odd"], 0);
    assert_eq!(document["runtimes"].as_array().map(Vec::len), Some(1), "{document}");
    let (_, error) = world.expect(&["list", "--worker", &good, "--runtimes", "od"], 2);
    assert!(error.contains("did you mean \"odd\"?"), "{error}");
}

#[test]
fn a_worker_of_an_older_protocol_is_not_measured_with_fresh_instances() {
    let world = World::with_mock();
    world.module("one.wasm", r#"(module (func (export "f") (result i32) (i32.const 1)))"#);
    let worker = odd(&world, &[PHASES, DONE]);
    let check = ["check", "one.wasm", "--worker", &worker, "--configurations", "odd/only", "--expect", "1"];
    let document = world.json(&[&check[..], &["--fresh"]].concat(), 4);
    let why = reason(&document["verdicts"]["one"]["odd/only"], "failed");
    assert!(why.contains("protocol 1.0") && why.contains("leave --fresh out"), "{why}");
}
