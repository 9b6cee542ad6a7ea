//! What a configuration claims to run, it runs; and what it does not, fails.

use wasmark_adapter::{Describe, EngineSpec, Entry, Host, Runtime, Source, protocol::Invocation};

use crate::alone::Alone;

/// Of each proposal a use of it in the body of `(func (export "run") (param i32) (result i64)`, which returns 7, after
/// other parts of the module.
const USES: &[(&str, &str, &str)] = &[
    (
        "bulk-memory",
        "",
        "(memory.fill (i32.const 0) (i32.const 7) (i32.const 1)) (i64.load8_u (i32.const 0))",
    ),
    ("extended-const", "(global $seven i64 (i64.add (i64.const 3) (i64.const 4)))", "(global.get $seven)"),
    ("multi-value", "(func $two (result i64 i64) (i64.const 3) (i64.const 4))", "(i64.add (call $two))"),
    ("mutable-global", r#"(global $g (export "g") (mut i64) (i64.const 7))"#, "(global.get $g)"),
    (
        "reference-types",
        "(table $refs 2 externref)",
        "(table.set $refs (i32.const 0) (ref.null extern)) (i64.add (i64.const 5) (i64.extend_i32_u (table.size $refs)))",
    ),
    ("saturating-float-to-int", "", "(i64.trunc_sat_f64_s (f64.const 7.5))"),
    ("sign-extension", "", "(i64.add (i64.const 8) (i64.extend8_s (i64.const 255)))"),
    ("simd", "", "(i64x2.extract_lane 1 (i64x2.add (v128.const i64x2 1 3) (v128.const i64x2 1 4)))"),
    (
        "tail-call",
        "(func $down (param i32) (result i64) (if (result i64) (local.get 0) \
            (then (return_call $down (i32.sub (local.get 0) (i32.const 1)))) (else (i64.const 7))))",
        "(return_call $down (i32.const 1000000))",
    ),
    ("threads", "", "(i64.atomic.store (i32.const 0) (i64.const 7)) (i64.atomic.load (i32.const 0))"),
];

/// What is no part of a module's code: threads.rs tries it.
const ELSEWHERE: &str = "wasi-threads";

/// The test for a configuration.
macro_rules! test {
    ($configuration:literal) => {
        #[test]
        fn proposals_are_as_described() {
            $crate::proposals::are_as_described($configuration);
        }
    };
}
pub(crate) use test;

pub fn are_as_described(configuration: &str) {
    let description = Alone::describe();
    let known = description.configurations.iter().find(|known| known.name == configuration);
    let proposals = &known.expect("the configuration").proposals;
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&invocation, &[]).expect("a host");
    let runtime = Alone::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    for (name, parts, body) in USES {
        // What threads share needs more of an engine than what they do to it.
        let memory = if *name == "threads" { "(memory 1 1 shared)" } else { "(memory 1)" };
        let text =
            format!(r#"(module {memory} {parts} (func (export "run") (param i32) (result i64) {body}))"#);
        let mut wasm = wat::parse_str(text).expect("the test's module");
        let result = runtime.compile(&mut wasm).and_then(|module| {
            let prepared = runtime.prepare(module, &Entry::Kernel("run".to_owned()))?;
            Alone::call(&mut runtime.instantiate(&prepared, &host)?, 0)
        });
        if proposals.iter().any(|known| known == name) {
            assert_eq!(result, Ok(7), "{name}");
        } else {
            assert!(result.is_err(), "{name} is run");
        }
    }
    let tried = |name: &str| name == ELSEWHERE || USES.iter().any(|(known, _, _)| *known == name);
    let unknown = proposals.iter().find(|name| !tried(name));
    assert_eq!(unknown, None, "a proposal that nothing here tries");
}
