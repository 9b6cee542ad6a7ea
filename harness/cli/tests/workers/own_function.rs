//! Functions of a module of one's own, through real workers: values of every type, traps, imports, and what a call
//! costs.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::common::{World, guests, reason};

/// Two that build quickly.
const TWO: &str = "wasmi,wasmtime";

/// Every engine that runs modules.
const ALL: &str = "v8,wamr,wasmedge,wasmer,wasmi,wasmtime";

fn world(modules: &[(&str, &str)]) -> World {
    let world = World::with_workers();
    for (name, text) in modules {
        fs::write(world.path(name), guests::module(text)).expect("a file");
    }
    world
}

/// The verdicts of a check of a module, by configuration.
fn verdicts(world: &World, runtimes: &str, arguments: &[&str], code: i32) -> BTreeMap<String, Value> {
    let name = arguments[0].trim_end_matches(".wasm");
    let check = [&["check", arguments[0], "--strict", "--runtimes", runtimes], &arguments[1..]].concat();
    let document = world.json(&check, code);
    let row = document["verdicts"][name].as_object().expect("a row");
    assert!(runtimes.split(',').all(|runtime| row.keys().any(|id| id.starts_with(runtime))), "{row:?}");
    row.clone().into_iter().collect()
}

/// The result of a run of one configuration, for the only workload.
fn run(world: &World, configuration: &str, arguments: &[&str]) -> Value {
    let run =
        ["run", "--configurations", configuration, "--rounds", "2", "--metrics", "cold-start,throughput"];
    world.json(&[&run[..], arguments].concat(), 0)
}

const VALUES: &str = r#"(module
    (func (export "several") (param i32) (result i64 f32 i32)
        (i64.extend_i32_s (local.get 0)) (f32.const -0.5) (i32.const 7))
    (func (export "vector") (param v128 i32) (result v128)
        (i32x4.add (local.get 0) (i32x4.splat (local.get 1))))
    (func (export "nan") (result f64)
        (f64.add (f64.reinterpret_i64 (i64.const -1)) (f64.reinterpret_i64 (i64.const 0xffff60ffffffffff))))
    (func (export "bits") (result i64) (i64.reinterpret_f64 (f64.const nan:0x8000000000001)))
    (func (export "payload") (result f64) (f64.const nan:0x8000000000001)))"#;

#[test]
fn several_results_and_vectors_are_right_everywhere_or_unsupported_for_a_reason() {
    let world = world(&[("values.wasm", VALUES)]);
    let several = ["values.wasm", "--invoke", "several", "--expect", "-3 -0.5 7", "--", "-3"];
    let vector =
        ["values.wasm", "--invoke", "vector", "--expect", "i32x4:2,3,4,0", "--", "i32x4:1,2,3,-1", "1"];
    for (arguments, values) in [(several.as_slice(), "several values"), (&vector, "a vector")] {
        // The module has vectors: where they are not run, nothing of it is.
        for (id, verdict) in verdicts(&world, ALL, arguments, 0) {
            let no_vectors = verdict["unsupported"].as_str().is_some_and(|why| {
                why == "needs simd"
                    || (values == "a vector" && id.starts_with("v8/") && why.contains("JavaScript"))
            });
            assert!(verdict == "right" || no_vectors, "{id}, {values}: {verdict}");
        }
    }
    let wrong = ["values.wasm", "--invoke", "several", "--expect", "-3, 0.5, 7", "--", "-3"];
    let verdict = &verdicts(&world, "wasmtime", &wrong, 5)["wasmtime/on-demand"];
    assert_eq!(reason(verdict, "wrong_output"), "-3, -0.5, 7 instead of -3, 0.5, 7");
}

#[test]
fn a_nan_is_matched_by_its_name_or_by_its_bits() {
    let world = world(&[("values.wasm", VALUES)]);
    let check = |function: &str, more: &[&str], code| {
        let arguments = [&["values.wasm", "--invoke", function], more].concat();
        verdicts(&world, "wasmtime", &arguments, code)["wasmtime/on-demand"].clone()
    };
    // Whatever the payload of a sum is, every call of it agrees with the first.
    assert_eq!(check("nan", &[], 0), "right");
    assert_eq!(check("nan", &["--expect", "NaN"], 0), "right");
    assert_eq!(check("payload", &["--expect", "nan:0x7ff8000000000001"], 0), "right");
    assert_eq!(check("bits", &["--expect", "0x7ff8000000000001"], 0), "right");
    let wrong = check("payload", &["--expect", "nan:0x7ff8000000000000"], 5);
    assert_eq!(reason(&wrong, "wrong_output"), "nan:0x7ff8000000000001 instead of nan:0x7ff8000000000000");
    let wrong = check("payload", &["--expect", "1"], 5);
    assert_eq!(reason(&wrong, "wrong_output"), "nan:0x7ff8000000000001 instead of 1");
}

/// Counts to its argument, then divides by zero.
const LATE: &str = r#"(module (func (export "main") (param $n i32) (result i32) (local $x i32)
    (loop $again
        (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 5)) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $again (local.get $n)))
    (i32.div_u (local.get $x) (local.get $n))))"#;

/// What is given for `n` rounds before a trap, of which this is expected.
fn expect<'a>(kind: &'a str, n: &'a str) -> [&'a str; 5] {
    ["late.wasm", "--expect", kind, "--", n]
}

#[test]
fn the_time_until_a_trap_is_a_rung_of_its_own() {
    let trapping = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (memory (export "memory") 1) (func (export "_start") (drop (call 0)) unreachable))"#;
    let world = world(&[("late.wasm", LATE), ("command.wasm", trapping)]);
    for verdict in verdicts(&world, TWO, &expect("trap:divide_by_zero", "1000"), 0).values() {
        assert_eq!(verdict, "right");
    }
    for verdict in verdicts(&world, TWO, &expect("trap:unreachable", "1000"), 5).values() {
        assert_eq!(reason(verdict, "wrong_output"), "the trap divide by zero instead of unreachable");
    }
    for configuration in ["wasmi/eager", "wasmtime/on-demand"] {
        let time = |n: &str| {
            let document = run(&world, configuration, &expect("trap:divide_by_zero", n));
            let row = &document["cold_start"][0];
            for absent in [&row["reused_instance"], &document["throughput"]["rows"][0]["time"]] {
                assert_eq!(absent["unsupported"], "the call traps: its time is time_to_trap", "{document}");
            }
            assert!(row["fresh_instance"]["measured"].is_object(), "{row}");
            let time = row["time_to_trap"]["measured"]["typical"]["median"].as_f64();
            time.unwrap_or_else(|| panic!("{configuration}: {row}"))
        };
        let (soon, late) = (time("1"), time("1000000"));
        assert!(late > 2.0 * soon, "{configuration}: {late} ns after a million turns, {soon} after one");
    }
    let document = run(&world, "wasmtime/on-demand", &["command.wasm", "--expect", "trap:unreachable"]);
    assert!(document["cold_start"][0]["time_to_trap"]["measured"].is_object(), "{document}");
}

#[test]
fn calls_of_the_marks_that_are_missing_or_repeated_are_named() {
    let (start, end) = ("(call $start)", "(call $end)");
    let command = |before: &str, after: &str| {
        format!(
            r#"(module (import "bench" "start" (func $start)) (import "bench" "end" (func $end))
                (memory (export "memory") 1)
                (func (export "_start") (local $k i32)
                    {before}
                    (local.set $k (i32.const 300000))
                    (loop $again (br_if $again (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
                    {after}))"#
        )
    };
    let again = format!("{end}{start}{end}");
    let modules = [
        ("good.wasm", command(start, end)),
        ("twice.wasm", command(start, &again)),
        ("noend.wasm", command(start, "")),
        ("nostart.wasm", command("", end)),
        ("repeated.wasm", command(&start.repeat(2), end)),
    ];
    let world = world(&modules.each_ref().map(|(name, text)| (*name, text.as_str())));
    for (module, missing) in [
        ("noend.wasm", "bench.start without bench.end after it"),
        ("nostart.wasm", "bench.end without bench.start before it"),
        ("repeated.wasm", "bench.start twice without bench.end between"),
    ] {
        for verdict in verdicts(&world, TWO, &[module], 4).values() {
            assert!(reason(verdict, "failed").contains(missing), "{module}: {verdict}");
        }
    }
    // The second pair is empty: the sum is that of the first.
    let [good, twice] = ["good.wasm", "twice.wasm"].map(|module| {
        let document = run(&world, "wasmi/eager", &[module]);
        document["throughput"]["rows"][0]["time"]["measured"]["median"].as_f64().expect("a time")
    });
    assert!(twice > good / 2.0, "{twice} ns for two pairs, {good} for one");
}

#[test]
fn what_is_done_in_one_of_fifty_calls_is_in_the_sustained_cost() {
    let tail = r#"(module (global $calls (mut i32) (i32.const 0))
        (func (export "serve") (result i32) (local $k i32)
            (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
            (local.set $k (select (i32.const 300000) (i32.const 1000)
                (i32.eqz (i32.rem_u (global.get $calls) (i32.const 50)))))
            (loop $again (br_if $again (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
            (i32.add (local.get $k) (i32.const 1))))"#;
    let world = world(&[("tail.wasm", tail)]);
    let document = run(&world, "wasmtime/on-demand", &["tail.wasm", "--expect", "1"]);
    let sustained = document["throughput"]["rows"][0]["time"]["measured"]["median"].as_f64();
    let single = document["cold_start"][0]["reused_instance"]["measured"]["percentiles"]["p50"].as_f64();
    let (sustained, single) = sustained.zip(single).unwrap_or_else(|| panic!("{document}"));
    // (49 * 1000 + 300000) / 50 turns are 7 times 1000.
    assert!(sustained > 4.0 * single, "{sustained} ns sustained, {single} ns most often");
}

#[test]
fn a_function_of_a_common_type_is_called_like_a_kernel_and_any_other_is_untyped() {
    let add = r#"(module
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "five") (param i32 i32 i32 i32 i32) (result i32) (local.get 4)))"#;
    let world = world(&[("add.wasm", add)]);
    let call = |configuration: &str, arguments: &[&str]| {
        let document = run(&world, configuration, &[&["add.wasm", "--invoke"], arguments].concat());
        document["run"]["configurations"][0]["settings"]["call"].as_str().expect("a setting").to_owned()
    };
    let [add, five] = [&["add", "--", "1", "2"][..], &["five", "--", "1", "2", "3", "4", "5"]];
    for (configuration, of_five) in
        [("wasmtime/on-demand", "typed"), ("wasmer/cranelift", "untyped"), ("wasmi/eager", "untyped")]
    {
        assert_eq!(call(configuration, add), "typed", "{configuration}");
        assert_eq!(call(configuration, five), of_five, "{configuration}");
    }
}

#[test]
fn imports_of_every_kind_have_a_stand_in() {
    let dylink = r#"(module
        (import "env" "memory" (memory 1))
        (import "env" "__indirect_function_table" (table 4 funcref))
        (import "env" "__table_base" (global $tb i32))
        (import "env" "__stack_pointer" (global $sp (mut i32)))
        (elem (global.get $tb) $a $b)
        (func $a (result i32) (i32.const 5))
        (func $b (result i32) (i32.const 6))
        (func (export "go") (result i32)
            (call_indirect (result i32) (i32.add (global.get $tb) (i32.const 1)))))"#;
    let world = world(&[("dylink.wasm", dylink)]);
    let (_, error) = world.expect(&["check", "dylink.wasm", "--runtimes", TWO], 2);
    for name in ["env.memory", "env.__indirect_function_table", "env.__table_base", "env.__stack_pointer"] {
        assert!(error.contains(name), "{error}");
    }
    for (id, verdict) in verdicts(&world, ALL, &["dylink.wasm", "--stub-imports", "--expect", "6"], 0) {
        let right = if id.starts_with("wamr/") {
            verdict["unsupported"].as_str().is_some_and(|why| why.contains("no memory, table or global"))
        } else {
            verdict == "right"
        };
        assert!(right, "{id}: {verdict}");
    }
}
