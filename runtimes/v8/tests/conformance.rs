//! The configurations with V8's default compilers and checks in code keep what the trait promises, but that functions are compiled when they are called. A process starts V8 once, so other flags have other files.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod promises;
mod tiers;

use promises::promises;

mod checks_in_code {
    use super::*;
    promises!(
        "checks-in-code",
        many_instances_live_at_once,
        threads_serve_beside_each_other,
        a_trap_on_a_thread_leaves_the_others_alone
    );
}

mod context_per_instance {
    use super::*;
    promises!(
        "context-per-instance",
        many_instances_live_at_once,
        threads_serve_beside_each_other,
        a_trap_on_a_thread_leaves_the_others_alone
    );
}

mod isolate_per_instance {
    use super::*;
    promises!(
        "isolate-per-instance",
        many_instances_live_at_once,
        threads_serve_beside_each_other,
        a_trap_on_a_thread_leaves_the_others_alone
    );
}

#[test]
fn hot_code_is_compiled_again() {
    let names = ["Liftoff".to_owned(), "TurboFan".to_owned()].into_iter().collect();
    assert_eq!(tiers::compilers("checks-in-code", "hot_code_is_compiled_again"), names);
}
