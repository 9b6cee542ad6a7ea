//! What instances leave behind: memory, mappings and descriptors once they are gone.

use std::time::Instant;

use super::{
    memory::LEAST,
    subject::{Caller, Subject, wide},
};
use crate::{
    Failure, FailureKind, Host, Runtime,
    events::{During, Events, Stop},
    probes,
    protocol::{Event, MemoryState, Residue},
};

const METRIC: &str = "residue";

/// Cycles before the first reading: what the first instances make for all later ones is not residue.
const FIRST: u32 = 2;

/// Holds `held` instances and lets them go, then makes, calls and takes down one after the other. Reads the process's
/// memory before, between and after each of the numbers in `cycles`, until `budget_ns` have passed.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &Residue,
    events: &mut Events,
) -> Result<(), Stop> {
    let Residue { held, ref cycles, budget_ns } = *step;
    let Caller { mut host, mut check } = subject.caller(subject.cold, METRIC)?;
    let instance = |host: &mut Host| {
        host.reset()?;
        subject.runtime.instantiate(&subject.prepared, host)
    };
    let mut call = |instance: &mut R::Instance, host: &mut Host| -> Result<(), Stop> {
        let returned = R::call(instance, subject.cold.argument);
        let wide = wide::<R>(subject.entry, instance);
        check.check(returned, wide, host, METRIC).map(drop)
    };
    let read = |held, cycles, events: &mut Events| -> Result<(), Stop> {
        probes::trim();
        let memory = probes::memory(0, MemoryState::Called).during(METRIC)?;
        events.emit(&Event::Residue { held, cycles, memory });
        Ok(())
    };
    for _ in 0..FIRST {
        let mut one = instance(&mut host).during(METRIC)?;
        call(&mut one, &mut host)?;
    }
    read(0, 0, events)?;
    let mut all = Vec::with_capacity(held as usize);
    let start = Instant::now();
    let spent = |start: Instant| start.elapsed().as_nanos() >= budget_ns.into();
    for number in 0..held {
        let next = match number > 0 && spent(start) {
            true => Err(Failure::new(FailureKind::Resource, "the time for them is over")),
            false => instance(&mut host),
        };
        match next {
            Ok(mut one) => {
                call(&mut one, &mut host)?;
                all.push(one);
            }
            // An engine's own limit, or the budget's: as many as there are come and go.
            Err(failure) => {
                events.emit(&Event::Stopped { metric: METRIC.into(), reached: number, failure });
                break;
            }
        }
    }
    drop(all);
    read(held, 0, events)?;
    let start = Instant::now();
    let mut done = 0;
    for (index, number) in cycles.iter().enumerate() {
        for _ in done..*number {
            let mut one = instance(&mut host).during(METRIC)?;
            call(&mut one, &mut host)?;
        }
        done = *number;
        read(held, done, events)?;
        if index + 1 >= LEAST && spent(start) {
            break;
        }
    }
    Ok(())
}
