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
        conformance!(
            Alone,
            $configuration,
            [
                describes_what_it_does,
                runs_a_kernel,
                keeps_instances_apart,
                traps_have_kinds_and_leave_the_instance_usable,
                what_is_missing_has_a_kind,
                invalid_bytes_are_refused,
                a_failing_start_is_a_trap,
                a_command_reads_writes_and_exits,
                a_command_reads_a_pipe,
                a_command_sees_arguments_and_environment,
                a_function_of_any_type_is_called,
                several_results_come_back_in_order,
                a_vector_crosses_the_boundary,
                several_vectors_come_back_in_order,
                a_nan_keeps_its_payload,
                a_reactor_is_initialised,
                a_module_says_what_its_work_is,
                stubs_answer_with_zeros,
                stubs_with_a_state_are_an_instance_s_own_or_refused,
                many_instances_live_at_once,
                four_gigabytes_are_given_or_refused,
                $($more),*
            ]
        );
    };
}

mod interpreter {
    use super::*;
    promises!("interpreter", compiling_leaves_nothing_for_instantiation);
}

mod interpreter_gas {
    use super::*;
    promises!("interpreter-gas", compiling_leaves_nothing_for_instantiation);
}

mod aot {
    use super::*;
    promises!("aot", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod aot_universal {
    use super::*;
    promises!(
        "aot-universal",
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod aot_o0 {
    use super::*;
    promises!("aot-o0", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod aot_os {
    use super::*;
    promises!("aot-os", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod aot_gas {
    use super::*;
    promises!("aot-gas", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod jit {
    use super::*;
    // Compiles when it instantiates, and has no artifacts.
    promises!("jit");
}
