//! What crossing the boundary costs: what was planted is found.

use serde_json::Value;

use crate::{alone, common::median};

/// What one call of the host takes in `crosses`, in nanoseconds of CPU time.
const PLANTED: f64 = 50_000.0;

fn row<'a>(summary: &'a Value, id: &str, operation: &str) -> &'a Value {
    let rows = summary["boundary"].as_array().expect("rows");
    let of = |row: &&Value| row["configuration"] == id && row["operation"] == operation;
    rows.iter().find(of).unwrap_or_else(|| panic!("{id} {operation}: {rows:?}"))
}

#[test]
fn what_a_call_of_the_host_costs_is_found() {
    let (_alone, world) = alone();
    let run = ["run", "--metrics", "boundary", "--configurations", "mock/crosses", "--rounds", "2"];
    let summary = world.json(&run, 0);
    let host = row(&summary, "mock/crosses", "host_0");
    let cpu = median(&host["cpu"]);
    // More than planted where the machine is busy: caches are shared.
    assert!((0.98..1.05).contains(&(cpu / PLANTED)), "{cpu}: {host}");
    let empty = median(&row(&summary, "mock/crosses", "empty_loop")["time"]);
    assert!(empty < 100.0, "{empty} ns for a turn of a loop");
    let (time, rest) = (median(&host["time"]), host["without_loop"]["median"].as_f64().expect("a number"));
    assert!((time - rest - empty).abs() < 1e-6 * time, "{time} {rest} {empty}");
    for operation in ["host_8", "call_indirect", "memory_grow", "export_0", "export_8", "trap"] {
        assert!(median(&row(&summary, "mock/crosses", operation)["time"]) > 0.0, "{operation}");
    }
    // The mock has no WASI, which has a reason and no number.
    let clock = row(&summary, "mock/crosses", "clock_time_get");
    assert_eq!(clock["time"]["unsupported"], "needs WASI preview 1");

    assert_eq!(summary["run"]["workloads"], serde_json::json!([]));
    let operations = summary["run"]["operations"].as_array().expect("operations");
    assert_eq!(operations[0]["name"], "empty_loop");
    assert_eq!(operations[0]["wasm_sha256"].as_str().map(str::len), Some(64));

    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("What crossing the boundary costs"), "{out}");
    let page = std::fs::read_to_string(world.newest_run().join("report.html")).expect("a page");
    assert!(page.contains("id=\"boundary\""));
}

#[test]
fn an_operation_with_another_result_is_a_wrong_output() {
    let (_alone, world) = alone();
    let run = ["run", "--metrics", "boundary", "--configurations", "mock/right", "--rounds", "1"];
    let summary = world.json(&run, 5);
    let reason = &row(&summary, "mock/right", "host_1")["time"]["wrong_output"];
    assert!(reason.is_string(), "{summary}");
}

#[test]
fn it_is_measured_where_it_is_named_alone() {
    let (_alone, world) = alone();
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "1"];
    let summary = world.json(&run, 0);
    assert_eq!(summary["boundary"], serde_json::json!([]));
}
