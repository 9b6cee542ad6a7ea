//! A module that has no manifest, and folders in Sightglass's layout: what is chosen, what is refused, and what counts
//! as right where that is not stated.

use crate::common::{World, reason};

/// A world with the mock worker, two modules and a folder of Sightglass's.
fn world() -> World {
    let world = World::with_mock();
    let write = |name: &str, text: &str| {
        let path = world.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, wat::parse_str(text).expect("a module")).expect("a file");
    };
    write("one.wasm", r#"(module (func (export "f") (result i64) (i64.const 43)) (func (export "_tool")))"#);
    write(
        "two.wasm",
        r#"(module (func (export "add") (param i32 f64) (result i64) (i64.const 43)) (func (export "sub")))"#,
    );
    let imports = r#"(module (import "env" "now" (func (result i64))) (import "env" "log" (func (param i32)))
        (func (export "f") (result i64) (call 0)))"#;
    write("imports.wasm", imports);
    let beyond = r#"(module (import "env" "memory" (memory 1 2 shared)) (import "env" "table" (table 1 (ref null i31)))
        (import "env" "global" (global i32)) (func (export "f")))"#;
    write("beyond.wasm", beyond);
    let several = r#"(module (func (export "f") (param v128) (result i32 f64) (i32.const 1) (f64.const 2)))"#;
    write("several.wasm", several);
    write("start.wasm", r#"(module (memory (export "memory") 1) (func (export "_start")))"#);
    write("suite/first/benchmark.wasm", r#"(module (func (export "f") (result i64) (i64.const 43)))"#);
    write("suite/second.wasm", imports);
    std::fs::write(world.path("suite/broken.wasm"), b"\0asm\x01\0\0\0\xff").expect("a file");
    world
}

const RIGHT: &str = "mock/right";

/// The warning with this word.
fn warning<'a>(document: &'a serde_json::Value, word: &str) -> &'a str {
    let mut warnings = document["warnings"].as_array().into_iter().flatten().filter_map(|one| one.as_str());
    warnings.find(|one| one.contains(word)).unwrap_or_else(|| panic!("no {word} in {document}"))
}

#[test]
fn the_only_function_is_chosen_and_its_output_is_what_the_configurations_agree_on() {
    let world = world();
    let document = world.json(&["check", "one.wasm", "--configurations", "mock/right,mock/refuses"], 4);
    assert_eq!(document["verdicts"]["one"][RIGHT], "right");
    assert!(document["verdicts"]["one"]["mock/refuses"]["failed"].is_string(), "{document}");
    assert_eq!(document["notes"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_disagreement_is_reported_and_what_most_gave_is_compared_with() {
    let world = world();
    let three = "mock/wrong,mock/right,mock/lies";
    let document = world
        .json(&["run", "one.wasm", "--configurations", three, "--rounds", "1", "--metrics", "cold-start"], 5);
    // The machine's noise may stand before it.
    let note = warning(&document, "DISAGREE");
    assert!(note.contains("returned 43: mock/lies, mock/right"), "{note}");
    assert!(note.contains("returned -1: mock/wrong"), "{note}");
    let page = std::fs::read_to_string(world.newest_run().join("report.html")).expect("the page");
    assert!(page.contains("DISAGREE"));

    let document = world.json(&["check", "one.wasm", "--configurations", three], 5);
    let verdicts = &document["verdicts"]["one"];
    assert_eq!(verdicts[RIGHT], "right");
    let why = reason(&verdicts["mock/wrong"], "disagrees");
    assert_eq!(why, "returned -1, where 2 of 3 configurations: returned 43");
}

#[test]
fn no_configuration_is_right_against_the_others_alone() {
    let world = world();
    let check = |configurations: &str, code: i32| {
        world.json(&["check", "one.wasm", "--configurations", configurations], code)
    };
    // The one that returns is not right for that: most trap, as they all should.
    let document = check("mock/traps,mock/traps-too,mock/right", 5);
    let verdicts = &document["verdicts"]["one"];
    let why = reason(&verdicts[RIGHT], "disagrees");
    assert_eq!(why, "returned 43, where 2 of 3 configurations: trap: unreachable");
    assert!(reason(&verdicts["mock/traps"], "failed").starts_with("trap: unreachable"));
    let note = document["notes"][0].as_str().expect("a note");
    assert!(
        note.contains("DISAGREE") && note.contains("trap: unreachable: mock/traps, mock/traps-too"),
        "{note}"
    );

    let document = check("mock/traps,mock/right", 5);
    assert!(reason(&document["verdicts"]["one"][RIGHT], "disagrees").contains("1 of 2"));
    let document = check("mock/wrong,mock/right", 5);
    let verdicts = document["verdicts"]["one"].as_object().expect("a row");
    assert!(verdicts.values().all(|verdict| verdict["disagrees"].is_string()), "{verdicts:?}");
    assert!(document["notes"][0].as_str().is_some_and(|note| note.contains("no output has a majority")));
}

#[test]
fn state_between_calls_is_the_module_s_and_no_engine_s() {
    let world = world();
    let counts = ["check", "one.wasm", "--configurations", "mock/counts"];
    let document = world.json(&counts, 4);
    let why = reason(&document["verdicts"]["one"]["mock/counts"], "varies");
    assert_eq!(why, "another result when called again: 44 instead of 43");
    let note = document["notes"][0].as_str().expect("a note");
    assert!(note.contains("keeps state from call to call") && note.contains("--fresh"), "{note}");
    // Stated to be 43, it is right at first and another when called again; with instances of its own it is right.
    let document = world.json(&[&counts[..], &["--expect", "43"]].concat(), 5);
    let why = reason(&document["verdicts"]["one"]["mock/counts"], "wrong_output");
    assert_eq!(why, "another result when called again: 44 instead of 43");
    let document = world.json(&[&counts[..], &["--fresh"]].concat(), 0);
    assert_eq!(document["verdicts"]["one"]["mock/counts"], "right");

    // A single engine that does so is to blame itself.
    let three = "mock/counts,mock/right,mock/hesitates";
    let document = world.json(&["check", "one.wasm", "--configurations", three], 5);
    assert_eq!(document["verdicts"]["one"][RIGHT], "right");
    assert!(document["verdicts"]["one"]["mock/counts"]["disagrees"].is_string(), "{document}");
}

#[test]
fn a_clock_s_result_is_not_measured_and_its_cause_is_named() {
    let world = world();
    let clock = ["--configurations", "mock/reads-a-clock", "--rounds", "1"];
    let (_, printed) = world.expect(&[&["run", "one.wasm"], &clock[..]].concat(), 4);
    assert!(
        printed.contains("gives another result when called again") && printed.contains("a clock"),
        "{printed}"
    );
    // Its exit code is right, whatever it is otherwise.
    let document = world.json(
        &[&["run", "start.wasm", "--expect", "exit:43"], &clock[..1], &[RIGHT], &clock[2..]].concat(),
        0,
    );
    assert_eq!(document["problems"]["counts"]["failed"], 0);
}

#[test]
fn a_command_that_does_not_end_well_is_reported_unless_it_is_expected() {
    let world = world();
    let check = ["check", "start.wasm", "--configurations", RIGHT];
    let document = world.json(&check, 0);
    assert_eq!(document["verdicts"]["start"][RIGHT], "right");
    let note = document["notes"][0].as_str().expect("a note");
    assert!(note.contains("ends with exit code 43") && note.contains("--dir or --stdin"), "{note}");
    let document = world.json(&[check.as_slice(), &["--expect", "exit:43"]].concat(), 0);
    assert_eq!(document["notes"].as_array().map(Vec::len), Some(0));

    let run = ["run", "start.wasm", "--configurations", RIGHT, "--rounds", "1", "--metrics", "cold-start"];
    let (_, printed) = world.expect(&run, 0);
    assert!(printed.contains(note), "{printed}");
    let page = std::fs::read_to_string(world.newest_run().join("report.html")).expect("the page");
    assert!(page.contains("ends with exit code 43"));
}

#[test]
fn what_is_expected_is_compared() {
    let world = world();
    let check = |what: &str, code: i32| {
        world.json(&["check", "one.wasm", "--configurations", RIGHT, "--expect", what], code)
    };
    assert_eq!(check("43", 0)["verdicts"]["one"][RIGHT], "right");
    let wrong = &check("-43", 5)["verdicts"]["one"][RIGHT]["wrong_output"];
    assert_eq!(*wrong, "43 instead of -43");
}

#[test]
fn missing_imports_are_named_or_stubbed() {
    let world = world();
    let (_, error) = world.expect(&["check", "imports.wasm"], 2);
    assert!(error.contains("env.now, env.log") && error.contains("--stub-imports"), "{error}");
    let (_, error) = world.expect(&["check", "beyond.wasm"], 2);
    for part in ["env.memory (a memory)", "env.table (a table)", "env.global (a global)", "--stub-imports"] {
        assert!(error.contains(part), "{error}");
    }
    let (_, error) = world.expect(&["check", "beyond.wasm", "--stub-imports"], 2);
    assert!(error.contains("env.memory (a memory), env.table (a table): there is no stand-in"), "{error}");
    let arguments = ["run", "imports.wasm", "--stub-imports", "--configurations", RIGHT, "--rounds", "1"];
    let document = world.json(&arguments, 0);
    assert_eq!(document["run"]["workloads"][0]["stubs"], serde_json::json!(["env.now", "env.log"]));
    warning(&document, "zeros");
}

#[test]
fn what_does_not_fit_the_module_is_refused_with_what_to_do() {
    let world = world();
    for (arguments, part) in [
        (["two.wasm", "--rounds", "1"].as_slice(), "add (i32, f64) -> (i64)"),
        (&["two.wasm", "--invoke", "ad"], "did you mean \"add\"?"),
        (&["two.wasm", "--invoke", "add", "--", "1"], "with 1 arguments; write them after --"),
        (&["two.wasm", "--invoke", "add", "--", "1", "x"], "\"x\": it is no f64"),
        (&["one.wasm", "--expect", "exit:0"], "write the number that it returns"),
        (&["one.wasm", "--expect", "trap:unreachible"], "did you mean \"unreachable\"?"),
        (&["one.wasm", "--expect", "trap:unreachable", "--expect", "43"], "two different things"),
        (&["several.wasm", "--expect", "1", "--", "0x1"], "each of several, as (i32, f64)"),
        (&["several.wasm", "--", "i32x4:1,2,3"], "it is no v128"),
        (&["start.wasm", "--stdin", "pipe:nowhere"], "failed to read nowhere"),
        (&["start.wasm", "--expect", "exit:zero"], "write exit:0"),
        (&["start.wasm", "--expect", "a", "--expect", "b"], "two different things"),
        (&["start.wasm", "--env", "NAME"], "write NAME=VALUE"),
        (&["start.wasm", "--dir", "nowhere::/data"], "failed to find the folder nowhere"),
        (&["start.wasm", "--dir", "one.wasm::/data"], "it is a file"),
        (&["start.wasm", "--stdin", "nowhere"], "failed to read nowhere"),
        (&["nowhere.wasm"], "failed to read nowhere.wasm"),
        (&["suite/broken.wasm"], "broken.wasm"),
        (&["one.wasm", "--suite", "suite"], "cannot be used with"),
        (&["--invoke", "f"], "MODULE"),
    ] {
        let (_, error) = world.expect(&[&["run"], arguments].concat(), 2);
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
}

#[test]
fn a_folder_of_sightglass_is_a_suite_as_it_stands() {
    let world = world();
    let arguments = ["check", "--suite", "suite", "--configurations", RIGHT];
    let document = world.json(&arguments, 2);
    assert_eq!(document["verdicts"]["first"][RIGHT], "right");
    let rejected: Vec<&str> =
        document["rejected"].as_array().expect("a list").iter().filter_map(|one| one.as_str()).collect();
    assert!(
        rejected.iter().any(|one| one.contains("second.wasm") && one.contains("env.now")),
        "{rejected:?}"
    );
    assert!(rejected.iter().any(|one| one.contains("broken.wasm")), "{rejected:?}");
    let document = world.json(&[arguments.as_slice(), &["--stub-imports"]].concat(), 2);
    assert_eq!(document["verdicts"]["second"][RIGHT], "right");
}
