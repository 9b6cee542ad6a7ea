//! A worker that goes wrong costs its own cell, with the reason, and nothing else.

use serde_json::Value;

use crate::common::{World, reason};

/// The verdict of `check` on the mock's configurations for the workload `noop`.
fn verdicts(world: &World, configurations: &str, extra: &[&str], code: i32) -> Value {
    let arguments = ["check", "--workloads", "noop", "--configurations", configurations];
    let mut document = world.json(&[&arguments, extra].concat(), code);
    document["verdicts"]["noop"].take()
}

#[test]
fn each_fault_is_distinguished_and_the_rest_goes_on() {
    let world = World::with_mock();
    let names = ["right", "traps", "crashes", "aborts", "garbage", "panics", "refuses"];
    let all: Vec<String> = names.iter().map(|name| format!("mock/{name}")).collect();
    let found = verdicts(&world, &all.join(","), &[], 4);
    assert_eq!(found["mock/right"], "right");
    for (name, part) in [
        ("traps", "trap: unreachable (unreachable executed)"),
        ("crashes", "SIGSEGV"),
        ("aborts", "the mock gives up"),
        ("garbage", "no event of the protocol"),
        ("panics", "the mock panics"),
        ("refuses", "refuses its settings"),
    ] {
        let verdict = &found[format!("mock/{name}")];
        assert!(reason(verdict, "failed").contains(part), "{name}: {verdict}");
    }
}

#[test]
fn a_worker_that_hangs_is_ended() {
    let world = World::with_mock();
    let found = verdicts(&world, "mock/hangs,mock/right", &["--time-limit", "1"], 4);
    assert!(reason(&found["mock/hangs"], "timed_out").contains("did not end within 1 s"));
    assert_eq!(found["mock/right"], "right");
}

#[test]
fn a_worker_that_grows_is_ended() {
    let world = World::with_mock();
    let found = verdicts(&world, "mock/grows", &["--memory-limit", "256"], 4);
    assert!(reason(&found["mock/grows"], "failed").contains("more than 256 MiB of memory"));
}

#[test]
fn wrong_outputs_are_found_in_every_call() {
    let world = World::with_mock();
    let found = verdicts(&world, "mock/wrong,mock/right", &[], 5);
    assert!(reason(&found["mock/wrong"], "wrong_output").contains("checksum -1 instead of"));
    assert_eq!(found["mock/right"], "right");
    // This one is right twice and wrong from its instance's third call on.
    world.expect(&["run", "--workloads", "noop", "--configurations", "mock/lies", "--rounds", "1"], 5);
}

/// A suite of `noop` alone that knows of one issue: of this table, in these configurations, with these further keys.
fn knowing(world: &World, table: &str, configurations: &str, keys: &str) -> String {
    let (folder, noop) = (world.path("suite"), world.path("suite/noop"));
    std::fs::create_dir_all(&noop).expect("a folder");
    let own = wasmark_workloads::default_suite_dir().join("noop");
    for file in ["noop.wasm", "workload.toml"] {
        std::fs::copy(own.join(file), noop.join(file)).expect("a copy");
    }
    let text = format!(
        "[[{table}]]\nworkloads = [\"noop\"]\nconfigurations = {configurations}\n\
         cause = \"the mock has no memory\"\n{keys}\n"
    );
    std::fs::write(folder.join("known_issues.toml"), text).expect("a file");
    folder.to_str().expect("a path").to_string()
}

#[test]
fn what_a_suite_knows_explains_that_failure_and_no_other() {
    let world = World::with_mock();
    let knows = |configurations: &str| knowing(&world, "issue", configurations, "message = \"SIGSEGV\"");

    let suite = knows(r#"["mock/crashes", "mock/traps"]"#);
    let suite = ["--suite", suite.as_str()];
    let found = verdicts(&world, "mock/crashes,mock/right", &suite, 0);
    assert!(reason(&found["mock/crashes"], "known_issue").ends_with("; known: the mock has no memory"));
    let found = verdicts(&world, "mock/crashes,mock/traps", &suite, 4);
    assert!(!reason(&found["mock/traps"], "failed").contains("known"));
    knows(r#"["mock/right"]"#);
    let found = verdicts(&world, "mock/right", &suite, 4);
    assert!(reason(&found["mock/right"], "failed").contains("take it out"), "{found}");
}

#[test]
fn what_a_suite_knows_to_be_slow_may_take_too_long_and_need_not() {
    let world = World::with_mock();
    let suite = knowing(&world, "slow", r#"["mock/hangs", "mock/crashes", "mock/right"]"#, "");
    let limited = ["--suite", suite.as_str(), "--time-limit", "1"];
    let found = verdicts(&world, "mock/hangs,mock/right", &limited, 0);
    assert!(reason(&found["mock/hangs"], "known_issue").ends_with("; known: the mock has no memory"));
    assert_eq!(found["mock/right"], "right", "there was time enough");
    let found = verdicts(&world, "mock/crashes", &limited, 4);
    assert!(!reason(&found["mock/crashes"], "failed").contains("known"), "a crash is another matter");
}

#[test]
fn an_output_that_no_configuration_gives_is_the_manifests_fault() {
    let world = World::with_mock();
    let notes = |configurations: &str| {
        let arguments = ["check", "--workloads", "noop", "--configurations", configurations];
        world.json(&arguments, 5)["notes"].as_array().expect("notes").clone()
    };
    let alone = notes("mock/wrong");
    let note = alone[0].as_str().expect("a note");
    let manifest = include_str!("../../../../workloads/suite/noop/workload.toml");
    let line = 1 + manifest.lines().position(|line| line == "[expected]").expect("what is right");
    for part in [&format!("noop/workload.toml:{line}: failed to"), "checksum -1 instead of", "write what two"]
    {
        assert!(note.contains(part), "{note:?} lacks {part:?}");
    }
    // Where one gives it, the other is what is wrong.
    assert!(notes("mock/wrong,mock/right").is_empty());
}

#[test]
fn a_compiler_without_machine_code_is_found() {
    let world = World::with_mock();
    let found = verdicts(&world, "mock/interprets,mock/right", &[], 4);
    assert!(reason(&found["mock/interprets"], "failed").contains("silently interpreted"));
    assert_eq!(found["mock/right"], "right");
}

#[test]
fn what_cannot_be_compiled_is_unsupported_and_no_failure() {
    let world = World::with_mock();
    let found = verdicts(&world, "mock/apart", &[], 0);
    assert_eq!(reason(&found["mock/apart"], "unsupported"), "the mock's compiler is not installed");
}

#[test]
fn a_run_keeps_what_worked_and_reports_what_did_not() {
    let world = World::with_mock();
    let configurations = "mock/right,mock/crashes,mock/wrong";
    let arguments =
        ["run", "--workloads", "noop", "--rounds", "2", "--seed", "7", "--configurations", configurations];
    let summary = world.json(&arguments, 5);
    assert_eq!(summary["run"]["seed"], 7);
    let list = summary["problems"]["list"].as_array().expect("a list");
    let reasons = |configuration: &str, status: &str| {
        list.iter().filter(|one| one["configuration"] == configuration && one["status"] == status).count()
    };
    // One for each kind of process: the ladder with its steps, and memory in two states.
    assert_eq!(
        (reasons("mock/crashes", "failed"), reasons("mock/wrong", "wrong_output")),
        (3, 3),
        "{list:?}"
    );
    assert_eq!((reasons("mock/right", "failed"), reasons("mock/right", "wrong_output")), (0, 0), "{list:?}");
    let starts = summary["cold_start"].as_array().expect("rows");
    let call = |configuration: &str| {
        let row = starts.iter().find(|row| row["configuration"] == configuration).expect("a row");
        row["reused_instance"]["measured"]["typical"]["median"].as_f64()
    };
    assert!(call("mock/right").is_some_and(|nanoseconds| nanoseconds > 0.0));
    assert_eq!(call("mock/crashes"), None);
    let (out, _) = world.expect(&["report"], 5);
    assert!(out.contains("report.html"), "{out}");
}

#[test]
fn a_worker_of_another_program_is_refused() {
    let world = World::with_mock();
    std::os::unix::fs::symlink("/bin/true", world.path("bin/wasmark-worker-true")).expect("a link");
    let document = world.json(&["doctor"], 0);
    let reason = document["runtimes"]["true"]["unavailable"].as_str().expect("a reason");
    assert!(reason.contains("exit code 0 before its job was done"), "{reason}");
    assert_eq!(document["runtimes"]["mock"]["available"]["version"], "0");
}
