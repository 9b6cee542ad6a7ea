//! Threads: several make and call instances of one module beside each other.

use std::{
    sync::Barrier,
    thread::{self, Scope, ScopedJoinHandle},
};

use wasmark_adapter::{
    EngineSpec, Entry, FailureKind, Host, Runtime, Source, Stub, StubItem, TrapKind, ValueType,
    protocol::Invocation,
};

use super::support::*;

/// As [`COUNTER`], but that it traps where its argument is -1 or -2, and adds what a stub returns.
const COUNTS_OR_TRAPS: &str = r#"(module
    (import "env" "zero" (func $zero (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 8) "\28")
    (func (export "run") (param i32) (result i64)
        (if (i32.eq (local.get 0) (i32.const -1)) (then (return (i64.load (i32.const -8)))))
        (if (i32.eq (local.get 0) (i32.const -2)) (then unreachable))
        (i64.store (i32.const 8) (i64.add (i64.load (i32.const 8)) (i64.extend_i32_s (local.get 0))))
        (i64.add (i64.load (i32.const 8)) (call $zero))))"#;

/// Writes its first argument to stdout and exits with its number of arguments.
const WRITES: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (drop (call $sizes (i32.const 8) (i32.const 4)))
        (drop (call $args (i32.const 512) (i32.const 1024)))
        (i32.store (i32.const 0) (i32.const 1024))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
        (call $exit (i32.load (i32.const 8)))))"#;

const THREADS: i64 = 4;
const INSTANCES: i64 = 50;
const CALLS: i64 = 1000;

/// A thread with the stack that the runtime asks for.
fn spawn<'scope, R: Runtime>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() + Send + 'scope,
) -> ScopedJoinHandle<'scope, ()> {
    let thread = thread::Builder::new();
    let thread = match R::STACK {
        Some(bytes) => thread.stack_size(bytes),
        None => thread,
    };
    thread.spawn_scoped(scope, work).expect("a thread")
}

/// Has so many threads serve at once: each gets its number.
fn serve<R: Runtime>(shared: &R::Shared, entry: &Entry, work: impl Fn(i64, &R, &R::Prepared) + Sync) {
    let ready = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        let (ready, work) = (&ready, &work);
        let thread = |number| {
            spawn::<R>(scope, move || {
                let joined = R::join(shared, entry);
                ready.wait();
                let (runtime, prepared) = joined.expect("a runtime and a module of the thread's own");
                work(number, &runtime, &prepared);
            })
        };
        let threads: Vec<_> = (0..THREADS).map(thread).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("what the thread checks"));
    });
}

/// Whether half of the threads trap while they serve.
#[derive(Clone, Copy, PartialEq)]
enum Traps {
    None,
    OnHalf,
}

pub fn threads_serve_beside_each_other<R: Runtime>(configuration: &str) {
    serve_and_trap::<R>(configuration, Traps::None);
}

pub fn a_trap_on_a_thread_leaves_the_others_alone<R: Runtime>(configuration: &str) {
    serve_and_trap::<R>(configuration, Traps::OnHalf);
}

fn serve_and_trap<R: Runtime>(configuration: &str, traps: Traps) {
    let zero = StubItem::Function { params: vec![], results: vec![ValueType::I64] };
    let stub = Stub { module: "env".to_owned(), name: "zero".to_owned(), item: zero };
    let spec = EngineSpec { stubs: &[stub], ..EngineSpec::new(configuration, Source::Wasm) };
    let runtime = R::new(&spec).expect("an engine");
    let prepared = prepared(&runtime, COUNTS_OR_TRAPS, &kernel());
    let counts = |runtime: &R, prepared: &R::Prepared| {
        let mut instance = runtime.instantiate(prepared, &host()).expect("an instance");
        assert_eq!(R::call(&mut instance, 2), Ok(42));
    };
    counts(&runtime, &prepared);
    let shared = runtime.share(&prepared).expect("what threads share");
    // The second time after all threads of the first have ended.
    for _ in 0..2 {
        serve::<R>(&shared, &kernel(), |number, runtime, prepared| {
            for _ in 0..INSTANCES {
                counts(runtime, prepared);
            }
            let mut instance = runtime.instantiate(prepared, &host()).expect("an instance");
            for call in 0..CALLS {
                if traps == Traps::OnHalf && number % 2 == 1 && call % 10 == 0 {
                    let trap = R::call(&mut instance, -1).expect_err("a trap");
                    assert_eq!(trap.kind, FailureKind::Trap(TrapKind::MemoryOutOfBounds), "{trap}");
                    let trap = R::call(&mut instance, -2).expect_err("a trap");
                    assert_eq!(trap.kind, FailureKind::Trap(TrapKind::Unreachable), "{trap}");
                }
                let sum = 40 + (call + 1) * (number + 1);
                assert_eq!(R::call(&mut instance, number as i32 + 1), Ok(sum), "thread {number}");
            }
        });
        counts(&runtime, &prepared);
    }
}

pub fn commands_run_beside_each_other<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, WRITES, &Entry::Command);
    let shared = runtime.share(&prepared).expect("what threads share");
    serve::<R>(&shared, &Entry::Command, |number, runtime, prepared| {
        for run in 0..20 {
            let name = format!("{number}: {run}");
            let mut host =
                Host::new(&Invocation { args: vec![name.clone()], ..invocation() }, &[]).expect("a host");
            let mut instance = runtime.instantiate(prepared, &host).expect("an instance");
            assert_eq!(R::call(&mut instance, 0), Ok(1));
            drop(instance);
            assert_eq!(contents(&host.stdout).trim_end_matches('\0'), name);
            host.reset().expect("a host as new");
        }
    });
}

/// Of a configuration whose engine serves one thread, and does. Loads one module.
pub fn serves_on_one_thread_only<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, COUNTER, &kernel());
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 2), Ok(42));
    let refused = runtime.share(&prepared).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
    assert!(!refused.message.is_empty());
}
