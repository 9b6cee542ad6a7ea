//! What the [`Runtime`](wasmark_adapter::Runtime) trait promises, as tests that are generic over the runtime, a file for
//! each subject. An adapter's test includes this folder and names its type and a configuration:
//! `conformance!(wasmark_x::X, "configuration")`.

#![allow(dead_code, unused_imports, reason = "not every engine keeps every promise")]

mod apart;
mod commands;
mod functions;
mod kernels;
mod stubs;
mod support;
mod threads;

pub use apart::kept;
pub use commands::*;
pub use functions::*;
pub use kernels::*;
pub use stubs::*;
pub use threads::*;

/// A test for each promise: of those that are named, or all, or all that a configuration without artifacts keeps; `nothing
/// compiled` is for one that makes so little of a module that no test can tell whether something is left; `common` are
/// those that every configuration with WASI keeps; `threads` those of one that serves on several threads.
macro_rules! conformance {
    ($runtime:ty, $configuration:literal, [$($promise:ident),* $(,)?]) => {
        $(
            #[test]
            fn $promise() {
                conformance::kept(stringify!($promise), $configuration, || {
                    conformance::$promise::<$runtime>($configuration);
                });
            }
        )*
    };
    ($runtime:ty, $configuration:literal) => {
        conformance!($runtime, $configuration, no artifacts);
        conformance!($runtime, $configuration, [
            an_artifact_runs_in_another_engine,
            several_vectors_come_back_in_order,
        ]);
    };
    ($runtime:ty, $configuration:literal, no artifacts) => {
        conformance!($runtime, $configuration, no artifacts, nothing compiled);
        conformance!($runtime, $configuration, [compiling_leaves_nothing_for_instantiation]);
    };
    ($runtime:ty, $configuration:literal, no artifacts, nothing compiled) => {
        conformance!($runtime, $configuration, common);
        conformance!($runtime, $configuration, [
            endless_recursion_is_a_trap,
            invalid_bytes_are_refused,
            four_gigabytes_are_given_or_refused,
        ]);
    };
    ($runtime:ty, $configuration:literal, threads) => {
        conformance!($runtime, $configuration, [
            threads_serve_beside_each_other,
            a_trap_on_a_thread_leaves_the_others_alone,
            commands_run_beside_each_other,
        ]);
    };
    ($runtime:ty, $configuration:literal, common) => {
        conformance!($runtime, $configuration, [
            a_code_cache_is_filled_and_used,
            describes_what_it_does,
            runs_a_kernel,
            keeps_instances_apart,
            traps_have_kinds_and_leave_the_instance_usable,
            what_is_missing_has_a_kind,
            a_failing_start_is_a_trap,
            a_command_reads_writes_and_exits,
            a_command_reads_a_pipe,
            a_command_sees_arguments_and_environment,
            a_function_of_any_type_is_called,
            several_results_come_back_in_order,
            a_vector_crosses_the_boundary,
            a_nan_keeps_its_payload,
            a_reactor_is_initialised,
            a_module_marks_its_work,
            stubs_answer_with_zeros,
            stubs_with_a_state_are_an_instance_s_own_or_refused,
            many_instances_live_at_once,
        ]);
    };
}
pub(crate) use conformance;
