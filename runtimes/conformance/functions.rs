//! Functions of any type: arguments, results, vectors, NaN, reactors, marks.

use wasmark_adapter::{
    Describe, EngineSpec, Entry, FailureKind, Runtime, Source, TrapKind, Value, ValueType, marks,
};

use super::support::*;

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
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    for (entry, right) in &cases {
        let prepared = prepared(&runtime, text, entry);
        let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
        for _ in 0..2 {
            assert_eq!(R::call(&mut instance, 7), Ok(*right), "{entry:?}");
        }
    }
    // A kernel's call, and that of a common type, are of the same kind.
    let path = |entry: &Entry| {
        let prepared = prepared(&runtime, text, entry);
        let instance = runtime.instantiate(&prepared, &host()).expect("an instance");
        R::call_path(&instance)
    };
    let kernel = function("half", &[one], Some(ValueType::F32));
    assert!(cases[1..3].iter().all(|(entry, _)| path(entry) == path(&kernel)));
    let entry = function("traps", &[Value::I32(0)], Some(ValueType::I32));
    let traps = prepared(&runtime, text, &entry);
    let mut instance = runtime.instantiate(&traps, &host()).expect("an instance");
    let trap = R::call(&mut instance, 0).expect_err("a trap");
    assert_eq!(trap.kind, FailureKind::Trap(TrapKind::DivideByZero), "{trap}");
    for entry in [function("absent", &[], None), function("half", &[], None), function("wide", &[], None)] {
        assert_eq!(refusal(&runtime, text, &entry), FailureKind::Export, "{entry:?}");
    }
}

/// What an entry of `text` returns, twice the same.
fn results<R: Runtime>(runtime: &R, text: &str, entry: &Entry) -> Vec<Value> {
    let prepared = prepared(runtime, text, entry);
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
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
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let [one, two] = [Value::I32(-7), Value::I64(1 << 40)];
    let swap = function("swap", &[one, two], [ValueType::I64, ValueType::I32]);
    assert_eq!(results(&runtime, text, &swap), [two, one]);
    let of = [ValueType::I32, ValueType::F64, ValueType::I64, ValueType::F32];
    let four = function("four", &[Value::I32(3)], of);
    let right = [Value::I32(-1), Value::F64(1.5f64.to_bits()), Value::I64(-2), Value::F32(3f32.to_bits())];
    assert_eq!(results(&runtime, text, &four), right);

    for of in [vec![ValueType::I64], vec![ValueType::I32, ValueType::I64]] {
        let entry = function("swap", &[one, two], of);
        assert_eq!(refusal(&runtime, text, &entry), FailureKind::Export, "{entry:?}");
    }
}

/// `one` adds a number to each lane of a vector; `several` gives a vector back with another, and a number between them.
const VECTORS: &str = r#"(module
    (func (export "one") (param i32 v128) (result v128)
        (i32x4.add (local.get 1) (i32x4.splat (local.get 0))))
    (func (export "several") (param i32 v128) (result v128 i32 v128)
        (local.get 1) (i32x4.extract_lane 3 (local.get 1)) (i32x4.splat (local.get 0))))"#;

const VECTOR: Value = Value::V128(0x0000_0009_0000_0008_ffff_ffff_8000_0001);

/// What an entry of [`VECTORS`] returns for 3 and [`VECTOR`]; nothing where the configuration does not list vectors
/// among its proposals, and refuses the module.
fn of_vectors<R: Runtime + Describe>(
    configuration: &str,
    name: &str,
    of: &[ValueType],
) -> Option<Vec<Value>> {
    let described = R::describe().configurations;
    let known = described.iter().find(|known| known.name == configuration).expect("the configuration");
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    if !known.proposals.iter().any(|proposal| proposal == "simd") {
        assert!(runtime.compile(&mut wasm(VECTORS)).is_err(), "it does not list vectors among its proposals");
        return None;
    }
    let entry = function(name, &[Value::I32(3), VECTOR], of.iter().copied());
    Some(results(&runtime, VECTORS, &entry))
}

pub fn a_vector_crosses_the_boundary<R: Runtime + Describe>(configuration: &str) {
    if let Some(results) = of_vectors::<R>(configuration, "one", &[ValueType::V128]) {
        assert_eq!(results, [Value::V128(0x0000_000c_0000_000b_0000_0002_8000_0004)]);
    }
}

/// The types of what `several` returns.
const SEVERAL: [ValueType; 3] = [ValueType::V128, ValueType::I32, ValueType::V128];

pub fn several_vectors_come_back_in_order<R: Runtime + Describe>(configuration: &str) {
    if let Some(results) = of_vectors::<R>(configuration, "several", &SEVERAL) {
        let splat = Value::V128(0x0000_0003_0000_0003_0000_0003_0000_0003);
        assert_eq!(results, [VECTOR, Value::I32(9), splat]);
    }
}

/// Of an engine that copies half of a vector where there are several results (the case `results-of-vectors` of the
/// semantics): what is no vector is right, and so is that half.
pub fn several_vectors_lose_lanes<R: Runtime + Describe>(configuration: &str) {
    let results = of_vectors::<R>(configuration, "several", &SEVERAL).expect("a configuration with vectors");
    let halves: Vec<i64> = results.iter().map(|value| value.bits()).collect();
    assert_eq!(halves, [0xffff_ffff_8000_0001_u64 as i64, 9, 0x0000_0003_0000_0003]);
    assert_ne!(results[2], Value::V128(0x0000_0003_0000_0003_0000_0003_0000_0003));
}

/// Of an engine whose calls come from a language without vectors.
pub fn vectors_are_refused<R: Runtime>(configuration: &str) {
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wasm(VECTORS)).expect("a module");
    let entry = function("several", &[Value::I32(3), VECTOR], SEVERAL);
    let refused = runtime.prepare(module, &entry).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
    assert!(refused.message.contains("vector"), "{refused}");
}

pub fn a_nan_keeps_its_payload<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (func (export "wide") (result f64) (f64.reinterpret_i64 (i64.const 0x7ff8000000000123)))
        (func (export "narrow") (param f32) (result f32) (local.get 0)))"#;
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let (wide, narrow) = (Value::F64(0x7ff8_0000_0000_0123), Value::F32(0xffc0_0123));
    for (entry, right) in [
        (function("wide", &[], [ValueType::F64]), wide),
        (function("narrow", &[narrow], [ValueType::F32]), narrow),
    ] {
        let prepared = prepared(&runtime, text, &entry);
        let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
        assert_eq!(R::call(&mut instance, 0), Ok(right.bits()), "{entry:?}");
    }
}

pub fn a_reactor_is_initialised<R: Runtime>(configuration: &str) {
    let text = r#"(module (memory (export "memory") 1) (global $ready (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $ready (i32.add (global.get $ready) (i32.const 5))))
        (func (export "ready") (result i32) (global.get $ready)))"#;
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, text, &function("ready", &[], Some(ValueType::I32)));
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut instance, 0), Ok(5));
    assert_eq!(R::call(&mut instance, 0), Ok(5), "once");
}

pub fn a_module_marks_its_work<R: Runtime>(configuration: &str) {
    let text = r#"(module
        (import "bench" "start" (func $start))
        (import "bench" "end" (func $end))
        (memory (export "memory") 1)
        (func (export "run") (param i32) (result i64)
            (call $start) (call $end) (i64.const 1)))"#;
    let runtime = R::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let prepared = prepared(&runtime, text, &kernel());
    let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
    // The marks are the process's, and tests run side by side.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    marks::forget();
    assert_eq!(R::call(&mut instance, 0), Ok(1));
    assert!(marks::take().expect("a pair").is_some());
}
