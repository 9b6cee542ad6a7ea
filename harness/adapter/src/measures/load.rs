//! The time that requests take which arrive at times of their own, whether or not a thread is free: an open loop.
//!
//! There is no thread that generates requests. The arrival times are drawn beforehand; a thread that is free takes the
//! next arrival, waits for it if it is not there yet, and serves it. This is exactly a queue that is served in the order
//! of arrival by as many servers as there are threads. A response is timed from the arrival that was intended.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use fastrand::Rng;
use hdrhistogram::Histogram;

use super::{
    crew::{self, Gate},
    fresh_instance::Fresh,
    repeat::{self, Repeated},
    reused_instance::Reused,
    subject::Subject,
};
use crate::{
    Runtime, clock,
    events::{Events, Stop},
    probes,
    protocol::{Answered, Arrivals, Event, Load, Requests},
};

/// The most arrivals that are drawn for one rate.
const MOST: f64 = 4e6;
/// Arrivals below which a rate shows nothing, and groups.
const LEAST: u64 = 100;
const LEAST_GROUPS: u64 = 10;
/// A request that mostly takes less than this, in nanoseconds, is shorter than what the queue does for it.
const SHORTEST_NS: u64 = 500;
/// The capacity's part that is not counted, as a divisor of its time.
const UNCOUNTED: u64 = 4;

fn metric(requests: Requests) -> &'static str {
    match requests {
        Requests::Fresh => "load_fresh",
        Requests::Reused => "load_reused",
    }
}

/// Measures the capacity, then each of the rates.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    step: &Load,
    events: &mut Events,
) -> Result<(), Stop> {
    let (requests, metric) = (step.requests, metric(step.requests));
    let Some(crew) = crew::muster(subject, requests, metric, events)? else { return Ok(()) };
    let answer = |queue: &Queue| -> Result<Served, Stop> {
        let parts = crew.together(step.threads, |subject, gate| match requests {
            Requests::Fresh => serve(&mut Fresh::new(subject, metric)?, queue, gate, metric),
            Requests::Reused => serve(&mut Reused::new(subject, subject.cold, metric)?, queue, gate, metric),
        })?;
        let mut all = Served::new(metric)?;
        parts.iter().for_each(|part| all.add(part));
        Ok(all)
    };
    // What the process does once, such as compiling what is called often, is in no capacity.
    answer(&Queue::waiting(step.budget_ns / UNCOUNTED))?;
    let waiting = answer(&Queue::waiting(step.budget_ns))?;
    let arrived = waiting.service.len();
    waiting.emit(step, &Planned { arrivals: Arrivals::Waiting, arrived, planned_ns: 0 }, events)?;
    let unsupported = |reason: &str, events: &mut Events| {
        events.emit(&Event::Unsupported { metric: metric.into(), reason: reason.into() });
    };
    if waiting.service.value_at_quantile(0.5) < SHORTEST_NS {
        let reason =
            "a request takes less than 0.5 us, and the queue's own clocks would be most of its response";
        unsupported(reason, events);
        return Ok(());
    }
    let capacity = waiting.rate;
    let poisson = step.percents.iter().copied().map(Arrivals::Poisson);
    let bursts = (step.burst > 0).then_some(Arrivals::Bursts(step.burst));
    for (number, arrivals) in poisson.chain(bursts).enumerate() {
        // Another stream for each rate, and the same in each run with this seed.
        let mut random = Rng::with_seed(step.seed.wrapping_add(number as u64));
        let queue = Queue::drawn(arrivals, capacity, step.budget_ns, &mut random);
        let arrived = queue.due.len() as u64;
        let least = match arrivals {
            Arrivals::Bursts(group) => LEAST_GROUPS * u64::from(group),
            _ => LEAST,
        };
        if arrived < least {
            unsupported("requests take too long for enough of them to arrive in the profile's time", events);
            return Ok(());
        }
        let planned_ns = queue.due.last().copied().unwrap_or(0);
        answer(&queue)?.emit(step, &Planned { arrivals, arrived, planned_ns }, events)?;
    }
    Ok(())
}

/// The number of the next request: what every thread writes has a cache line of its own.
#[derive(Default)]
#[repr(align(128))]
struct Next(AtomicUsize);

/// Arrivals, taken one after the other.
struct Queue {
    /// When each arrives, in nanoseconds after the beginning; empty where all wait from there on.
    due: Vec<u64>,
    next: Next,
    /// When what has not been taken is dropped.
    end_ns: u64,
}

impl Queue {
    /// Requests without an end, for so many nanoseconds.
    fn waiting(end_ns: u64) -> Queue {
        Queue { due: Vec::new(), next: Next::default(), end_ns }
    }

    /// Arrivals for about so many nanoseconds, at a share of the capacity, which is in requests a nanosecond.
    fn drawn(arrivals: Arrivals, capacity: f64, budget_ns: u64, random: &mut Rng) -> Queue {
        let (share, group) = match arrivals {
            Arrivals::Poisson(percent) => (f64::from(percent) / 100.0, 1),
            Arrivals::Bursts(group) => (0.5, group.max(1)),
            Arrivals::Waiting => (1.0, 1),
        };
        let between = f64::from(group) / (capacity * share).max(f64::MIN_POSITIVE);
        let groups = groups(budget_ns, between, group);
        let (mut due, mut at) = (Vec::with_capacity((groups * u64::from(group)) as usize), 0.0);
        for _ in 0..groups {
            due.extend((0..group).map(|_| at as u64));
            at += match arrivals {
                // The exponential distribution, by inversion; 1 - f64() is above 0.
                Arrivals::Poisson(_) => -(1.0 - random.f64()).ln() * between,
                _ => between,
            };
        }
        // As long again as the arrivals took, and as the last group takes.
        let last = due.last().copied().unwrap_or(0);
        let end_ns = last.saturating_mul(2).saturating_add((2.0 * between) as u64);
        Queue { due, next: Next::default(), end_ns }
    }

    /// The number and the arrival of the next request; none where no more come.
    fn take(&self) -> Option<(usize, u64)> {
        let number = self.next.0.fetch_add(1, Relaxed);
        let due = if self.due.is_empty() { Some(&0) } else { self.due.get(number) };
        due.map(|due| (number, *due))
    }
}

/// How many groups arrive in about so many nanoseconds, with so many between them: one at least, and no more than are
/// worth their memory.
fn groups(budget_ns: u64, between: f64, group: u32) -> u64 {
    (budget_ns as f64 / between).clamp(1.0, (MOST / f64::from(group)).max(1.0)) as u64
}

/// What was to arrive.
struct Planned {
    arrivals: Arrivals,
    /// The number of requests.
    arrived: u64,
    /// When the last of them was to arrive, in nanoseconds after the beginning.
    planned_ns: u64,
}

/// What was served, by one thread or by all.
struct Served {
    service: Histogram<u64>,
    response: Histogram<u64>,
    lag: Histogram<u64>,
    /// From the beginning until the last request was done.
    took_ns: u64,
    /// The threads' own rates together, in requests a nanosecond.
    rate: f64,
}

impl Served {
    fn new(metric: &str) -> Result<Served, Stop> {
        let empty = || repeat::empty(metric);
        Ok(Served { service: empty()?, response: empty()?, lag: empty()?, took_ns: 0, rate: 0.0 })
    }

    fn add(&mut self, other: &Served) {
        // The histograms have the same bounds, so that adding cannot fail.
        let _ = self.service.add(&other.service);
        let _ = self.response.add(&other.response);
        let _ = self.lag.add(&other.lag);
        self.took_ns = self.took_ns.max(other.took_ns);
        self.rate += other.service.len() as f64 / other.took_ns.max(1) as f64;
    }

    fn emit(
        &self,
        step: &Load,
        &Planned { arrivals, arrived, planned_ns }: &Planned,
        events: &mut Events,
    ) -> Result<(), Stop> {
        let took_ns = match arrivals {
            Arrivals::Waiting => crew::wall_ns(self.service.len(), self.rate),
            _ => self.took_ns,
        };
        let encoded = |histogram| repeat::encoded(metric(step.requests), histogram);
        events.emit(&Event::Answered(Answered {
            requests: step.requests,
            threads: step.threads,
            arrivals,
            arrived,
            served: self.service.len(),
            planned_ns,
            took_ns,
            service: encoded(&self.service)?,
            response: encoded(&self.response)?,
            lag: encoded(&self.lag)?,
        }));
        Ok(())
    }
}

/// Serves what arrives until nothing more does.
fn serve(server: &mut impl Repeated, queue: &Queue, gate: &Gate, metric: &str) -> Result<Served, Stop> {
    let mut served = Served::new(metric)?;
    probes::wake_exactly();
    crew::warm_up(server)?;
    let start = gate.wait(metric)?;
    while let Some((number, due)) = queue.take() {
        let due = start + due;
        let mut begin = clock::wall_ns();
        if begin < due {
            clock::wait_until(due);
            begin = clock::wall_ns();
            served.lag.saturating_record(begin - due);
        } else if begin - start > queue.end_ns || gate.closed() {
            break;
        }
        let returned = server.once();
        let end = clock::wall_ns();
        served.service.saturating_record(end - begin);
        served.response.saturating_record(end - due);
        served.took_ns = end - start;
        server.check(returned).map_err(|stop| stop.at(&format!("request {}", number + 1)))?;
        server.prepare()?;
    }
    Ok(served)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn drawn(arrivals: Arrivals, capacity: f64) -> Vec<u64> {
        Queue::drawn(arrivals, capacity, SECOND, &mut Rng::with_seed(7)).due
    }

    #[test]
    fn poisson_arrivals_have_their_rate_and_scatter_as_they_should() {
        // Half of 200,000 requests a second.
        let due = drawn(Arrivals::Poisson(50), 2e-4);
        assert_eq!(due, drawn(Arrivals::Poisson(50), 2e-4));
        assert_eq!(due.len(), 100_000);
        let gaps: Vec<f64> = due.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        assert!((mean / 1e4 - 1.0).abs() < 0.015, "{mean}");
        // Of an exponential distribution the standard deviation is the mean, and 1/e of the gaps are above it.
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.02, "{variance}");
        let above = gaps.iter().filter(|gap| **gap > mean).count() as f64 / gaps.len() as f64;
        assert!((above - (-1.0_f64).exp()).abs() < 0.005, "{above}");
    }

    /// The mean wait of these arrivals in nanoseconds, where each of so many servers needs the same time for a request, on
    /// a clock that is not the machine's.
    fn mean_wait(due: &[u64], servers: usize, service_ns: u64) -> f64 {
        let mut free = vec![0u64; servers];
        let wait = |due: &u64| {
            let first = free.iter_mut().min().expect("a server");
            let begin = (*due).max(*first);
            *first = begin + service_ns;
            begin - due
        };
        due.iter().map(wait).sum::<u64>() as f64 / due.len() as f64
    }

    #[test]
    fn one_server_makes_them_wait_as_pollaczek_and_khinchine_state() {
        // A service of 10 us, which is 100,000 requests a second.
        let (service, capacity) = (10_000.0, 1e-4);
        for (percent, tolerance) in [(50, 0.02), (80, 0.04), (95, 0.25)] {
            let queue =
                Queue::drawn(Arrivals::Poisson(percent), capacity, 4 * SECOND, &mut Rng::with_seed(1));
            let busy = f64::from(percent) / 100.0;
            // M/D/1: half of the wait of M/M/1.
            let expected = busy * service / (2.0 * (1.0 - busy));
            let mean = mean_wait(&queue.due, 1, service as u64);
            assert!((mean / expected - 1.0).abs() < tolerance, "{percent} %: {mean} instead of {expected}");
        }
    }

    #[test]
    fn two_servers_of_one_queue_make_them_wait_less_than_one_that_is_twice_as_fast_serves() {
        let due = drawn(Arrivals::Poisson(80), 2e-4);
        let (one, two) = (mean_wait(&due, 1, 5_000), mean_wait(&due, 2, 10_000));
        assert!(two < one, "{two} and {one}");
    }

    #[test]
    fn bursts_come_at_once_and_at_half_of_the_capacity() {
        let due = drawn(Arrivals::Bursts(64), 2e-4);
        assert_eq!(due.len(), 64 * (100_000 / 64));
        assert!(due.chunks(64).all(|group| group.iter().all(|at| *at == group[0])));
        assert_eq!((due[0], due[64]), (0, 640_000));
    }

    #[test]
    fn there_is_always_something_to_serve_and_never_too_much() {
        assert_eq!(drawn(Arrivals::Poisson(50), 1e-12).len(), 1);
        assert_eq!(drawn(Arrivals::Bursts(0), 0.0).len(), 1);
        assert_eq!((groups(SECOND, 0.1, 1), groups(SECOND, 0.1, 64)), (4_000_000, 62_500));
        let queue = Queue::waiting(5);
        assert_eq!([queue.take(), queue.take()], [Some((0, 0)), Some((1, 0))]);
    }
}
