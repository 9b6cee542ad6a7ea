//! Every configuration keeps what the trait promises, artifacts aside: wasmi has none.

#[path = "../../conformance/mod.rs"]
mod conformance;

use conformance::conformance;
use wasmark_adapter::{
    Describe, EngineSpec, Entry, FailureKind, Host, Runtime, Source, protocol::Invocation,
};
use wasmark_wasmi::Wasmi;

/// What every configuration keeps, and what this one keeps beside.
macro_rules! keeps {
    ($configuration:literal, [$($beside:ident),*]) => {
        conformance!(Wasmi, $configuration, common);
        conformance!(Wasmi, $configuration, threads);
        conformance!(Wasmi, $configuration, [endless_recursion_is_a_trap, $($beside),*]);
    };
}

mod eager {
    use super::*;
    keeps!(
        "eager",
        [
            invalid_bytes_are_refused,
            compiling_leaves_nothing_for_instantiation,
            four_gigabytes_are_given_or_refused
        ]
    );
}

// wasmi writes zeros to all of a memory. Configurations differ in nothing there, and one that takes 4 GiB is enough.
mod fuel {
    use super::*;
    keeps!("fuel", [invalid_bytes_are_refused, compiling_leaves_nothing_for_instantiation]);
}

// Translation is left for the first call, which `compiling_leaves_nothing_for_instantiation` forbids.
mod lazy_translation {
    use super::*;
    keeps!("lazy-translation", [invalid_bytes_are_refused]);
}

// Validation of functions is left too, so `invalid_bytes_are_refused` is not kept: see the test below.
mod lazy {
    use super::*;
    keeps!("lazy", []);
}

fn runtime(configuration: &str) -> Wasmi {
    Wasmi::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine")
}

#[test]
fn only_a_lazy_engine_takes_an_invalid_function_until_it_is_called() {
    let text = r#"(module (func (export "run") (param i32) (result i64) (i32.const 1)))"#;
    let bytes = wat::parse_str(text).expect("bytes");
    for configuration in ["eager", "fuel", "lazy-translation"] {
        let refused = runtime(configuration).compile(&mut bytes.clone()).expect_err("a failure");
        assert_eq!(refused.kind, FailureKind::Invalid, "{configuration}: {refused}");
    }
    let lazy = runtime("lazy");
    let module = lazy.compile(&mut bytes.clone()).expect("a module");
    let prepared = lazy.prepare(module, &Entry::Kernel("run".to_owned())).expect("a prepared module");
    let nothing = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&nothing, &[]).expect("a host");
    let mut instance = lazy.instantiate(&prepared, &host).expect("an instance");
    let refused = Wasmi::call(&mut instance, 0).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Invalid, "{refused}");
}

#[test]
fn a_proposal_that_is_off_is_no_fault_of_the_module() {
    let vector = "(module (func (drop (v128.const i64x2 0 0))))";
    let refused =
        runtime("eager").compile(&mut wat::parse_str(vector).expect("bytes")).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
}

#[test]
fn the_proposals_are_those_that_it_runs() {
    let modules = [
        ("bulk-memory", "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))"),
        ("extended-const", "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))"),
        ("memory64", "(module (memory i64 1))"),
        ("multi-memory", "(module (memory 1) (memory 1))"),
        ("multi-value", "(module (func (result i32 i32) (i32.const 1) (i32.const 2)))"),
        ("mutable-global", r#"(module (global (export "g") (mut i32) (i32.const 0)))"#),
        ("reference-types", "(module (table 1 externref))"),
        ("saturating-float-to-int", "(module (func (drop (i32.trunc_sat_f32_s (f32.const 0)))))"),
        ("sign-extension", "(module (func (drop (i32.extend8_s (i32.const 0)))))"),
        ("tail-call", "(module (func $f (return_call $f)))"),
    ];
    for configuration in Wasmi::describe().configurations {
        assert_eq!(configuration.proposals, modules.map(|(proposal, _)| proposal));
        let runtime = runtime(&configuration.name);
        for (proposal, text) in modules {
            let module = runtime.compile(&mut wat::parse_str(text).expect("bytes"));
            assert!(module.is_ok(), "{}, {proposal}", configuration.name);
        }
    }
}

#[test]
fn settings_are_read_back() {
    for (configuration, mode, fuel) in [
        ("lazy-translation", "LazyTranslation", "false"),
        ("lazy", "Lazy", "false"),
        ("eager", "Eager", "false"),
        ("fuel", "Eager", "true"),
    ] {
        let settings = runtime(configuration).resolved();
        assert_eq!(settings["compilation_mode"], mode);
        assert_eq!(settings["consume_fuel"], fuel);
        assert!(!settings.values().any(|value| value == "not shown"), "{settings:?}");
    }
}
