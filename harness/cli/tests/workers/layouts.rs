//! A worker that has its engine in itself is linked again with its functions in other orders, and rounds take them in turns.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::common::World;

#[test]
fn rounds_measure_the_layouts_of_a_worker_in_turns() {
    let world = World::with_workers();
    let cells = ["--configurations", "wasmtime/on-demand,wamr/fast-interpreter", "--workloads", "fib"];
    let run = [&["run", "--metrics", "throughput", "--rounds", "2", "--layouts", "2"], &cells[..]].concat();
    world.expect(&run, 0);
    let text = fs::read_to_string(world.newest_run().join("run.json")).expect("a run");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let layout = |id: &str| {
        let configurations = document["configurations"].as_array().expect("configurations");
        let one = configurations.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{document}"));
        one["settings"]["code layout"].as_str().map(str::to_owned)
    };
    assert!(layout("wasmtime/on-demand").is_some_and(|layout| layout.starts_with("2 links ")), "{text}");
    assert_eq!(layout("wamr/fast-interpreter"), None, "its engine is a library");

    let built = world.json(&["build", "--runtimes", "wasmtime"], 0);
    let program = built["workers"]["wasmtime"]["program"].as_str().expect("a program");
    let (folder, name) = program.rsplit_once('/').expect("a path");
    let names = [name.to_string(), format!("layout-1-{name}"), format!("layout-2-{name}")];
    let links = names.map(|name| fs::read(format!("{folder}/{name}")).expect("a program"));
    assert_eq!(BTreeSet::from(links).len(), 3, "each has another order");
}
