//! Memory against the number of live instances.

use std::time::Instant;

use super::subject::{Caller, Subject, wide};
use crate::{
    Failure, Runtime,
    events::{During, Events, Stop},
    probes,
    protocol::{Event, MemorySeries, MemoryState},
};

const METRIC: &str = "memory";

/// Points below which no budget ends a series: a line through fewer shows no scatter.
pub(super) const LEAST: usize = 3;

/// Holds ever more instances in the series' state, and reads the process's memory at each of the numbers, until the budget is used
/// up. Where no further instance can be had, the series ends with the reason.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &MemorySeries,
    events: &mut Events,
) -> Result<(), Stop> {
    let MemorySeries { state, instances: numbers, budget_ns } = step;
    let most = numbers.iter().copied().max().unwrap_or(0);
    let mut caller = subject.caller(subject.cold, METRIC)?;
    let mut held = Vec::with_capacity(most as usize);
    let (start, mut points) = (Instant::now(), 0);
    for number in 1..=most {
        match another(subject, *state, &mut caller, METRIC)? {
            Ok(instance) => held.push(instance),
            Err(failure) => {
                events.emit(&Event::Stopped { metric: METRIC.into(), reached: number - 1, failure });
                break;
            }
        }
        if numbers.contains(&number) {
            events.emit(&Event::Memory(probes::memory(number, *state).during(METRIC)?));
            points += 1;
            if points >= LEAST && budget_ns.is_some_and(|budget| start.elapsed().as_nanos() >= budget.into())
            {
                break;
            }
        }
    }
    // Not dropped: the process ends, and taking a thousand mappings down one by one is of no interest.
    std::mem::forget(held);
    Ok(())
}

/// One more instance in `state`, or why there is none that can be used.
///
/// # Errors
/// Where its call gave another output than is right.
pub(super) fn another<R: Runtime>(
    subject: &Subject<'_, R>,
    state: MemoryState,
    Caller { host, check }: &mut Caller<'_>,
    metric: &str,
) -> Result<Result<R::Instance, Failure>, Stop> {
    host.reset().during(metric)?;
    let mut instance = match subject.runtime.instantiate(&subject.prepared, host) {
        Ok(instance) => instance,
        Err(failure) => return Ok(Err(failure)),
    };
    if state == MemoryState::Called {
        let returned = R::call(&mut instance, subject.cold.argument);
        // Nothing that is right: no further instance can be used.
        if !check.ends_well(&returned)
            && let Err(failure) = returned
        {
            return Ok(Err(failure));
        }
        check.check(returned, wide::<R>(subject.entry, &instance), host, metric)?;
    }
    Ok(Ok(instance))
}
