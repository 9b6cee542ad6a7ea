//! The configurations that run by the library of the fast interpreter keep what the trait promises. The other
//! libraries have a file of tests each: a process opens one library.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod proposals;
mod worker;

use alone::Alone;
use conformance::conformance;
use wasmark_adapter::{EngineSpec, FailureKind, Runtime, Source};
use wasmark_wamr::Wamr;

mod fast_interpreter {
    use super::*;
    conformance!(Alone, "fast-interpreter", no artifacts);
    conformance!(Alone, "fast-interpreter", threads);
    conformance!(Alone, "fast-interpreter", [several_vectors_lose_lanes]);
    proposals::test!("fast-interpreter");
}

mod aot {
    use super::*;
    conformance!(Alone, "aot");
    conformance!(Alone, "aot", threads);
    proposals::test!("aot");
}

mod aot_segue {
    use super::*;
    conformance!(Alone, "aot-segue");
    conformance!(Alone, "aot-segue", threads);
    proposals::test!("aot-segue");
}

/// Without this check WAMR would interpret the module and the result would be called compiled.
#[test]
fn a_module_is_no_artifact() {
    let runtime = Alone::new(&EngineSpec::new("aot", Source::Artifact)).expect("an engine");
    let path = worker::scratch("module.wasm");
    std::fs::write(&path, wat::parse_str("(module)").expect("a module")).expect("a file");
    assert_eq!(runtime.load(&path).err().expect("a failure").kind, FailureKind::Invalid);
}

#[test]
fn the_interpreter_has_no_artifacts() {
    let runtime = Alone::new(&EngineSpec::new("fast-interpreter", Source::Wasm)).expect("an engine");
    let module = runtime.wamr.compile(&mut wat::parse_str("(module)").expect("a module")).expect("a module");
    let refused = runtime.wamr.save(&module, &worker::scratch("artifact")).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    assert!(Wamr::new(&EngineSpec::new("fast-interpreter", Source::Artifact)).is_err());
}
