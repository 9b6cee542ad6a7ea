//! TurboFan alone keeps what the trait promises. A process starts V8 once, so other flags have other files.

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
    "turbofan",
    many_instances_live_at_once,
    threads_serve_beside_each_other,
    a_trap_on_a_thread_leaves_the_others_alone,
    compiling_leaves_nothing_for_instantiation,
    an_artifact_runs_in_another_engine
);

#[test]
fn code_is_compiled_once() {
    let names = ["TurboFan".to_owned()].into_iter().collect();
    assert_eq!(tiers::compilers("turbofan", "code_is_compiled_once"), names);
}

#[test]
fn an_artifact_that_is_cut_off_is_refused() {
    let runtime = Alone::new(&EngineSpec::new("turbofan", Source::Artifact)).expect("an engine");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("v8-cut-off-{}", std::process::id()));
    // A module of 8 bytes without code, the beginning of a module, and nothing.
    let whole = [b"\0wasmv8\0".as_slice(), &8u64.to_le_bytes(), b"\0asm\x01\0\0\0"].concat();
    for length in [whole.len(), 20, 10, 0] {
        std::fs::write(&path, &whole[..length]).expect("a file");
        let refused = runtime.load(&path).err().expect("a failure");
        assert_eq!(refused.kind, FailureKind::Invalid, "{length} bytes: {refused}");
    }
}
