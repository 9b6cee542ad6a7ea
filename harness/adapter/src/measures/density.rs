//! How many instances live at the same time before a budget or a limit ends them, and which.

use std::time::Instant;

use super::{memory::another, subject::Subject};
use crate::{
    Runtime,
    events::{During, Events, Stop},
    probes,
    protocol::{Density, Ending, Event, Held, Memory, MemoryState},
};

/// Instances are kept in parts of so many: a list that is moved as it grows would be memory of the harness's own.
const PART: usize = 1024;
/// Between two readings of the memory, the number grows by this factor at most, and by this share of what the budget has
/// room for.
const FACTOR: u32 = 4;
const SHARE: f64 = 0.9;
/// A limit was reached where less than this share of it is left: an engine asks for several mappings at once.
const NEARLY: f64 = 0.999;
/// What of the worker's memory is used at most, before the controller ends it.
const OF_WORKER: f64 = 0.95;

fn metric(state: MemoryState) -> &'static str {
    match state {
        MemoryState::Instantiated => "density_instantiated",
        MemoryState::Called => "density_called",
    }
}

/// Holds ever more instances until something ends them. Memory is read at a few numbers on the way, closer to each other
/// as the budget comes near: one reading takes as long as many instances where there are many mappings.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &Density,
    events: &mut Events,
) -> Result<(), Stop> {
    let (state, metric) = (step.state, metric(step.state));
    let mut caller = subject.caller(subject.cold, metric)?;
    let limits = Limits::read();
    let mut parts: Vec<Vec<R::Instance>> = Vec::new();
    let (start, mut number) = (Instant::now(), 0);
    let first = reading(0, state, metric)?;
    // The reading before the last, and the number at which the next is taken.
    let (mut before, mut look) = (first.clone(), 1);
    let mut held = |instances, memory: &Memory, ending, failure| {
        let private_dirty = memory.private_dirty;
        events.emit(&Event::Held(Held { state, instances, private_dirty, ending, failure }));
    };
    let (memory, ending, failure) = loop {
        let next = another(subject, state, &mut caller, metric)?;
        match next {
            Ok(instance) => {
                match parts.last_mut() {
                    Some(part) if part.len() < PART => part.push(instance),
                    _ => {
                        let mut part = Vec::with_capacity(PART);
                        part.push(instance);
                        parts.push(part);
                    }
                }
                number += 1;
            }
            Err(failure) => {
                let memory = reading(number, state, metric)?;
                let ending = limits.reached(&memory).unwrap_or(Ending::Engine);
                break (memory, ending, Some(failure));
            }
        }
        let late = start.elapsed().as_nanos() >= step.budget_ns.into();
        if number < look && !late {
            continue;
        }
        let memory = reading(number, state, metric)?;
        let room = [
            (Ending::Budget, room(step.budget_bytes, memory.private_dirty)),
            (Ending::Worker, room((step.worker_bytes as f64 * OF_WORKER) as u64, probes::resident())),
        ];
        if let Some((ending, _)) = room.iter().find(|(_, room)| *room <= 0.0) {
            break (memory, *ending, None);
        }
        if late {
            break (memory, Ending::Time, None);
        }
        held(number, &memory, None, None);
        let room = room.iter().map(|(_, room)| *room).fold(f64::INFINITY, f64::min);
        look = next_look([&first, &before], &memory, room);
        before = memory;
    };
    held(number, &memory, Some(ending), failure);
    // Not dropped: the process ends.
    std::mem::forget(parts);
    Ok(())
}

fn reading(number: u32, state: MemoryState, metric: &str) -> Result<Memory, Stop> {
    probes::memory(number, state).during(metric)
}

/// What is left of so many bytes; 0 or less where none is.
fn room(of: u64, used: u64) -> f64 {
    of as f64 - used as f64
}

/// The number at which memory is read next, where `room` bytes are left. Each further instance may take what those since
/// either of the earlier readings took: the last few may have filled what was free, and taken nothing.
fn next_look(earlier: [&Memory; 2], memory: &Memory, room: f64) -> u32 {
    let number = memory.instances;
    let each = earlier.map(|before| {
        let more = f64::from((number - before.instances).max(1));
        (memory.private_dirty as f64 - before.private_dirty as f64) / more
    });
    let each = each[0].max(each[1]);
    let fit = if each > 0.0 { (SHARE * room / each) as u32 } else { u32::MAX };
    number.saturating_add(fit.clamp(1, number.saturating_mul(FACTOR - 1).max(1)))
}

/// What a process may have at most; none where there is no limit.
struct Limits {
    mappings: Option<u64>,
    descriptors: Option<u64>,
    address_space: Option<u64>,
}

impl Limits {
    fn read() -> Limits {
        Limits {
            mappings: probes::most_mappings(),
            descriptors: probes::limit(libc::RLIMIT_NOFILE),
            address_space: probes::address_space(),
        }
    }

    /// The limit that the process has reached, if it has reached one.
    fn reached(&self, memory: &Memory) -> Option<Ending> {
        let of = |used: Option<u64>, limit: Option<u64>| {
            used.zip(limit).is_some_and(|(used, limit)| used as f64 >= limit as f64 * NEARLY)
        };
        // Of address space, what one instance asks for is a larger share.
        let space = |used: u64, limit: Option<u64>| {
            let each = used / u64::from(memory.instances.max(1));
            limit.is_some_and(|limit| used.saturating_add(2 * each) >= limit)
        };
        let reached = [
            (Ending::Mappings, of(Some(memory.maps), self.mappings)),
            (Ending::Descriptors, of(memory.descriptors, self.descriptors)),
            (Ending::AddressSpace, space(memory.reserved, self.address_space)),
        ];
        reached.into_iter().find(|(_, reached)| *reached).map(|(ending, _)| ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(instances: u32, private: u64, [reserved, maps, descriptors]: [u64; 3]) -> Memory {
        Memory {
            instances,
            state: MemoryState::Called,
            anonymous_pss: private,
            private_dirty: private,
            reserved,
            page_tables: 0,
            maps,
            descriptors: Some(descriptors),
        }
    }

    #[test]
    fn the_limit_that_was_reached_is_named() {
        let limits = Limits { mappings: Some(65_530), descriptors: Some(1024), address_space: Some(1 << 47) };
        let reached = |of| limits.reached(&memory(20_000, 0, of));
        assert_eq!(reached([1 << 40, 65_520, 10]), Some(Ending::Mappings));
        assert_eq!(reached([1 << 40, 60_000, 1024]), Some(Ending::Descriptors));
        // 6 GiB each, and no room for another.
        assert_eq!(reached([(1 << 47) - (5 << 30), 60_000, 10]), Some(Ending::AddressSpace));
        assert_eq!(reached([1 << 40, 60_000, 10]), None, "the engine's own reason");
    }

    #[test]
    fn readings_come_closer_as_the_budget_does() {
        let (none, rest) = (memory(0, 1000, [0; 3]), [0; 3]);
        // A hundred bytes each.
        let next = |private, number, room| next_look([&none; 2], &memory(number, private, rest), room);
        assert_eq!(next(1100, 1, 1e6), 4);
        assert_eq!(next(7400, 64, 1e6), 256);
        assert_eq!(next(7400, 64, 1000.0), 73);
        assert_eq!(next(7400, 64, 50.0), 65);
        assert_eq!(next(1000, 64, 50.0), 256, "nothing shows yet");
        // The last one took nothing.
        let (before, after) = (memory(63, 7400, rest), memory(64, 7400, rest));
        assert_eq!(next_look([&none, &before], &after, 1000.0), 73);
    }
}
