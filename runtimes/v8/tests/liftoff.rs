//! Liftoff alone keeps what the trait promises. A process starts V8 once, so other flags have other files.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod promises;
mod tiers;

use std::path::Path;

use alone::Alone;
use promises::promises;
use wasmark_adapter::{EngineSpec, FailureKind, Runtime, Source};

promises!(
    "liftoff",
    many_instances_live_at_once,
    threads_serve_beside_each_other,
    a_trap_on_a_thread_leaves_the_others_alone,
    compiling_leaves_nothing_for_instantiation
);

#[test]
fn code_is_compiled_once() {
    let names = ["Liftoff".to_owned()].into_iter().collect();
    assert_eq!(tiers::compilers("liftoff", "code_is_compiled_once"), names);
}

#[test]
fn there_is_no_code_to_keep() {
    let runtime = Alone::new(&EngineSpec::new("liftoff", Source::Wasm)).expect("an engine");
    let mut wasm = wat::parse_str(r#"(module (func (export "run")))"#).expect("a module");
    let module = runtime.compile(&mut wasm).expect("a module");
    let refused = runtime.save(&module, Path::new("/nowhere")).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
    drop((module, runtime));
    assert!(Alone::new(&EngineSpec::new("liftoff", Source::Artifact)).is_err());
}
