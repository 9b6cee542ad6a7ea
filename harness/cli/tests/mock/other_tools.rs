//! A stored run in another tool: the very text of FORMAT.md, run by polars for Python, gives what `wasmark report` gives.
//! Needs python3 and polars, which `./setup.sh --test` gets.

use std::process::Command;

use serde_json::Value;
use wasmark_results::{
    record::{Outcome, Record},
    store,
};

use crate::common::{
    World, python,
    runs::{Planted, noise},
};

/// The queries of FORMAT.md for the run in `run`, with the answers as JSON at the end.
fn script(run: &str) -> String {
    let format = include_str!("../../../../FORMAT.md");
    let code =
        format.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the queries");
    let print = "\nimport json\nprint(json.dumps([one.collect().to_dicts() for one in (throughput, from_wasm, without)]))\n";
    format!("{}{print}", code.replace("RUN", run))
}

#[test]
fn the_queries_of_the_format_give_the_headline_table() {
    let Some(packages) = python::packages() else { return };
    let world = World::with_mock();
    let mut planted = Planted::number(0, "a CPU");
    planted.workloads.push("sha256".into());
    planted.configurations.push("wasmi/lazy".into());
    let mut records = planted.records(9, |configuration, workload, process| {
        noise(process, 1) * (1 + configuration + 2 * workload) as f64
    });
    let lost = records.last().cloned().expect("records");
    let process = lost.process + 1;
    let reason = Outcome::Failed("the engine gave up".into());
    records.push(Record { process, configuration: "wasmi/lazy".into(), outcome: reason, ..lost });
    let run = world.path("results").join(&planted.id);
    let document = serde_json::from_value(planted.document()).expect("a run");
    store::write(&run, &document, &records).expect("stored");
    let output = Command::new("python3")
        .args(["-c", &script(run.to_str().expect("a path"))])
        .env("PYTHONPATH", packages)
        .output()
        .expect("python3 starts");
    let (out, err) = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).into();
    assert!(output.status.success(), "{err}");
    let answers: Value = serde_json::from_str(out.lines().last().unwrap_or_default()).expect("JSON");
    let ns = |answer: usize, configuration: &str, workload: &str| {
        let rows = answers[answer].as_array().expect("rows");
        let is = |row: &&Value| row["configuration"] == configuration && row["workload"] == workload;
        let row = rows.iter().find(is).unwrap_or_else(|| panic!("{answers:#}"));
        assert_eq!(row["processes"], 3, "{row}");
        row["ns"].as_f64().expect("a number")
    };

    let summary = world.json(&["report"], 4);
    let own = |rows: &Value, configuration: &str, workload: &str| -> Value {
        let is = |row: &&Value| row["configuration"] == configuration && row["workload"] == workload;
        rows.as_array().expect("rows").iter().find(is).expect("a row").clone()
    };
    let close = |one: f64, other: &Value| {
        let other = other["measured"]["median"].as_f64().unwrap_or_else(|| panic!("{other}"));
        assert!((one / other - 1.0).abs() < 1e-9, "{one} and {other}");
    };
    for configuration in ["wasmtime/pooling", "wasmi/lazy"] {
        for workload in ["fib", "sha256"] {
            let row = own(&summary["throughput"]["rows"], configuration, workload);
            close(ns(0, configuration, workload), &row["time"]);
            let row = own(&summary["cold_start"], configuration, workload);
            close(ns(1, configuration, workload), &row["from_wasm"]);
        }
    }
    let without = answers[2].as_array().expect("rows");
    assert_eq!((without.len(), &without[0]["reason"]), (1, &"the engine gave up".into()), "{answers:#}");
}
