//! What the [`Runtime`] trait promises, as tests that are generic over the runtime. An adapter's test includes this
//! file and names its type and a configuration: `conformance!(wasmark_x::X, "configuration")`.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
};

use wasmark_adapter::{
    Entry, FailureKind, GlobalType, Host, MemoryType, Runtime, Source, Stub, StubItem, TableType, TrapKind,
    Value, ValueType,
    clock::window,
    marks,
    protocol::{Invocation, Preopen, Stdin},
};

/// A test for each promise: of those that are named, or all, or all that a configuration without artifacts keeps; `nothing
/// compiled` is for one that makes so little of a module that nobody can tell whether something is left.
macro_rules! conformance {
    ($runtime:ty, $configuration:literal, [$($promise:ident),* $(,)?]) => {
        $(
            #[test]
            fn $promise() {
                conformance::$promise::<$runtime>($configuration);
            }
        )*
    };
    ($runtime:ty, $configuration:literal) => {
        conformance!($runtime, $configuration, no artifacts);
        conformance!($runtime, $configuration, [an_artifact_runs_in_another_engine]);
    };
    ($runtime:ty, $configuration:literal, no artifacts) => {
        conformance!($runtime, $configuration, no artifacts, nothing compiled);
        conformance!($runtime, $configuration, [compiling_leaves_nothing_for_instantiation]);
    };
    ($runtime:ty, $configuration:literal, no artifacts, nothing compiled) => {
        conformance!($runtime, $configuration, [
            describes_what_it_does,
            runs_a_kernel,
            keeps_instances_apart,
            traps_have_kinds_and_leave_the_instance_usable,
            endless_recursion_is_a_trap,
            what_is_missing_has_a_kind,
            invalid_bytes_are_refused,
            a_failing_start_is_a_trap,
            a_command_reads_writes_and_exits,
            a_command_reads_a_pipe,
            a_command_sees_arguments_and_environment,
            a_function_of_any_type_is_called,
            several_results_come_back_in_order,
            vectors_cross_the_boundary,
            a_nan_keeps_its_payload,
            a_reactor_is_initialised,
            a_module_says_what_its_work_is,
            stubs_answer_with_zeros,
            stubs_with_a_state_are_an_instance_s_own_or_refused,
            many_instances_live_at_once,
            four_gigabytes_are_given_or_refused,
        ]);
    };
}
pub(crate) use conformance;

/// Adds its argument to a number in memory, 40 at first.
const COUNTER: &str = r#"(module
    (memory (export "memory") 1)
    (data (i32.const 8) "\28")
    (func (export "run") (param i32) (result i64)
        (i64.store (i32.const 8) (i64.add (i64.load (i32.const 8)) (i64.extend_i32_s (local.get 0))))
        (i64.load (i32.const 8))))"#;

/// Traps in the way that its argument says; 0 returns 7.
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

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's module")
}

fn kernel() -> Entry {
    Entry::Kernel("run".to_owned())
}

fn host() -> Host {
    Host::new(&invocation(), &[]).expect("a host")
}

fn invocation() -> Invocation {
    Invocation { argument: 0, args: vec!["program".to_owned()], env: vec![], stdin: None, expected: None }
}

fn contents(file: &File) -> String {
    let mut file = file.try_clone().expect("a descriptor");
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}

fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_PKG_NAME"));
    let unique = std::thread::current().name().unwrap_or_default().replace("::", "-");
    let folder = folder.join(format!("{}-{unique}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// What instantiating `text` with `entry` fails with.
fn refusal<R: Runtime>(runtime: &R, text: &str, entry: &Entry) -> FailureKind {
    let module = runtime.compile(&wasm(text)).expect("a module");
    let refused = runtime.instantiate(&module, entry, &host()).err().expect("a failure");
    assert!(!refused.message.is_empty());
    refused.kind
}

pub fn describes_what_it_does<R: Runtime>(configuration: &str) {
    let description = R::describe();
    assert!(description.version.starts_with(|c: char| c.is_ascii_digit()), "{}", description.version);
    let known = description.configurations.iter().find(|known| known.name == configuration);
    for source in &known.expect("the configuration").starts_from {
        let runtime = R::new(configuration, *source, &[]).expect("an engine");
        assert!(!runtime.resolved().is_empty());
    }
    let refused = R::new("no such configuration", Source::Wasm, &[]).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    let refused = R::new(configuration, Source::Linked, &[]).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
}

pub fn runs_a_kernel<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(COUNTER)).expect("a module");
    let mut instance = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 2), Ok(42));
    assert_eq!(R::call(&mut instance, -50), Ok(-8));
}

pub fn keeps_instances_apart<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(COUNTER)).expect("a module");
    let mut first = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    let mut second = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    assert_eq!(R::call(&mut first, 1), Ok(41));
    assert_eq!(R::call(&mut second, 2), Ok(42));
    drop(first);
    assert_eq!(R::call(&mut second, 1), Ok(43));
    // Nothing of an instance is left for the next.
    let mut third = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    assert_eq!(R::call(&mut third, 0), Ok(40));
}

pub fn an_artifact_runs_in_another_engine<R: Runtime>(configuration: &str) {
    let artifact = scratch("artifact");
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(COUNTER)).expect("a module");
    runtime.save(&module, &artifact).expect("an artifact");
    drop((module, runtime));

    let runtime = R::new(configuration, Source::Artifact, &[]).expect("an engine");
    let module = runtime.load(&artifact).expect("a module");
    let mut instance = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 2), Ok(42));

    let broken = scratch("broken");
    std::fs::write(&broken, b"no artifact of any engine").expect("a file");
    assert_eq!(runtime.load(&broken).err().expect("a failure").kind, FailureKind::Invalid);
    assert!(runtime.load(&scratch("missing")).is_err());
}

pub fn traps_have_kinds_and_leave_the_instance_usable<R: Runtime>(configuration: &str) {
    traps::<R>(configuration, KINDS);
}

/// The same of an engine whose trap for an element that is null is that for one of another type.
#[allow(dead_code, reason = "of few engines")]
pub fn traps_have_kinds_but_for_elements<R: Runtime>(configuration: &str) {
    let told = |kind| match kind {
        TrapKind::UninitializedElement => TrapKind::IndirectCallType,
        kind => kind,
    };
    traps::<R>(configuration, KINDS.map(told));
}

fn traps<R: Runtime>(configuration: &str, kinds: [TrapKind; 8]) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(TRAPS)).expect("a module");
    let mut instance = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    for (argument, kind) in (1..).zip(kinds) {
        let trap = R::call(&mut instance, argument).expect_err("a trap");
        assert_eq!(trap.kind, FailureKind::Trap(kind), "{trap}");
        assert_eq!(R::call(&mut instance, 0), Ok(7), "after {kind:?}");
    }
}

pub fn endless_recursion_is_a_trap<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(TRAPS)).expect("a module");
    let mut instance = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    let trap = R::call(&mut instance, 9).expect_err("a trap");
    assert_eq!(trap.kind, FailureKind::Trap(TrapKind::StackExhausted), "{trap}");
    assert_eq!(R::call(&mut instance, 0), Ok(7), "after the trap");
}

pub fn what_is_missing_has_a_kind<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
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
    for text in exports {
        assert_eq!(refusal(&runtime, text, &kernel()), FailureKind::Export, "{text}");
    }
    let command = r#"(module (func (export "_start") (param i32)))"#;
    assert_eq!(refusal(&runtime, command, &Entry::Command), FailureKind::Export);
}

pub fn invalid_bytes_are_refused<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let valid = wasm(TRAPS);
    let ill_typed = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b";
    let component = b"\0asm\x0d\0\x01\0";
    for bytes in [b"".as_slice(), b"(module)", &valid[..valid.len() / 2], ill_typed, component] {
        let refused = runtime.compile(bytes).err().expect("a failure");
        assert_eq!(refused.kind, FailureKind::Invalid, "{refused}");
    }
}

pub fn a_failing_start_is_a_trap<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
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
        let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
        let (module, compiling) = window(|| runtime.compile(&bytes));
        let module = module.expect("a module");
        let (instance, instantiating) = window(|| runtime.instantiate(&module, &kernel(), &host()));
        let mut instance = instance.expect("an instance");
        let (first, calling) = window(|| R::call(&mut instance, 1));
        assert_eq!(first, R::call(&mut instance, 1));
        (compiling.cpu_ns, instantiating.cpu_ns + calling.cpu_ns)
    };
    let costs: Vec<(u64, u64)> = std::iter::repeat_with(attempt).take(10).collect();
    let compiling = costs.iter().map(|it| it.0).min();
    let later = costs.iter().map(|it| it.1).min();
    assert!(later < compiling.map(|ns| ns / 4), "ns of compiling, and of what is later: {costs:?}");
}

pub fn a_command_reads_writes_and_exits<R: Runtime>(configuration: &str) {
    let (input, stdin) = (scratch("input.txt"), scratch("stdin"));
    std::fs::write(&input, "from a file\n").expect("a file");
    std::fs::write(&stdin, "from stdin\n").expect("a file");
    let folder = input.parent().expect("its folder").to_owned();
    let preopen = Preopen { host: folder, guest: "/data".to_owned() };
    let mut host = Host::new(&Invocation { stdin: Some(Stdin::File(stdin)), ..invocation() }, &[preopen])
        .expect("a host");

    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(COPIES)).expect("a module");
    for _ in 0..3 {
        host.reset().expect("a host as new");
        let mut instance = runtime.instantiate(&module, &Entry::Command, &host).expect("an instance");
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
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(COUNTS)).expect("a module");
    // Less than a read takes, and more than a small pipe holds.
    for thousands in [2u32, 80] {
        let content: Vec<u8> = (0..thousands * 1000).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, content).expect("a file");
        let stdin = Some(Stdin::Pipe { pipe: path.clone() });
        let mut host = Host::new(&Invocation { stdin, ..invocation() }, &[]).expect("a host");
        for _ in 0..2 {
            let mut instance = runtime.instantiate(&module, &Entry::Command, &host).expect("an instance");
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
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(ECHO)).expect("a module");
    let mut instance = runtime.instantiate(&module, &Entry::Command, &host).expect("an instance");
    assert_eq!(R::call(&mut instance, 0), Ok(0));
    assert_eq!(contents(&host.stdout), "program\0an argument\0");
    assert_eq!(contents(&host.stderr), "NAME=value\0");
}

/// An entry that is an export of any type.
fn function(name: &str, arguments: &[Value], results: impl IntoIterator<Item = ValueType>) -> Entry {
    let results = results.into_iter().collect();
    Entry::Function { name: name.to_owned(), arguments: arguments.to_vec(), results }
}

pub fn a_function_of_any_type_is_called<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (func (export "mix") (param i32 i64 f32 f64) (result f64)
            (f64.add (f64.add (f64.convert_i32_s (local.get 0)) (f64.convert_i64_s (local.get 1)))
                     (f64.add (f64.promote_f32 (local.get 2)) (local.get 3))))
        (func (export "half") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0.5)))
        (func (export "minus") (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
        (func (export "wide") (result i64) (i64.const -2))
        (func (export "nothing"))
        (func (export "five") (param i64 i32 f64 f32 i32) (result i64)
            (i64.add (i64.add (local.get 0) (i64.extend_i32_s (i32.sub (local.get 1) (local.get 4))))
                     (i64.trunc_f64_s (f64.add (local.get 2) (f64.promote_f32 (local.get 3))))))
        (func (export "traps") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0))))"#;
    let [one, half] = [Value::F32(1f32.to_bits()), Value::F32(0.5f32.to_bits())];
    let mix = [Value::I32(-1), Value::I64(4), half, Value::F64(0.25f64.to_bits())];
    let cases = [
        (function("mix", &mix, Some(ValueType::F64)), Value::F64(3.75f64.to_bits()).bits()),
        (function("half", &[one], Some(ValueType::F32)), half.bits()),
        (function("minus", &[Value::I32(1)], Some(ValueType::I32)), Value::I32(-1).bits()),
        (function("wide", &[], Some(ValueType::I64)), -2),
        (function("nothing", &[], None), 0),
        (function("five", &[mix[1], mix[0], mix[3], one, Value::I32(5)], Some(ValueType::I64)), -1),
    ];
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(text)).expect("a module");
    for (entry, right) in &cases {
        let mut instance = runtime.instantiate(&module, entry, &host()).expect("an instance");
        for _ in 0..2 {
            assert_eq!(R::call(&mut instance, 7), Ok(*right), "{entry:?}");
        }
    }
    // A kernel's call, and that of a common type, are of the same kind.
    let path = |entry: &Entry| {
        let instance = runtime.instantiate(&module, entry, &host()).expect("an instance");
        R::call_path(&instance)
    };
    let kernel = function("half", &[one], Some(ValueType::F32));
    assert!(cases[1..3].iter().all(|(entry, _)| path(entry) == path(&kernel)));
    let entry = function("traps", &[Value::I32(0)], Some(ValueType::I32));
    let mut instance = runtime.instantiate(&module, &entry, &host()).expect("an instance");
    let trap = R::call(&mut instance, 0).expect_err("a trap");
    assert_eq!(trap.kind, FailureKind::Trap(TrapKind::DivideByZero), "{trap}");
    for entry in [function("absent", &[], None), function("half", &[], None), function("wide", &[], None)] {
        let refused = runtime.instantiate(&module, &entry, &host()).err().expect("a failure");
        assert_eq!(refused.kind, FailureKind::Export, "{entry:?}");
    }
}

/// What an entry of `text` returns, twice the same.
fn results<R: Runtime>(runtime: &R, text: &str, entry: &Entry) -> Vec<Value> {
    let module = runtime.compile(&wasm(text)).expect("a module");
    let mut instance = runtime.instantiate(&module, entry, &host()).expect("an instance");
    let mut call = || {
        assert_eq!(R::call(&mut instance, 7), Ok(0), "{entry:?}");
        R::results(&instance)
    };
    let first = call();
    assert_eq!(call(), first);
    first
}

pub fn several_results_come_back_in_order<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
        (func (export "four") (param i32) (result i32 f64 i64 f32)
            (i32.const -1) (f64.const 1.5) (i64.const -2) (f32.convert_i32_s (local.get 0))))"#;
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let [one, two] = [Value::I32(-7), Value::I64(1 << 40)];
    let swap = function("swap", &[one, two], [ValueType::I64, ValueType::I32]);
    assert_eq!(results(&runtime, text, &swap), [two, one]);
    let of = [ValueType::I32, ValueType::F64, ValueType::I64, ValueType::F32];
    let four = function("four", &[Value::I32(3)], of);
    let right = [Value::I32(-1), Value::F64(1.5f64.to_bits()), Value::I64(-2), Value::F32(3f32.to_bits())];
    assert_eq!(results(&runtime, text, &four), right);

    let module = runtime.compile(&wasm(text)).expect("a module");
    for of in [vec![ValueType::I64], vec![ValueType::I32, ValueType::I64]] {
        let entry = function("swap", &[one, two], of);
        let refused = runtime.instantiate(&module, &entry, &host()).err().expect("a failure");
        assert_eq!(refused.kind, FailureKind::Export, "{entry:?}");
    }
}

/// Takes a vector and gives it back with another, and a number between them.
const VECTORS: &str = r#"(module
    (func (export "vectors") (param i32 v128) (result v128 i32 v128)
        (local.get 1) (i32x4.extract_lane 3 (local.get 1)) (i32x4.splat (local.get 0))))"#;

pub fn vectors_cross_the_boundary<R: Runtime>(configuration: &str) {
    let described = R::describe().configurations;
    let known = described.iter().find(|known| known.name == configuration).expect("the configuration");
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    if !known.proposals.iter().any(|proposal| proposal == "simd") {
        assert!(runtime.compile(&wasm(VECTORS)).is_err(), "it does not list vectors among its proposals");
        return;
    }
    let vector = Value::V128(0x0000_0009_0000_0008_ffff_ffff_8000_0001);
    let of = [ValueType::V128, ValueType::I32, ValueType::V128];
    let entry = function("vectors", &[Value::I32(3), vector], of);
    let splat = Value::V128(0x0000_0003_0000_0003_0000_0003_0000_0003);
    assert_eq!(results(&runtime, VECTORS, &entry), [vector, Value::I32(9), splat]);
}

/// Of an engine whose calls come from a language without vectors.
#[allow(dead_code, reason = "of few engines")]
pub fn vectors_are_refused<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(VECTORS)).expect("a module");
    let of = [ValueType::V128, ValueType::I32, ValueType::V128];
    let entry = function("vectors", &[Value::I32(3), Value::V128(0)], of);
    let refused = runtime.instantiate(&module, &entry, &host()).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
    assert!(refused.message.contains("vector"), "{refused}");
}

pub fn a_nan_keeps_its_payload<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (func (export "wide") (result f64) (f64.reinterpret_i64 (i64.const 0x7ff8000000000123)))
        (func (export "narrow") (param f32) (result f32) (local.get 0)))"#;
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(text)).expect("a module");
    let (wide, narrow) = (Value::F64(0x7ff8_0000_0000_0123), Value::F32(0xffc0_0123));
    for (entry, right) in [
        (function("wide", &[], [ValueType::F64]), wide),
        (function("narrow", &[narrow], [ValueType::F32]), narrow),
    ] {
        let mut instance = runtime.instantiate(&module, &entry, &host()).expect("an instance");
        assert_eq!(R::call(&mut instance, 0), Ok(right.bits()), "{entry:?}");
    }
}

pub fn a_reactor_is_initialised<R: Runtime>(configuration: &str) {
    let text = r#"(module (memory (export "memory") 1) (global $ready (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $ready (i32.add (global.get $ready) (i32.const 5))))
        (func (export "ready") (result i32) (global.get $ready)))"#;
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(text)).expect("a module");
    let entry = function("ready", &[], Some(ValueType::I32));
    let mut instance = runtime.instantiate(&module, &entry, &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 0), Ok(5));
    assert_eq!(R::call(&mut instance, 0), Ok(5), "once");
}

pub fn a_module_says_what_its_work_is<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (import "bench" "start" (func $start))
        (import "bench" "end" (func $end))
        (memory (export "memory") 1)
        (func (export "run") (param i32) (result i64)
            (call $start) (call $end) (i64.const 1)))"#;
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(text)).expect("a module");
    let mut instance = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    // The marks are the process's, and tests run side by side.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    marks::forget();
    assert_eq!(R::call(&mut instance, 0), Ok(1));
    assert!(marks::take().expect("a pair").is_some());
}

pub fn stubs_answer_with_zeros<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (import "env" "number" (func $number (param i32 f64) (result i64)))
        (import "env" "nothing" (func $nothing (param i64 f32)))
        (import "other" "float" (func $float (result f64)))
        (memory (export "memory") 1)
        (func (export "run") (param i32) (result i64)
            (call $nothing (i64.const 1) (f32.const 1))
            (i64.add (i64.trunc_f64_s (call $float))
                     (i64.add (i64.const 3) (call $number (i32.const 1) (f64.const 2))))))"#;
    let stub = |module: &str, name: &str, params: &[ValueType], results: &[ValueType]| {
        let item = StubItem::Function { params: params.to_vec(), results: results.to_vec() };
        Stub { module: module.to_owned(), name: name.to_owned(), item }
    };
    let stubs = [
        stub("env", "number", &[ValueType::I32, ValueType::F64], &[ValueType::I64]),
        stub("env", "nothing", &[ValueType::I64, ValueType::F32], &[]),
        stub("other", "float", &[], &[ValueType::F64]),
    ];
    let runtime = R::new(configuration, Source::Wasm, &stubs).expect("an engine");
    let module = runtime.compile(&wasm(text)).expect("a module");
    for _ in 0..2 {
        let mut instance = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
        assert_eq!(R::call(&mut instance, 0), Ok(3));
    }
}

/// Imports of every kind: `run` adds its argument to a word of the memory and to the global, and returns a hundred times
/// what is in the table, plus both.
const IMPORTING: &str = r#"(module
    (import "env" "memory" (memory 1))
    (import "env" "__indirect_function_table" (table 4 8 funcref))
    (import "env" "__table_base" (global $base i32))
    (import "env" "__stack_pointer" (global $pointer (mut i32)))
    (import "env" "nothing" (func $nothing (result i32)))
    (elem (global.get $base) $a $b)
    (func $a (result i32) (i32.const 5))
    (func $b (result i32) (i32.const 6))
    (func (export "run") (param i32) (result i64)
        (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (local.get 0)))
        (global.set $pointer (i32.add (global.get $pointer) (local.get 0)))
        (i64.extend_i32_s (i32.add (i32.add (i32.load (i32.const 16)) (global.get $pointer))
            (i32.add (call $nothing)
                (i32.mul (i32.const 100) (call_indirect (result i32) (i32.const 1))))))))"#;

fn importing() -> Vec<Stub> {
    let stub = |name: &str, item| Stub { module: "env".to_owned(), name: name.to_owned(), item };
    let global = |mutable| StubItem::Global { global: GlobalType { content: ValueType::I32, mutable } };
    let table = TableType { element: ValueType::FuncRef, minimum: 4, maximum: Some(8) };
    vec![
        stub("memory", StubItem::Memory { memory: MemoryType { minimum: 1, maximum: None } }),
        stub("__indirect_function_table", StubItem::Table { table }),
        stub("__table_base", global(false)),
        stub("__stack_pointer", global(true)),
        stub("nothing", StubItem::Function { params: vec![], results: vec![ValueType::I32] }),
    ]
}

pub fn stubs_with_a_state_are_an_instance_s_own_or_refused<R: Runtime>(configuration: &str) {
    let runtime = match R::new(configuration, Source::Wasm, &importing()) {
        Ok(runtime) => runtime,
        Err(refused) => {
            assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
            assert!(refused.message.contains("\"memory\" of \"env\""), "{refused}");
            return;
        }
    };
    let module = runtime.compile(&wasm(IMPORTING)).expect("a module");
    let mut first = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    assert_eq!(R::call(&mut first, 2), Ok(604));
    assert_eq!(R::call(&mut first, 3), Ok(610));
    let mut second = runtime.instantiate(&module, &kernel(), &host()).expect("an instance");
    assert_eq!(R::call(&mut second, 1), Ok(602));
    drop(first);
    assert_eq!(R::call(&mut second, 1), Ok(604));
}

pub fn many_instances_live_at_once<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm(COUNTER)).expect("a module");
    let host = host();
    let instance = || runtime.instantiate(&module, &kernel(), &host).expect("an instance");
    let mut instances: Vec<R::Instance> = (0..1100).map(|_| instance()).collect();
    for (number, instance) in (0..).zip(&mut instances) {
        assert_eq!(R::call(instance, number), Ok(40 + i64::from(number)));
    }
}

pub fn four_gigabytes_are_given_or_refused<R: Runtime>(configuration: &str) {
    let runtime = R::new(configuration, Source::Wasm, &[]).expect("an engine");
    let text = r#"(module (memory (export "memory") 65536)
        (func (export "run") (param i32) (result i64)
            (i64.store (i32.const -8) (i64.const 9))
            (i64.load (i32.const -8))))"#;
    let instance = runtime
        .compile(&wasm(text))
        .and_then(|module| Ok((runtime.instantiate(&module, &kernel(), &host())?, module)));
    match instance {
        Ok((mut instance, _module)) => assert_eq!(R::call(&mut instance, 0), Ok(9)),
        Err(refused) => assert_eq!(refused.kind, FailureKind::Resource, "{refused}"),
    }
}
