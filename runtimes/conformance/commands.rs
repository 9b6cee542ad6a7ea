//! Commands: files, standard streams, arguments, environment, exit codes.

use wasmark_adapter::{
    EngineSpec, Entry, Host, Runtime, Source,
    protocol::{Invocation, Preopen, Stdin},
};

use super::support::*;

/// Copies `input.txt` of the first directory that has one to stdout and stdin to stderr, and exits with 3.
const COPIES: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 64) "input.txt")
    (func $copy (param $from i32) (param $to i32)
        (i32.store (i32.const 0) (i32.const 256))
        (i32.store (i32.const 4) (i32.const 128))
        (drop (call $read (local.get $from) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func (export "_start") (local $fd i32)
        (local.set $fd (i32.const 3))
        (block $opened (loop $next
            (br_if $opened (i32.eqz (call $open
                (local.get $fd) (i32.const 0) (i32.const 64) (i32.const 9) (i32.const 0)
                (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 12))))
            (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $fd) (i32.const 16)))
            (call $exit (i32.const 99))))
        (call $copy (i32.load (i32.const 12)) (i32.const 1))
        (call $copy (i32.const 0) (i32.const 2))
        (call $exit (i32.const 3))))"#;

/// Writes its arguments to stdout and its environment to stderr, each ended by a NUL, and returns.
const ECHO: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func $print (param $to i32)
        (i32.store (i32.const 0) (i32.const 1024))
        (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 12))))
    (func (export "_start")
        (drop (call $args_sizes (i32.const 8) (i32.const 4)))
        (drop (call $args (i32.const 512) (i32.const 1024)))
        (call $print (i32.const 1))
        (drop (call $env_sizes (i32.const 8) (i32.const 4)))
        (drop (call $env (i32.const 512) (i32.const 1024)))
        (call $print (i32.const 2))))"#;

pub fn a_command_reads_writes_and_exits<R: Runtime>(configuration: &str) {
    let (input, stdin) = (scratch("input.txt"), scratch("stdin"));
    std::fs::write(&input, "from a file\n").expect("a file");
    std::fs::write(&stdin, "from stdin\n").expect("a file");
    let folder = input.parent().expect("its folder").to_owned();
    let preopen = Preopen { host: folder, guest: "/data".to_owned() };
    let mut host = Host::new(&Invocation { stdin: Some(Stdin::File(stdin)), ..invocation() }, &[preopen])
        .expect("a host");

    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, COPIES, &Entry::Command);
    for _ in 0..3 {
        host.reset().expect("a host as new");
        let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
        assert_eq!(R::call(&mut instance, 0), Ok(3));
        assert_eq!(contents(&host.stdout), "from a file\n");
        assert_eq!(contents(&host.stderr), "from stdin\n");
    }
}

/// Reads stdin to its end, in pieces, and exits with how many thousand bytes there were, and with 90 where a byte is not
/// the one that belongs to its place.
const COUNTS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 2)
    (func (export "_start") (local $all i32) (local $at i32)
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 65536))
        (loop $next
            (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (call $exit (i32.const 91))))
            (local.set $at (i32.const 0))
            (block $checked (loop $byte
                (br_if $checked (i32.eq (local.get $at) (i32.load (i32.const 8))))
                (if (i32.ne (i32.load8_u offset=1024 (local.get $at))
                            (i32.rem_u (i32.add (local.get $all) (local.get $at)) (i32.const 251)))
                    (then (call $exit (i32.const 90))))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br $byte)))
            (local.set $all (i32.add (local.get $all) (local.get $at)))
            (br_if $next (local.get $at)))
        (call $exit (i32.div_u (local.get $all) (i32.const 1000)))))"#;

pub fn a_command_reads_a_pipe<R: Runtime>(configuration: &str) {
    let path = scratch("piped");
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, COUNTS, &Entry::Command);
    // Less than a read takes, and more than a small pipe holds.
    for thousands in [2u32, 80] {
        let content: Vec<u8> = (0..thousands * 1000).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, content).expect("a file");
        let stdin = Some(Stdin::Pipe { pipe: path.clone() });
        let mut host = Host::new(&Invocation { stdin, ..invocation() }, &[]).expect("a host");
        for _ in 0..2 {
            let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
            assert_eq!(R::call(&mut instance, 0), Ok(i64::from(thousands)));
            drop(instance);
            host.reset().expect("a host as new");
        }
    }
}

pub fn a_command_sees_arguments_and_environment<R: Runtime>(configuration: &str) {
    let args = vec!["program".to_owned(), "an argument".to_owned()];
    let env = vec![("NAME".to_owned(), "value".to_owned())];
    let host = Host::new(&Invocation { args, env, ..invocation() }, &[]).expect("a host");
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, ECHO, &Entry::Command);
    let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
    assert_eq!(R::call(&mut instance, 0), Ok(0));
    assert_eq!(contents(&host.stdout), "program\0an argument\0");
    assert_eq!(contents(&host.stderr), "NAME=value\0");
}
