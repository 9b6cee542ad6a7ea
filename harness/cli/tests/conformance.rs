//! Every runtime, through its real worker: right outputs everywhere, a run from end to end, and a run that is killed.
//! A runtime that is missing fails here: `./setup.sh` says what it needs.

mod common;

use std::{collections::BTreeSet, process::Stdio, time::Duration};

use common::World;
use serde_json::Value;

const RUNTIMES: [&str; 7] = ["native", "v8", "wamr", "wasmedge", "wasmer", "wasmi", "wasmtime"];

/// The runtimes that run no commands, and why.
const WITHOUT_COMMANDS: [(&str, &str); 2] =
    [("native", "commands have no native twin here"), ("v8", "needs WASI preview 1")];

/// `check` of one runtime: each cell is right, or unsupported for a reason that is known here.
fn conforms(runtime: &str) {
    let world = World::with_workers();
    let document = world.json(&["check", "--strict", "--runtimes", runtime], 0);
    let verdicts = document["verdicts"].as_object().expect("verdicts");
    assert!(verdicts.len() >= 12, "{} workloads", verdicts.len());
    let known = WITHOUT_COMMANDS.iter().find(|(without, _)| *without == runtime).map(|(_, reason)| *reason);
    for (workload, row) in verdicts {
        for (configuration, verdict) in row.as_object().expect("a row") {
            let command = known.is_some_and(|reason| verdict["unsupported"] == reason);
            assert!(verdict == "right" || command, "{configuration} {workload}: {verdict}");
        }
    }
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
        assert!(configurations.iter().any(|one| one["runtime"] == runtime), "{runtime} is missing");
    }
    for one in configurations {
        let id = one["id"].as_str().expect("an id");
        assert!(!one["settings"].as_object().expect("settings").is_empty(), "{id} has no settings");
        measured(&summary["throughput"]["rows"], "time", id, "fib");
        measured(&summary["cold_start"], "process_to_result", id, "noop");
        measured(&summary["cold_start"], "reused_instance", id, "noop");
        if one["runtime"] != "native" {
            let commands = WITHOUT_COMMANDS.iter().all(|(without, _)| one["runtime"] != *without);
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

#[test]
fn what_a_configuration_claims_is_what_its_probes_show() {
    let world = World::with_workers();
    let listed = world.json(&["list"], 0);
    let shown = world.json(&["list", "--features", "--all-configurations"], 0);
    let probed: std::collections::BTreeSet<&str> = shown
        .as_object()
        .and_then(|matrix| matrix.values().next()?.as_object())
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
            let Some(row) = shown[&id].as_object() else { continue };
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
