//! Imports that no runtime provides, stood in for with zeros.

use wasmark_adapter::{
    EngineSpec, FailureKind, GlobalType, MemoryType, Runtime, Source, Stub, StubItem, TableType, ValueType,
};

use super::support::*;

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
    let spec = EngineSpec { stubs: &stubs, ..EngineSpec::new(configuration, Source::Wasm) };
    let runtime = R::new(&spec).expect("an engine");
    let prepared = prepared(&runtime, text, &kernel());
    for _ in 0..2 {
        let mut instance = runtime.instantiate(&prepared, &host()).expect("an instance");
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
    let stubs = importing();
    let runtime = match R::new(&EngineSpec { stubs: &stubs, ..EngineSpec::new(configuration, Source::Wasm) })
    {
        Ok(runtime) => runtime,
        Err(refused) => {
            assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
            assert!(refused.message.contains("\"memory\" of \"env\""), "{refused}");
            return;
        }
    };
    let prepared = prepared(&runtime, IMPORTING, &kernel());
    let mut first = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut first, 2), Ok(604));
    assert_eq!(R::call(&mut first, 3), Ok(610));
    let mut second = runtime.instantiate(&prepared, &host()).expect("an instance");
    assert_eq!(R::call(&mut second, 1), Ok(602));
    drop(first);
    assert_eq!(R::call(&mut second, 1), Ok(604));
}
