//! The promises that every configuration keeps. WASI is not among them, for V8 has none, and an element of another
//! type and a null one are one trap in V8. Calls come from JavaScript, which has no vectors and one NaN.

/// A test for each, and for those that the configuration keeps beside.
macro_rules! promises {
    ($configuration:literal $(, $more:ident)*) => {
        $crate::conformance::conformance!(
            $crate::alone::Alone,
            $configuration,
            [
                describes_what_it_does,
                runs_a_kernel,
                keeps_instances_apart,
                traps_have_kinds_but_for_elements,
                endless_recursion_is_a_trap,
                what_is_missing_has_a_kind,
                invalid_bytes_are_refused,
                a_failing_start_is_a_trap,
                a_function_of_any_type_is_called,
                several_results_come_back_in_order,
                vectors_are_refused,
                a_reactor_is_initialised,
                a_module_marks_its_work,
                stubs_answer_with_zeros,
                stubs_with_a_state_are_an_instance_s_own_or_refused,
                four_gigabytes_are_given_or_refused,
                $($more),*
            ]
        );
    };
}
pub(crate) use promises;
