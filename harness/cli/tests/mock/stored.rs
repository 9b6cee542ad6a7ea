//! What a stored run is good for: rows that record their source, comparisons that need enough rounds, and damage that is
//! neither silent nor the end of what is left.

use std::fs;

use serde_json::Value;
use wasmark_results::{record::metric, source::Source, store};

use crate::common::World;

/// A run of the mock with so many rounds.
fn run(rounds: &str) -> World {
    let world = World::with_mock();
    let what = ["run", "--workloads", "noop", "--configurations", "mock/right", "--metrics", "cold-start"];
    world.expect(&[&what[..], &["--rounds", rounds]].concat(), 0);
    world
}

/// The rows of the mock compared with itself.
fn rows(world: &World) -> Vec<Value> {
    let mut found = world.json(&["compare", "mock/right", "mock/right"], 0);
    assert_eq!(found["alpha"], 0.05);
    found["comparisons"][0]["rows"].as_array_mut().expect("rows").drain(..).collect()
}

#[test]
fn every_row_of_a_process_records_what_it_ran_from_and_comparisons_keep_to_it() {
    let world = run("6");
    let records = store::load(&world.newest_run()).expect("a run").records;
    let (own, plans): (Vec<_>, Vec<_>) = records.iter().partition(|row| row.process > 0);
    assert!(!own.is_empty() && own.iter().all(|row| row.source == Some(Source::Wasm)));
    assert!(plans.iter().all(|row| row.source.is_none()));

    let rows = rows(&world);
    for name in [metric::PROCESS_TO_RESULT, metric::FROM_WASM, metric::ENGINE, metric::SECOND_CALL] {
        let of: Vec<&Value> = rows.iter().filter(|row| row["metric"] == name).collect();
        assert_eq!(of.len(), 1, "{name}");
        assert_eq!((&of[0]["base_source"], &of[0]["candidate_source"]), (&"wasm".into(), &"wasm".into()));
        let relation = &of[0]["relation"];
        assert_eq!((&relation["change"], &relation["needed"]), (&Value::Null, &Value::Null), "{relation}");
        assert_eq!((&relation["ratio"]["pairs"], &relation["p"]), (&6.into(), &1.0.into()), "{relation}");
    }
    let (text, _) = world.expect(&["compare", "mock/right", "mock/right"], 0);
    assert!(text.contains("6 pairs, all equal") && text.contains("no difference shown"), "{text}");
}

#[test]
fn too_few_rounds_are_no_verdict_and_the_text_states_how_many_are_needed() {
    let world = run("2");
    let rows = rows(&world);
    let paired: Vec<&Value> = rows.iter().filter(|row| row["relation"]["relation"] == "paired").collect();
    assert!(!paired.is_empty());
    assert!(paired.iter().all(|row| row["relation"]["needed"] == 6 && row["relation"]["p"].is_null()));
    let (text, _) = world.expect(&["compare", "--markdown", "mock/right", "mock/right"], 0);
    assert!(text.contains("too few pairs (2 of at least 6): --rounds 6"), "{text}");
}

#[test]
fn a_page_has_the_cells_of_another_run_beside_its_own_where_it_is_asked() {
    let world = run("2");
    let folder = world.newest_run();
    let other = folder.to_str().expect("a path");
    let offers = || fs::read_to_string(folder.join("report.html")).expect("a page").contains("value=\"run\"");
    world.expect(&["report", "--against", other], 0);
    assert!(offers());
    world.expect(&["report"], 0);
    assert!(!offers());
    world.expect(&["report", "--against", "nowhere"], 2);
}

#[test]
fn a_report_that_lost_records_writes_what_it_has_and_does_not_pass() {
    let world = run("1");
    let folder = world.newest_run();
    world.expect(&["report"], 0);
    fs::write(folder.join("records.parquet"), "no Parquet").expect("a file");
    fs::remove_file(folder.join("report.html")).expect("removed");
    let (out, _) = world.expect(&["report"], 6);
    assert!(out.contains("records.parquet cannot be read"), "{out}");
    assert!(folder.join("report.html").is_file());
    let document = world.json(&["report"], 6);
    assert_eq!(document["damaged"].as_array().map(Vec::len), Some(1), "{document}");
    let (_, error) = world.expect(&["compare", "mock/right", "mock/right"], 6);
    assert!(error.contains("records.parquet cannot be read"), "{error}");

    fs::remove_file(folder.join("records.parquet")).expect("removed");
    let (out, _) = world.expect(&["report"], 6);
    assert!(out.contains("records.parquet is not there"), "{out}");
}

#[test]
fn costs_follow_from_a_run_and_the_assumptions_that_are_printed() {
    let world = run("2");
    let cost = |more: &[&str]| world.json(&[&["cost", "--tenants", "0"], more].concat(), 0);
    let per_million = |document: &Value| {
        document["costs"][0]["per_million"]["value"].as_f64().unwrap_or_else(|| panic!("{document}"))
    };
    let (usual, dear) = (cost(&[]), cost(&["--price", "5", "--utilisation", "30", "--rate", "10"]));
    // Ten times the price, of half of the time; the rate cancels out where processors are the limit.
    assert!((per_million(&dear) / per_million(&usual) / 20.0 - 1.0).abs() < 1e-9, "{usual} {dear}");
    assert_eq!(usual["costs"][0]["for_memory"], Value::Null, "no memory was measured");
    let (text, _) = world.expect(&["cost"], 0);
    assert!(text.contains("1 000 requests per second (--rate)") && text.contains("mock/right"), "{text}");
    assert!(text.contains("not measured") && text.contains("of one thread"), "{text}");
    for wrong in [["--memory", "64"], ["--rate", "0"], ["--price", "free"]] {
        let (_, error) = world.expect(&[&["cost"], &wrong[..]].concat(), 2);
        assert!(error.contains(wrong[0]), "{error}");
    }
}
