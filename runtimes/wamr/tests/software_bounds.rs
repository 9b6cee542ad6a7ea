//! The configurations without guard pages keep what the trait promises.

mod alone;
#[path = "../../conformance.rs"]
mod conformance;
mod proposals;
mod worker;

use alone::Alone;
use conformance::conformance;

mod fast_interpreter {
    use super::*;
    // No artifacts.
    conformance!(
        Alone,
        "fast-interpreter-software-bounds",
        [
            describes_what_it_does,
            runs_a_kernel,
            keeps_instances_apart,
            traps_have_kinds_and_leave_the_instance_usable,
            endless_recursion_is_a_trap,
            what_is_missing_has_a_kind,
            invalid_bytes_are_refused,
            a_failing_start_is_a_trap,
            compiling_leaves_nothing_for_instantiation,
            a_command_reads_writes_and_exits,
            a_command_sees_arguments_and_environment,
            a_function_of_any_type_is_called,
            a_reactor_is_initialised,
            a_module_says_what_its_work_is,
            stubs_answer_with_zeros,
            many_instances_live_at_once,
            four_gigabytes_are_given_or_refused,
        ]
    );
    proposals::test!("fast-interpreter-software-bounds");
}

mod aot {
    use super::*;
    conformance!(Alone, "aot-software-bounds");
    proposals::test!("aot-software-bounds");
}
