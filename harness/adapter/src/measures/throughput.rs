//! Fixed work on a warm instance, every call in a window of its own.

use super::subject::Subject;
use crate::{
    Runtime,
    clock::window,
    marks,
    protocol::{Event, Invocation},
    worker::{During, Events, Stop},
};

const METRIC: &str = "throughput";

/// Times `warmups + samples` calls, of a module that says itself what its work is that alone. Calls share an instance; where none is called twice, as a command's, each has its own,
/// made and dropped outside of the window.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    invocation: &Invocation,
    units: u64,
    (warmups, samples): (u32, u32),
    events: &mut Events,
) -> Result<(), Stop> {
    let (mut host, mut check) = subject.host(invocation, METRIC)?;
    let mut instance = subject.instance(&host, METRIC)?;
    let (mut wall_ns, mut cpu_ns) = (Vec::new(), Vec::new());
    for call in 0..warmups + samples {
        if call > 0 && subject.single_use {
            drop(instance);
            host.reset().during(METRIC)?;
            instance = subject.instance(&host, METRIC)?;
        }
        let (returned, cost) = window(|| R::call(&mut instance, invocation.argument));
        check.check(returned, &mut host, METRIC)?;
        let cost = marks::take().unwrap_or(cost);
        wall_ns.push(cost.wall_ns);
        cpu_ns.push(cost.cpu_ns);
    }
    events.emit(&Event::Samples { metric: METRIC.into(), units, warmups, wall_ns, cpu_ns });
    Ok(())
}
