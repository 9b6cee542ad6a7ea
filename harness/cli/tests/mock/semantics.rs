//! The cases of the specification, the limits that wasmark sets and the versions of engines, with the mock worker.

use crate::common::World;

#[test]
fn each_case_is_a_verdict_and_a_deviation_is_a_wrong_output() {
    let world = World::with_mock();
    let chosen = ["check", "--semantics", "--configurations", "mock/right,mock/traps"];
    let document = world.json(&chosen, 5);
    // The mock returns 42 more than its argument, whatever the module is, or traps.
    let right = &document["semantics"]["mock/right"];
    let expected = "instead of trap: memory out of bounds";
    assert_eq!(right["dead-load-constant"]["deviates"], format!("returned 42 {expected}"));
    assert_eq!(right["unaligned-v128"]["unsupported"], "needs simd");
    let traps = &document["semantics"]["mock/traps"];
    let trap = format!("trap: unreachable {expected}");
    assert_eq!(traps["dead-load-constant"]["deviates"], trap);
    let about = &document["cases"]["dead-load-constant"];
    assert_eq!(about["expected"], "trap: memory out of bounds");
    assert!(about["about"].as_str().is_some_and(|text| text.starts_with("A load out of bounds")), "{about}");

    let (out, _) = world.expect(&chosen, 5);
    assert!(out.contains("DEVIATES: returned 42 instead of trap: memory out of bounds"), "{out}");
    assert!(out.contains("  dead-load-constant: mock/right"), "{out}");
    let (_, error) = world.expect(&["check", "--semantics", "--workloads", "noop"], 2);
    assert!(error.contains("cannot be used with"), "{error}");
}

#[test]
fn a_module_beyond_a_limit_of_wasmark_s_is_unsupported_before_it_runs() {
    let world = World::with_mock();
    let text = r#"(module (memory 1001) (func (export "f") (result i64) (i64.const 43)))"#;
    std::fs::write(world.path("large.wasm"), wat::parse_str(text).expect("a module")).expect("a file");
    let reason =
        "needs a memory of 1001 pages, where wasmark sets 1000 at most; choose the configuration right";
    let document = world.json(&["inspect", "large.wasm"], 0);
    assert_eq!(document["configurations"]["mock/refuses"], reason);
    assert_eq!(document["configurations"]["mock/right"], serde_json::Value::Null);
    assert_eq!(document["limits"]["mock/refuses"]["memory_bytes"], 1000 << 16);
    assert_eq!(document["limits"]["mock/right"], serde_json::Value::Null);
    let (out, _) = world.expect(&["inspect", "large.wasm"], 0);
    assert!(out.contains("1000 pages of a memory"), "{out}");

    let check = ["check", "large.wasm", "--configurations", "mock/right,mock/refuses"];
    let verdicts = world.json(&check, 0)["verdicts"]["large"].take();
    assert_eq!(verdicts["mock/refuses"]["unsupported"], reason);
    assert_eq!(verdicts["mock/right"], "right");
}

#[test]
fn exports_that_calls_do_not_reach_are_named() {
    let world = World::with_mock();
    world.module(
        "own.wasm",
        r#"(module (func (export "f") (param f64)) (func (export "g") (param i32 f32)))"#,
    );
    let document = world.json(&["inspect", "own.wasm"], 0);
    assert_eq!(document["uncallable"], serde_json::json!({"mock/refuses": ["g"]}));
    let (out, _) = world.expect(&["inspect", "own.wasm"], 0);
    assert!(out.contains("yes, but calls of g are unsupported"), "{out}");
}

#[test]
fn versions_and_builds_are_listed_for_the_runtimes_of_the_checkout() {
    let world = World::with_workers();
    let all = world.json(&["list", "--versions"], 0);
    let wasmtime = &all["wasmtime"];
    assert_eq!(wasmtime["locked"], wasmtime["fits"][0]);
    assert!(all["wasmi"]["fits"].as_array().is_some_and(|fits| fits.len() > 1), "{all}");
    assert!(all["v8"]["fits"].as_array().is_some_and(Vec::is_empty), "{all}");
    let (out, _) = world.expect(&["list", "--versions", "--runtimes", "wasmtime"], 0);
    assert!(out.contains("wasmtime+best   with fat LTO"), "{out}");
    assert!(out.contains("wasmtime") && !out.contains("wasmedge"), "{out}");
    let (_, error) = world.expect(&["build", "--runtimes", "wasmtime+worst"], 2);
    assert!(
        error.contains("failed to find the build \"worst\" of wasmtime: choose one of best, usual"),
        "{error}"
    );
    let (_, error) = world.expect(&["list", "--versions", "--runtimes", "wasmtme"], 2);
    assert!(error.contains("did you mean \"wasmtime\"?"), "{error}");
}
