//! The metric `time_to_trap`: the time from a call to its expected trap. It includes the engine's unwinding and the
//! construction of the error message, which every embedder needs in order to report it.

use super::{
    repeat::{self, Recorder, Repeated},
    reused_instance::Reused,
    subject::{Caller, Subject},
};
use crate::{
    Failure, Runtime, clock,
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
    let histogram = trapping.0.histogram(samples, recorder)?;
    repeat::emit(METRIC, histogram, events)?;
    repeat::blocks(METRIC, histogram.value_at_quantile(0.5), &mut trapping, events)
}

/// Calls of an instance each, made and dropped outside of the window.
fn of_fresh<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    let Caller { mut host, mut check } = subject.caller(subject.cold, METRIC)?;
    let histogram = recorder.fill(samples, || {
        host.reset().during(METRIC)?;
        let mut instance = subject.instance(&host, METRIC)?;
        let start = clock::wall_ns();
        let returned = R::call(&mut instance, subject.cold.argument);
        let elapsed = clock::wall_ns() - start;
        check.check(returned, Vec::new(), &mut host, METRIC)?;
        Ok(elapsed)
    })?;
    repeat::emit(METRIC, histogram, events)
}

/// Calls of one instance, each of which traps.
struct Trapping<'a, R: Runtime>(Reused<'a, R>);

impl<R: Runtime> Repeated for Trapping<'_, R> {
    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        self.0.once()
    }

    #[inline(always)]
    fn goes_on(&self, returned: &Result<i64, Failure>) -> bool {
        self.0.check.ends_well(returned)
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        self.0.check(returned)
    }
}
