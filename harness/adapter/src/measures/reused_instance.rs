//! The rung `reused_instance`: a call of a live instance, and nothing else.

use super::{
    repeat::{self, Between},
    subject::Subject,
};
use crate::{
    Entry, Runtime, clock,
    protocol::{Event, Samples},
    worker::{Events, Stop},
};

const METRIC: &str = "reused_instance";

/// Measures the rung. An instance that is called once has none.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    events: &mut Events,
) -> Result<(), Stop> {
    if subject.single_use {
        let reason = match subject.entry {
            Entry::Command => "a command ends with its call",
            Entry::Kernel(_) | Entry::Function { .. } => "each call has an instance of its own",
        };
        let reason = reason.to_string();
        events.emit(&Event::Unsupported { metric: METRIC.into(), reason });
        return Ok(());
    }
    let argument = subject.cold.argument;
    let (mut host, mut check) = subject.host(subject.cold, METRIC)?;
    let mut instance = subject.instance(&host, METRIC)?;
    let histogram = repeat::histogram(METRIC, samples, || {
        let start = clock::wall_ns();
        let returned = R::call(&mut instance, argument);
        let elapsed = clock::wall_ns() - start;
        check.check(returned, &mut host, METRIC)?;
        Ok(elapsed)
    })?;
    repeat::emit(METRIC, &histogram, events)?;
    let typical = (Between::Nothing, histogram.value_at_quantile(0.5));
    let call = || R::call(&mut instance, argument);
    let check = |returned| check.check(returned, &mut host, METRIC).map(drop);
    repeat::blocks(METRIC, typical, || Ok(()), call, check, events)
}
