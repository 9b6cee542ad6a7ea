//! What several threads serve: requests one after the other on each of them, for a given time.

use super::{
    crew::{self, Gate},
    fresh_instance::Fresh,
    repeat::{self, Repeated},
    reused_instance::Reused,
    subject::Subject,
};
use crate::{
    Entry, Runtime, clock, probes,
    protocol::{Concurrency, Event, Requests, Slice},
    worker::{Events, Stop},
};

/// How long requests follow each other before a thread looks at the clock, in nanoseconds.
const BATCH_NS: u64 = 20_000;
/// Requests of each thread before it is ready.
const WARMUPS: u64 = 8;

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
    let Some(shared) = crew::muster(subject, (requests, metric), events)? else { return Ok(()) };
    // What a command's host needs for each request is made between requests, one by one.
    let batch_ns = if *subject.entry == Entry::Command { 0 } else { BATCH_NS };
    for _ in 0..step.slices {
        for threads in step.threads.iter().copied() {
            let parts =
                crew::together(subject, &shared, (threads, metric), |subject, gate| match requests {
                    Requests::Fresh => {
                        serve(&mut Fresh::new(subject, metric)?, gate, (step.slice_ns, batch_ns), metric)
                    }
                    Requests::Reused => {
                        let mut reused = Reused::new(subject, subject.cold, metric)?;
                        serve(&mut reused, gate, (step.slice_ns, batch_ns), metric)
                    }
                })?;
            let sum = |of: fn(&Part) -> u64| parts.iter().map(of).sum();
            events.emit(&Event::Slice(Slice {
                requests,
                threads,
                served: sum(|part| part.served),
                wall_ns: parts.iter().map(|part| part.wall_ns).max().unwrap_or(0),
                system_ns: sum(|part| part.usage.system_ns),
                switches: sum(|part| part.usage.switches),
                minor_faults: sum(|part| part.usage.minor_faults),
            }));
        }
    }
    Ok(())
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
    (slice_ns, batch_ns): (u64, u64),
    metric: &str,
) -> Result<Part, Stop> {
    let mut typical = u64::MAX;
    for _ in 0..WARMUPS {
        server.prepare()?;
        let start = clock::wall_ns();
        let returned = server.once();
        typical = typical.min(clock::wall_ns() - start);
        server.check(returned)?;
    }
    server.prepare()?;
    let calls = repeat::calls(batch_ns, typical);
    let start = gate.wait(metric)?;
    let (before, end) = (probes::thread_usage(), start + slice_ns);
    let (mut served, mut now) = (0, start);
    while now < end {
        let returned = repeat::several(server, calls);
        server.check(returned)?;
        server.prepare()?;
        served += calls;
        now = clock::wall_ns();
    }
    Ok(Part { served, wall_ns: now - start, usage: probes::thread_usage().since(before) })
}
