//! The most memory in each phase: what was planted is found, in its phase alone.

use serde_json::Value;

use crate::common::World;

const MIB: f64 = 1_048_576.0;

/// The peak of a phase in MiB, of a row.
fn peak(row: &Value, phase: &str) -> f64 {
    let phases = row["phases"].as_array().expect("phases");
    let one = phases.iter().find(|one| one["phase"] == phase).unwrap_or_else(|| panic!("{phase}: {row}"));
    median(&one["peak"])
}

fn median(cell: &Value) -> f64 {
    crate::common::median(cell) / MIB
}

#[test]
fn what_a_phase_needs_is_found_in_that_phase() {
    let world = World::with_mock();
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right,mock/soars", "--rounds", "3"];
    let summary = world.json(&[&run[..], &["--metrics", "peak"]].concat(), 0);
    let row = |id: &str| {
        let rows = summary["peak"].as_array().expect("rows");
        rows.iter().find(|row| row["configuration"] == id).unwrap_or_else(|| panic!("{id}: {summary}"))
    };
    let (soars, right) = (row("mock/soars"), row("mock/right"));
    let engine = peak(soars, "engine");
    for (phase, planted) in [("compile", 32.0), ("prepare", 0.0), ("instantiate", 16.0), ("first_call", 16.0)]
    {
        let added = peak(soars, phase) - engine;
        assert!((added - planted).abs() < 0.5, "{phase}: {added} MiB for {planted}: {soars}");
        let nothing = peak(right, phase) - peak(right, "engine");
        assert!(nothing.abs() < 0.5, "{phase}: {nothing} MiB for nothing: {right}");
    }
    assert_eq!(median(&soars["to_output"]), peak(soars, "compile"), "{soars}");
    assert!(median(&soars["before"]) <= engine, "{soars}");
    let reason = soars["phases"].as_array().expect("phases").iter().find(|one| one["phase"] == "load");
    assert_eq!(reason.expect("a phase")["peak"]["unsupported"], "has no artifacts", "{soars}");

    let (out, _) = world.expect(&["report"], 0);
    assert!(
        out.contains("peak memory") && !out.contains("fresh_instance"),
        "nothing but the peak was chosen: {out}"
    );
}

#[test]
fn it_is_measured_where_it_is_named_alone() {
    let world = World::with_mock();
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "2"];
    assert_eq!(world.json(&run, 0)["peak"], serde_json::json!([]));
}
