//! A trap is the same kind in every configuration of every runtime that runs modules, through its real worker.

use std::collections::BTreeSet;

use wasmark_adapter::TrapKind;

use crate::common::{
    guests::{GOOD, Guests, RECURSION, kernel, module},
    reason,
};

const RUNTIMES: [&str; 7] = ["v8", "wamr", "wasmedge", "wasmer", "wasmer-llvm", "wasmi", "wasmtime"];

/// The kinds of tiers that run modules; who names them chooses among all configurations.
const TIERS: &str = "interpreter,baseline,optimizing,aot";

/// Divides by zero where its argument is small, which no compiler knows.
const DIVISION: &str = "(i64.div_s (i64.const 1) (i64.shr_u (i64.extend_i32_s (local.get 0)) (i64.const 8)))";

/// A kernel that calls an element of its table, of which the first is of another type and the second null.
fn calls(element: u32) -> Vec<u8> {
    module(&format!(
        r#"(module (memory (export "memory") 1) (type $kernel (func (param i32) (result i64)))
            (table 2 funcref) (elem (i32.const 0) $other) (func $other)
            (func (export "run") (type $kernel)
                (call_indirect (type $kernel) (local.get 0) (i32.const {element}))))"#
    ))
}

/// What a configuration shows in place of this kind, where it is one of METHODOLOGY.md's exceptions.
fn exception(configuration: &str, kind: TrapKind) -> Option<&'static str> {
    match (configuration.split_once('/')?, kind) {
        (("wasmedge", "interpreter" | "interpreter-gas"), TrapKind::StackExhausted) => {
            Some("used more than 1024 MiB of memory")
        }
        (("wasmedge", _), TrapKind::StackExhausted) => Some("the worker was ended by signal 11"),
        (("v8", _), TrapKind::UninitializedElement) => Some("trap: indirect call type ("),
        _ => None,
    }
}

#[test]
fn a_trap_is_the_same_kind_in_every_configuration() {
    let guests = Guests::new();
    let start = GOOD.replace("(module", "(module (func $trap unreachable) (start $trap)");
    let trapping = [
        ("unreachable", TrapKind::Unreachable, kernel("unreachable")),
        ("starts", TrapKind::Unreachable, module(&start)),
        ("outside", TrapKind::MemoryOutOfBounds, kernel("(i64.load (i32.const 65536))")),
        ("divides", TrapKind::DivideByZero, kernel(DIVISION)),
        ("recurses", TrapKind::StackExhausted, module(RECURSION)),
        ("mistyped", TrapKind::IndirectCallType, calls(0)),
        ("null", TrapKind::UninitializedElement, calls(1)),
    ];
    for (name, _, wasm) in &trapping {
        guests.kernel(name, wasm);
    }
    let arguments = ["check", "--strict", "--suite", "suite", "--tiers", TIERS, "--memory-limit", "1024"];
    let verdicts = guests.0.json(&arguments, 4)["verdicts"].take();

    let good = verdicts["good"].as_object().expect("a row");
    assert!(good.values().all(|verdict| verdict == "right"), "{good:?}");
    let runtimes: BTreeSet<&str> = good.keys().filter_map(|id| id.split('/').next()).collect();
    assert_eq!(runtimes, BTreeSet::from(RUNTIMES));
    let mut wrong = Vec::new();
    for (name, kind, _) in trapping {
        let usual = format!("trap: {} (", kind.words());
        for (configuration, verdict) in verdicts[name].as_object().expect("a row") {
            let expected = exception(configuration, kind).unwrap_or(&usual);
            if !reason(verdict, "failed").starts_with(expected) {
                wrong.push(format!("{configuration} {name}: {verdict}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
