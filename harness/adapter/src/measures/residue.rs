//! What instances leave behind: memory, mappings and descriptors once they are gone.

use std::time::Instant;

use super::subject::{Subject, wide};
use crate::{
    Host, Runtime, probes,
    protocol::{Event, MemoryState},
    worker::{During, Events, Stop},
};

const METRIC: &str = "residue";

/// Cycles before the first reading: what the first instances make for all later ones is no residue.
const FIRST: u32 = 2;

/// Holds `held` instances and lets them go, then makes, calls and takes down one after the other. Reads the process's
/// memory before, between and after each of the numbers in `cycles`, until `budget_ns` have passed.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    (held, cycles, budget_ns): (u32, &[u32], u64),
    events: &mut Events,
) -> Result<(), Stop> {
    let (mut host, mut check) = subject.host(subject.cold, METRIC)?;
    let mut called = |host: &mut Host| -> Result<R::Instance, Stop> {
        host.reset().during(METRIC)?;
        let instance = subject.runtime.instantiate(&subject.module, subject.entry, host);
        let mut instance = instance.during(METRIC)?;
        let returned = R::call(&mut instance, subject.cold.argument);
        let wide = wide::<R>(subject.entry, &instance);
        check.check(returned, wide, host, METRIC)?;
        Ok(instance)
    };
    let mut read = |held, cycles| -> Result<(), Stop> {
        probes::trim();
        let memory = probes::memory(0, MemoryState::Called).during(METRIC)?;
        events.emit(&Event::Residue { held, cycles, memory });
        Ok(())
    };
    for _ in 0..FIRST {
        drop(called(&mut host)?);
    }
    read(0, 0)?;
    let mut all = Vec::with_capacity(held as usize);
    for number in 0..held {
        match called(&mut host) {
            Ok(instance) => all.push(instance),
            // An engine's own limit: as many as there are come and go.
            Err(_) if number > 0 => break,
            Err(stop) => return Err(stop),
        }
    }
    drop(all);
    read(held, 0)?;
    let start = Instant::now();
    let mut done = 0;
    for number in cycles {
        for _ in done..*number {
            drop(called(&mut host)?);
        }
        done = *number;
        read(held, done)?;
        if start.elapsed().as_nanos() >= budget_ns.into() {
            break;
        }
    }
    Ok(())
}
