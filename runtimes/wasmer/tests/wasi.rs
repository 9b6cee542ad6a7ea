//! Modules with WASI get all that others get: a function of any type as their entry, their initialisation, the marks
//! and the stubs.

use wasmark_adapter::{
    Describe, EngineSpec, Entry, FailureKind, Host, Runtime, Source, Stub, StubItem, TrapKind, ValueType,
    marks, protocol::Invocation,
};
use wasmark_wasmer::Wasmer;

/// A reactor that writes a byte to stdout when it is initialised, and between the marks counts on from what a stub
/// answers.
const REACTOR: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "bench" "start" (func $start))
    (import "bench" "end" (func $end))
    (import "env" "number" (func $number (param f32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\08\00\00\00\01\00\00\00!")
    (global $count (mut i32) (i32.const 10))
    (func (export "_initialize")
        (global.set $count (i32.mul (global.get $count) (i32.const 2)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))))
    (func (export "count") (result i32)
        (call $start)
        (global.set $count (i32.add (i32.const 1)
            (i32.add (global.get $count) (call $number (f32.const 1)))))
        (call $end)
        (global.get $count)))"#;

/// Traps when it is initialised.
const TRAPS: &str = r#"(module
    (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
    (memory (export "memory") 1)
    (func (export "_initialize") unreachable)
    (func (export "count") (result i32) (i32.const 1)))"#;

fn host() -> Host {
    let invocation =
        Invocation { argument: 0, args: vec!["reactor".into()], env: vec![], stdin: None, expected: None };
    Host::new(&invocation, &[]).expect("a host")
}

#[test]
fn a_reactor_is_initialised_called_and_marked() {
    let stubs = [Stub {
        module: "env".to_owned(),
        name: "number".to_owned(),
        item: StubItem::Function { params: vec![ValueType::F32], results: vec![ValueType::I32] },
    }];
    let entry =
        Entry::Function { name: "count".to_owned(), arguments: vec![], results: vec![ValueType::I32] };
    let module = |runtime: &Wasmer, text: &str| {
        let module = runtime.compile(&mut wat::parse_str(text).expect("a module")).expect("a module");
        runtime.prepare(module, &entry).expect("a prepared module")
    };
    for configuration in Wasmer::describe().configurations {
        let spec = EngineSpec { stubs: &stubs, ..EngineSpec::new(&configuration.name, Source::Wasm) };
        let runtime = Wasmer::new(&spec).expect("an engine");
        let prepared = module(&runtime, REACTOR);
        for _ in 0..2 {
            let host = host();
            let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
            assert_eq!(host.stdout.metadata().expect("a file").len(), 1, "initialised once");
            for count in 21..23 {
                marks::forget();
                assert_eq!(Wasmer::call(&mut instance, 0), Ok(count), "{}", configuration.name);
                let marked = marks::take().expect("a pair");
                assert!(marked.is_some(), "{}", configuration.name);
            }
        }
        let runtime = Wasmer::new(&EngineSpec::new(&configuration.name, Source::Wasm)).expect("an engine");
        let missing = runtime.instantiate(&module(&runtime, REACTOR), &host()).err().expect("a failure");
        assert_eq!(missing.kind, FailureKind::Import, "{missing}");
        let trap = runtime.instantiate(&module(&runtime, TRAPS), &host()).err().expect("a failure");
        assert_eq!(trap.kind, FailureKind::Trap(TrapKind::Unreachable), "{trap}");
    }
}
