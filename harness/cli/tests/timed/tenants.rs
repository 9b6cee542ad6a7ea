//! Requests to many tenants: hits, loads and instances are those of a simulation on the same draw, and what was planted for
//! each module is found.

use std::path::PathBuf;

use serde_json::Value;
use wasmark_adapter::protocol::{Policy, Tenants};

use crate::{
    alone,
    common::{World, median},
};

const RUN: [&str; 7] = ["run", "--workloads", "noop", "--metrics", "tenants", "--rounds", "1"];
const SEED: u64 = 11;
/// The requests of a process in the quick profile.
const REQUESTS: u32 = 2000;
const LOADING_NS: f64 = 200_000.0;
const LODGING_NS: f64 = 20_000.0;
const MODULE: f64 = 65_536.0;

fn measured(world: &World, configurations: &str, tenants: &str, code: i32) -> Value {
    let seed = SEED.to_string();
    let options = ["--configurations", configurations, "--tenants", tenants, "--seed", &seed];
    world.json(&[&RUN[..], &options].concat(), code)
}

fn row<'a>(summary: &'a Value, id: &str, policy: &str, tenants: u32) -> &'a Value {
    let rows = summary["tenants"].as_array().expect("rows");
    let of =
        |row: &&Value| row["configuration"] == id && row["policy"] == policy && row["tenants"] == tenants;
    rows.iter().find(of).unwrap_or_else(|| panic!("{id} {policy} {tenants}: {rows:?}"))
}

/// How many requests a process served: on a busy machine, its time may end before the last.
fn served(row: &Value) -> u32 {
    median(&row["served"]) as u32
}

/// Of so many requests, those that do not find their tenant among as many as there is room for, where the one goes that was
/// used longest ago: of a plain list, in the order of use.
fn misses(tenants: u32, kept: usize, served: u32) -> u32 {
    let (policy, folder, requests, seed) = (Policy::All, PathBuf::new(), REQUESTS, SEED);
    let draw = Tenants { policy, tenants, folder, requests, seed, budget_ns: 0, worker_bytes: 0 };
    let (mut order, mut misses) = (Vec::new(), 0);
    for tenant in draw.drawn().into_iter().take(served as usize) {
        let place = order.iter().position(|one| *one == tenant);
        match place {
            Some(place) => drop(order.remove(place)),
            None => misses += 1,
        }
        order.push(tenant);
        if order.len() > kept {
            order.remove(0);
        }
    }
    misses
}

#[test]
fn hits_loads_and_instances_are_those_of_a_simulation() {
    let (_alone, world) = alone();
    let summary = measured(&world, "mock/lodges", "1,10,100", 0);
    for (tenants, kept) in [(1, 1), (10, 1), (100, 10)] {
        for policy in ["all", "lru-modules", "warm"] {
            let row = row(&summary, "mock/lodges", policy, tenants);
            let served = served(row);
            let missed = misses(tenants, kept, served);
            let (missed, loads, instances) = match policy {
                "all" => (0, 0, served),
                "lru-modules" => (missed, missed, served),
                _ => (missed, 0, missed),
            };
            let hits = f64::from(served - missed) / f64::from(served);
            // The summary adds shares up in another order.
            assert!((median(&row["hits"]) - hits).abs() < 1e-12, "{row}");
            assert_eq!(median(&row["loads"]), f64::from(loads), "{row}");
            assert_eq!(median(&row["instances"]), f64::from(instances), "{row}");
        }
    }
}

#[test]
fn the_engine_made_as_many_as_were_counted_and_each_cost_what_was_planted() {
    let (_alone, world) = alone();
    let summary = measured(&world, "mock/lodges", "100", 0);
    let [all, recent, warm] =
        ["all", "lru-modules", "warm"].map(|policy| row(&summary, "mock/lodges", policy, 100));
    // Each process has a module and an instance of its own beside those of its tenants.
    let settings = &summary["run"]["configurations"][0]["settings"];
    for (modules, instances) in [
        (100, served(all)),
        (misses(100, 10, served(recent)), served(recent)),
        (100, misses(100, 10, served(warm))),
    ] {
        let made = format!("{} modules, {} instances", modules + 1, instances + 1);
        assert!(settings[&made].is_string(), "{made}: {settings}");
    }
    for row in [all, recent, warm] {
        assert!(median(&row["load"]) >= LOADING_NS, "{row}");
        assert!(median(&row["request"]["p99"]) >= LODGING_NS, "{row}");
    }
    // More than one request in a hundred loads a module, and without that half of them take a tenth of it.
    assert!(median(&recent["request"]["p99"]) >= LOADING_NS + LODGING_NS, "{recent}");
    let typical = median(&all["request"]["p50"]);
    assert!((LODGING_NS..LOADING_NS).contains(&typical), "{typical}: {all}");

    let of_module = median(&all["private_of_module"]);
    assert!((MODULE..MODULE * 1.05).contains(&of_module), "{of_module}: {all}");
    assert_eq!(recent["private_of_module"], "not_measured");
    // A histogram of times that scatter has more pages, about as many as two modules.
    let less = (median(&all["private"]) - median(&recent["private"])) / MODULE;
    assert!((85.0..92.0).contains(&less), "{less} modules less, of 90: {recent}");

    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("% hits"), "{out}");
    let page = std::fs::read_to_string(world.newest_run().join("report.html")).expect("a page");
    assert!(page.contains("id=\"tenants\""));
}

#[test]
fn modules_that_cannot_all_be_loaded_leave_the_number_at_which_they_ended() {
    let (_alone, world) = alone();
    let summary = measured(&world, "mock/overflows,mock/right", "10,100", 4);
    let row_of = |policy, tenants| row(&summary, "mock/overflows", policy, tenants);
    for policy in ["all", "warm"] {
        let reason = row_of(policy, 100)["hits"]["failed"].as_str().unwrap_or_default();
        let expected = "40 of 100 modules were loaded, then: the mock has no room for a module";
        assert!(reason.contains(expected), "{reason}");
        assert!(median(&row_of(policy, 10)["hits"]) > 0.0);
    }
    // Ten of a hundred are no more than there is room for.
    assert!(median(&row_of("lru-modules", 100)["hits"]) > 0.0);
    assert_eq!(median(&row(&summary, "mock/right", "all", 100)["hits"]), 1.0);
}

#[test]
fn files_of_tenants_are_gone_afterwards_and_it_is_measured_where_it_is_named_alone() {
    let (_alone, world) = alone();
    measured(&world, "mock/right", "10", 0);
    assert!(!world.newest_run().join("artifacts").exists());
    let run = ["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "1"];
    assert_eq!(world.json(&run, 0)["tenants"], serde_json::json!([]));
    world.expect(&[&RUN[..], &["--tenants", "0"]].concat(), 2);
}
