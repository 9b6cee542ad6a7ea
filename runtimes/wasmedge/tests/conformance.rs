//! Every configuration keeps what the trait promises, but for one thing: WasmEdge does not bound recursion (its
//! interpreter takes all memory, compiled code ends the process), so `endless_recursion_is_a_trap` is not among it.

#[path = "../../conformance/mod.rs"]
mod conformance;

#[allow(dead_code, reason = "the other tests use the rest")]
mod alone;

use alone::Alone;
use conformance::conformance;

/// The promises that every configuration keeps, and those that it keeps beside.
macro_rules! promises {
    ($configuration:literal $(, $more:ident)*) => {
        conformance!(Alone, $configuration, common);
        conformance!(Alone, $configuration, [
            invalid_bytes_are_refused,
            several_vectors_come_back_in_order,
            four_gigabytes_are_given_or_refused,
            $($more),*
        ]);
    };
}

mod interpreter {
    use super::*;
    conformance!(Alone, "interpreter", threads);
    promises!("interpreter", compiling_leaves_nothing_for_instantiation);
}

mod interpreter_gas {
    use super::*;
    conformance!(Alone, "interpreter-gas", threads);
    promises!("interpreter-gas", compiling_leaves_nothing_for_instantiation);
}

mod aot {
    use super::*;
    promises!(
        "aot",
        threads_serve_beside_each_other,
        commands_run_beside_each_other,
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod aot_universal {
    use super::*;
    promises!(
        "aot-universal",
        threads_serve_beside_each_other,
        commands_run_beside_each_other,
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod aot_o0 {
    use super::*;
    promises!(
        "aot-o0",
        threads_serve_beside_each_other,
        commands_run_beside_each_other,
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod aot_os {
    use super::*;
    promises!(
        "aot-os",
        threads_serve_beside_each_other,
        commands_run_beside_each_other,
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod aot_gas {
    use super::*;
    promises!(
        "aot-gas",
        threads_serve_beside_each_other,
        commands_run_beside_each_other,
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod jit {
    use super::*;
    // Compiles when it instantiates, and has no artifacts.
    promises!("jit", serves_on_one_thread_only);
}
