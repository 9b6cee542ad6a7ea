//! The modules of many tenants in one process: what a worker is asked for, and what it reports.

use std::path::PathBuf;

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// What a process keeps between requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Every tenant's module. A request gets an instance of its own.
    All,
    /// The modules that were used last. A request gets an instance of its own.
    LruModules,
    /// Every tenant's module, and the instances that were used last. A request is a call of its tenant's instance.
    Warm,
}

impl Policy {
    /// All of them.
    pub const ALL: [Policy; 3] = [Policy::All, Policy::LruModules, Policy::Warm];
}

/// Of the modules under [`Policy::LruModules`], and of the instances under [`Policy::Warm`], one for so many tenants is kept.
const TENANTS_FOR_ONE: u32 = 10;

/// Requests to many tenants, each of which has a module of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenants {
    /// What is kept between requests.
    pub policy: Policy,
    /// How many tenants there are.
    pub tenants: u32,
    /// Their files: artifacts, or modules where the job's code is one. The tenant's number is the name, before the ending that
    /// the code's own file has.
    pub folder: PathBuf,
    /// How many requests there are at most.
    pub requests: u32,
    /// What the requests are drawn from.
    pub seed: u64,
    /// Wall time in nanoseconds after which no further module is loaded beforehand, and after as much again no further request
    /// is served.
    pub budget_ns: u64,
    /// The resident memory in bytes at which the controller ends the worker.
    pub worker_bytes: u64,
}

impl Tenants {
    /// How many modules or instances are kept where not all are: a tenth of the tenants, rounded up.
    #[must_use]
    pub fn kept(&self) -> u32 {
        self.tenants.div_ceil(TENANTS_FOR_ONE)
    }

    /// The tenants of the requests, in order. The popularity is Zipf's with exponent 1: the request is for the tenant of rank r
    /// with a probability in proportion to 1 / r. The ranks are in no relation to the numbers.
    #[must_use]
    pub fn drawn(&self) -> Vec<u32> {
        let mut random = Rng::with_seed(self.seed);
        let mut by_rank: Vec<u32> = (0..self.tenants).collect();
        random.shuffle(&mut by_rank);
        let add = |sum: &mut f64, rank: u32| {
            *sum += 1.0 / f64::from(rank);
            Some(*sum)
        };
        let sums: Vec<f64> = (1..=self.tenants).scan(0.0, add).collect();
        let all = sums.last().copied().unwrap_or(0.0);
        let mut tenant = || {
            let at = random.f64() * all;
            by_rank.get(sums.partition_point(|sum| *sum <= at)).copied()
        };
        (0..self.requests).filter_map(|_| tenant()).collect()
    }
}

/// What came of requests to many tenants. The histograms are HdrHistogram's V2 format, base64, of nanoseconds; the memory is the
/// process's private memory in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosted {
    /// What was kept.
    pub policy: Policy,
    /// How many tenants there were.
    pub tenants: u32,
    /// Requests that were served.
    pub served: u64,
    /// Those that found what the policy keeps.
    pub hits: u64,
    /// Modules that were loaded in requests.
    pub loads: u64,
    /// Instances that were made in requests.
    pub instances: u64,
    /// What loading each module took: beforehand, or under [`Policy::LruModules`] in requests.
    pub load: String,
    /// What the requests took.
    pub request: String,
    /// Memory before the first of the modules was loaded.
    pub private_before: u64,
    /// Memory before the first request.
    pub private_loaded: u64,
    /// Memory after the last request.
    pub private_dirty: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(tenants: u32, requests: u32, seed: u64) -> Tenants {
        let folder = PathBuf::new();
        Tenants { policy: Policy::All, tenants, folder, requests, seed, budget_ns: 0, worker_bytes: 0 }
    }

    #[test]
    fn a_tenth_of_the_tenants_is_kept_and_never_none() {
        assert_eq!([1, 10, 11, 100, 1000].map(|tenants| step(tenants, 0, 0).kept()), [1, 1, 2, 10, 100]);
    }

    #[test]
    fn the_popularity_is_zipf_s_and_the_same_for_a_seed() {
        let step = step(100, 200_000, 7);
        let drawn = step.drawn();
        assert_eq!(drawn, step.drawn());
        let mut counts = vec![0_u32; 100];
        drawn.iter().for_each(|tenant| counts[*tenant as usize] += 1);
        counts.sort_unstable_by(|one, other| other.cmp(one));
        let harmonic: f64 = (1..=100).map(|rank| 1.0 / f64::from(rank)).sum();
        for rank in [1, 2, 5, 10] {
            let expected = 200_000.0 / f64::from(rank) / harmonic;
            let count = f64::from(counts[rank as usize - 1]);
            // Five standard deviations.
            assert!((count - expected).abs() < 5.0 * expected.sqrt(), "rank {rank}: {count}, not {expected}");
        }
        assert_eq!(counts.iter().sum::<u32>(), 200_000);
    }

    #[test]
    fn one_tenant_gets_every_request_and_without_tenants_there_are_none() {
        assert_eq!(step(1, 3, 7).drawn(), [0, 0, 0]);
        assert!(step(0, 3, 7).drawn().is_empty());
    }
}
