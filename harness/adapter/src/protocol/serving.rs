//! Requests on several threads: what a worker is asked for, and what it reports.

use serde::{Deserialize, Serialize};

/// What a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requests {
    /// An instance of its own: instantiate, call, teardown.
    Fresh,
    /// A call of the thread's one instance.
    Reused,
}

impl Requests {
    /// Both.
    pub const ALL: [Requests; 2] = [Requests::Fresh, Requests::Reused];
}

/// Requests one after the other on each of several threads, as many as there is time for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concurrency {
    /// What a request gets.
    pub requests: Requests,
    /// Numbers of threads, measured in turns.
    pub threads: Vec<u32>,
    /// Turns.
    pub slices: u32,
    /// How long each number of threads serves in a turn, in nanoseconds.
    pub slice_ns: u64,
}

/// Requests that arrive at times of their own, whether or not a thread is free: an open loop. Before them, the capacity
/// is measured: requests that all wait from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What a request gets.
    pub requests: Requests,
    /// How many threads serve one queue.
    pub threads: u32,
    /// Poisson arrivals at these rates, in per cent of the capacity, one after the other.
    pub percents: Vec<u32>,
    /// Then groups of so many requests that arrive at the same time, at half of the capacity; none where it is 0.
    pub burst: u32,
    /// How long the arrivals of each rate take, in nanoseconds.
    pub budget_ns: u64,
    /// What the arrival times are drawn from.
    pub seed: u64,
}

/// What a number of threads served in one turn of [`Concurrency`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// What a request got.
    pub requests: Requests,
    /// How many threads served.
    pub threads: u32,
    /// Requests, of all threads together.
    pub served: u64,
    /// The time in which the threads serve as many together, each at its own rate, in nanoseconds.
    pub wall_ns: u64,
    /// Of these threads in that time: the kernel's time in nanoseconds, as the kernel accounts it.
    pub system_ns: u64,
    /// Context switches, voluntary or not.
    pub switches: u64,
    /// Page faults that needed no I/O.
    pub minor_faults: u64,
}

/// When requests arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// All of them at the beginning: what is served is the capacity.
    Waiting,
    /// A Poisson process, at so many per cent of the capacity.
    Poisson(u32),
    /// Groups of so many at the same time, at half of the capacity.
    Bursts(u32),
}

/// What came of requests that arrived at times of their own. The histograms are HdrHistogram's V2 format, base64, of
/// nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What a request got.
    pub requests: Requests,
    /// How many threads served.
    pub threads: u32,
    /// When they arrived.
    pub arrivals: Arrivals,
    /// Requests that were to arrive; of those that waited from the beginning, those that were served.
    pub arrived: u64,
    /// Requests that were served; the others were dropped once the queue had grown for as long as the arrivals took.
    pub served: u64,
    /// From the beginning until the last arrival, in nanoseconds.
    pub planned_ns: u64,
    /// From the beginning until the last request was served, in nanoseconds; where all waited, as [`Slice::wall_ns`].
    pub took_ns: u64,
    /// From when a thread took the request until it was done.
    pub service: String,
    /// From the arrival until it was done.
    pub response: String,
    /// How late a thread was that waited for an arrival.
    pub lag: String,
}
