//! `wasmer-wasix` keeps threads and handles of its own: a dropped instance leaves none of them behind.

use std::fs;

use wasmark_adapter::{EngineSpec, Entry, Host, Runtime, Source, protocol::Invocation};
use wasmark_wasmer::Wasmer;

/// Prints a line and exits.
const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
    (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))
        (call $exit (i32.const 3))))"#;

/// A number of `/proc/self/status`.
fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("the field");
    line.trim_start_matches(':').split_whitespace().next().expect("a value").parse().expect("a number")
}

#[test]
fn dropped_instances_leave_neither_memory_nor_threads_nor_descriptors() {
    let invocation =
        Invocation { argument: 0, args: vec!["hello".into()], env: vec![], stdin: None, expected: None };
    let mut host = Host::new(&invocation, &[]).expect("a host");
    let runtime = Wasmer::new(&EngineSpec::new("cranelift", Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wat::parse_str(HELLO).expect("a module")).expect("a module");
    // The compiler's threads are there: what comes is WASI's.
    let compiled = status("Threads");
    let prepared = runtime.prepare(module, &Entry::Command).expect("a prepared module");

    let mut run = |times: u32| {
        for _ in 0..times {
            host.reset().expect("a host as new");
            let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
            assert_eq!(Wasmer::call(&mut instance, 0), Ok(3));
        }
        let descriptors = fs::read_dir("/proc/self/fd").expect("descriptors").count();
        (status("VmRSS"), status("Threads"), descriptors)
    };
    let (memory, threads, descriptors) = run(500);
    let (memory_later, threads_later, descriptors_later) = run(4000);
    // 1 KiB for each: an instance that stayed would hold dozens of them.
    assert!(memory_later < memory + 4000, "{memory} KiB, then {memory_later} KiB");
    assert_eq!((threads_later, descriptors_later), (threads, descriptors));

    drop((prepared, runtime));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while status("Threads") > compiled && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert!(status("Threads") <= compiled, "the threads of WASI end with the runtime");
}
