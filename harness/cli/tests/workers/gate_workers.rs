//! The gate through real workers: candidates so slow that they were once left out of the verdict, outputs that differ, and
//! modules that differ from themselves. Needs `wasmark build`.

use crate::common::{World, guests::module};

/// Ten thousand steps of a loop, so many times; the answer is the same.
fn times(repeats: u32) -> Vec<u8> {
    module(&format!(
        r#"(module
          (func $work (param $n i32) (result i32) (local $x i32)
            (loop $l
              (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 5)) (local.get $n)))
              (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $x))
          (func (export "run") (param $n i32) (result i32) (local $k i32) (local $y i32)
            (local.set $k (i32.const {repeats}))
            (loop $l (local.set $y (i32.or (local.get $y) (call $work (local.get $n))))
              (br_if $l (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
            (local.get $y)))"#
    ))
}

/// So many blocks with a branch out of each: one after the other, or each inside of the one before, which takes Cranelift
/// quadratic time.
fn blocks(number: usize, nested: bool) -> Vec<u8> {
    let body = if nested {
        let branches: String = (0..number).map(|depth| format!("local.get 0 br_if {depth} ")).collect();
        format!("{}{branches}{}", "block ".repeat(number), "end ".repeat(number))
    } else {
        "block local.get 0 br_if 0 end ".repeat(number)
    };
    module(&format!(r#"(module (func (export "run") (param i32) (result i32) {body} local.get 0))"#))
}

fn world() -> World {
    let world = World::with_workers();
    let write = |name: &str, wasm: &[u8]| std::fs::write(world.path(name), wasm).expect("a file");
    write("fast.wasm", &times(1));
    write("slow.wasm", &times(20_000));
    let constant =
        |number: i32| module(&format!(r#"(module (func (export "f") (result i32) (i32.const {number})))"#));
    write("one.wasm", &constant(1));
    write("two.wasm", &constant(2));
    world
}

const ON_DEMAND: &str = "wasmtime/on-demand";

#[test]
fn work_done_twenty_thousand_times_is_a_regression_within_the_budget() {
    let world = world();
    let sides = ["gate", "--base", "fast.wasm", "--candidate", "slow.wasm", "--invoke", "run"];
    let rest = ["--configurations", ON_DEMAND, "--lane", "timed", "--budget", "1m", "--", "10000"];
    let (out, _) = world.expect(&[&sides[..], &rest].concat(), 1);
    assert!(out.starts_with("REGRESSED"), "{out}");
}

#[test]
fn quadratic_compilation_is_a_regression_within_the_budget() {
    let world = world();
    for (name, nested) in [("flat.wasm", false), ("nested.wasm", true)] {
        std::fs::write(world.path(name), blocks(15_000, nested)).expect("a file");
    }
    let sides = ["gate", "--base", "flat.wasm", "--candidate", "nested.wasm", "--metrics", "compile"];
    let rest = ["--configurations", ON_DEMAND, "--budget", "5m", "--", "1"];
    let output = world.program(&[&sides[..], &rest].concat()).output().expect("wasmark starts");
    let out = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        Some(1) => {
            assert!(out.starts_with("REGRESSED") && out.contains("flat -> nested compile"), "{out}");
        }
        // A machine on which native code differs from itself decides nothing; it never passes.
        code => assert!(code == Some(4) && out.starts_with("INVALID"), "{code:?}: {out}"),
    }
}

#[test]
fn another_output_is_found_whatever_is_measured() {
    let world = world();
    for metrics in ["compile", "throughput", "artifact_size,wasm_size"] {
        let sides = ["gate", "--base", "one.wasm", "--candidate", "two.wasm", "--configurations", ON_DEMAND];
        let (out, _) = world.expect(&[&sides[..], &["--metrics", metrics]].concat(), 5);
        assert!(out.starts_with("WRONG OUTPUT") && out.contains("2 instead of 1"), "{metrics}: {out}");
    }
}

#[test]
fn state_and_clocks_are_not_blamed_on_a_side() {
    let world = world();
    let counter = r#"(module (global $calls (mut i32) (i32.const 0)) (func (export "next") (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls)))"#;
    // Prints the eight bytes of the clock.
    let clock = r#"(module
        (import "wasi_snapshot_preview1" "clock_time_get" (func $now (param i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 0) "\10\00\00\00\08\00\00\00")
        (func (export "_start") (drop (call $now (i32.const 0) (i64.const 1) (i32.const 16)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;
    for (name, text) in [("counter.wasm", counter), ("clock.wasm", clock)] {
        std::fs::write(world.path(name), module(text)).expect("a file");
    }
    let gate = |name: &str, more: &[&str], code| {
        let aa = ["gate", name, "--self-test", "aa", "--base", "wasmi/lazy-translation", "--lane", "exact"];
        world.expect(&[&aa[..], &["--metrics", "loaded_size"], more].concat(), code).0
    };
    let out = gate("counter.wasm", &[], 4);
    assert!(out.contains("another result when called again: 2 instead of 1"), "{out}");
    assert!(gate("counter.wasm", &["--fresh"], 0).starts_with("PASSED"));
    let out = gate("clock.wasm", &[], 4);
    assert!(out.contains("another result when called again") && out.contains("--expect exit:0"), "{out}");
    assert!(gate("clock.wasm", &["--expect", "exit:0"], 0).starts_with("PASSED"));
}

#[test]
fn a_module_of_ones_own_is_gated_between_two_configurations() {
    let world = world();
    let sides =
        ["gate", "fast.wasm", "--invoke", "run", "--base", ON_DEMAND, "--candidate", "wasmtime/winch"];
    let rest = ["--lane", "exact", "--metrics", "loaded_size", "--", "10000"];
    let (out, _) = world.expect(&[&sides[..], &rest].concat(), 0);
    assert!(out.starts_with("PASSED"), "{out}");
}
