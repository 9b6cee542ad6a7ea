//! What instances leave behind: what was planted is found, and nothing where nothing was.

use serde_json::Value;

use crate::common::World;

/// What each cycle leaves, by the line's slope.
fn per_cycle(row: &Value, series: &str) -> f64 {
    row[series]["measured"]["fit"]["per_instance"]["median"]
        .as_f64()
        .unwrap_or_else(|| panic!("{series}: {row}"))
}

#[test]
fn what_each_instance_leaks_is_found() {
    let world = World::with_mock();
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right,mock/leaks", "--rounds", "3"];
    let summary = world.json(&[&run[..], &["--metrics", "residue"]].concat(), 0);
    let row = |id: &str| {
        let rows = summary["residue"].as_array().expect("rows");
        rows.iter().find(|row| row["configuration"] == id).unwrap_or_else(|| panic!("{id}: {summary}"))
    };
    let leaks = row("mock/leaks");
    assert_eq!(leaks["leaks"], true, "{leaks}");
    assert_eq!(per_cycle(leaks, "descriptors"), 1.0, "{leaks}");
    // 64 KiB that are written, and the mappings of both halves; where two lie next to each other, halves of equal rights
    // are one.
    let private = per_cycle(leaks, "private");
    assert!((private / 65_536.0 - 1.0).abs() < 0.02, "{private}: {leaks}");
    assert_eq!(per_cycle(leaks, "maps"), 2.0, "{leaks}");
    let held = leaks["held"]["measured"]["median"].as_f64().expect("bytes");
    assert!((held / (64.0 * 65_536.0) - 1.0).abs() < 0.02, "64 instances: {held}");

    let right = row("mock/right");
    assert_eq!(right["leaks"], serde_json::json!(false), "{right}");
    assert_eq!((per_cycle(right, "maps"), per_cycle(right, "descriptors")), (0.0, 0.0), "{right}");
    assert!(per_cycle(right, "private").abs() < 64.0, "bytes a cycle: {right}");

    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("descriptors"), "{out}");
    assert!(!out.contains("fresh_instance"), "nothing but the residue was chosen: {out}");
}

#[test]
fn it_is_measured_where_it_is_named_alone() {
    let world = World::with_mock();
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "2"];
    let summary = world.json(&run, 0);
    assert_eq!(summary["residue"], serde_json::json!([]));
    let (_, error) = world.expect(&["run", "--metrics", "residu"], 2);
    assert!(error.contains("residue"), "{error}");
}
