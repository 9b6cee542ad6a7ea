//! The LLVM JIT that compiles lazily keeps what the trait promises.

mod alone;
#[allow(dead_code, reason = "not every promise is this configuration's")]
#[path = "../../conformance.rs"]
mod conformance;
mod proposals;
mod worker;

use alone::Alone;
use conformance::conformance;

// No artifacts; and compilation is left for the calls, which is what `about` says.
conformance!(
    Alone,
    "llvm-jit-lazy",
    [
        describes_what_it_does,
        runs_a_kernel,
        keeps_instances_apart,
        traps_have_kinds_and_leave_the_instance_usable,
        endless_recursion_is_a_trap,
        what_is_missing_has_a_kind,
        invalid_bytes_are_refused,
        a_failing_start_is_a_trap,
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
proposals::test!("llvm-jit-lazy");
