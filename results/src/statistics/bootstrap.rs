//! Ratios with intervals, by a hierarchical bootstrap: processes are drawn with replacement, then samples within
//! each process that was drawn. The process is the independent observation; its samples only show how well it is
//! known.
//!
//! Everything is determined by the seeds.

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use super::{CONFIDENCE, Interval, geometric_mean::geometric_mean, middle, sorted};

/// How many times everything is drawn again.
pub const REPLICATES: usize = 1000;

/// Where randomness comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    /// For drawing processes. Two levels with equal numbers of processes and this seed equal draw the same
    /// processes together: they are paired, process by process.
    pub processes: u64,
    /// For drawing samples; another one for every level.
    pub samples: u64,
}

/// How large something is, and how that varied over the replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The median over the processes of the median over each one's samples.
    pub estimate: f64,
    /// The number of processes.
    pub processes: usize,
    replicates: Vec<f64>,
}

/// The level of samples by process. `None` without processes, or where a process has no samples or one that is not
/// finite and above zero (a ratio to it would mean nothing).
#[must_use]
pub fn level(processes: &[Vec<f64>], seeds: Seeds) -> Option<Level> {
    let medians: Option<Vec<f64>> =
        processes.iter().map(|samples| sorted(samples).map(|s| middle(&s))).collect();
    let estimate = middle(&sorted(&medians?)?);
    if processes.iter().flatten().any(|sample| *sample <= 0.0) {
        return None;
    }
    let mut draw_process = Xoshiro256PlusPlus::seed_from_u64(seeds.processes);
    let mut draw_sample = Xoshiro256PlusPlus::seed_from_u64(seeds.samples);
    let mut medians = vec![0.0; processes.len()];
    let mut drawn = Vec::new();
    let mut replicate = || {
        for median in &mut medians {
            let samples = &processes[draw_process.random_range(0..processes.len())];
            drawn.clear();
            drawn.extend((0..samples.len()).map(|_| samples[draw_sample.random_range(0..samples.len())]));
            *median = select_middle(&mut drawn);
        }
        select_middle(&mut medians)
    };
    let replicates = (0..REPLICATES).map(|_| replicate()).collect();
    Some(Level { estimate, processes: processes.len(), replicates })
}

/// The median of at least one finite value, in whatever order it leaves them.
fn select_middle(values: &mut [f64]) -> f64 {
    let half = values.len() / 2;
    let odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let upper = *upper;
    if odd { upper } else { f64::midpoint(below.iter().copied().fold(f64::MIN, f64::max), upper) }
}

/// `numerator / denominator`.
#[must_use]
pub fn ratio(numerator: &Level, denominator: &Level) -> Interval {
    interval(
        numerator.estimate / denominator.estimate,
        std::iter::zip(&numerator.replicates, &denominator.replicates).map(|(n, d)| n / d).collect(),
        numerator.processes.min(denominator.processes),
    )
}

/// The geometric mean of ratios, each `(numerator, denominator)`. `None` for no ratios.
#[must_use]
pub fn mean_ratio(ratios: &[(&Level, &Level)]) -> Option<Interval> {
    let of = |value: &dyn Fn(&Level) -> f64| {
        let values: Vec<f64> = ratios.iter().map(|(n, d)| value(n) / value(d)).collect();
        geometric_mean(&values)
    };
    let estimate = of(&|level| level.estimate)?;
    let replicates: Option<Vec<f64>> =
        (0..REPLICATES).map(|index| of(&|level| level.replicates[index])).collect();
    let processes = ratios.iter().map(|(n, d)| n.processes.min(d.processes)).min()?;
    Some(interval(estimate, replicates?, processes))
}

/// The interval of medians.
fn interval(estimate: f64, replicates: Vec<f64>, processes: usize) -> Interval {
    // Draws never leave the range of the processes that there were, and that range covers no more than this.
    let range = 1.0 - 2.0 * 0.5_f64.powi(processes.min(1000) as i32);
    of_replicates(estimate, replicates, range, processes)
}

/// The middle 95 % of the replicates, with the estimate inside; of `n` processes, whose whole range covers `range`.
pub(super) fn of_replicates(estimate: f64, mut replicates: Vec<f64>, range: f64, n: usize) -> Interval {
    replicates.sort_unstable_by(f64::total_cmp);
    let cut = ((1.0 - CONFIDENCE) / 2.0 * replicates.len() as f64) as usize;
    let low = replicates[cut].min(estimate);
    let high = replicates[replicates.len() - 1 - cut].max(estimate);
    Interval { estimate, low, high, coverage: CONFIDENCE.min(range), n }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::hostile;

    const SEEDS: Seeds = Seeds { processes: 1, samples: 2 };
    const OTHER: Seeds = Seeds { processes: 3, samples: 4 };

    fn processes(values: &[f64]) -> Vec<Vec<f64>> {
        values.iter().map(|value| vec![*value]).collect()
    }

    #[test]
    fn the_estimate_is_the_median_of_medians() {
        // The process medians are 2, 10 and 6; 6 is in the middle, and pooling all samples would give 3.
        let level = level(&[vec![1.0, 2.0, 3.0], vec![10.0], vec![3.0, 9.0]], SEEDS).expect("samples");
        assert_eq!((level.estimate, level.processes), (6.0, 3));
    }

    #[test]
    fn pairs_see_no_drift_that_both_sides_share() {
        // The machine is up to 5 times slower in some rounds, for both sides alike.
        let drift = [1.0, 5.0, 2.0, 1.1, 3.0, 1.3, 4.0, 1.2];
        let slower: Vec<f64> = drift.iter().map(|value| value * 1.5).collect();
        let base = level(&processes(&drift), SEEDS).expect("samples");
        let paired = ratio(&level(&processes(&slower), SEEDS).expect("samples"), &base);
        assert!((paired.low - 1.5).abs() < 1e-9 && (paired.high - 1.5).abs() < 1e-9, "{paired:?}");
        let unpaired = ratio(&level(&processes(&slower), OTHER).expect("samples"), &base);
        assert!(unpaired.high - unpaired.low > 0.5, "{unpaired:?}");
    }

    #[test]
    fn one_process_promises_nothing() {
        let one = level(&[vec![1.0, 1.1, 0.9]], SEEDS).expect("samples");
        assert_eq!(ratio(&one, &one).coverage, 0.0);
        let three = level(&processes(&[1.0, 1.1, 0.9]), SEEDS).expect("samples");
        assert_eq!(ratio(&three, &three).coverage, 0.75);
    }

    #[test]
    fn covers_about_as_often_as_stated() {
        // Processes with normal noise, the true ratio 1: the interval must miss it about once in twenty.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        let mut noise = || 100.0 + (0..12).map(|_| rng.random_range(-1.0..1.0)).sum::<f64>();
        let misses = (0..200)
            .filter(|run| {
                let mut side = |seed: u64| {
                    let values: Vec<f64> = (0..15).map(|_| noise()).collect();
                    level(&processes(&values), Seeds { processes: seed, samples: 0 }).expect("samples")
                };
                let interval = ratio(&side(2 * run), &side(2 * run + 1));
                !(interval.low..=interval.high).contains(&1.0)
            })
            .count();
        assert!((1..=20).contains(&misses), "{misses} of 200");
    }

    #[test]
    fn the_mean_of_ratios_is_geometric() {
        let [one, two, eight] =
            [1.0, 2.0, 8.0].map(|value| level(&processes(&[value; 6]), SEEDS).expect("samples"));
        let mean = mean_ratio(&[(&two, &one), (&eight, &one)]).expect("ratios");
        assert!((mean.estimate - 4.0).abs() < 1e-9 && (mean.high - 4.0).abs() < 1e-9);
        assert_eq!((mean.n, mean.coverage), (6, 0.95));
        assert_eq!(mean_ratio(&[]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn never_panics(values in prop::collection::vec(hostile::floats(), 0..4)) {
            let fine = |v: &f64| v.is_finite() && *v > 0.0;
            let meaningful = !values.is_empty() && values.iter().all(|s| !s.is_empty() && s.iter().all(fine));
            prop_assert_eq!(level(&values, SEEDS).is_some(), meaningful);
        }

        #[test]
        fn is_deterministic_contains_its_estimate_and_scales(
            one in prop::collection::vec(hostile::times(6), 1..5),
            two in prop::collection::vec(hostile::times(6), 1..5),
        ) {
            let base = level(&two, OTHER).expect("samples");
            let interval = ratio(&level(&one, SEEDS).expect("samples"), &base);
            prop_assert_eq!(ratio(&level(&one, SEEDS).expect("samples"), &base), interval);
            prop_assert!(interval.low <= interval.estimate && interval.estimate <= interval.high);
            let scaled: Vec<Vec<f64>> = one.iter().map(|s| s.iter().map(|v| v * 2.0).collect()).collect();
            let scaled = ratio(&level(&scaled, SEEDS).expect("samples"), &base);
            prop_assert_eq!((scaled.low, scaled.high), (interval.low * 2.0, interval.high * 2.0));
        }
    }
}
