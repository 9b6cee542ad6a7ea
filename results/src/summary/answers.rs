//! The answers to what people ask of a run: which configuration of each tier kind is first, by how much, and whether
//! its interval lets the next one be as good.

use std::cmp::Ordering;

use serde::Serialize;

use super::{ColdStart, Estimate, Memory, Overall, Ratio, Summary, ThroughputRow, Unit};
use crate::statistics::rank::{MARGIN, ranks};

/// What people ask of a run. Less is better in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// How long a fresh instance takes.
    FreshInstance,
    /// How long it takes from an artifact to the first result.
    FromArtifact,
    /// How long it takes from a module to the first result.
    FromWasm,
    /// How long work takes.
    Throughput,
    /// What an instance takes of memory.
    PrivateMemory,
}

impl Question {
    /// Every question, in the order in which tables have them.
    pub const ALL: [Question; 5] = [
        Question::FreshInstance,
        Question::FromArtifact,
        Question::FromWasm,
        Question::Throughput,
        Question::PrivateMemory,
    ];
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// Of which workload; `None` of throughput over [`super::Throughput::common`].
    pub workload: Option<String>,
    /// A list for each tier kind in which anything was measured, in the order of the run's configurations.
    pub kinds: Vec<Kind>,
}

/// The configurations of a tier kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kind {
    /// The tier's kind.
    pub tier: String,
    /// One for each configuration with a value, the first place first.
    pub standings: Vec<Standing>,
    /// The configurations whose engine is no build that its maintainers would release, and that a release may bring to
    /// another place: all but one that is first alone, and those that take [`MOST_GAINED`] times as long or more.
    pub unsettled: Vec<String>,
}

/// The most that a release of an engine is taken to gain on another build of its source: more than was seen.
const MOST_GAINED: f64 = 2.0;

/// Where a configuration stands within its tier kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The value: a time, bytes, or a factor against the reference.
    pub value: f64,
    /// What the value counts; `None` of a factor.
    pub unit: Option<Unit>,
    /// The place, from 1. It is 1 where nothing shows that the value is more than the least one: the intervals touch, or
    /// that of the paired ratio touches 1 + 1 %. Beyond that, a place is shared with the first of the place before where
    /// the same holds between them. A single process has no interval, so it shares a place.
    pub rank: u32,
    /// How many times the value of the configuration with the least one. Of throughput with the interval of the paired
    /// ratio; else with one from the ends of both intervals, which holds the true ratio at least where both hold their
    /// values. `None` where that value is not above 0, or where either has no interval.
    pub factor: Option<Factor>,
}

/// A ratio to the least value of a tier kind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Factor {
    /// The ratio of the values.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
}

/// A value with its interval, as the questions compare it.
struct Entry<'a> {
    configuration: &'a str,
    tier: &'a str,
    value: f64,
    low: f64,
    high: f64,
    n: u32,
    unit: Option<Unit>,
    /// What pairs of processes decided, where they did.
    paired: Option<(u32, Factor)>,
}

impl<'a> Entry<'a> {
    fn of_estimate(configuration: &'a str, tier: &'a str, estimate: &Estimate) -> Entry<'a> {
        let &Estimate { median: value, low, high, n, unit, .. } = estimate;
        Entry { configuration, tier, value, low, high, n, unit: Some(unit), paired: None }
    }

    fn of_ratio(configuration: &'a str, tier: &'a str, ratio: &Ratio) -> Entry<'a> {
        let &Ratio { value, low, high, n, .. } = ratio;
        Entry { configuration, tier, value, low, high, n, unit: None, paired: None }
    }

    fn touches(&self, other: &Entry<'_>) -> bool {
        self.n < 2 || other.n < 2 || (self.low <= other.high && other.low <= self.high)
    }

    /// The place: the first one where nothing shows that this is more than the least, whatever lies between them.
    fn rank(&self, least: &Entry<'_>, place: u32) -> u32 {
        let (as_good, place) = match self.paired {
            Some((rank, factor)) => (factor.low <= 1.0 + MARGIN, rank),
            None => (self.touches(least), place),
        };
        if as_good { 1 } else { place }
    }

    fn factor(&self, least: &Entry<'_>) -> Option<Factor> {
        if let Some((_, factor)) = self.paired {
            return Some(factor);
        }
        let known = self.n > 1 && least.n > 1 && least.low > 0.0;
        known.then(|| Factor {
            value: self.value / least.value,
            low: self.low / least.high,
            high: self.high / least.low,
        })
    }
}

impl Summary {
    /// The answer to `question` of `workload`; of throughput over the common workloads where there is none.
    #[must_use]
    pub fn answer(&self, question: Question, workload: Option<&str>) -> Answer {
        let entries = match workload {
            Some(name) => self.entries(question, name),
            None if question == Question::Throughput => self.overall(),
            None => Vec::new(),
        };
        let mut tiers: Vec<&str> = Vec::new();
        for one in &self.run.configurations {
            if !tiers.contains(&one.tier.as_str()) {
                tiers.push(&one.tier);
            }
        }
        let of_tier = |tier: &str| entries.iter().filter(|one| one.tier == tier).collect::<Vec<_>>();
        let kinds = tiers
            .into_iter()
            .map(|tier| {
                let standings = standings(&of_tier(tier));
                Kind { tier: tier.to_owned(), unsettled: self.unsettled(&standings), standings }
            })
            .filter(|kind| !kind.standings.is_empty());
        Answer { question, workload: workload.map(str::to_owned), kinds: kinds.collect() }
    }

    fn unsettled(&self, standings: &[Standing]) -> Vec<String> {
        let alone = standings.iter().filter(|one| one.rank == 1).count() == 1;
        let open = |one: &&Standing| {
            let near = one.factor.is_none_or(|factor| factor.low < MOST_GAINED);
            let first = alone && one.rank == 1;
            near && !first && self.run.distribution_build(&one.configuration).is_some()
        };
        standings.iter().filter(open).map(|one| one.configuration.clone()).collect()
    }

    fn entries<'a>(&'a self, question: Question, workload: &str) -> Vec<Entry<'a>> {
        let starts = |of: fn(&ColdStart) -> Option<&Estimate>| {
            let rows = self.cold_start.iter().filter(|row| row.workload == workload);
            rows.filter_map(|row| Some(Entry::of_estimate(&row.configuration, &row.tier, of(row)?))).collect()
        };
        match question {
            Question::FreshInstance => starts(|row| Some(&row.fresh_instance.measured()?.typical)),
            Question::FromArtifact => starts(|row| row.from_artifact.measured()),
            Question::FromWasm => starts(|row| row.from_wasm.measured()),
            Question::Throughput => {
                let rows = self.throughput.rows.iter().filter(|row| row.workload == workload);
                rows.filter_map(|row| self.work(row)).collect()
            }
            Question::PrivateMemory => {
                let rows = self.memory.iter().filter(|row| row.workload == workload);
                let slope = |row: &'a Memory| Some(&row.private.measured()?.fit.as_ref()?.per_instance);
                rows.filter_map(|row| Some(Entry::of_estimate(&row.configuration, &row.tier, slope(row)?)))
                    .collect()
            }
        }
    }

    /// The factor against the reference; the time where the run has none.
    fn work<'a>(&self, row: &'a ThroughputRow) -> Option<Entry<'a>> {
        let (id, tier) = (row.configuration.as_str(), row.tier.as_str());
        let entry = match self.throughput.reference {
            Some(_) => Entry::of_ratio(id, tier, row.factor.measured()?),
            None => Entry::of_estimate(id, tier, row.time.measured()?),
        };
        Some(Entry { paired: paired(row.rank, row.to_least.as_ref()), ..entry })
    }

    fn overall<'a>(&'a self) -> Vec<Entry<'a>> {
        let entry = |row: &'a Overall| {
            let entry = Entry::of_ratio(&row.configuration, &row.tier, row.factor.measured()?);
            Some(Entry { paired: paired(row.rank, row.to_least.as_ref()), ..entry })
        };
        self.throughput.overall.iter().filter_map(entry).collect()
    }
}

fn paired(rank: Option<u32>, ratio: Option<&Ratio>) -> Option<(u32, Factor)> {
    let &Ratio { value, low, high, .. } = ratio.filter(|ratio| ratio.n > 1)?;
    Some((rank?, Factor { value, low, high }))
}

/// The standings of the configurations of a tier kind.
fn standings(entries: &[&Entry<'_>]) -> Vec<Standing> {
    let values: Vec<f64> = entries.iter().map(|one| one.value).collect();
    let places = ranks(&values, |one, other| entries[one].touches(entries[other]));
    let Some(least) = entries.iter().min_by(|one, other| one.value.total_cmp(&other.value)) else {
        return Vec::new();
    };
    let standing = |(entry, place): (&&Entry<'_>, u32)| Standing {
        configuration: entry.configuration.to_owned(),
        value: entry.value,
        unit: entry.unit,
        rank: entry.rank(least, place),
        factor: entry.factor(least),
    };
    let mut standings: Vec<Standing> = entries.iter().zip(places).map(standing).collect();
    standings.sort_by(|one, other| {
        (one.rank, one.value).partial_cmp(&(other.rank, other.value)).unwrap_or(Ordering::Equal)
    });
    standings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::Samples;

    fn entry<'a>(configuration: &'a str, [low, value, high]: [f64; 3], n: u32) -> Entry<'a> {
        let estimate = Estimate {
            median: value,
            low,
            high,
            coverage: 0.96,
            n,
            samples: Samples::Processes,
            source: None,
            missing: 0,
            unit: Unit::Nanoseconds,
        };
        Entry::of_estimate(configuration, "optimizing", &estimate)
    }

    fn places(entries: &[Entry<'_>]) -> Vec<(String, u32)> {
        let standings = standings(&entries.iter().collect::<Vec<_>>());
        standings.into_iter().map(|one| (one.configuration, one.rank)).collect()
    }

    #[test]
    fn a_place_is_shared_where_intervals_touch() {
        let entries = [
            entry("c", [30.0, 31.0, 32.0], 6),
            entry("a", [9.0, 10.0, 12.0], 6),
            entry("b", [12.0, 12.5, 13.0], 6),
        ];
        assert_eq!(places(&entries), [("a".into(), 1), ("b".into(), 1), ("c".into(), 3)]);
        let factors: Vec<_> = standings(&entries.iter().collect::<Vec<_>>());
        let factor = factors[2].factor.expect("a factor");
        assert_eq!((factor.value, factor.low, factor.high), (3.1, 2.5, 32.0 / 9.0));
        assert_eq!(factors[0].factor.map(|one| one.value), Some(1.0));
    }

    #[test]
    fn what_touches_the_least_is_first_whatever_lies_between() {
        let entries = [
            entry("least", [9.0, 10.0, 12.0], 6),
            entry("exact", [12.5, 12.5, 12.5], 6),
            entry("wide", [11.0, 13.0, 15.0], 6),
        ];
        assert_eq!(places(&entries), [("least".into(), 1), ("wide".into(), 1), ("exact".into(), 2)]);
    }

    #[test]
    fn one_process_decides_nothing() {
        let entries = [entry("a", [10.0; 3], 1), entry("b", [90.0; 3], 1)];
        assert_eq!(places(&entries), [("a".into(), 1), ("b".into(), 1)]);
        assert!(standings(&entries.iter().collect::<Vec<_>>()).iter().all(|one| one.factor.is_none()));
    }

    #[test]
    fn a_slope_of_nothing_has_no_factor() {
        let entries = [entry("a", [-1.0, 0.0, 1.0], 6), entry("b", [5.0, 6.0, 7.0], 6)];
        assert_eq!(places(&entries), [("a".into(), 1), ("b".into(), 2)]);
        assert!(standings(&entries.iter().collect::<Vec<_>>()).iter().all(|one| one.factor.is_none()));
    }
}
