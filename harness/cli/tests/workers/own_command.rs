//! A WASI command of one's own, through real workers: what it is given, what is expected of it, and what is reported where
//! its input is missing. WASI itself is each adapter's to test; two runtimes that build quickly are enough here.

use std::fs;

use serde_json::Value;

use crate::common::{World, guests, reason};

const RUNTIMES: &str = "wasmi,wasmtime";

/// Writes to stdout, with a space for each NUL: its arguments, its environment, stdin, and `input.txt` of the first
/// folder that has it; without one it reports that on stderr and traps. Ends with the number of its arguments less two.
const COPIES: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 64) "input.txt is missing\n")
    (func $put (param $to i32) (param $from i32) (param $bytes i32)
        (i32.store (i32.const 0) (local.get $from))
        (i32.store (i32.const 4) (local.get $bytes))
        (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func $print (param $bytes i32) (local $at i32)
        (block $done (loop $next
            (br_if $done (i32.eq (local.get $at) (local.get $bytes)))
            (if (i32.eqz (i32.load8_u offset=1024 (local.get $at)))
                (then (i32.store8 offset=1024 (local.get $at) (i32.const 32))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next)))
        (call $put (i32.const 1) (i32.const 1024) (local.get $bytes)))
    (func $copy (param $from i32)
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 1024))
        (drop (call $read (local.get $from) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $print (i32.load (i32.const 8))))
    (func (export "_start") (local $folder i32)
        (drop (call $env_sizes (i32.const 16) (i32.const 20)))
        (drop (call $args_sizes (i32.const 24) (i32.const 28)))
        (drop (call $args (i32.const 512) (i32.const 1024)))
        (call $print (i32.load (i32.const 28)))
        (drop (call $env (i32.const 512) (i32.const 1024)))
        (call $print (i32.load (i32.const 20)))
        (call $copy (i32.const 0))
        (local.set $folder (i32.const 2))
        (loop $next
            (local.set $folder (i32.add (local.get $folder) (i32.const 1)))
            (if (i32.gt_u (local.get $folder) (i32.const 9))
                (then (call $put (i32.const 2) (i32.const 64) (i32.const 21)) unreachable))
            (br_if $next (call $open (local.get $folder) (i32.const 0) (i32.const 64) (i32.const 9)
                (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 12))))
        (call $copy (i32.load (i32.const 12)))
        (call $exit (i32.sub (i32.load (i32.const 24)) (i32.const 2)))))"#;

/// The verdicts on the workload of this name, one of each configuration of both runtimes.
fn verdicts(document: &Value, name: &str) -> Vec<Value> {
    let row = document["verdicts"][name].as_object().expect("a row");
    assert!(RUNTIMES.split(',').all(|runtime| row.keys().any(|id| id.starts_with(runtime))), "{row:?}");
    row.values().cloned().collect()
}

#[test]
fn a_command_sees_what_it_is_given_and_its_output_is_what_is_expected() {
    let world = World::with_workers();
    let write = |name: &str, bytes: &[u8]| fs::write(world.path(name), bytes).expect("a file");
    fs::create_dir(world.path("data")).expect("a folder");
    write("copies.wasm", &guests::module(COPIES));
    write("data/input.txt", b"from a file\n");
    write("stdin.txt", b"from stdin, ");
    let line = "copies.wasm one argument NAME=its value from stdin, from a file";
    write("right.txt", format!("{line}\n").as_bytes());
    write("wrong.txt", line.as_bytes());

    let check_with = |stdin: &str, more: &[&str], arguments: &[&str], code: i32| {
        let given = ["check", "copies.wasm", "--strict", "--runtimes", RUNTIMES, "--dir", "data::/data"];
        let given = [&given[..], &["--stdin", stdin, "--env", "NAME=its value"]].concat();
        let document = world.json(&[&given[..], more, &["--"], arguments].concat(), code);
        (verdicts(&document, "copies"), document["notes"].as_array().expect("notes").len())
    };
    let check = |more: &[&str], arguments: &[&str], code| check_with("stdin.txt", more, arguments, code);
    let (verdicts, _) = check_with("pipe:stdin.txt", &["--expect", line], &["one argument"], 0);
    assert!(verdicts.iter().all(|verdict| verdict == "right"), "through a pipe: {verdicts:?}");
    for (expected, arguments) in [
        (["--expect", "right.txt"].as_slice(), ["one argument"].as_slice()),
        (&["--expect", line], &["one argument"]),
        (&["--expect", "exit:0"], &["one argument"]),
        (&["--expect", "exit:1", "--expect", line], &["one", "argument"]),
        // Nothing: they agree.
        (&[], &["one argument"]),
    ] {
        let (verdicts, notes) = check(expected, arguments, 0);
        assert!(verdicts.iter().all(|verdict| verdict == "right"), "{expected:?}: {verdicts:?}");
        assert_eq!(notes, 0, "{expected:?}");
    }
    for (expected, part) in [
        ("wrong.txt", "stdout with sha256"),
        ("another line", "stdout: copies.wasm one argument NAME=its value"),
        ("exit:1", "exit code 0 instead of 1"),
    ] {
        for verdict in check(&["--expect", expected], &["one argument"], 5).0 {
            assert!(reason(&verdict, "wrong_output").contains(part), "{expected}: {verdict}");
        }
    }
}

#[test]
fn a_suite_s_folder_without_its_input_is_an_error_that_names_it() {
    let world = World::with_workers();
    let write = |name: &str, bytes: &[u8]| fs::write(world.path(name), bytes).expect("a file");
    fs::create_dir(world.path("suite")).expect("a folder");
    write("suite/traps.wasm", &guests::module(COPIES));
    write("suite/exits.wasm", &guests::command("proc_exit"));
    let document = world.json(&["check", "--strict", "--suite", "suite", "--runtimes", RUNTIMES], 4);
    for verdict in verdicts(&document, "traps") {
        let why = reason(&verdict, "failed");
        assert!(why.starts_with("trap: unreachable ("), "{why}");
        assert!(why.ends_with("; stderr: input.txt is missing)"), "{why}");
    }
    assert!(verdicts(&document, "exits").iter().all(|verdict| verdict == "right"));
    let notes = document["notes"].as_array().expect("notes");
    assert_eq!(notes.len(), 1, "{notes:?}");
    let note = notes[0].as_str().expect("a sentence");
    assert!(note.contains("exits ends with exit code 3") && note.contains("the suite's folder"), "{note}");
}

/// Starts four threads, each of which adds 1 to one number a thousand times; traps unless that makes 4,000.
const THREADS: &str = r#"(module
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "env" "memory" (memory 1 1 shared))
    (export "memory" (memory 0))
    (func (export "wasi_thread_start") (param $thread i32) (param $left i32)
        (loop $again
            (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))
    (func $start
        (if (i32.lt_s (call $spawn (i32.const 1000)) (i32.const 1)) (then unreachable)))
    (func (export "_start")
        (call $start) (call $start) (call $start) (call $start)
        (loop $wait
            (drop (call $yield))
            (br_if $wait (i32.ne (i32.atomic.load (i32.const 0)) (i32.const 4))))
        (if (i32.ne (i32.atomic.load (i32.const 4)) (i32.const 4000)) (then unreachable))))"#;

#[test]
fn threads_of_a_command_run_where_there_are_any_and_elsewhere_the_remedy_names_where() {
    let world = World::with_workers();
    fs::write(world.path("threads.wasm"), guests::module(THREADS)).expect("a file");
    let with = "wamr/fast-interpreter-threads,wamr/aot-threads";
    let document = world.json(&["check", "threads.wasm", "--strict", "--configurations", with], 0);
    let row = document["verdicts"]["threads"].as_object().expect("a row");
    assert!(row.len() == 2 && row.values().all(|verdict| verdict == "right"), "{row:?}");
    let (_, refused) = world.expect(&["check", "threads.wasm", "--runtimes", "wamr"], 2);
    assert!(refused.contains("needs threads, wasi-threads"), "{refused}");
    assert!(refused.contains(&format!("add --configurations {with}")), "{refused}");
}
