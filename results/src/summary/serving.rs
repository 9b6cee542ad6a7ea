//! Requests on several threads: what is served in a second, and how long requests take that arrive at times of their
//! own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    subject::{Grid, Process, Subject, value},
};
use crate::{
    record::{Outcome, Record, metric},
    statistics::histogram::{self, Histogram},
};

/// What the threads of a process served, of one configuration and workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Concurrency {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// What a request got: `fresh` (an instance of its own) or `reused` (a call).
    pub requests: String,
    /// For each number of threads, ascending; one without a number where nothing was measured.
    pub points: Vec<Served>,
}

/// What so many threads served.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Served {
    /// How many threads.
    pub threads: u32,
    /// Requests per second.
    pub rate: Cell<Estimate>,
    /// The same against one thread of the same process.
    pub scaling: Cell<Estimate>,
    /// The kernel's time per request, as the kernel accounts it.
    pub system: Cell<Estimate>,
    /// Context switches per million requests.
    pub switches: Cell<Estimate>,
    /// Page faults per request that needed no I/O.
    pub faults: Cell<Estimate>,
}

/// The response times of one configuration and workload, served by a number of threads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// As [`Concurrency::requests`].
    pub requests: String,
    /// How many threads served.
    pub threads: u32,
    /// Requests per second that they serve where all wait from the beginning.
    pub capacity: Cell<Estimate>,
    /// The service time in that.
    pub service: Tail,
    /// For each kind of arrivals.
    pub rates: Vec<Rate>,
}

/// What came of requests that arrived at one rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// The rate in per cent of the capacity, or `burst`.
    pub arrivals: String,
    /// Requests per second that arrived.
    pub offered: Cell<Estimate>,
    /// Requests per second that were served, until the last one was.
    pub achieved: Cell<Estimate>,
    /// The share of processes in which the queue grew until the arrivals ended: what they show as a response time depends on
    /// how long they measured.
    pub grew: f64,
    /// The share of requests that were dropped.
    pub dropped: f64,
    /// From the intended arrival until the request was done.
    pub response: Tail,
    /// From when a thread took it.
    pub service: Tail,
    /// How late threads were that waited for an arrival.
    pub lag: Tail,
}

/// Percentiles over the processes' own, each of which needs 10 / (1 - Q) requests in its process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tail {
    /// The median.
    pub p50: Cell<Estimate>,
    /// 99 %.
    pub p99: Cell<Estimate>,
    /// 99.9 %.
    pub p99_9: Cell<Estimate>,
}

/// The arrivals that a run may have, in the order in which they are shown.
const ARRIVALS: [&str; 4] = ["50", "80", "95", "burst"];
/// The queue of a process grew where serving took so much longer than the arrivals, as a share of them, beyond the time for
/// as many requests as a queue without growth has at its end: those of a burst.
const GREW: f64 = 0.1;
const DRAIN: f64 = 64.0;

/// A full grid where any process served.
pub fn concurrency(grid: &Grid) -> Vec<Concurrency> {
    let kinds = [("fresh", metric::CONCURRENCY_FRESH), ("reused", metric::CONCURRENCY_REUSED)];
    let asked = kinds.iter().any(|(_, metric)| grid.rows(metric).next().is_some());
    let kinds = kinds.map(|(requests, metric)| (requests, metric, threads(grid, metric)));
    let each = |subject: &Subject| -> Vec<Concurrency> {
        let of = |(requests, metric, threads): &(&str, &str, BTreeSet<u32>)| Concurrency {
            configuration: subject.configuration.to_owned(),
            workload: subject.workload.to_owned(),
            tier: subject.tier.to_owned(),
            requests: (*requests).to_owned(),
            points: threads.iter().map(|threads| served(subject, metric, *threads)).collect(),
        };
        kinds.iter().map(of).collect()
    };
    grid.subjects.iter().filter(|_| asked).flat_map(each).collect()
}

/// The numbers of threads that the run has rows of; 1 where it has none, so that what went wrong has a place.
fn threads(grid: &Grid, metric: &str) -> BTreeSet<u32> {
    let threads: BTreeSet<u32> = grid.rows(metric).filter_map(|record| record.instances).collect();
    if threads.is_empty() { [1].into() } else { threads }
}

fn served(subject: &Subject, metric: &str, threads: u32) -> Served {
    let rate = |process: &Process, threads| per_second(process, metric, threads);
    let per_request = |suffix: &str, factor: f64, unit| {
        let of = format!("{metric}{suffix}");
        subject.estimate_of(metric, unit, |process| {
            let (sum, requests) = totals(process, &of, threads);
            (requests > 0).then(|| factor * sum / requests as f64)
        })
    };
    let scaling = |process: &Process| Some(rate(process, threads)? / rate(process, 1)?);
    Served {
        threads,
        rate: subject.estimate_of(metric, Unit::PerSecond, |process| rate(process, threads)),
        scaling: subject.estimate_of(metric, Unit::Factor, scaling),
        system: per_request(metric::OF_SYSTEM, 1.0, Unit::Nanoseconds),
        switches: per_request(metric::OF_SWITCHES, 1e6, Unit::Count),
        faults: per_request(metric::OF_FAULTS, 1.0, Unit::Count),
    }
}

/// A full grid of what was served by each number of threads, where any process served.
pub fn load(grid: &Grid) -> Vec<Load> {
    let kinds = [("fresh", metric::LOAD_FRESH), ("reused", metric::LOAD_REUSED)];
    let any = |metric: &str| grid.rows(metric).next().is_some();
    let waiting = |requests: &str| metric::load(requests, "served", "waiting");
    let asked = kinds.iter().any(|(_, metric)| any(&waiting(metric)) || any(metric));
    let subjects = grid.subjects.iter().filter(|_| asked);
    let kinds = kinds.map(|(requests, metric)| {
        let present = |arrivals: &&str| any(&metric::load(metric, "response", arrivals));
        let arrivals: Vec<&str> = ARRIVALS.into_iter().filter(present).collect();
        (requests, metric, threads(grid, &waiting(metric)), arrivals)
    });
    let each = |subject: &Subject| -> Vec<Load> {
        let of = |(requests, metric, threads, arrivals): &(&str, &str, BTreeSet<u32>, Vec<&str>)| {
            let row = |threads: &u32| loaded(subject, (requests, metric), *threads, arrivals);
            threads.iter().map(row).collect::<Vec<_>>()
        };
        kinds.iter().flat_map(of).collect()
    };
    subjects.flat_map(each).collect()
}

fn loaded(subject: &Subject, (requests, metric): (&str, &str), threads: u32, arrivals: &[&str]) -> Load {
    let rate = |what: &str, arrivals: &str| {
        let of = metric::load(metric, what, arrivals);
        subject.estimate_of(metric, Unit::PerSecond, |process| per_second(process, &of, threads))
    };
    let tail =
        |what: &str, arrivals: &str| tail(subject, metric, &metric::load(metric, what, arrivals), threads);
    let rates = arrivals.iter().copied().map(|arrivals| {
        let (grew, dropped) = overload(subject, metric, arrivals, threads);
        Rate {
            arrivals: arrivals.to_owned(),
            offered: rate("arrived", arrivals),
            achieved: rate("served", arrivals),
            grew,
            dropped,
            response: tail("response", arrivals),
            service: tail("service", arrivals),
            lag: tail("lag", arrivals),
        }
    });
    Load {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        requests: requests.to_owned(),
        threads,
        capacity: rate("served", "waiting"),
        service: tail("service", "waiting"),
        rates: rates.collect(),
    }
}

/// The share of processes in which the queue grew, and that of the requests that were dropped.
fn overload(subject: &Subject, metric: &str, arrivals: &str, threads: u32) -> (f64, f64) {
    let [arrived, served, service] =
        ["arrived", "served", "service"].map(|what| metric::load(metric, what, arrivals));
    let (mut processes, mut grew, mut all, mut dropped) = (0, 0, 0, 0);
    for process in &subject.processes {
        let (planned, came) = totals(process, &arrived, threads);
        let (took, done) = totals(process, &served, threads);
        if came > 0 {
            let mean = merged(process, &service, threads).map_or(0.0, |service| service.mean());
            let drain = DRAIN * mean / f64::from(threads.max(1));
            processes += 1;
            all += came;
            dropped += came.saturating_sub(done);
            grew += u32::from(took > planned * (1.0 + GREW) + drain || done < came);
        }
    }
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    (share(f64::from(grew), f64::from(processes)), share(dropped as f64, all as f64))
}

/// The percentiles of what a metric gives at one number of threads, or of tenants.
pub fn tail(subject: &Subject, metric: &str, of: &str, threads: u32) -> Tail {
    // Once for all percentiles: reading histograms is most of what a summary takes.
    let percentiles = |process: &Process| {
        let merged = merged(process, of, threads)?;
        Some((process.number, [0.5, 0.99, 0.999].map(|quantile| histogram::percentile(&merged, quantile))))
    };
    let known: BTreeMap<u32, [Option<f64>; 3]> = subject.processes.iter().filter_map(percentiles).collect();
    let percentile =
        |at: usize| subject.estimate_of(metric, Unit::Nanoseconds, |process| known.get(&process.number)?[at]);
    Tail { p50: percentile(0), p99: percentile(1), p99_9: percentile(2) }
}

/// The histogram of a number of threads, or of tenants.
pub fn merged(process: &Process, metric: &str, threads: u32) -> Option<Histogram<u64>> {
    let own = process.all_rows(metric).filter(|record| record.instances == Some(threads));
    histogram::merge(&own.filter_map(decoded).collect::<Vec<_>>())
}

fn decoded(record: &Record) -> Option<Histogram<u64>> {
    match &record.outcome {
        Outcome::Histogram(bytes) => histogram::decode(bytes).ok(),
        _ => None,
    }
}

/// What the rows of a number of threads add up to, and how many requests that was: whatever went wrong with another number
/// of them.
pub fn totals(process: &Process, metric: &str, threads: u32) -> (f64, u64) {
    let own = process.all_rows(metric).filter(|record| record.instances == Some(threads));
    own.filter_map(|record| Some((value(record)?.0, record.units)))
        .fold((0.0, 0), |(sum, requests), (value, units)| (sum + value, requests + units))
}

/// Requests per second, of rows with the nanoseconds that they took.
fn per_second(process: &Process, metric: &str, threads: u32) -> Option<f64> {
    let (ns, requests) = totals(process, metric, threads);
    (ns > 0.0).then(|| requests as f64 * 1e9 / ns)
}
