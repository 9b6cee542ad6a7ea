//! What the configurations claim beyond the trait's promises.

mod alone;

use std::os::unix::fs::MetadataExt;

use alone::{Alone, host, scratch};
use wasmark_adapter::{
    Configuration, Describe, EngineSpec, Entry, FailureKind, Runtime, Source, clock::window, probes,
};
use wasmark_wasmedge::WasmEdge;

/// As many steps of a linear congruential generator as the argument states.
const STEPS: &str = r#"(module (func (export "run") (param i32) (result i64) (local i64)
    (loop $again
        (local.set 1 (i64.add (i64.mul (local.get 1) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))"#;

fn configurations() -> Vec<Configuration> {
    WasmEdge::describe().configurations
}

fn kernel() -> Entry {
    Entry::Kernel("run".to_owned())
}

/// The result of a kernel, the CPU time of its call, the bytes of machine code that came with it, and what
/// WasmEdge reports as its cost.
fn run(
    configuration: &str,
    text: &str,
    argument: i32,
) -> wasmark_adapter::Result<(i64, u64, u64, Option<u64>)> {
    let mut wasm = wat::parse_str(text).expect("a module");
    let runtime = Alone::new(&EngineSpec::new(configuration, Source::Wasm))?;
    let before = probes::code_bytes(None)?;
    let module = runtime.compile(&mut wasm)?;
    let artifact = module.1.clone();
    let prepared = runtime.prepare(module, &kernel())?;
    let mut instance = runtime.instantiate(&prepared, &host())?;
    let code = probes::code_bytes(artifact.as_deref())? - before;
    let (result, first) = window(|| Alone::call(&mut instance, argument));
    let metered = runtime.wasmedge.cost();
    // The CPU time is the process's, with what other tests do: the least of a few calls has little of that.
    let again = (0..3).map(|_| window(|| Alone::call(&mut instance, argument)).1.cpu_ns);
    let cpu_ns = again.chain([first.cpu_ns]).min().unwrap_or(0);
    Ok((result?, cpu_ns, code, metered))
}

/// WasmEdge interprets without a word where anything is amiss: only the mappings and the speed tell.
#[test]
fn what_claims_to_compile_runs_machine_code() {
    let steps = |configuration: &str| run(configuration, STEPS, 2_000_000).expect("a checksum");
    let interpreted = steps("interpreter");
    assert_eq!(interpreted.2, 0, "an interpreter makes no code");
    for compiled in configurations().iter().filter(|it| it.tier.generates_code()) {
        let (checksum, cpu_ns, code, _) = steps(&compiled.name);
        assert_eq!(checksum, interpreted.0, "{}", compiled.name);
        assert!(code > 0, "{}", compiled.name);
        assert!(cpu_ns < interpreted.1 / 5, "{}: {cpu_ns} ns against {} ns", compiled.name, interpreted.1);
    }
}

#[test]
fn only_what_claims_to_meter_does() {
    for configuration in configurations() {
        let (_, _, _, cost) = run(&configuration.name, STEPS, 1_000).expect("a checksum");
        let right = if configuration.name.ends_with("-gas") {
            (5_000..50_000).contains(&cost.unwrap_or(0))
        } else {
            cost.is_none()
        };
        assert!(right, "{}: {cost:?}", configuration.name);
    }
}

/// A kernel that returns 42 by means of each proposal.
const PROPOSALS: [(&str, &str); 16] = [
    (
        "bulk-memory",
        r#"(memory 1) (func (export "run") (param i32) (result i64)
        (memory.fill (i32.const 0) (i32.const 42) (i32.const 1)) (i64.load (i32.const 0)))"#,
    ),
    (
        "exceptions",
        r#"(tag $e (param i64)) (func (export "run") (param i32) (result i64)
        (block $caught (result i64) (try_table (catch $e $caught) (throw $e (i64.const 42))) (i64.const 0)))"#,
    ),
    (
        "extended-const",
        r#"(global $g i64 (i64.add (i64.const 40) (i64.const 2)))
        (func (export "run") (param i32) (result i64) (global.get $g))"#,
    ),
    (
        "function-references",
        r#"(type $t (func (result i64))) (func $f (type $t) (i64.const 42)) (elem declare func $f)
        (func (export "run") (param i32) (result i64) (call_ref $t (ref.func $f)))"#,
    ),
    (
        "gc",
        r#"(type $s (struct (field i64))) (func (export "run") (param i32) (result i64)
        (struct.get $s 0 (struct.new $s (i64.const 42))))"#,
    ),
    (
        "memory64",
        r#"(memory i64 1) (func (export "run") (param i32) (result i64)
        (i64.store (i64.const 8) (i64.const 42)) (i64.load (i64.const 8)))"#,
    ),
    (
        "multi-memory",
        r#"(memory $a 1) (memory $b 1) (func (export "run") (param i32) (result i64)
        (i64.store $b (i32.const 8) (i64.const 42)) (i64.add (i64.load $a (i32.const 8)) (i64.load $b (i32.const 8))))"#,
    ),
    (
        "multi-value",
        r#"(func $two (result i64 i64) (i64.const 40) (i64.const 2))
        (func (export "run") (param i32) (result i64) (i64.add (call $two)))"#,
    ),
    (
        "mutable-global",
        r#"(global $g (export "g") (mut i64) (i64.const 0)) (func (export "run") (param i32) (result i64)
        (global.set $g (i64.const 42)) (global.get $g))"#,
    ),
    (
        "reference-types",
        r#"(table $t 1 externref) (func (export "run") (param i32) (result i64)
        (i64.extend_i32_s (i32.add (i32.const 41) (table.grow $t (ref.null extern) (i32.const 9)))))"#,
    ),
    (
        "relaxed-simd",
        r#"(func (export "run") (param i32) (result i64) (i64x2.extract_lane 0
        (i64x2.relaxed_laneselect (i64x2.splat (i64.const 42)) (i64x2.splat (i64.const 0)) (i64x2.splat (i64.const -1)))))"#,
    ),
    (
        "saturating-float-to-int",
        r#"(func (export "run") (param i32) (result i64)
        (i64.add (i64.trunc_sat_f64_s (f64.const nan)) (i64.const 42)))"#,
    ),
    (
        "sign-extension",
        r#"(func (export "run") (param i32) (result i64)
        (i64.add (i64.extend8_s (i64.const 0xff)) (i64.const 43)))"#,
    ),
    (
        "simd",
        r#"(func (export "run") (param i32) (result i64)
        (i64x2.extract_lane 1 (i64x2.add (i64x2.splat (i64.const 40)) (i64x2.splat (i64.const 2)))))"#,
    ),
    (
        "tail-call",
        r#"(func $down (param i32) (result i64)
            (if (local.get 0) (then (return_call $down (i32.sub (local.get 0) (i32.const 1))))) (i64.const 42))
        (func (export "run") (param i32) (result i64) (return_call $down (i32.const 1000000)))"#,
    ),
    (
        "threads",
        r#"(memory 1 1 shared) (func (export "run") (param i32) (result i64)
        (i64.store (i32.const 8) (i64.const 40)) (drop (i64.atomic.rmw.add (i32.const 8) (i64.const 2)))
        (i64.load (i32.const 8)))"#,
    ),
];

#[test]
fn exactly_the_proposals_that_are_claimed_run() {
    let mut wrong = Vec::new();
    for configuration in configurations() {
        for (proposal, body) in PROPOSALS {
            let claimed = configuration.proposals.iter().any(|claim| claim == proposal);
            let outcome = run(&configuration.name, &format!("(module {body})"), 1).map(|(result, ..)| result);
            if claimed != (outcome == Ok(42)) {
                wrong.push(format!("{} {proposal}: claimed {claimed}, {outcome:?}", configuration.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Without this check WasmEdge would interpret the module and the result would be called compiled.
#[test]
fn a_module_is_no_artifact() {
    let runtime = Alone::new(&EngineSpec::new("aot", Source::Artifact)).expect("an engine");
    let path = scratch("module.wasm");
    std::fs::write(&path, wat::parse_str("(module)").expect("a module")).expect("a file");
    assert_eq!(runtime.load(&path).err().expect("a failure").kind, FailureKind::Invalid);
}

#[test]
fn the_interpreter_has_no_artifacts() {
    let runtime = WasmEdge::new(&EngineSpec::new("interpreter", Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wat::parse_str("(module)").expect("a module")).expect("a module");
    let refused = runtime.save(&module, &scratch("artifact")).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    assert!(WasmEdge::new(&EngineSpec::new("interpreter", Source::Artifact)).is_err());
}

/// The host's files are the host's: WASI neither closes them nor keeps copies.
#[test]
fn wasi_leaves_descriptors_alone() {
    let mut wasm = wat::parse_str(
        r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
            (memory (export "memory") 1) (func (export "_start")))"#,
    )
    .expect("a module");
    let runtime = Alone::new(&EngineSpec::new("interpreter", Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wasm).expect("a module");
    let prepared = runtime.prepare(module, &Entry::Command).expect("a prepared module");
    let host = host();
    for _ in 0..10 {
        let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
        assert_eq!(Alone::call(&mut instance, 0), Ok(0));
    }
    let stdout = host.stdout.metadata().expect("stdout, still open").ino();
    let open = std::fs::read_dir("/proc/self/fd").expect("a folder");
    let of_stdout =
        open.flatten().filter(|fd| std::fs::metadata(fd.path()).is_ok_and(|file| file.ino() == stdout));
    assert_eq!(of_stdout.count(), 1);
}
