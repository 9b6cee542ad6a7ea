//! Cells: what is compared, what came of it, and the verdict.

use serde::Serialize;
use wasmark_results::{
    record::metric,
    statistics::{CONFIDENCE, Interval, quartile},
};

/// A ratio of worker to hand-written loop that is no difference: from, to.
pub const BOUNDS: (f64, f64) = (0.97, 1.03);
/// The numbers of live instances.
pub const INSTANCES: [u32; 6] = [1, 4, 16, 64, 256, 1024];
/// The fewest of them that have to be reached.
pub const LEAST: usize = 3;
/// Of the bootstrap over the pairs.
const SEED: u64 = 1;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// An instance, called once and dropped: the median of blocks.
    FreshInstance,
    /// A call of a live instance: the median of blocks.
    ReusedInstance,
    /// A unit of work on a live instance: the median of windows of one call each.
    Throughput,
    /// Private dirty memory of a live instance that was called once: what the instances after the first add.
    PerInstancePrivate,
}

impl Metric {
    /// Its name in wasmark's results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Metric::FreshInstance => metric::FRESH_INSTANCE,
            Metric::ReusedInstance => metric::REUSED_INSTANCE,
            Metric::Throughput => metric::THROUGHPUT,
            Metric::PerInstancePrivate => "per_instance_private",
        }
    }

    /// Whether its values are bytes, not nanoseconds.
    #[must_use]
    pub fn is_memory(self) -> bool {
        self == Metric::PerInstancePrivate
    }

    /// The pairs of processes in a round. Where stack, heap and code lie differs from process to process, and with it the
    /// time of short windows: those get more processes, which are short, too.
    #[must_use]
    pub fn pairs(self) -> usize {
        match self {
            Metric::FreshInstance => 5,
            Metric::ReusedInstance => 2,
            Metric::Throughput | Metric::PerInstancePrivate => 1,
        }
    }
}

/// Windows of so many calls each, the first of which are warm-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    pub warmups: usize,
    pub windows: usize,
    pub calls: u64,
}

/// What one process measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Nanoseconds for an instance, a call or a unit.
    Time(f64),
    /// Private dirty bytes at numbers of live instances: those of [`INSTANCES`] that could be had.
    Memory(Vec<(u32, u64)>),
}

/// The values of a pair: of memory the bytes that each further instance adds, over the numbers that both sides reached.
pub(super) fn values(worker: &Reading, by_hand: &Reading) -> Option<[f64; 2]> {
    match (worker, by_hand) {
        (Reading::Time(worker), Reading::Time(by_hand)) => Some([*worker, *by_hand]),
        (Reading::Memory(worker), Reading::Memory(by_hand)) => {
            let both = worker.len().min(by_hand.len());
            let enough = (both >= LEAST).then_some(both)?;
            Some([further(&worker[..enough])?, further(&by_hand[..enough])?])
        }
        _ => None,
    }
}

/// Why a cell has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A call returned something else than is right.
    WrongOutput(String),
    /// Anything else.
    Failed(String),
}

/// One metric of one configuration and workload.
#[derive(Clone, Debug)]
pub struct Cell {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The metric.
    pub metric: Metric,
    /// The workload's name.
    pub workload: String,
    /// The worker's values, one of each process.
    pub worker: Vec<f64>,
    /// Those of the hand-written loop, pair by pair.
    pub by_hand: Vec<f64>,
    /// What ended it, if anything did.
    pub failure: Option<Failure>,
    /// The blocks of the worker's last process.
    pub(super) blocks: Option<Blocks>,
}

/// What a ratio shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The interval lies within the bounds.
    Within,
    /// The interval lies outside of the bounds.
    Outside,
    /// The interval has a bound in it, or there are too few pairs for one.
    Undecided,
    /// There is no ratio.
    Failed,
    /// An output was not right.
    WrongOutput,
}

impl Verdict {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Within => "within",
            Verdict::Outside => "OUTSIDE",
            Verdict::Undecided => "undecided",
            Verdict::Failed => "FAILED",
            Verdict::WrongOutput => "WRONG OUTPUT",
        }
    }
}

impl Cell {
    pub(super) fn new(configuration: &str, metric: Metric, workload: &str) -> Cell {
        let (configuration, workload) = (configuration.to_string(), workload.to_string());
        let (worker, by_hand) = (Vec::new(), Vec::new());
        Cell { configuration, metric, workload, worker, by_hand, failure: None, blocks: None }
    }

    /// The ratio of the first quartiles over the processes, by the bootstrap over pairs: the disturbed processes of either
    /// side show what else the machine did, and not what the worker adds. `None` without pairs, or where a value is not above
    /// zero.
    #[must_use]
    pub fn ratio(&self) -> Option<Interval> {
        let pairs: Vec<(f64, f64)> =
            std::iter::zip(self.worker.iter().copied(), self.by_hand.iter().copied()).collect();
        quartile::ratio(&pairs, SEED)
    }

    /// What the ratio shows.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (&self.failure, self.ratio()) {
            (Some(Failure::WrongOutput(_)), _) => Verdict::WrongOutput,
            (Some(Failure::Failed(_)), _) | (None, None) => Verdict::Failed,
            (None, Some(ratio)) => verdict(ratio),
        }
    }

    /// Why there is no ratio.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.failure {
            Some(Failure::WrongOutput(reason) | Failure::Failed(reason)) => Some(reason),
            None if self.ratio().is_none() => Some("a value is not above zero, or nothing was measured"),
            None => None,
        }
    }
}

fn verdict(ratio: Interval) -> Verdict {
    let (least, most) = BOUNDS;
    if ratio.coverage < CONFIDENCE {
        Verdict::Undecided
    } else if least <= ratio.low && ratio.high <= most {
        Verdict::Within
    } else if ratio.high < least || most < ratio.low {
        Verdict::Outside
    } else {
        Verdict::Undecided
    }
}

/// The bytes that each instance after the first adds, by points of (instances, bytes): by the first point and the last. An
/// engine takes memory in steps, of which a line through a few points makes another slope on either side.
fn further(points: &[(u32, u64)]) -> Option<f64> {
    let ((first, from), (last, to)) = (*points.first()?, *points.last()?);
    (last > first).then(|| (to as f64 - from as f64) / f64::from(last - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(worker: &[f64], by_hand: &[f64]) -> Cell {
        let mut cell = Cell::new("a/b", Metric::FreshInstance, "noop");
        (cell.worker, cell.by_hand) = (worker.to_vec(), by_hand.to_vec());
        cell
    }

    #[test]
    fn a_verdict_needs_eleven_pairs_and_an_interval_on_one_side_of_a_bound() {
        let by_hand = [100.0, 101.0, 99.0, 100.5, 99.5, 100.0, 100.2, 99.8, 100.1, 99.9, 100.3, 99.7];
        let times = |factor: f64| by_hand.map(|value| value * factor);
        for (factor, verdict) in [
            (1.0, Verdict::Within),
            (1.02, Verdict::Within),
            (1.05, Verdict::Outside),
            (0.9, Verdict::Outside),
        ] {
            assert_eq!(cell(&times(factor), &by_hand).verdict(), verdict, "{factor}");
        }
        let scattered = [90.0, 115.0, 98.0, 104.0, 110.0, 93.0, 108.0, 99.0, 101.0, 95.0, 112.0, 97.0];
        assert_eq!(cell(&scattered, &by_hand).verdict(), Verdict::Undecided);
        assert_eq!(cell(&times(2.0)[..10], &by_hand[..10]).verdict(), Verdict::Undecided);
    }

    #[test]
    fn without_a_ratio_there_is_a_reason() {
        assert_eq!(cell(&[], &[]).verdict(), Verdict::Failed);
        assert!(cell(&[0.0; 8], &[1.0; 8]).reason().is_some());
        let mut wrong = cell(&[1.0; 8], &[1.0; 8]);
        wrong.failure = Some(Failure::WrongOutput("1 instead of 2".into()));
        assert_eq!((wrong.verdict(), wrong.reason()), (Verdict::WrongOutput, Some("1 instead of 2")));
    }

    #[test]
    fn memory_is_of_each_further_instance_over_the_numbers_that_both_sides_reached() {
        let points = |bytes: u64, numbers: usize| {
            let point = |number: &u32| (*number, 1000 + bytes * u64::from(*number));
            Reading::Memory(INSTANCES[..numbers].iter().map(point).collect())
        };
        assert_eq!(values(&points(10, 4), &points(8, 6)), Some([10.0, 8.0]));
        assert_eq!(values(&points(10, 6), &points(8, 2)), None);
        let mut steps = vec![(1, 1010), (4, 1010), (16, 1160), (64, 99_999)];
        assert_ne!(values(&Reading::Memory(steps.clone()), &points(8, 4)), Some([10.0, 8.0]));
        steps.truncate(3);
        assert_eq!(values(&Reading::Memory(steps), &points(8, 4)), Some([10.0, 8.0]));
        assert_eq!(values(&Reading::Time(2.0), &Reading::Time(1.0)), Some([2.0, 1.0]));
    }
}
