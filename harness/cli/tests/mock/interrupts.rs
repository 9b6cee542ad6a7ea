//! Signals and time limits, with the real program: what was found stays, and a line shows how to go on.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{Signalled, World};

const ONE: &str = r#"(module (func (export "f") (result i64) (i64.const 43)))"#;

fn document(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|problem| panic!("{problem}: {out}"))
}

#[test]
fn a_check_that_is_ended_waits_with_a_word_and_shows_what_it_has_found() {
    let world = World::with_mock();
    let check = ["check", "--json", "--configurations", "mock/hangs", "--time-limit", "4"];
    let mut check = Signalled::start(world.program(&check));
    check.wait_for(" left, ");
    check.signal("TERM");
    check.wait_for("waits for what was begun");
    let (code, out, _) = check.end();
    assert_eq!(code, Some(4));
    let document = document(&out);
    let cells = document["verdicts"].as_object().expect("verdicts").values();
    let verdicts: Vec<&Value> = cells.map(|row| &row["mock/hangs"]).collect();
    assert!(verdicts.iter().any(|verdict| verdict["timed_out"].is_string()), "{document}");
    assert!(verdicts.iter().any(|verdict| *verdict == "not_reached"), "{document}");
}

#[test]
fn a_second_signal_ends_what_check_began() {
    let world = World::with_mock();
    let check = ["check", "--json", "--configurations", "mock/hangs", "--time-limit", "3000"];
    let mut check = Signalled::start(world.program(&check));
    check.wait_for(" left, ");
    check.signal("INT");
    check.wait_for("waits for what was begun");
    check.signal("TERM");
    check.wait_for("ends what was begun");
    let (code, out, _) = check.end();
    assert_eq!(code, Some(4));
    let document = document(&out);
    let cells = document["verdicts"].as_object().expect("verdicts").values();
    let mut begun = cells.map(|row| &row["mock/hangs"]).filter(|verdict| verdict["unsupported"].is_null());
    assert!(begun.all(|verdict| *verdict == "not_reached"), "{document}");
}

#[test]
fn a_run_that_is_ended_shows_the_way_on_and_goes_on_with_it() {
    let world = World::with_mock();
    world.module("one.wasm", ONE);
    let configurations = "mock/right,mock/hesitates";
    let run =
        ["run", "one.wasm", "--configurations", configurations, "--rounds", "2", "--metrics", "throughput"];
    let start = Instant::now();
    let mut run = Signalled::start(world.program(&run));
    // Each of the processes that compare outputs is one line apart from none, so the first is among the first two.
    run.wait_for(" left, ");
    run.signal("INT");
    run.wait_for("interrupted");
    let (code, out, printed) = run.end();
    assert!(start.elapsed() < Duration::from_secs(20), "it does not wait for what it measures");
    assert_eq!((code, out.as_str()), (Some(4), ""), "{printed}");
    let folder = world.newest_run();
    let resume = format!("`wasmark run --resume {}`", folder.display());
    assert!(printed.contains("of 4 processes; results: ") && printed.contains(&resume), "{printed}");

    // The comparison of outputs goes on where it ended, and is kept.
    let path = folder.to_str().expect("a path");
    world.expect(&["run", "--resume", path], 0);
    let kept = std::fs::read_to_string(folder.join("agreement.jsonl")).expect("what they gave");
    let lines: Vec<Value> = kept.lines().map(document).collect();
    let who = |name: &str| lines.iter().filter(|line| line["configuration"] == name).count();
    assert_eq!((lines.len(), who("mock/right"), who("mock/hesitates")), (2, 1, 1), "{kept}");
    assert_eq!(lines[0]["gave"]["output"]["returned"]["i64"], 43, "{kept}");
    let summary = world.json(&["report", path], 0);
    assert!(summary["run"]["finished"].is_string());
}

#[test]
fn outputs_that_were_compared_are_not_asked_again() {
    let world = World::with_mock();
    world.module("one.wasm", ONE);
    let run = ["run", "one.wasm", "--configurations", "mock/right,mock/hesitates", "--rounds", "9"];
    let run = [&run[..], &["--metrics", "throughput"]].concat();
    let mut run = Signalled::start(world.program(&run));
    run.wait_for("results: ");
    let kept = |folder: &std::path::Path| {
        std::fs::read_to_string(folder.join("agreement.jsonl")).unwrap_or_default()
    };
    let lines = || world.try_newest_run().map_or(0, |folder| kept(&folder).lines().count());
    let deadline = Instant::now() + Duration::from_secs(60);
    while lines() < 2 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    run.signal("TERM");
    let (code, _, printed) = run.end();
    assert_eq!(code, Some(4), "{printed}");
    let folder = world.newest_run();
    let before = kept(&folder);
    world.expect(&["run", "--resume", folder.to_str().expect("a path")], 0);
    assert_eq!(kept(&folder), before);
}

#[test]
fn what_is_too_slow_is_left_out_unless_it_is_named() {
    let world = World::with_slow_mock();
    world.module("one.wasm", ONE);
    let run = ["run", "one.wasm", "--time-limit", "1", "--rounds", "1"];
    let start = Instant::now();
    let (_, printed) = world.expect(&[&run[..], &["--runtimes", "slow"]].concat(), 0);
    let took = start.elapsed();
    for name in ["hangs", "labours"] {
        let line = format!("slow/{name} one is left out: too slow: did not end within ");
        assert_eq!(printed.matches(&line).count(), 1, "{printed}");
    }
    assert!(printed.contains("--time-limit SECONDS"), "{printed}");
    // A second for the one, and five for the other's artifact: neither is paid again.
    assert!(took < Duration::from_secs(12), "{took:?}");
    let summary = world.json(&["report"], 0);
    let list = summary["problems"]["list"].as_array().expect("a list");
    let hangs = list.iter().filter(|one| one["configuration"] == "slow/hangs");
    assert!(hangs.into_iter().all(|one| one["status"] == "unsupported"), "{list:?}");

    let named = [&run[..], &["--configurations", "slow/right,slow/hangs"]].concat();
    let (_, printed) = world.expect(&named, 4);
    assert!(!printed.contains("is left out"), "{printed}");
}

#[test]
fn where_everything_is_too_slow_the_run_fails() {
    let world = World::with_slow_mock();
    world.module("one.wasm", ONE);
    std::fs::create_dir(world.path("suite")).expect("a folder");
    std::fs::rename(world.path("one.wasm"), world.path("suite/one.wasm")).expect("a file");
    // A suite of one's own: the tiers are chosen by nothing but the runtime.
    let run = ["run", "--suite", "suite", "--runtimes", "slow", "--time-limit", "1", "--rounds", "1"];
    world.expect(&run, 0);
    std::fs::remove_file(world.path("bin/wasmark-worker-slow")).expect("a link");
    let hangs =
        ["run", "--suite", "suite", "--time-limit", "1", "--rounds", "1", "--configurations", "mock/hangs"];
    world.expect(&hangs, 4);
}

#[test]
fn a_promise_that_does_not_hold_is_renewed_with_the_cause() {
    let world = World::with_mock();
    world.module("one.wasm", ONE);
    let run =
        ["run", "one.wasm", "--configurations", "mock/hesitates", "--rounds", "4", "--metrics", "throughput"];
    let run = [&run[..], &["--expect", "43"]].concat();
    let (_, printed) = world.expect(&run, 0);
    assert!(printed.contains("guessed from the modules' sizes"), "{printed}");
    let line = printed.lines().find(|line| line.starts_with("now about "));
    let line = line.unwrap_or_else(|| panic!("{printed}"));
    assert!(line.contains("in all, not 1 s: mock/hesitates one full "), "{line}");
    assert!(line.ends_with("where 0.3 s was expected"), "{line}");
    // The times that a run learned hold for the next, which need not renew its promise.
    let (_, printed) = world.expect(&run, 0);
    assert!(!printed.contains("now about") && !printed.contains("guessed"), "{printed}");
}
