//! Kernels: engines, modules, artifacts, traps, and many instances.

use std::path::Path;

use wasmark_adapter::{Describe, EngineSpec, Entry, FailureKind, Runtime, Source, TrapKind, clock::window};

use super::support::*;

/// Traps in the way that its argument selects; 0 returns 7.
const TRAPS: &str = r#"(module
    (type $kernel (func (param i32) (result i64)))
    (memory (export "memory") 1)
    (table 4 funcref)
    (elem (i32.const 0) $other)
    (func $other)
    ;; The store after the call keeps a compiler from making a loop of it.
    (func $forever (param i32) (result i64) (local i64)
        (local.set 1 (call $forever (i32.add (local.get 0) (i32.const 1))))
        (i64.store (i32.and (local.get 0) (i32.const 1023)) (local.get 1))
        (local.get 1))
    (func (export "run") (type $kernel)
        (block $9 (block $8 (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
            (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 $9 (local.get 0)))
            (return (i64.const 7)))
            unreachable)
            (return (i64.load (i32.const -8))))
            (return (call_indirect (type $kernel) (i32.const 0) (i32.const 100))))
            (return (call_indirect (type $kernel) (i32.const 0) (i32.const 0))))
            (return (call_indirect (type $kernel) (i32.const 0) (i32.const 3))))
            (return (i64.div_s (i64.const 1) (i64.extend_i32_s (i32.sub (local.get 0) (i32.const 6))))))
            (return (i64.div_s (i64.const 0x8000000000000000)
                               (i64.extend_i32_s (i32.sub (i32.const 6) (local.get 0))))))
            (return (i64.trunc_f64_s (f64.div (f64.const 0) (f64.convert_i32_s (i32.sub (local.get 0) (i32.const 8)))))))
        (call $forever (i32.const 0))))"#;

const KINDS: [TrapKind; 8] = [
    TrapKind::Unreachable,
    TrapKind::MemoryOutOfBounds,
    TrapKind::TableOutOfBounds,
    TrapKind::IndirectCallType,
    TrapKind::UninitializedElement,
    TrapKind::DivideByZero,
    TrapKind::IntegerOverflow,
    TrapKind::InvalidConversion,
];

pub fn describes_what_it_does<R: Runtime + Describe>(configuration: &str) {
    let description = R::describe();
    assert!(description.version.starts_with(|c: char| c.is_ascii_digit()), "{}", description.version);
    let known = description.configurations.iter().find(|known| known.name == configuration);
    for source in &known.expect("the configuration").starts_from {
        let runtime = R::new(&EngineSpec::new(configuration, *source)).expect("an engine");
        assert!(!runtime.resolved().is_empty());
    }
    let refused = R::new(&EngineSpec::new("no such configuration", Source::Wasm)).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    let refused = R::new(&EngineSpec::new(configuration, Source::Linked)).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
}

pub fn runs_a_kernel<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, COUNTER, &kernel());
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 2), Ok(42));
    assert_eq!(R::call(&mut instance, -50), Ok(-8));
}

pub fn keeps_instances_apart<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, COUNTER, &kernel());
    let mut first = runtime.instantiate(&prepared, &host()).expect("an instance");
    let mut second = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut first, 1), Ok(41));
    assert_eq!(R::call(&mut second, 2), Ok(42));
    drop(first);
    assert_eq!(R::call(&mut second, 1), Ok(43));
    // Nothing of an instance is left for the next.
    let mut third = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut third, 0), Ok(40));
}

pub fn an_artifact_runs_in_another_engine<R: Runtime>(configuration: &str) {
    let artifact = scratch("artifact");
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wasm(COUNTER)).expect("a module");
    runtime.save(&module, &artifact).expect("an artifact");
    drop((module, runtime));

    let runtime = R::new(&EngineSpec::new(configuration, Source::Artifact)).expect("an engine");
    let module = runtime.load(&artifact).expect("a module");
    let prepared = runtime.prepare(module, &kernel()).expect("what instances are made from");
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 2), Ok(42));

    let broken = scratch("broken");
    std::fs::write(&broken, b"no artifact of any engine").expect("a file");
    assert_eq!(runtime.load(&broken).err().expect("a failure").kind, FailureKind::Invalid);
    assert!(runtime.load(&scratch("missing")).is_err());
}

/// Of a configuration that has none, nothing is asked.
pub fn a_code_cache_is_filled_and_used<R: Runtime + Describe>(configuration: &str) {
    let known = R::describe().configurations.into_iter().find(|known| known.name == configuration);
    if !known.expect("the configuration").code_cache {
        return;
    }
    let folder = scratch("code-cache");
    std::fs::create_dir_all(&folder).expect("a folder");
    let files = || walk(&folder);
    for use_ in 1..=2 {
        let spec = EngineSpec::new(configuration, Source::Wasm);
        let runtime = R::new(&EngineSpec { code_cache: Some(&folder), ..spec }).expect("an engine");
        let prepared = prepared(&runtime, COUNTER, &kernel());
        assert!(files() > 0, "use {use_} left no code");
        let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
        assert_eq!(R::call(&mut instance, 2), Ok(42), "use {use_}");
    }
}

/// The number of files below a folder.
fn walk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

pub fn traps_have_kinds_and_leave_the_instance_usable<R: Runtime>(configuration: &str) {
    traps::<R>(configuration, KINDS);
}

/// The same of an engine whose trap for an element that is null is that for one of another type.
pub fn traps_have_kinds_but_for_elements<R: Runtime>(configuration: &str) {
    let known = |kind| match kind {
        TrapKind::UninitializedElement => TrapKind::IndirectCallType,
        kind => kind,
    };
    traps::<R>(configuration, KINDS.map(known));
}

fn traps<R: Runtime>(configuration: &str, kinds: [TrapKind; 8]) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, TRAPS, &kernel());
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    for (argument, kind) in (1..).zip(kinds) {
        let trap = R::call(&mut instance, argument).expect_err("a trap");
        assert_eq!(trap.kind, FailureKind::Trap(kind), "{trap}");
        assert_eq!(R::call(&mut instance, 0), Ok(7), "after {kind:?}");
    }
}

pub fn endless_recursion_is_a_trap<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, TRAPS, &kernel());
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    let trap = R::call(&mut instance, 9).expect_err("a trap");
    assert_eq!(trap.kind, FailureKind::Trap(TrapKind::StackExhausted), "{trap}");
    assert_eq!(R::call(&mut instance, 0), Ok(7), "after the trap");
}

pub fn what_is_missing_has_a_kind<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let run = r#"(func (export "run") (param i32) (result i64) (i64.const 1))"#;
    let wasi = r#"import "wasi_snapshot_preview1""#;
    let imports = [
        format!(r#"(module (import "env" "missing" (func)) {run})"#),
        format!(r#"(module ({wasi} "no_such_function" (func)) (memory (export "memory") 1) {run})"#),
        format!(r#"(module ({wasi} "proc_exit" (func (param f64))) (memory (export "memory") 1) {run})"#),
    ];
    for text in imports {
        assert_eq!(refusal(&runtime, &text, &kernel()), FailureKind::Import, "{text}");
    }
    let exports = [
        "(module)",
        r#"(module (func (export "run") (param i64) (result i64) (local.get 0)))"#,
        r#"(module (memory (export "run") 1))"#,
    ];
    let command = r#"(module (func (export "_start") (param i32)))"#;
    let exports = exports.map(|text| (text, kernel())).into_iter().chain([(command, Entry::Command)]);
    for (text, entry) in exports {
        let module = runtime.compile(&mut wasm(text)).expect("a module");
        let refused = runtime.prepare(module, &entry).err().expect("no instance is needed for that");
        assert_eq!(refused.kind, FailureKind::Export, "{text}");
    }
}

pub fn invalid_bytes_are_refused<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let valid = wasm(TRAPS);
    let ill_typed = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b";
    let component = b"\0asm\x0d\0\x01\0";
    for bytes in [b"".as_slice(), b"(module)", &valid[..valid.len() / 2], ill_typed, component] {
        let refused = runtime.compile(&mut bytes.to_vec()).err().expect("a failure");
        assert_eq!(refused.kind, FailureKind::Invalid, "{refused}");
    }
}

pub fn a_failing_start_is_a_trap<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let run = r#"(func (export "run") (param i32) (result i64) (i64.const 1))"#;
    let start = format!("(module {run} (func $start unreachable) (start $start))");
    assert_eq!(refusal(&runtime, &start, &kernel()), FailureKind::Trap(TrapKind::Unreachable));
    let data = format!(r#"(module {run} (memory 1) (data (i32.const 65535) "two"))"#);
    assert_eq!(refusal(&runtime, &data, &kernel()), FailureKind::Trap(TrapKind::MemoryOutOfBounds));
}

pub fn compiling_leaves_nothing_for_instantiation<R: Runtime>(configuration: &str) {
    let body = "(i64.mul (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 3)) (i64.const 5))".to_owned();
    let body = (0..40).fold(body, |body, n| format!("(i64.xor {body} (i64.const {n}))"));
    let function = format!(r#"(param i32) (result i64) {body})"#);
    let functions = format!("(func {function}").repeat(400);
    let text = format!(r#"(module {functions} (func (export "run") {function})"#);

    let bytes = wasm(&text);
    // The CPU time is the whole process's, and so that of the tests beside this one too: the least of a few
    // attempts has little of theirs.
    let attempt = || {
        let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
        let mut bytes = bytes.clone();
        let (module, compiling) = window(|| runtime.compile(&mut bytes));
        let (prepared, preparing) = window(|| runtime.prepare(module.expect("a module"), &kernel()));
        let prepared = prepared.expect("what instances are made from");
        let (instance, instantiating) = window(|| runtime.instantiate(&prepared, &host()));
        let mut instance = instance.expect("an instance");
        let (first, calling) = window(|| R::call(&mut instance, 1));
        assert_eq!(first, R::call(&mut instance, 1));
        (compiling.cpu_ns, preparing.cpu_ns + instantiating.cpu_ns + calling.cpu_ns)
    };
    let mut costs = Vec::new();
    let is_least_by_far = |costs: &[(u64, u64)]| {
        let compiling = costs.iter().map(|it| it.0).min();
        costs.iter().map(|it| it.1).min() < compiling.map(|ns| ns / 4)
    };
    while costs.len() < 3 || !is_least_by_far(&costs) {
        assert!(costs.len() < 30, "ns of compiling, and of what is later: {costs:?}");
        costs.push(attempt());
    }
}

pub fn many_instances_live_at_once<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, COUNTER, &kernel());
    let host = host();
    let instance = || runtime.instantiate(&prepared, &host).expect("an instance");
    let mut instances: Vec<R::Instance> = (0..1100).map(|_| instance()).collect();
    for (number, instance) in (0..).zip(&mut instances) {
        assert_eq!(R::call(instance, number), Ok(40 + i64::from(number)));
    }
    // Every third ends, and others take the places.
    for place in (0..instances.len()).step_by(3) {
        instances[place] = instance();
    }
    for (number, instance) in (0..).zip(&mut instances) {
        let before = if number % 3 == 0 { 0 } else { i64::from(number) };
        assert_eq!(R::call(instance, 1), Ok(41 + before));
    }
}

pub fn four_gigabytes_are_given_or_refused<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let text = r#"(module (memory (export "memory") 65536)
        (func (export "run") (param i32) (result i64)
            (i64.store (i32.const -8) (i64.const 9))
            (i64.load (i32.const -8))))"#;
    let prepared = runtime.compile(&mut wasm(text)).and_then(|module| runtime.prepare(module, &kernel()));
    let instance = prepared.and_then(|prepared| Ok((runtime.instantiate(&prepared, &host())?, prepared)));
    match instance {
        Ok((mut instance, _prepared)) => assert_eq!(R::call(&mut instance, 0), Ok(9)),
        Err(refused) => assert_eq!(refused.kind, FailureKind::Resource, "{refused}"),
    }
}
