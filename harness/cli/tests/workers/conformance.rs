//! Every runtime, through its real worker: right outputs everywhere, a run from end to end, and a run that is killed.
//! A runtime that is missing fails here: `./setup.sh` installs what it needs.

use std::{collections::BTreeSet, process::Stdio, time::Duration};

use serde_json::Value;

use crate::common::World;

const RUNTIMES: [&str; 9] =
    ["native", "process", "v8", "wamr", "wasmedge", "wasmer", "wasmer-llvm", "wasmi", "wasmtime"];

/// Every kind of work, and each language. The rest of the suite takes an hour and more, most of it in compilers:
/// `wasmark check --all-configurations`.
const WORKLOADS: &str = "noop,hello,fib,indirect,sieve,memory,memory_mvp,matmul,gemm_simd,quicksort,binary_trees,\
    hashmap,json,wordfreq,sqlite,zlib,blake3_simd,http_router,edge_hello,edge_jwt,sha256,sha256_cpp,sha256_zig,sha256_d,\
    ledger_nim,nbody_as,ledger_kotlin,ledger_lua";

/// `check` of one runtime: each cell is right, or unsupported for a reason that is known here.
fn conforms(runtime: &str) {
    let world = World::with_workers();
    let arguments = ["check", "--strict", "--runtimes", runtime, "--workloads", WORKLOADS];
    assert_eq!(right_everywhere(&world.json(&arguments, 0)), WORKLOADS.split(',').count());
}

/// The number of workloads in what `check` reports, each right wherever it is not unsupported for a known reason.
fn right_everywhere(document: &Value) -> usize {
    let verdicts = document["verdicts"].as_object().expect("verdicts");
    for (workload, row) in verdicts {
        for (configuration, verdict) in row.as_object().expect("a row") {
            let known =
                verdict["unsupported"].as_str().is_some_and(|why| known(configuration, workload, why));
            assert!(verdict == "right" || known, "{configuration} {workload}: {verdict}");
        }
    }
    verdicts.len()
}

/// The slow ones take minutes for the whole suite: `wasmark check --all-configurations`.
#[test]
fn every_configuration_is_right() {
    let world = World::with_workers();
    let arguments = ["check", "--strict", "--all-configurations", "--workloads", "noop,hello,fib,json"];
    assert_eq!(right_everywhere(&world.json(&arguments, 0)), 4);
}

/// Whether this is a reason for which a configuration may not run a workload.
fn known(configuration: &str, workload: &str, reason: &str) -> bool {
    match configuration.split('/').next() {
        Some("native") => reason.contains(" has no native "),
        Some("process") if workload != "noop" => reason == "measures the start of a process only",
        // The system may refuse fresh namespaces, by a call that the reason names.
        Some("process") => {
            configuration == "process/namespaces" && reason.contains(" of a process in fresh namespaces: ")
        }
        // A proposal or WASI: `what_a_configuration_claims_is_what_its_probes_show` holds each to what it claims.
        _ => reason.starts_with("needs "),
    }
}

#[test]
fn process_conforms() {
    conforms("process");
}

#[test]
fn native_conforms() {
    conforms("native");
}

#[test]
fn v8_conforms() {
    conforms("v8");
}

#[test]
fn wamr_conforms() {
    conforms("wamr");
}

#[test]
fn wasmedge_conforms() {
    conforms("wasmedge");
}

#[test]
fn wasmer_conforms() {
    conforms("wasmer");
}

#[test]
fn wasmer_llvm_conforms() {
    conforms("wasmer-llvm");
}

#[test]
fn wasmi_conforms() {
    conforms("wasmi");
}

#[test]
fn wasmtime_conforms() {
    conforms("wasmtime");
}

/// The arguments of a small run of everything.
const SMALL: [&str; 7] = ["run", "--workloads", "noop,hello,fib", "--rounds", "1", "--seed", "1"];

#[test]
fn a_run_measures_every_runtime_and_writes_its_page() {
    let world = World::with_workers();
    let summary = world.json(&SMALL, 0);
    let measured = |section: &Value, cell: &str, configuration: &str, workload: &str| {
        let row = section
            .as_array()
            .expect("rows")
            .iter()
            .find(|row| row["configuration"] == configuration && row["workload"] == workload);
        let cell = &row.unwrap_or_else(|| panic!("{configuration} {workload}"))[cell];
        assert!(!cell["measured"].is_null(), "{configuration} {workload}: {cell}");
    };
    let configurations = summary["run"]["configurations"].as_array().expect("configurations");
    for runtime in RUNTIMES {
        assert!(
            configurations
                .iter()
                .any(|one| one["id"].as_str().is_some_and(|id| id.split('/').next() == Some(runtime))),
            "{runtime} is missing"
        );
    }
    for one in configurations {
        let id = one["id"].as_str().expect("an id");
        let settings = one["settings"].as_object().expect("settings");
        if id == "process/namespaces" && !settings.contains_key("libc") {
            continue; // refused by the system: `process_conforms` looks at the reason
        }
        assert!(settings.contains_key("libc"), "{id} has no settings of its worker's");
        // An engine's library may bring an allocator along, which would then be its process's alone.
        assert_eq!(settings["malloc"], "libc.so.6", "{id}: {settings:?}");
        assert!(settings.contains_key("build of the worker"), "{id}: {settings:?}");
        // The engine's own library, where it is one: which file was loaded, and how it was built.
        if ["wasmedge", "wamr", "v8"].into_iter().any(|runtime| one["runtime"] == runtime) {
            let value = |start: &str| {
                let (_, value) = settings.iter().find(|(name, _)| name.starts_with(start))?;
                value.as_str()
            };
            assert!(value("library lib").is_some_and(|text| text.contains("sha256 ")), "{id}: {settings:?}");
            assert!(value("build of lib").is_some(), "{id}: {settings:?}");
        }
        measured(&summary["cold_start"], "process_to_result", id, "noop");
        measured(&summary["cold_start"], "reused_instance", id, "noop");
        if one["runtime"] == "process" {
            measured(&summary["cold_start"], "fresh_instance", id, "noop");
            continue;
        }
        measured(&summary["throughput"]["rows"], "time", id, "fib");
        if one["runtime"] != "native" {
            let commands = one["runtime"] != "v8";
            for workload in ["noop"].into_iter().chain(commands.then_some("hello")) {
                measured(&summary["cold_start"], "fresh_instance", id, workload);
                measured(&summary["memory"], "called", id, workload);
                measured(&summary["memory"], "instantiated", id, workload);
            }
        }
    }
    let folder = world.newest_run();
    let page = std::fs::read_to_string(folder.join("report.html")).expect("the page");
    assert!(page.len() < 3 << 20, "{} bytes", page.len());
    assert!(configurations.iter().all(|one| page.contains(one["id"].as_str().expect("an id"))));
}

#[test]
fn a_killed_run_keeps_what_it_measured_and_goes_on() {
    let world = World::with_workers();
    let mut command =
        world.program(&["run", "--workloads", "noop,fib", "--runtimes", "native,wasmtime", "--seed", "3"]);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("wasmark starts");
    // What is being written has another name until it is whole: a kill may leave one such file.
    let parts = || {
        let folder = world.try_newest_run().and_then(|folder| std::fs::read_dir(folder.join("parts")).ok());
        let whole = |name: std::ffi::OsString| name.to_string_lossy().ends_with(".parquet");
        folder.into_iter().flatten().flatten().filter(|entry| whole(entry.file_name())).count()
    };
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(50));
        if parts() >= 8 {
            break;
        }
    }
    run.kill().expect("a kill");
    run.wait().expect("an end");
    let kept = parts();
    assert!(kept >= 8, "{kept} processes before the kill");

    let summary = world.json(&["report"], 0);
    assert!(summary["run"]["finished"].is_null());
    let records = wasmark_results::store::load(&world.newest_run()).expect("what was kept").records;
    let processes: BTreeSet<u32> = records.iter().map(|record| record.process).collect();
    assert_eq!(processes.len(), kept, "every process that was kept is read");

    let resumed = world.json(&["run", "--resume"], 0);
    assert!(!resumed["run"]["finished"].is_null());
    assert_eq!(resumed["run"]["id"], summary["run"]["id"]);
    assert!(resumed["processes"].as_u64() > summary["processes"].as_u64());
    let n = |document: &Value| {
        let rows = document["throughput"]["rows"].as_array().expect("rows").clone();
        let row = rows
            .into_iter()
            .find(|row| row["configuration"] == "wasmtime/pooling" && row["workload"] == "fib")
            .expect("a row");
        row["time"]["measured"]["n"].as_u64()
    };
    assert_eq!(n(&resumed), Some(6), "every round of the quick profile, and none twice");
}

/// A command of Sightglass's with a file beside it, and a function with arguments and a stub, through every runtime.
#[test]
fn modules_without_a_manifest_run_everywhere() {
    let world = World::with_workers();
    let write = |name: &str, bytes: &[u8]| std::fs::write(world.path(name), bytes).expect("a file");
    std::fs::create_dir(world.path("suite")).expect("a folder");
    // Copies what is in input.txt to stdout, between the marks.
    let command = r#"(module
        (import "bench" "start" (func $start)) (import "bench" "end" (func $end))
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\40\00\00\00\20\00\00\00") (data (i32.const 32) "input.txt")
        (func (export "_start") (local $folder i32)
            (call $start)
            ;; Which descriptor the folder has is the host's business.
            (local.set $folder (i32.const 2))
            (loop $next
                (local.set $folder (i32.add (local.get $folder) (i32.const 1)))
                (if (i32.gt_u (local.get $folder) (i32.const 9)) (then unreachable))
                (br_if $next (call $open (local.get $folder) (i32.const 0) (i32.const 32) (i32.const 9)
                    (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 16))))
            (if (call $read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 20)) (then unreachable))
            (i32.store (i32.const 4) (i32.load (i32.const 20)))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)) (then unreachable))
            (call $end)))"#;
    write("suite/cat.wasm", &wat::parse_str(command).expect("a module"));
    write("suite/input.txt", b"read from a file\n");
    write("suite/cat.stdout.expected", b"read from a file\n");
    let document = world.json(&["check", "--strict", "--suite", "suite"], 0);
    assert_eq!(right_everywhere(&document), 1);

    let function = r#"(module (import "env" "zero" (func $zero (param i32) (result i64)))
        (func (export "f") (param i64 f64) (result f64)
            (f64.add (f64.convert_i64_s (i64.add (local.get 0) (call $zero (i32.const 1)))) (local.get 1))))"#;
    write("function.wasm", &wat::parse_str(function).expect("a module"));
    let arguments =
        ["check", "--strict", "function.wasm", "--stub-imports", "--expect", "-1.5", "--", "-2", "0.5"];
    assert_eq!(right_everywhere(&world.json(&arguments, 0)), 1);
}

/// wasmi is plain Rust and builds quickly.
#[test]
fn versions_and_builds_of_an_engine_stand_beside_each_other_and_one_that_does_not_exist_is_unavailable() {
    let world = World::with_workers();
    let (older, usual, none) = ("wasmi@2.0.0-beta.10", "wasmi+usual", "wasmi@99.0.0");
    let names = [older, "wasmi", usual, none].join(",");
    let check = ["check", "--runtimes", &names, "--workloads", "noop"];
    let document = world.json(&check, 0);
    let row = document["verdicts"]["noop"].as_object().expect("a row");
    let runtimes: BTreeSet<&str> = row.keys().filter_map(|id| id.split('/').next()).collect();
    assert_eq!(runtimes, BTreeSet::from([older, "wasmi", usual]));
    assert!(row.values().all(|verdict| verdict == "right"), "{row:?}");
    let unavailable = document["unavailable"].as_object().expect("reasons");
    assert_eq!(unavailable.keys().collect::<Vec<_>>(), [none]);
    let why = unavailable[none].as_str().expect("a reason");
    for part in ["failed to find what wasmi@99.0.0 is built from", "=99.0.0", "Choose another version"] {
        assert!(why.contains(part), "{why}");
    }
    // A test that needs them all names them.
    world.json(&[&check[..], &["--strict"]].concat(), 4);
    // The settings hold how each was built.
    let list = world.json(&["list", "--runtimes", "wasmi,wasmi+usual"], 0);
    assert_eq!(list["runtimes"].as_array().map(Vec::len), Some(2), "{list}");
}

#[test]
fn what_a_configuration_claims_is_what_its_probes_show() {
    let world = World::with_workers();
    let listed = world.json(&["list"], 0);
    let shown = world.json(&["list", "--features", "--all-configurations"], 0);
    let probed: std::collections::BTreeSet<&str> = shown
        .as_object()
        .and_then(|matrix| matrix.values().next()?["proposals"].as_object())
        .map(|row| row.keys().map(String::as_str).collect())
        .expect("a matrix");
    assert!(probed.contains("simd"));
    let mut wrong = Vec::new();
    for runtime in listed["runtimes"].as_array().expect("runtimes") {
        for one in runtime["configurations"].as_array().expect("configurations") {
            let id = format!(
                "{}/{}",
                runtime["runtime"].as_str().expect("a name"),
                one["name"].as_str().expect("a name")
            );
            // What runs no modules is not probed.
            let Some(row) = shown[&id]["proposals"].as_object() else { continue };
            let claims: Vec<&str> =
                one["proposals"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
            for (proposal, support) in row {
                let known = wasmark_workloads::module::PROPOSALS.iter().any(|(name, _)| name == proposal);
                if known && (*support == "yes") != claims.contains(&proposal.as_str()) {
                    wrong.push(format!("{id} {proposal}: {support}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
