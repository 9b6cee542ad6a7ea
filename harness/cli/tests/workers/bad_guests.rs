//! Guests that go wrong, through the real worker of every runtime: each costs its own cells, with the reason, and the
//! kernel beside them that is right is measured.

use std::fs;

use serde_json::Value;

use crate::common::{
    World,
    guests::{GOOD, Guests, RECURSION, command, kernel, kernel_manifest, module},
    reason,
};

const CONFIGURATIONS: [&str; 7] = [
    "wamr/aot",
    "wamr/fast-interpreter",
    "wasmedge/aot",
    "wasmedge/interpreter",
    "wasmer/cranelift",
    "wasmtime/on-demand",
    "wasmtime/pooling",
];

/// `check` of the suite everywhere. The good kernel is right on every engine.
fn check(guests: &Guests, code: i32) -> Value {
    let document = guests.0.json(&["check", "--strict", "--suite", "suite"], code);
    for configuration in CONFIGURATIONS {
        assert_eq!(document["verdicts"]["good"][configuration], "right", "{configuration}");
    }
    document
}

#[test]
fn what_cannot_be_instantiated_has_failed_and_the_rest_is_right() {
    let guests = Guests::new();
    guests.command("unknown", &command("no_such_import"), 0);
    guests.command("three", &command("proc_exit"), 3);
    let four_gib = GOOD.replace(r#"(export "memory") 1)"#, r#"(export "memory") 65536)"#);
    guests.kernel("large", &module(&four_gib));

    let document = check(&guests, 4);
    let verdicts = &document["verdicts"];
    for configuration in CONFIGURATIONS {
        let unknown = reason(&verdicts["unknown"][configuration], "failed");
        assert!(
            unknown.contains("import") && unknown.contains("no_such_import"),
            "{configuration}: {unknown}"
        );
        assert_eq!(verdicts["three"][configuration], "right", "{configuration}");
        // The pages are not touched; a small machine may refuse to promise them, but nothing crashes.
        let large = &verdicts["large"][configuration];
        assert!(large == "right" || !reason(large, "failed").contains("signal"), "{configuration}: {large}");
    }
    for (workload, row) in verdicts.as_object().expect("verdicts") {
        let why = reason(&row["native/o2"], "unsupported");
        assert!(why.contains("has no native build"), "{workload}: {why}");
    }
}

/// A hundred thousand functions, and blocks within blocks: an engine may refuse them, or take too long, or fall over; it
/// then has the reason in its cell, and nothing else is lost.
#[test]
fn what_is_large_or_deep_has_a_cell() {
    let guests = Guests::new();
    let function = "(func (param i32) (result i64) (i64.extend_i32_s (local.get 0)))";
    let many = format!(
        r#"(module {} (memory (export "memory") 1)
            (func (export "run") (param i32) (result i64) (call 99999 (local.get 0))))"#,
        function.repeat(100_000)
    );
    guests.kernel("many", &module(&many));
    let (blocks, ends) = ("block ".repeat(20_000), "end ".repeat(20_000));
    guests.kernel("deep", &kernel(&format!("{blocks} {ends} local.get 0 i64.extend_i32_s")));
    // One of each kind; LLVM takes minutes for so many functions, to the same end.
    let configurations =
        ["wamr/fast-interpreter", "wasmedge/interpreter", "wasmer/cranelift", "wasmtime/on-demand"];
    let names = configurations.join(",");
    let arguments =
        ["check", "--strict", "--suite", "suite", "--time-limit", "20", "--configurations", &names, "--json"];
    let output = guests.0.program(&arguments).output().expect("wasmark");
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    let verdicts = &document["verdicts"];
    for configuration in configurations {
        assert_eq!(verdicts["good"][configuration], "right", "{configuration}");
        for name in ["many", "deep"] {
            let verdict = &verdicts[name][configuration];
            let reason = ["failed", "timed_out"].into_iter().find_map(|kind| verdict[kind].as_str());
            assert!(
                verdict == "right" || reason.is_some_and(|reason| !reason.is_empty()),
                "{configuration} {name}: {verdict}"
            );
        }
    }
    assert_eq!(verdicts["many"]["wasmtime/on-demand"], "right");
    assert_eq!(verdicts["deep"]["wamr/fast-interpreter"], "right");
}

#[test]
fn what_ends_otherwise_than_expected_is_wrong() {
    let guests = Guests::new();
    guests.command("exits", &command("proc_exit"), 0);
    guests.kernel("other", &kernel("(i64.const 7)"));
    // Right in the cold start, wrong where the work is timed.
    guests.kernel("later", &kernel("(i64.const 1)"));
    let document = check(&guests, 5);
    for configuration in CONFIGURATIONS {
        for (name, part) in [
            ("exits", "exit code 3 instead of 0"),
            ("other", "checksum 7 instead of"),
            ("later", "checksum 1 instead of"),
        ] {
            let verdict = &document["verdicts"][name][configuration];
            assert!(reason(verdict, "wrong_output").contains(part), "{configuration} {name}: {verdict}");
        }
    }
}

#[test]
fn what_a_manifest_cannot_claim_is_rejected_with_what_to_do() {
    let guests = Guests::new();
    let good = module(GOOD);
    let wide = GOOD
        .replace("(param i32)", "(param i64)")
        .replace("(i64.extend_i32_s (local.get 0))", "(local.get 0)");
    let rejected = [
        ("not_wasm", b"\x7fELF".to_vec(), "name a .wasm file"),
        ("truncated", good[..good.len() - 3].to_vec(), "copy or build it again"),
        ("component", module("(component)"), "build for wasm32-wasip1"),
        (
            "no_entry",
            module(&GOOD.replace("\"run\"", "\"walk\"")),
            "write one of those that there are: memory, walk",
        ),
        ("arguments", module(&wide), "a function (i32) -> (i64) is called here"),
        (
            "import",
            module(&GOOD.replace("(module", r#"(module (import "env" "f" (func))"#)),
            "a kernel imports nothing",
        ),
    ];
    for (name, wasm, _) in &rejected {
        guests.kernel(name, wasm);
    }
    guests.workload("hash", &good, &kernel_manifest("hash", b"another"));
    let leaves = kernel_manifest("leaves", &good).replace("guest.wasm", "../good/guest.wasm");
    guests.workload("leaves", &good, &leaves);

    let document = check(&guests, 2);
    assert_eq!(document["verdicts"].as_object().expect("verdicts").len(), 1);
    let sentences = document["rejected"].as_array().expect("reasons");
    assert_eq!(sentences.len(), rejected.len() + 2, "{sentences:?}");
    let two = [("hash", "restore the module"), ("leaves", "copy the file into it")];
    for (name, part) in rejected.iter().map(|(name, _, part)| (*name, *part)).chain(two) {
        let of_it = |sentence: &&str| sentence.contains(&format!("suite/{name}/workload.toml"));
        let sentence = sentences.iter().filter_map(Value::as_str).find(of_it).expect(name);
        assert!(sentence.contains("failed to") && sentence.contains(part), "{name}: {sentence}");
    }
    let (_, error) = guests.0.expect(&["check", "--suite", "suite", "--workloads", "truncated"], 2);
    assert!(error.contains("copy or build it again"), "{error}");
}

#[test]
fn a_run_with_guests_that_never_end_has_values_reasons_and_a_page() {
    let guests = Guests::new();
    guests.kernel("traps", &kernel("unreachable"));
    guests.kernel("loops", &kernel("(loop $again (br $again)) unreachable"));
    guests.kernel("recurses", &module(RECURSION));
    // Named, because a suite's cells that are too slow are left out where nothing names their configuration.
    let names = CONFIGURATIONS.join(",");
    let arguments =
        ["run", "--suite", "suite", "--configurations", &names, "--rounds", "1", "--metrics", "throughput"];
    let limits = ["--time-limit", "2", "--memory-limit", "512"];
    let summary = guests.0.json(&[&arguments[..], &limits].concat(), 4);

    let rows = summary["throughput"]["rows"].as_array().expect("rows");
    let problems = summary["problems"]["list"].as_array().expect("problems");
    for configuration in CONFIGURATIONS {
        let find = |list: &[Value], workload: &str| {
            let of_cell = |one: &&Value| one["configuration"] == configuration && one["workload"] == workload;
            list.iter().find(of_cell).unwrap_or_else(|| panic!("{configuration} {workload}")).clone()
        };
        let good = find(rows, "good");
        assert!(good["time"]["measured"]["median"].as_f64().expect("a time") > 0.0, "{good}");
        for (name, statuses, parts) in [
            ("traps", ["failed"].as_slice(), ["trap: unreachable ("].as_slice()),
            ("loops", &["timed_out"], &["did not end within 2 s, before its first call returned"]),
            // Interpreters without a limit of depth use memory until they are ended.
            (
                "recurses",
                &["failed", "timed_out"],
                &["trap: stack exhausted (", "signal 11", "MiB of memory", "did not end within"],
            ),
        ] {
            let problem = find(problems, name);
            let why = reason(&problem, "reason");
            assert!(statuses.iter().any(|status| problem["status"] == *status), "{problem}");
            assert!(parts.iter().any(|part| why.contains(part)), "{problem}");
            assert!(find(rows, name)["time"]["measured"].is_null(), "{configuration} {name}");
        }
    }
    let page = fs::read_to_string(guests.0.newest_run().join("report.html")).expect("the page");
    assert!(page.contains("did not end within 2 s"));
}

#[test]
fn realtime_is_applied_or_reported_as_refused() {
    let world = World::with_workers();
    let permitted = world.json(&["doctor"], 0)["realtime"].as_bool().expect("an answer");
    let arguments = ["run", "--realtime", "--workloads", "noop", "--runtimes", "wasmtime", "--rounds", "1"];
    let summary = world.json(&arguments, 0);
    assert_eq!(summary["run"]["realtime"], if permitted { "applied" } else { "refused" });
    for row in summary["cold_start"].as_array().expect("rows") {
        for rung in ["process_to_result", "fresh_instance"] {
            assert!(!row[rung]["measured"].is_null(), "{rung}: {row}");
        }
    }
}
