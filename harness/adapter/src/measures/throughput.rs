//! Fixed work on a warm instance, every call in a window of its own, or calls of a function in blocks.

use super::{
    repeat::{self, Recorder},
    reused_instance::Reused,
    subject::{Caller, Subject, wide},
};
use crate::{
    Runtime,
    clock::{self, window},
    events::{During, Events, Stop},
    marks,
    protocol::{Event, Expected, Invocation, Samples, Sustained, Throughput},
};

const METRIC: &str = "throughput";
/// The calls of a function by which its blocks' number of calls is chosen.
const TRIAL: Samples = Samples { most: 64, budget_ns: 1_000_000 };

/// Times the warm-ups and the samples, as many of them as there is time for and one at least; where the module itself marks its work, only the marked work. Calls share an
/// instance. Where no instance is called twice, as with a command's, each call has its own, made and dropped outside of
/// the window.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &Throughput,
    events: &mut Events,
) -> Result<(), Stop> {
    let Throughput { ref invocation, units, warmups, samples, budget_ns } = *step;
    if traps(invocation, events) {
        return Ok(());
    }
    let Caller { mut host, mut check } = subject.caller(invocation, METRIC)?;
    let mut instance = subject.instance(&host, METRIC)?;
    let (mut wall_ns, mut cpu_ns) = (Vec::new(), Vec::new());
    let end = budget_ns.map_or(u64::MAX, |budget| clock::wall_ns().saturating_add(budget));
    for call in 0..warmups + samples {
        if call > warmups && clock::wall_ns() >= end {
            break;
        }
        if call > 0 && subject.single_use {
            drop(instance);
            host.reset().during(METRIC)?;
            instance = subject.instance(&host, METRIC)?;
        }
        marks::forget();
        let (returned, cost) = window(|| R::call(&mut instance, invocation.argument));
        check.check(returned, wide::<R>(subject.entry, &instance), &mut host, METRIC)?;
        let cost = marks::take().during(METRIC)?.unwrap_or(cost);
        wall_ns.push(cost.wall_ns);
        cpu_ns.push(cost.cpu_ns);
    }
    events.emit(&Event::Samples { metric: METRIC.into(), units, warmups, wall_ns, cpu_ns });
    Ok(())
}

/// Times `warmups + samples` blocks of calls of one instance, each about as long as `block_ns`: the time of a single
/// call is no measure of a function that has more to do now and then.
pub(super) fn in_blocks<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &Sustained,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    let Sustained { ref invocation, block_ns, warmups, samples } = *step;
    if traps(invocation, events) {
        return Ok(());
    }
    if subject.single_use {
        let one = Throughput { invocation: invocation.clone(), units: 1, warmups, samples, budget_ns: None };
        return measure(subject, &one, events);
    }
    let mut reused = Reused::new(subject, invocation, METRIC)?;
    let typical_ns = recorder.fill(TRIAL, &mut reused)?.value_at_quantile(0.5);
    let calls = repeat::calls(block_ns, typical_ns);
    let (mut wall_ns, mut cpu_ns) = (Vec::new(), Vec::new());
    for _ in 0..warmups + samples {
        marks::forget();
        let cost = repeat::block(&mut reused, calls)?;
        let cost = marks::take().during(METRIC)?.unwrap_or(cost);
        wall_ns.push(cost.wall_ns);
        cpu_ns.push(cost.cpu_ns);
    }
    events.emit(&Event::Samples { metric: METRIC.into(), units: calls, warmups, wall_ns, cpu_ns });
    Ok(())
}

/// Whether the call is to trap. If so, reports that it has no throughput.
fn traps(invocation: &Invocation, events: &mut Events) -> bool {
    let traps = matches!(invocation.expected, Some(Expected::Trap(_)));
    if traps {
        let reason = "the call traps: its time is time_to_trap".to_owned();
        events.emit(&Event::Unsupported { metric: METRIC.into(), reason });
    }
    traps
}
