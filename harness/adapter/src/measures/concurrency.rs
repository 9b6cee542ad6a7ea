//! What several threads serve: requests one after the other on each of them, for a given time.

use super::{
    crew::{self, Gate},
    fresh_instance::Fresh,
    repeat::{self, Repeated},
    reused_instance::Reused,
    subject::Subject,
};
use crate::{
    Entry, Runtime, clock,
    events::{Events, Stop},
    probes,
    protocol::{Concurrency, Event, Requests, Slice},
};

/// How long requests follow each other before a thread looks at the clock, in nanoseconds.
const BATCH_NS: u64 = 20_000;
/// A slice has so many requests at least, but takes no longer than so many times its time.
const LEAST: u64 = 20;
const LONGEST: u64 = 10;

fn metric(requests: Requests) -> &'static str {
    match requests {
        Requests::Fresh => "concurrency_fresh",
        Requests::Reused => "concurrency_reused",
    }
}

/// Measures each number of threads in turns.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &Concurrency,
    events: &mut Events,
) -> Result<(), Stop> {
    let (requests, metric) = (step.requests, metric(step.requests));
    let Some(crew) = crew::muster(subject, requests, metric, events)? else { return Ok(()) };
    // What a command's host needs for each request is made between requests, one by one.
    let batch_ns = if *subject.entry == Entry::Command { 0 } else { BATCH_NS };
    let turn = Turn { slice_ns: step.slice_ns, batch_ns };
    let slice = |threads: u32| -> Result<Slice, Stop> {
        let parts = crew.together(threads, |subject, gate| match requests {
            Requests::Fresh => serve(&mut Fresh::new(subject, metric)?, gate, turn, metric),
            Requests::Reused => {
                let mut reused = Reused::new(subject, subject.cold, metric)?;
                serve(&mut reused, gate, turn, metric)
            }
        })?;
        let sum = |of: fn(&Part) -> u64| parts.iter().map(of).sum();
        let served = sum(|part| part.served);
        let rates: f64 = parts.iter().map(|part| part.served as f64 / part.wall_ns.max(1) as f64).sum();
        Ok(Slice {
            requests,
            threads,
            served,
            wall_ns: crew::wall_ns(served, rates),
            system_ns: sum(|part| part.usage.system_ns),
            switches: sum(|part| part.usage.switches),
            minor_faults: sum(|part| part.usage.minor_faults),
        })
    };
    // What the process does once for all threads, such as compiling what is called often, is in no turn.
    slice(step.threads.first().copied().unwrap_or(1))?;
    for turn in 0..step.slices {
        let mut threads = step.threads.clone();
        if turn % 2 == 1 {
            threads.reverse();
        }
        for threads in threads {
            events.emit(&Event::Slice(slice(threads)?));
        }
    }
    Ok(())
}

/// How long a thread serves, in nanoseconds.
#[derive(Clone, Copy)]
struct Turn {
    slice_ns: u64,
    /// How long requests follow each other before the thread looks at the clock.
    batch_ns: u64,
}

/// What one thread served.
struct Part {
    served: u64,
    wall_ns: u64,
    usage: probes::ThreadUsage,
}

fn serve(
    server: &mut impl Repeated,
    gate: &Gate,
    Turn { slice_ns, batch_ns }: Turn,
    metric: &str,
) -> Result<Part, Stop> {
    let typical = crew::warm_up(server)?;
    let calls = repeat::calls(batch_ns, typical);
    let slice_ns = slice_ns.max(typical.saturating_mul(LEAST).min(slice_ns.saturating_mul(LONGEST)));
    let start = gate.wait(metric)?;
    let (before, end) = (probes::thread_usage(), start + slice_ns);
    let (mut served, mut now) = (0, start);
    while now < end && !gate.closed() {
        let returned = repeat::several(server, calls);
        server.check(returned)?;
        server.prepare()?;
        served += calls;
        now = clock::wall_ns();
    }
    Ok(Part { served, wall_ns: now - start, usage: probes::thread_usage().since(before) })
}
