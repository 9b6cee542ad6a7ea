//! What the configurations say of proposals is true: each runs a module of every proposal that it names and refuses,
//! as unsupported, a module of every other.

use wasmark_adapter::{
    Describe, EngineSpec, Entry, FailureKind, Host, Runtime, Source, protocol::Invocation,
};
use wasmark_wasmer::Wasmer;

/// A module of each proposal, whose `run` returns 7.
const MODULES: [(&str, &str); 17] = [
    (
        "bulk-memory",
        r#"(memory 1) (func (export "run") (param i32) (result i64)
            (memory.fill (i32.const 0) (i32.const 7) (i32.const 9))
            (memory.copy (i32.const 16) (i32.const 1) (i32.const 1))
            (i64.load8_u (i32.const 16)))"#,
    ),
    (
        "exceptions",
        r#"(tag $thrown (param i64)) (func (export "run") (param i32) (result i64)
            (block $caught (result i64)
                (try_table (catch $thrown $caught) (throw $thrown (i64.const 7)))
                (unreachable)))"#,
    ),
    (
        "extended-const",
        r#"(global $seven i64 (i64.add (i64.const 3) (i64.const 4)))
        (func (export "run") (param i32) (result i64) (global.get $seven))"#,
    ),
    (
        "function-references",
        r#"(type $of (func (result i64))) (func $seven (type $of) (i64.const 7)) (elem declare func $seven)
        (func (export "run") (param i32) (result i64) (call_ref $of (ref.func $seven)))"#,
    ),
    (
        "gc",
        r#"(type $boxed (struct (field i64))) (func (export "run") (param i32) (result i64)
            (struct.get $boxed 0 (struct.new $boxed (i64.const 7))))"#,
    ),
    (
        "memory64",
        r#"(memory i64 1) (func (export "run") (param i32) (result i64)
            (i64.store (i64.const 8) (i64.const 7)) (i64.load (i64.const 8)))"#,
    ),
    (
        "multi-memory",
        r#"(memory 1) (memory $other 1) (func (export "run") (param i32) (result i64)
            (i64.store $other (i32.const 8) (i64.const 7))
            (i64.add (i64.load (i32.const 8)) (i64.load $other (i32.const 8))))"#,
    ),
    (
        "multi-value",
        r#"(func $pair (result i64 i64) (i64.const 9) (i64.const 2))
        (func (export "run") (param i32) (result i64)
            (call $pair) (block (param i64 i64) (result i64) (i64.sub)))"#,
    ),
    (
        "mutable-global",
        r#"(global (export "seven") (mut i64) (i64.const 6)) (func (export "run") (param i32) (result i64)
            (global.set 0 (i64.add (global.get 0) (i64.const 1))) (global.get 0))"#,
    ),
    (
        "reference-types",
        r#"(table $functions 1 funcref) (table $things 2 externref) (func (export "run") (param i32) (result i64)
            (drop (table.grow $things (ref.null extern) (i32.const 3)))
            (table.set $functions (i32.const 0) (ref.null func))
            (i64.extend_i32_u (i32.add
                (table.size $things)
                (i32.shl (ref.is_null (table.get $things (i32.const 0))) (ref.is_null (ref.null func))))))"#,
    ),
    (
        "relaxed-simd",
        r#"(func (export "run") (param i32) (result i64)
            (i64x2.extract_lane 0 (i64x2.relaxed_laneselect
                (i64x2.splat (i64.const 7)) (i64x2.splat (i64.const 1)) (i64x2.splat (i64.const -1)))))"#,
    ),
    (
        "saturating-float-to-int",
        r#"(func (export "run") (param i32) (result i64)
            (i64.sub (i64.trunc_sat_f64_u (f64.const 7.9)) (i64.trunc_sat_f64_u (f64.const -1))))"#,
    ),
    (
        "sign-extension",
        r#"(func (export "run") (param i32) (result i64)
            (i64.add (i64.extend8_s (i64.const 255)) (i64.const 8)))"#,
    ),
    (
        "simd",
        r#"(func $same (param v128) (result v128) (local.get 0))
        (func (export "run") (param i32) (result i64)
            (i64x2.extract_lane 1 (i64x2.add
                (call $same (i64x2.splat (i64.const 3))) (i64x2.splat (i64.const 4)))))"#,
    ),
    (
        "tail-call",
        r#"(func $seven (result i64) (i64.const 7))
        (func (export "run") (param i32) (result i64) (return_call $seven))"#,
    ),
    (
        "threads",
        r#"(memory 1 1 shared) (func (export "run") (param i32) (result i64)
            (drop (i64.atomic.rmw.add (i32.const 8) (i64.const 6)))
            (drop (memory.atomic.notify (i32.const 8) (i32.const 1)))
            ;; 1: the memory holds another number already.
            (i64.add (i64.atomic.load (i32.const 8)) (i64.extend_i32_u
                (memory.atomic.wait32 (i32.const 8) (i32.const 5) (i64.const -1)))))"#,
    ),
    (
        "wide-arithmetic",
        r#"(func (export "run") (param i32) (result i64)
            (i64.add128 (i64.const 3) (i64.const 0) (i64.const 4) (i64.const 0)) (drop))"#,
    ),
];

#[test]
fn each_configuration_runs_what_it_names_and_no_more() {
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&invocation, &[]).expect("a host");
    for configuration in Wasmer::describe().configurations {
        let runtime = Wasmer::new(&EngineSpec::new(&configuration.name, Source::Wasm)).expect("an engine");
        for (proposal, text) in MODULES {
            let mut wasm = wat::parse_str(format!("(module {text})")).expect("the test's module");
            let result = runtime.compile(&mut wasm).and_then(|module| {
                let prepared = runtime.prepare(module, &Entry::Kernel("run".to_owned()))?;
                Wasmer::call(&mut runtime.instantiate(&prepared, &host)?, 0)
            });
            let name = &configuration.name;
            if configuration.proposals.iter().any(|named| named == proposal) {
                assert_eq!(result, Ok(7), "{proposal} in {name}");
            } else {
                let refused = result.expect_err(&format!("{name} does not name {proposal}, and runs it"));
                assert_eq!(refused.kind, FailureKind::Unsupported, "{proposal} in {name}: {refused}");
            }
        }
        for proposal in configuration.proposals {
            assert!(MODULES.iter().any(|(tested, _)| *tested == proposal), "{proposal} has no module");
        }
    }
}
