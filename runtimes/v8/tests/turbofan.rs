//! TurboFan alone keeps what the trait promises. A process starts V8 once, so other flags have other files.

mod alone;
#[allow(dead_code, reason = "not every promise is this configuration's")]
#[path = "../../conformance.rs"]
mod conformance;
mod promises;
mod tiers;

use promises::promises;

promises!(
    "turbofan",
    many_instances_live_at_once,
    compiling_leaves_nothing_for_instantiation,
    an_artifact_runs_in_another_engine
);

#[test]
fn code_is_compiled_once() {
    let times = tiers::speed_up("turbofan");
    assert!(times < 1.5, "{times}");
}
