//! The gate's command line, with workers that have no engine: what it refuses, what it keeps, and what it answers.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::World;

fn newest(world: &World) -> PathBuf {
    let gates = std::fs::read_dir(world.path("gates")).expect("gates");
    gates.flatten().map(|entry| entry.path()).max().expect("a gate")
}

fn document(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("gate.json")).expect("gate.json");
    serde_json::from_str(&text).expect("JSON")
}

const AA: [&str; 8] =
    ["gate", "--self-test", "aa", "--base", "mock/right", "--workloads", "noop", "--seed=1"];

/// A gate of identical sides that came to its end. On a busy machine its one cell may stay inconclusive, which is no pass.
fn ended(world: &World, arguments: &[&str]) {
    let output = world.program(arguments).output().expect("wasmark starts");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{arguments:?}: {out}");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_measured() {
    let world = World::with_mock();
    std::fs::write(world.path("text"), "no module").expect("a file");
    for (arguments, part) in [
        (["gate"].as_slice(), "name both sides"),
        (&["gate", "--base", "mock", "--candidate", "nowhere"], "no runtime and no git revision"),
        (&["gate", "--base", "mock", "--candidate", "mock/right"], "of different kinds"),
        (&["gate", "--base", "mock", "--candidate", "text"], "neither a module nor a program"),
        (&["gate", "--self-test", "aa", "--base", "mock", "--metrics", "thruput"], "throughput"),
        (&["gate", "--self-test", "aa", "--base", "mock", "--budget", "soon"], "write 90s, 10m or 2h"),
        (&["gate", "--self-test", "aa", "--base", "mock", "--policy", "none"], "`wasmark init` writes one"),
        (&["gate", "--self-test", "aa", "--base", "mock", "--", "1"], "--invoke and --fresh are for modules"),
        (&["gate", "--resume"], "failed to find a gate"),
        (&["gate", "accept", "--cell", "a", "--reason", "b"], "failed to find a gate"),
        (&["compare", "mock/right", "mock/wrong"], "failed to"),
    ] {
        let (_, error) = world.expect(arguments, 2);
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
    assert!(!world.path("gates").exists());
}

#[test]
fn the_policy_is_written_once_and_its_mistakes_are_named() {
    let world = World::with_mock();
    world.expect(&["init"], 0);
    world.expect(&["init"], 2);
    std::fs::write(world.path("wasmark.toml"), "[timed]\ngates = []\n").expect("a file");
    let (_, error) = world.expect(&AA, 2);
    assert!(error.contains("line 2") && error.contains("did you mean \"gate\"?"), "{error}");
    std::fs::write(world.path("wasmark.toml"), "[timed]\ngate = []\n[counted]\ngate = []\nreport = []\n")
        .expect("a file");
    let (_, error) = world.expect(&AA, 2);
    assert!(error.contains("it selects nothing"), "{error}");
}

#[test]
fn the_same_bytes_are_unchanged_and_not_measured() {
    let world = World::with_mock();
    let copy = world.path("other/wasmark-worker-mock");
    std::fs::create_dir_all(world.path("other")).expect("a folder");
    std::fs::copy(world.path("bin/wasmark-worker-mock"), &copy).expect("a copy");
    world.expect(&["gate", "--base", "bin", "--candidate", "other", "--workloads", "noop"], 0);
    let found = document(&newest(&world));
    let cells = found["cells"].as_array().expect("cells");
    assert!(!cells.is_empty());
    assert!(cells.iter().all(|cell| cell["outcome"]["judged"]["verdict"] == "unchanged"), "{found}");
}

#[test]
fn a_wrong_output_is_never_a_verdict_on_speed() {
    let world = World::with_mock();
    let sides = |candidate| ["gate", "--base", "mock/right", "--candidate", candidate, "--workloads", "noop"];
    world.expect(&sides("mock/wrong"), 5);
    // Right in each instance's first calls, so that only the metric which calls more often finds it.
    world.expect(&[&sides("mock/lies")[..], &["--metrics", "reused_instance"]].concat(), 5);
    world.expect(&sides("mock/crashes"), 4);
    let text = std::fs::read_to_string(newest(&world).join("gate.md")).expect("gate.md");
    assert!(text.contains("FAILED") && text.contains("candidate: ") && text.contains("SIGSEGV"), "{text}");
}

#[test]
fn a_gate_that_was_killed_goes_on_where_it_was() {
    let world = World::with_mock();
    ended(&world, &AA);
    let folder = newest(&world);
    let whole = document(&folder);
    let journal = folder.join("journal.jsonl");
    let lines = std::fs::read_to_string(&journal).expect("a journal");
    // Killed in the middle of a line, in the middle of the first stage.
    std::fs::write(&journal, &lines[..lines.len() / 3]).expect("a write");
    std::fs::remove_file(folder.join("gate.json")).expect("a file");
    ended(&world, &["gate", "--resume"]);
    let resumed = document(&folder);
    assert_eq!((&whole["seed"], &whole["base"]), (&resumed["seed"], &resumed["base"]));
    let numbers: Vec<u64> = std::fs::read_to_string(&journal)
        .expect("a journal")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a whole line"))
        .filter_map(|line| line["process"]["number"].as_u64())
        .collect();
    let distinct: std::collections::BTreeSet<&u64> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len(), "no process is measured twice");
    for name in ["gate.md", "junit.xml"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
}

#[test]
fn what_cannot_be_slowed_is_not_reported_as_slowed() {
    let world = World::with_mock();
    // `noop` does no work of which more could be done.
    let (out, _) = world.expect(&["gate", "--inject", "5", "--base", "mock/right", "--workloads", "noop"], 4);
    assert!(out.contains("unsupported") && out.starts_with("NOTHING MEASURED: "), "{out}");
}

#[test]
fn identical_sides_count_the_same_and_nothing_can_be_put_into_a_count() {
    let world = World::with_mock();
    world.expect(&[&AA[..], &["--lane", "exact"]].concat(), 0);
    let found = document(&newest(&world));
    let counts = found["counts"].as_array().expect("counts");
    assert!(counts.iter().any(|count| count["metric"] == "loaded_size"), "{found}");
    assert!(found["cells"].as_array().expect("cells").is_empty(), "{found}");
    let (_, error) = world.expect(&["gate", "--inject", "5", "--base", "mock/right", "--lane", "exact"], 2);
    assert!(error.contains("leave --lane exact out"), "{error}");
}

#[test]
fn pairs_of_several_gates_show_what_can_be_seen_and_by_which_estimator() {
    let world = World::with_mock();
    ended(&world, &AA);
    let first = newest(&world).display().to_string();
    let draw = |folders: &[&str]| -> Value {
        let ask = ["gate", "calibrate", "--json", "--draws", "100", "--from"];
        serde_json::from_str(&world.expect(&[&ask, folders].concat(), 0).0).expect("JSON")
    };
    let (one, two) = (draw(&[&first]), draw(&[&first, &first]));
    let pairs = |shown: &Value| shown["cells"][0]["pairs"].as_u64().expect("pairs");
    assert_eq!(pairs(&two), 2 * pairs(&one), "{two}");
    let estimators = two["estimators"].as_array().expect("estimators");
    assert_eq!(estimators.iter().filter(|one| one["estimator"] == "p10").count(), 1, "{two}");
    assert_eq!(estimators.len(), 5, "{two}");
    let (_, error) = world.expect(&["gate", "calibrate", "--from", "bin"], 2);
    assert!(error.contains("name a gate's folder"), "{error}");
}

#[test]
fn a_baseline_is_compared_with_and_a_growth_can_be_accepted() {
    let world = World::with_mock();
    let gate = |option| ["gate", "--candidate", "mock/right", "--workloads", "noop", option, "sizes.toml"];
    world.expect(&gate("--write-baseline"), 0);
    world.expect(&gate("--baseline"), 0);
    let path = world.path("sizes.toml");
    let text = std::fs::read_to_string(&path).expect("a baseline");
    let (head, tail) = text.split_once("noop loaded_size\"\nvalue = ").expect("the module's size");
    let (size, rest) = tail.split_once('\n').unwrap_or((tail, ""));
    let smaller = size.trim().parse::<f64>().expect("a number") / 1.01;
    std::fs::write(&path, format!("{head}noop loaded_size\"\nvalue = {smaller}\n{rest}")).expect("a file");
    let (out, _) = world.expect(&gate("--baseline"), 1);
    assert!(out.contains("mock/right noop loaded_size") && out.contains("GREW"), "{out}");

    let accept = |cell| ["gate", "accept", "--cell", cell, "--reason", "wanted"];
    let (_, error) = world.expect(&accept("mock/right noop loaded_siz"), 2);
    assert!(error.contains("did you mean \"mock/right noop loaded_size\"?"), "{error}");
    world.expect(&accept("mock/right noop loaded_size"), 0);
    let (out, _) = world.expect(&gate("--baseline"), 0);
    assert!(out.contains("accepted: wanted"), "{out}");
}

#[test]
fn stored_runs_and_configurations_are_compared() {
    let world = World::with_mock();
    let run =
        ["run", "--workloads", "noop", "--configurations", "mock/right,mock/interprets", "--rounds", "2"];
    world.expect(&["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "2"], 0);
    let first = world.newest_run();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    world.expect(&run, 4);
    let second = world.newest_run();
    let [first, second] = [first, second].map(|path| path.display().to_string());
    let found = world.json(&["compare", &first, &second], 0);
    let rows = found["comparisons"][0]["rows"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["relation"]["relation"] == "unpaired"), "{found}");
    let found = world.json(&["compare", "mock/right", "mock/right"], 0);
    let rows = found["comparisons"][0]["rows"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["relation"]["relation"] == "paired"), "{found}");
    let text = std::fs::read_to_string(Path::new(&first).join("run.json")).expect("run.json");
    std::fs::write(Path::new(&first).join("run.json"), text.replacen("\"cpus\": ", "\"cpus\": 7", 1))
        .expect("a file");
    let (out, _) = world.expect(&["compare", "--markdown", &first, &second], 0);
    assert!(out.contains("not comparable: other machine (number of CPUs"), "{out}");
}

/// A world with modules of one's own. The mock's functions return 43 whatever a module contains.
fn with_modules() -> World {
    let world = World::with_mock();
    let write = |name: &str, text: &str| {
        std::fs::write(world.path(name), wat::parse_str(text).expect("a module")).expect("a file");
    };
    let function = r#"(func (export "f") (result i64) (i64.const 43))"#;
    write("one.wasm", &format!("(module {function})"));
    write("more.wasm", &format!(r#"(module {function} (@custom "notes" "{}"))"#, "x".repeat(500)));
    write(
        "larger.wasm",
        &format!(r#"(module (memory 1) (data (i32.const 0) "{}") {function})"#, "x".repeat(500)),
    );
    write("two.wasm", r#"(module (func (export "add") (param i32 f64) (result i64) (i64.const 43)))"#);
    world
}

#[test]
fn outputs_are_compared_whatever_is_measured() {
    let world = World::with_mock();
    for metrics in ["compile", "throughput", "artifact_size,wasm_size", "fresh_instance"] {
        let sides = ["gate", "--base", "mock/right", "--candidate", "mock/wrong", "--workloads", "noop"];
        let (out, _) = world.expect(&[&sides[..], &["--metrics", metrics]].concat(), 5);
        assert!(out.contains("WRONG OUTPUT") && out.contains("candidate: "), "{metrics}: {out}");
    }
}

#[test]
fn a_candidate_that_reaches_a_limit_far_above_the_base_is_a_regression() {
    let world = World::with_mock();
    let sides = ["gate", "--base", "mock/right", "--candidate", "mock/hangs", "--workloads", "noop"];
    for lane in ["timed", "exact"] {
        let (out, _) = world.expect(&[&sides[..], &["--lane", lane, "--time-limit", "2"]].concat(), 1);
        assert!(out.starts_with("REGRESSED: "), "{out}");
        assert!(
            out.contains("slower than the limit: base took ") && out.contains("more than 2.0 s"),
            "{out}"
        );
    }
    // The other way round there is nothing to compare with.
    let sides = ["gate", "--base", "mock/hangs", "--candidate", "mock/right", "--workloads", "noop"];
    let (out, _) = world.expect(&[&sides[..], &["--time-limit", "2"]].concat(), 4);
    assert!(out.contains("TIMED OUT") && out.contains("base: did not end within 2 s"), "{out}");
}

#[test]
fn a_candidate_that_is_too_slow_for_the_budget_has_not_passed() {
    let world = World::with_mock();
    let timed = |base, candidate, code| {
        let sides = ["gate", "--base", base, "--candidate", candidate, "--workloads", "noop"];
        let rest = ["--metrics", "fresh_instance", "--budget", "6s"];
        world.expect(&[&sides[..], &rest].concat(), code).0
    };
    let out = timed("mock/right", "mock/spins", 1);
    assert!(out.starts_with("REGRESSED: "), "{out}");
    // Equal sides that do not fit are no regression, and no pass either.
    let aa = ["gate", "--self-test", "aa", "--base", "mock/spins", "--workloads", "noop", "--budget", "3s"];
    let (out, _) = world.expect(&aa, 4);
    assert!(out.starts_with("NOTHING MEASURED: ") && out.contains("no time in the budget"), "{out}");
}

#[test]
fn a_metric_that_is_dropped_is_in_the_verdict() {
    let world = with_modules();
    let aa = ["gate", "one.wasm", "--self-test", "aa", "--base", "mock/right", "--metrics", "throughput"];
    let (out, _) = world.expect(&aa, 4);
    assert!(out.starts_with("NOTHING MEASURED: ") && out.contains("one throughput"), "{out}");
    assert!(out.contains("a call takes less than 20 us") && out.contains("measure reused_instance"), "{out}");
}

#[test]
fn what_differs_from_itself_is_not_repeatable_and_no_side_is_wrong() {
    let world = with_modules();
    let gate = |side: &str, more: &[&str], code| {
        let aa = ["gate", "one.wasm", "--self-test", "aa", "--base", side, "--lane", "exact"];
        world.expect(&[&aa[..], more].concat(), code).0
    };
    let out = gate("mock/counts", &[], 4);
    assert!(out.contains("base: another result when called again: 44 instead of 43"), "{out}");
    assert!(
        out.contains("--fresh gives each call an instance of its own") && !out.contains("WRONG"),
        "{out}"
    );
    let out = gate("mock/counts", &["--fresh"], 0);
    assert!(out.starts_with("PASSED: "), "{out}");
    let out = gate("mock/reads-a-clock", &["--fresh"], 4);
    assert!(out.contains("another result when called again") && out.contains("a clock or chance"), "{out}");
}

#[test]
fn each_call_has_an_instance_of_its_own_in_run_and_check_too() {
    let world = with_modules();
    let counts = ["one.wasm", "--configurations", "mock/counts", "--expect", "43"];
    world.expect(&[&["check"], &counts[..]].concat(), 5);
    world.expect(&[&["check"], &counts[..], &["--fresh"]].concat(), 0);
    let run = [&["run"], &counts[..], &["--fresh", "--rounds", "1"]].concat();
    let (out, _) = world.expect(&run, 0);
    assert!(!out.contains("WRONG OUTPUT"), "{out}");
}

#[test]
fn sizes_of_custom_sections_are_reported_and_gate_where_they_are_asked_for() {
    let world = with_modules();
    let gate = |candidate: &str, more: &[&str], code| {
        let sides = ["gate", "--base", "one.wasm", "--candidate", candidate];
        let rest = ["--configurations", "mock/right", "--lane", "exact"];
        world.expect(&[&sides[..], &rest, more].concat(), code).0
    };
    let out = gate("more.wasm", &["--metrics", "loaded_size"], 0);
    assert!(out.starts_with("PASSED: "), "{out}");
    let out = gate("more.wasm", &["--metrics", "wasm_size"], 1);
    assert!(out.contains("GREW"), "{out}");
    let out = gate("larger.wasm", &["--metrics", "loaded_size"], 1);
    assert!(out.contains("loaded_size") && out.contains("GREW"), "{out}");
    gate("more.wasm", &["--metrics", "custom_size"], 1);
    let out = gate("more.wasm", &[], 0);
    assert!(out.contains("one -> more custom_size") && out.contains("reported only"), "{out}");
}

#[test]
fn a_module_of_ones_own_is_gated_between_two_configurations() {
    let world = with_modules();
    let gate = |rest: &[&str], code| {
        let sides = ["gate", "two.wasm", "--base", "mock/right", "--candidate", "mock/lies"];
        world.expect(&[&sides[..], &["--lane", "exact", "--metrics", "loaded_size"], rest].concat(), code)
    };
    gate(&["--invoke", "add", "--", "1", "2.5"], 0);
    let found = document(&newest(&world));
    assert_eq!(found["counts"][0]["configuration"], "mock/right -> mock/lies", "{found}");
    assert_eq!(found["counts"][0]["workload"], "two", "{found}");
    let (_, error) = gate(&["--invoke", "add", "--", "1"], 2);
    assert!(error.contains("with 1 arguments"), "{error}");
    let modules = ["gate", "one.wasm", "--base", "one.wasm", "--candidate", "two.wasm"];
    let (_, error) = world.expect(&modules, 2);
    assert!(error.contains("leave MODULE out"), "{error}");
}

/// How many processes of the base there are of the one unit, in a stage.
fn pairs(journal: &str, stage: &str) -> usize {
    let lines = journal.lines().map(|line| serde_json::from_str::<Value>(line).expect("a whole line"));
    let of = |line: &Value| {
        let process = &line["process"];
        process["stage"] == stage && process["arm"] == "base" && process["unit"] == 0
    };
    lines.filter(of).count()
}

#[test]
fn a_clear_regression_is_decided_by_few_pairs_and_a_gate_that_was_killed_there_adds_none() {
    let world = World::with_mock();
    let sides = ["gate", "--base", "mock/right", "--candidate", "mock/spins", "--workloads", "noop"];
    world.expect(&[&sides[..], &["--metrics", "reused_instance", "--seed=1"]].concat(), 1);
    let folder = newest(&world);
    let journal = folder.join("journal.jsonl");
    let whole = std::fs::read_to_string(&journal).expect("a journal");
    assert_eq!((pairs(&whole, "screen"), pairs(&whole, "confirm")), (6, 12));
    let judged = |folder: &Path| document(folder)["cells"][0]["outcome"]["judged"].clone();
    let found = judged(&folder);
    assert_eq!((&found["verdict"], &found["ratio"]["pairs"]), (&"regressed".into(), &12.into()), "{found}");

    let lines: Vec<&str> = whole.lines().collect();
    let cut = lines.iter().rposition(|line| line.contains("confirm")).expect("fresh pairs") - 7;
    std::fs::write(&journal, format!("{}\n", lines[..cut].join("\n"))).expect("a write");
    world.expect(&["gate", "--resume"], 1);
    let resumed = std::fs::read_to_string(&journal).expect("a journal");
    assert_eq!((pairs(&resumed, "screen"), pairs(&resumed, "confirm")), (6, 12));
    assert_eq!(judged(&folder)["ratio"]["pairs"], 12);
}
