//! The configurations whose guests start threads keep what the trait promises, and start them.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod proposals;
mod worker;

use alone::Alone;
use conformance::conformance;
use wasmark_adapter::{EngineSpec, Entry, Host, Runtime, Source, protocol::Invocation};

mod fast_interpreter {
    use super::*;
    conformance!(Alone, "fast-interpreter-threads", no artifacts);
    conformance!(Alone, "fast-interpreter-threads", threads);
    conformance!(Alone, "fast-interpreter-threads", [several_vectors_lose_lanes]);
    proposals::test!("fast-interpreter-threads");

    #[test]
    fn threads_share_a_memory() {
        threads_add_up("fast-interpreter-threads");
    }
}

mod aot {
    use super::*;
    conformance!(Alone, "aot-threads");
    conformance!(Alone, "aot-threads", threads);
    proposals::test!("aot-threads");

    #[test]
    fn threads_share_a_memory() {
        threads_add_up("aot-threads");
    }
}

/// Each call starts as many threads as it is asked for, all at once; each adds 1 a thousand times, and the last one that
/// ends wakes the caller.
const ADD_UP: &str = r#"(module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "env" "memory" (memory 1 1 shared))
    (export "memory" (memory 0))
    (func (export "wasi_thread_start") (param $id i32) (param $left i32)
        (loop $again
            (drop (i64.atomic.rmw.add (i32.const 8) (i64.const 1)))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (if (i32.eq (i32.atomic.rmw.sub (i32.const 0) (i32.const 1)) (i32.const 1))
            (then (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))))
    (func (export "run") (param $threads i32) (result i64) (local $left i32)
        (i64.atomic.store (i32.const 8) (i64.const 0))
        (i32.atomic.store (i32.const 0) (local.get $threads))
        (local.set $left (local.get $threads))
        (loop $start
            (if (i32.lt_s (call $spawn (i32.const 1000)) (i32.const 1)) (then unreachable))
            (br_if $start (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (loop $wait
            (local.set $left (i32.atomic.load (i32.const 0)))
            (if (local.get $left) (then
                (drop (memory.atomic.wait32 (i32.const 0) (local.get $left) (i64.const 1000000000)))
                (br $wait))))
        (i64.atomic.load (i32.const 8))))"#;

fn threads_add_up(configuration: &str) {
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&invocation, &[]).expect("a host");
    let runtime = Alone::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wat::parse_str(ADD_UP).expect("a module")).expect("a compiled module");
    let prepared = runtime.prepare(module, &Entry::Kernel("run".to_owned())).expect("a prepared module");
    for threads in [1, 4, 16] {
        let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
        for _ in 0..3 {
            assert_eq!(
                Alone::call(&mut instance, threads),
                Ok(i64::from(threads) * 1000),
                "{threads} threads"
            );
        }
    }
}
