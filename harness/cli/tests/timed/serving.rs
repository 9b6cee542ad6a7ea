//! Requests on several threads: what was planted is found. Counts are exact; of times, only what no busy machine can
//! turn around is required here.

use serde_json::Value;

use crate::{
    alone,
    common::{World, median},
};

const RUN: [&str; 5] = ["run", "--workloads", "noop", "--rounds", "2"];

/// A run of these configurations that measures this.
fn measured(world: &World, configurations: &str, metrics: &str, code: i32) -> Value {
    let chosen = ["--configurations", configurations, "--metrics", metrics];
    world.json(&[&RUN[..], &chosen].concat(), code)
}

/// The rows of a configuration for requests of this kind.
fn rows<'a>(summary: &'a Value, of: &str, id: &str, requests: &str) -> Vec<&'a Value> {
    let rows = summary[of].as_array().unwrap_or_else(|| panic!("{of}: {summary}"));
    rows.iter().filter(|row| row["configuration"] == id && row["requests"] == requests).collect()
}

/// What so many threads served.
fn point(row: &Value, threads: usize) -> &Value {
    let points = row["points"].as_array().expect("points");
    points.iter().find(|point| point["threads"] == threads).unwrap_or_else(|| panic!("{threads}: {row}"))
}

fn cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn what_each_request_costs_is_found() {
    let (_alone, world) = alone();
    let summary = measured(&world, "mock/right,mock/costs,mock/queues", "concurrency", 0);
    let row = |id: &str| *rows(&summary, "concurrency", id, "fresh").first().expect("a row");
    for threads in [1, cpus()] {
        // Sixteen pages are written in each request, and none is reused; a thread's own first pages are few.
        let faults = median(&point(row("mock/costs"), threads)["faults"]);
        assert!((16.0..16.2).contains(&faults), "{threads} threads: {faults}");
        let none = median(&point(row("mock/right"), threads)["faults"]);
        assert!(none < 0.01, "{threads} threads: {none}");
        // 50 us of work each, for each of the threads.
        let rate = median(&point(row("mock/costs"), threads)["rate"]);
        assert!(rate < 20_000.0 * threads as f64, "{threads} threads: {rate}");
    }
    if cpus() > 1 {
        // One lock for all threads: however many there are, they do not serve more. Without it, two serve twice as many.
        let scaling = median(&point(row("mock/queues"), cpus())["scaling"]);
        assert!(scaling < 1.6, "{scaling}");
    }
    let reused = *rows(&summary, "concurrency", "mock/right", "reused").first().expect("a row");
    assert!(median(&point(reused, 1)["rate"]) > 0.0, "{reused}");

    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("requests per second"), "{out}");
    assert!(!out.contains("fresh_instance"), "nothing but the concurrency was chosen: {out}");
}

#[test]
fn a_stall_is_in_the_responses_of_those_that_waited_behind_it() {
    let (_alone, world) = alone();
    let summary = measured(&world, "mock/stalls", "load", 0);
    let rows = rows(&summary, "load", "mock/stalls", "fresh");
    let row = rows.iter().find(|row| row["threads"] == 1).expect("a row of one thread");
    let rates = row["rates"].as_array().expect("rates");
    let names: Vec<&str> = rates.iter().filter_map(|rate| rate["arrivals"].as_str()).collect();
    assert_eq!(names, ["50", "80", "95", "burst"]);
    let rate = &rates[2];
    // One request in three thousand stalls for 100 ms.
    let (service, response) = (median(&rate["service"]["p99"]), median(&rate["response"]["p99"]));
    assert!(service < 20e6, "{service}: {rate}");
    assert!(response > 20e6, "{response}: {rate}");
    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("response p99"), "{out}");
}

#[test]
fn what_goes_wrong_on_threads_ends_its_own_cell_and_states_which_request() {
    let (_alone, world) = alone();
    let all = "mock/right,mock/tires,mock/clashes,mock/spins,mock/panics-beside";
    let summary = measured(&world, all, "concurrency,load", 4);
    let problems = summary["problems"]["list"].as_array().expect("problems");
    let reason = |id: &str, metric: &str| {
        let of = |one: &&Value| one["configuration"] == id && one["metric"] == metric;
        let found = problems.iter().find(of).unwrap_or_else(|| panic!("{id} {metric}: {problems:?}"));
        found["reason"].as_str().unwrap_or_default()
    };
    assert!(reason("mock/tires", "load_fresh").contains("request "), "{problems:?}");
    assert_eq!(reason("mock/spins", "load_fresh"), "the mock spins on one thread only");
    if cpus() > 1 {
        assert!(reason("mock/clashes", "concurrency_fresh").contains("signal"), "{problems:?}");
        let row = rows(&summary, "concurrency", "mock/clashes", "fresh")[0];
        // The thread that is ready does not wait for the one that panicked.
        let reason = reason("mock/panics-beside", "concurrency_fresh");
        assert!(reason.contains("the mock panics beside another"), "{reason}");
        // What one thread had served before stands.
        assert!(median(&point(row, 1)["rate"]) > 0.0, "{row}");
        assert!(point(row, cpus())["rate"]["failed"].is_string(), "{row}");
    }
    let right = rows(&summary, "concurrency", "mock/right", "fresh")[0];
    assert!(median(&point(right, 1)["rate"]) > 0.0, "{right}");
}

#[test]
fn a_request_that_the_queue_s_clocks_outweigh_has_no_response_time() {
    let (_alone, world) = alone();
    let summary = measured(&world, "mock/right", "load", 0);
    let problems = summary["problems"]["list"].as_array().expect("problems");
    let short = |one: &&Value| one["metric"] == "load_reused";
    let reason = problems.iter().find(short).unwrap_or_else(|| panic!("{problems:?}"));
    assert!(reason["reason"].as_str().unwrap_or_default().contains("less than 0.5 us"), "{reason}");
}

#[test]
fn they_are_measured_where_they_are_named_alone() {
    let (_alone, world) = alone();
    let summary = world.json(&[&RUN[..], &["--configurations", "mock/right"]].concat(), 0);
    assert_eq!(summary["concurrency"], serde_json::json!([]));
    assert_eq!(summary["load"], serde_json::json!([]));
}
