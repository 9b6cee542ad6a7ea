//! What is measured: a module in an engine, its entry, and how its output is checked.

use crate::{
    Entry, Failure, FailureKind, Host, Runtime, TrapKind, Value, ValueType,
    events::{During, Stop},
    protocol::{Event, Expected, Invocation, Output, Preopen},
};

/// A prepared module and what is done with it. Dropped last of all, the module first, or not at all.
pub(super) struct Subject<'a, R: Runtime> {
    pub prepared: R::Prepared,
    pub runtime: R,
    pub entry: &'a Entry,
    pub preopens: &'a [Preopen],
    pub cold: &'a Invocation,
    /// Whether no instance is called twice.
    pub single_use: bool,
    /// What the first call gave back, where that is known.
    pub output: Option<Output>,
}

impl<R: Runtime> Subject<'_, R> {
    /// A new instance, outside every window.
    pub fn instance(&self, host: &Host, metric: &str) -> Result<R::Instance, Stop> {
        self.runtime.instantiate(&self.prepared, host).during(metric)
    }

    /// What calls with this invocation need beside an instance.
    pub fn caller<'i>(&'i self, invocation: &'i Invocation, metric: &str) -> Result<Caller<'i>, Stop> {
        let host = Host::new(invocation, self.preopens).during(metric)?;
        Ok(Caller { host, check: Check::new(self.entry, invocation) })
    }
}

/// What calls of one invocation need beside an instance: what the guest sees, and the check of its outputs.
pub(super) struct Caller<'i> {
    pub host: Host,
    pub check: Check<'i>,
}

/// What a call of a wide entry gave back beside its bits; empty for any other. Outside every window.
pub(super) fn wide<R: Runtime>(entry: &Entry, instance: &R::Instance) -> Vec<Value> {
    if entry.is_wide() { R::results(instance) } else { Vec::new() }
}

/// Checks that each call of an invocation gives the same, right output.
pub(super) struct Check<'i> {
    entry: &'i Entry,
    expected: Option<&'i Expected>,
    first: Option<Output>,
}

impl<'i> Check<'i> {
    pub fn new(entry: &'i Entry, invocation: &'i Invocation) -> Self {
        Check { entry, expected: invocation.expected.as_ref(), first: None }
    }

    /// The trap that is right, where none of the calls is to return.
    pub fn trap(&self) -> Option<TrapKind> {
        match self.expected {
            Some(Expected::Trap(kind)) => Some(*kind),
            _ => None,
        }
    }

    /// Whether a call ended as it should: it returned, or it trapped in the way that is right.
    #[inline(always)]
    pub fn ends_well(&self, returned: &Result<i64, Failure>) -> bool {
        match (returned, self.trap()) {
            (Ok(_), None) => true,
            (Err(failure), Some(kind)) => failure.kind == FailureKind::Trap(kind),
            _ => false,
        }
    }

    /// Compares what a call returned, with [`wide`] what it gave back beside, and for a command what it printed, with
    /// what is expected, or with the first call's where nothing is. Outside every window.
    pub fn check(
        &mut self,
        returned: Result<i64, Failure>,
        wide: Vec<Value>,
        host: &mut Host,
        metric: &str,
    ) -> Result<&Output, Stop> {
        let actual = match (returned, self.trap()) {
            (Ok(returned), _) => self.output(returned, wide, host).during(metric)?,
            (Err(Failure { kind: FailureKind::Trap(kind), .. }), Some(_)) => Output::Trap(kind),
            (Err(failure), _) => return Err(Stop::Failed(metric.into(), host.explain(failure))),
        };
        let expected = self.expected.cloned().or_else(|| self.first.clone().map(Expected::from));
        if let Some(expected) = expected.filter(|expected| !expected.admits(&actual)) {
            let excerpt = host.excerpt();
            return Err(Stop::Wrong(Box::new(Event::WrongOutput { expected, actual, excerpt })));
        }
        Ok(self.first.insert(actual))
    }

    /// What a call that returned gave back.
    fn output(&self, returned: i64, wide: Vec<Value>, host: &mut Host) -> Result<Output, Failure> {
        match self.entry {
            Entry::Kernel(_) => Ok(Output::Checksum(returned)),
            Entry::Command => host.output(returned as i32),
            Entry::Function { results, .. } if self.entry.is_wide() => {
                let of: Vec<ValueType> = wide.iter().map(|value| value.of()).collect();
                if of == *results {
                    return Ok(Output::Returned(wide));
                }
                Err(Failure::engine("the adapter does not give the results of this type; report it"))
            }
            Entry::Function { results, .. } => {
                let value = |of: &ValueType| Value::from_bits(*of, returned);
                Ok(Output::Returned(results.iter().filter_map(value).collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Right;

    fn checked(
        entry: &Entry,
        expected: Option<Expected>,
        calls: &[Result<i64, Failure>],
    ) -> Result<(), String> {
        let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected };
        let mut host = Host::new(&invocation, &[]).expect("a host");
        let mut check = Check::new(entry, &invocation);
        for returned in calls {
            let outcome = check.check(returned.clone(), Vec::new(), &mut host, "first_call");
            outcome.map(drop).map_err(|stop| match stop {
                Stop::Failed(during, failure) => format!("{during}: {failure}"),
                Stop::Wrong(event) => format!("{event:?}"),
            })?;
        }
        Ok(())
    }

    fn trapped(kind: TrapKind) -> Result<i64, Failure> {
        Err(Failure::trap(kind, "a trap"))
    }

    #[test]
    fn a_trap_is_right_where_it_is_expected_and_in_no_other_way() {
        let kernel = Entry::Kernel("run".into());
        let expected = || Some(Expected::Trap(TrapKind::DivideByZero));
        let right = trapped(TrapKind::DivideByZero);
        assert_eq!(checked(&kernel, expected(), &[right.clone(), right.clone()]), Ok(()));
        let other = checked(&kernel, expected(), &[trapped(TrapKind::Unreachable)]).expect_err("wrong");
        assert!(other.contains("WrongOutput") && other.contains("Trap(Unreachable)"), "{other}");
        let returns = checked(&kernel, expected(), &[right.clone(), Ok(7)]).expect_err("wrong");
        assert!(returns.contains("Checksum(7)"), "{returns}");
        let failed = checked(&kernel, None, std::slice::from_ref(&right)).expect_err("a failure");
        assert_eq!(failed, "first_call: trap: divide by zero (a trap)");
        let failed = checked(&kernel, expected(), &[Err(Failure::engine("broke"))]).expect_err("a failure");
        assert_eq!(failed, "first_call: broke");
    }

    #[test]
    fn calls_may_differ_in_the_payload_of_a_nan_alone() {
        let entry = Entry::Function { name: "f".into(), arguments: vec![], results: vec![ValueType::F64] };
        let (one, other) =
            (0x7ff8_0000_0000_0000, i64::from_ne_bytes(0xffff_60ff_ffff_ffffu64.to_ne_bytes()));
        assert_eq!(checked(&entry, None, &[Ok(one), Ok(other)]), Ok(()));
        assert!(checked(&entry, None, &[Ok(one), Ok(0)]).is_err());
        let exact = || Some(Expected::Returned(vec![Right::Exactly(Value::F64(one as u64))]));
        assert_eq!(checked(&entry, exact(), &[Ok(one)]), Ok(()));
        let wrong = checked(&entry, exact(), &[Ok(other)]).expect_err("wrong");
        assert!(wrong.contains("WrongOutput"), "{wrong}");
    }

    #[test]
    fn wide_results_of_another_type_are_a_failure() {
        let results = vec![ValueType::I32, ValueType::V128];
        let entry = Entry::Function { name: "f".into(), arguments: vec![], results };
        let failed = checked(&entry, None, &[Ok(0)]).expect_err("nothing was given");
        assert!(failed.contains("does not give the results"), "{failed}");
    }
}
