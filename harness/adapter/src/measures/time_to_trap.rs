//! The metric `time_to_trap`: the time from a call to its expected trap. It includes the engine's unwinding and the
//! construction of the error message, which every embedder needs in order to report it.

use super::{
    repeat::{self, Between, Recorder, Repeated},
    reused_instance::Reused,
    subject::{Caller, Subject},
};
use crate::{
    Failure, Runtime,
    events::{During, Events, Stop},
    protocol::{Event, Samples},
};

const METRIC: &str = "time_to_trap";

/// Measures the rung.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    let mut trapping = Trapping(Reused::new(subject, subject.cold, METRIC)?);
    if trapping.0.check.trap().is_none() {
        let reason = "no trap is expected of the call".to_owned();
        events.emit(&Event::Unsupported { metric: METRIC.into(), reason });
        return Ok(());
    }
    if subject.single_use {
        return of_fresh(subject, samples, recorder, events);
    }
    repeat::measure(METRIC, samples, &mut trapping, recorder, events)
}

/// Calls of an instance each, made and dropped outside of the window.
fn of_fresh<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    let caller = subject.caller(subject.cold, METRIC)?;
    let histogram = recorder.fill(samples, &mut TrappingOnce { subject, caller, instance: None })?;
    repeat::emit(METRIC, histogram, events)
}

/// Calls that trap, each of an instance of its own.
struct TrappingOnce<'a, R: Runtime> {
    subject: &'a Subject<'a, R>,
    caller: Caller<'a>,
    instance: Option<R::Instance>,
}

impl<R: Runtime> Repeated for TrappingOnce<'_, R> {
    fn between(&self) -> Between {
        Between::Preparation
    }

    fn prepare(&mut self) -> Result<(), Stop> {
        self.caller.host.reset().during(METRIC)?;
        self.instance = Some(self.subject.instance(&self.caller.host, METRIC)?);
        Ok(())
    }

    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        match &mut self.instance {
            Some(instance) => R::call(instance, self.subject.cold.argument),
            None => Err(Failure::engine("no instance was made")),
        }
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        self.instance = None;
        let Caller { host, check } = &mut self.caller;
        check.check(returned, Vec::new(), host, METRIC).map(drop)
    }
}

/// Calls of one instance, each of which traps.
struct Trapping<'a, R: Runtime>(Reused<'a, R>);

impl<R: Runtime> Repeated for Trapping<'_, R> {
    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        self.0.once()
    }

    /// A call that returns is wrong, and ends the windows.
    fn can_wait(&self) -> bool {
        false
    }

    #[inline(always)]
    fn goes_on(&self, returned: &Result<i64, Failure>) -> bool {
        self.0.check.ends_well(returned)
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        self.0.check(returned)
    }
}
