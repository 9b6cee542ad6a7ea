//! Live instances until something ends them: how many there were, and what it was.

use serde_json::Value;

use crate::common::{World, median};

const RUN: [&str; 7] = ["run", "--workloads", "noop", "--metrics", "density", "--rounds", "1"];

fn measured(world: &World, configurations: &str, options: &[&str], code: i32) -> Value {
    world.json(&[&RUN[..], &["--configurations", configurations], options].concat(), code)
}

fn row<'a>(summary: &'a Value, id: &str, state: &str) -> &'a Value {
    let rows = summary["live"].as_array().expect("rows");
    let of = |row: &&Value| row["configuration"] == id && row["state"] == state;
    rows.iter().find(of).unwrap_or_else(|| panic!("{id} {state}: {rows:?}"))
}

#[test]
fn a_budget_ends_instances_of_64_kib() {
    let world = World::with_mock();
    let summary = measured(&world, "mock/costs", &["--budget", "64MiB"], 0);
    for state in ["instantiated", "called"] {
        let row = row(&summary, "mock/costs", state);
        assert_eq!(row["endings"], serde_json::json!(["budget"]), "{row}");
        let (instances, private) = (median(&row["instances"]), median(&row["private"]));
        let budget = f64::from(64 << 20);
        // The first that does not fit is there.
        assert!((budget..budget + 2.0 * 65_536.0).contains(&private), "{private}: {row}");
        // The process itself has a few MiB.
        let own = private - instances * 65_536.0;
        assert!((0.0..8.0 * 1_048_576.0).contains(&own), "{own}: {row}");
    }
    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("alive") && out.contains("budget"), "{out}");
    let page = std::fs::read_to_string(world.newest_run().join("report.html")).expect("a page");
    assert!(page.contains("id=\"live\""));
}

#[test]
fn an_engine_s_own_limit_is_exact_and_has_its_reason() {
    let world = World::with_mock();
    let summary = measured(&world, "mock/fills", &[], 0);
    let row = row(&summary, "mock/fills", "called");
    assert_eq!(median(&row["instances"]), 300.0, "{row}");
    assert_eq!(row["endings"], serde_json::json!(["engine"]), "{row}");
    assert_eq!(row["stopped"], "stopped at 300 instances: the mock is full");
}

#[test]
fn the_mappings_of_a_process_are_a_limit() {
    let world = World::with_mock();
    let summary = measured(&world, "mock/divides", &[], 0);
    let row = row(&summary, "mock/divides", "instantiated");
    assert_eq!(row["endings"], serde_json::json!(["mappings"]), "{row}");
    let limit = std::fs::read_to_string("/proc/sys/vm/max_map_count").expect("a limit");
    let limit: f64 = limit.trim().parse().expect("a number");
    // Two each.
    let instances = median(&row["instances"]);
    assert!((limit / 2.0 - 200.0..=limit / 2.0).contains(&instances), "{instances} of {limit}: {row}");
}

#[test]
fn the_memory_of_a_worker_ends_them_before_it_is_ended() {
    let world = World::with_mock();
    let summary = measured(&world, "mock/costs", &["--memory-limit", "96"], 0);
    let row = row(&summary, "mock/costs", "called");
    assert_eq!(row["endings"], serde_json::json!(["worker"]), "{row}");
    assert!((1000.0..1536.0).contains(&median(&row["instances"])), "{row}");
}

#[test]
fn a_worker_that_breaks_has_shown_how_far_it_came() {
    let world = World::with_mock();
    let summary = measured(&world, "mock/breaks,mock/fills", &[], 4);
    let reason = row(&summary, "mock/breaks", "called")["instances"]["failed"].as_str().expect("a reason");
    assert!(reason.contains("SIGABRT") && reason.contains("at least 256 instances lived"), "{reason}");
    assert_eq!(median(&row(&summary, "mock/fills", "called")["instances"]), 300.0);
}

#[test]
fn it_is_measured_where_it_is_named_alone_and_its_budget_is_a_size() {
    let world = World::with_mock();
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "1"];
    assert_eq!(world.json(&run, 0)["live"], serde_json::json!([]));
    let (_, error) = world.expect(&[&RUN[..], &["--budget", "64"]].concat(), 2);
    assert!(error.contains("64GiB"), "{error}");
}
