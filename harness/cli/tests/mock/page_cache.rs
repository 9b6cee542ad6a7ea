//! A start whose files are not in the page cache: they are dropped, and read again, which the kernel counts.

use crate::common::{World, example, median, row};

/// A place whose worker is a file of its own: the one that tests share is in use by others.
fn world() -> World {
    let world = World::with_mock();
    let worker = world.path("bin/wasmark-worker-mock");
    std::fs::remove_file(&worker).expect("a link");
    std::fs::copy(example("mock_worker"), &worker).expect("a copy");
    world
}

const RUN: [&str; 9] = [
    "run",
    "--workloads",
    "noop",
    "--configurations",
    "mock/right,mock/traps",
    "--rounds",
    "3",
    "--metrics",
    "page-cache",
];

#[test]
fn the_worker_is_dropped_and_a_failure_has_its_reason() {
    let world = world();
    let summary = world.json(&RUN, 4);
    let right = row(&summary, "page_cache", "mock/right");
    let size = std::fs::metadata(world.path("bin/wasmark-worker-mock")).expect("the worker").len() as f64;
    // A start maps the pages that it runs through and the kernel reads ahead: not every page of the file need be there.
    assert!(median(&right["dropped"]) > 0.3 * size, "of {size} bytes: {right}");
    assert!(median(&right["kept"]) > 0.0, "tests use the C library: {right}");
    let (warm, cold) = (median(&right["warm"]), median(&right["cold"]));
    assert!(warm > 0.0 && median(&right["spawn"]) < cold, "{right}");
    let traps = row(&summary, "page_cache", "mock/traps");
    assert!(traps["cold"]["failed"].as_str().is_some_and(|why| why.contains("trap")), "{traps}");
    let (out, _) = world.expect(&["report"], 4);
    assert!(out.contains("process_to_result") && !out.contains("fresh_instance"), "{out}");
}

#[test]
fn a_worker_in_memory_alone_is_unsupported_and_the_reason_names_it() {
    let world = world();
    let memory = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
    let worker = world.path("bin/wasmark-worker-mock");
    let inside = memory.path().join("wasmark-worker-mock");
    std::fs::rename(&worker, world.path("moved")).expect("moved");
    std::fs::copy(world.path("moved"), &inside).expect("a copy");
    std::os::unix::fs::symlink(&inside, &worker).expect("a link");
    let summary = world.json(&[&RUN[..4], &["mock/right"], &RUN[5..]].concat(), 0);
    let right = row(&summary, "page_cache", "mock/right");
    let why = right["cold"]["unsupported"].as_str().unwrap_or_else(|| panic!("{right}"));
    assert!(why.contains("stays in the page cache"), "{why}");
    assert!(median(&right["warm"]) > 0.0, "{right}");
}
