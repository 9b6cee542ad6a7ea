//! Change points by E-divisive means: where a series in time has another distribution after than before.
//!
//! The method is that of Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate
//! Data", Journal of the American Statistical Association 109 (2014), with the exponent 1. As Daly et al., "The Use of Change
//! Point Detection to Identify Software Performance Regressions in a Continuous Integration System" (ICPE 2020), a segment is
//! split into two parts and not three. Distances of numbers are sums over ranks, which a Fenwick tree keeps: a statistic of
//! n values takes n log n steps and not n^2.

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus, seq::SliceRandom};

/// The probability up to which a split is significant. Among series without a change, this share has one all the same.
pub const ALPHA: f64 = 0.002;

/// How often the values are shuffled to see how large the statistic is without a change: the least number with which
/// [`ALPHA`] can be reached.
pub const PERMUTATIONS: usize = 499;

/// The least number of values on each side of a change.
pub const LEAST: usize = 3;

/// A place where a series changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// The index of the first value after the change.
    pub at: usize,
    /// The share of shuffled series, the real one among them, with a statistic at least as large.
    pub p: f64,
}

/// The significant change points of `values`, which are in order of time, ascending. The same values and `seed` give the
/// same points. `None` where a value is not finite; no points where there are fewer than `2 * LEAST` values.
///
/// The best split of all segments is tested against splits of the values shuffled within the segments; the first one that is
/// not significant ends the search.
#[must_use]
pub fn change_points(values: &[f64], seed: u64) -> Option<Vec<ChangePoint>> {
    if values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut segments = vec![Segment::new(values, 0)];
    let mut found: Vec<ChangePoint> = Vec::new();
    while let Some((best, split)) = largest(&segments) {
        let p = probability(&mut segments, split.statistic, &mut rng);
        if p > ALPHA {
            break;
        }
        let segment = segments.swap_remove(best);
        let at = segment.from + split.at;
        let to = segment.from + segment.values.len();
        segments.push(Segment::new(&values[segment.from..at], segment.from));
        segments.push(Segment::new(&values[at..to], at));
        found.push(ChangePoint { at, p });
    }
    found.sort_unstable_by_key(|point| point.at);
    Some(found)
}

/// The segment with the best split of all.
fn largest(segments: &[Segment]) -> Option<(usize, Split)> {
    let splits = segments.iter().enumerate().filter_map(|(at, segment)| Some((at, segment.best?)));
    let splits = splits.filter(|(_, split)| split.statistic > 0.0);
    splits.max_by(|(_, one), (_, other)| one.statistic.total_cmp(&other.statistic))
}

/// The share of shuffled series whose best split reaches `statistic`. Where it is certain that it is more than [`ALPHA`], a
/// number above that.
fn probability(segments: &mut [Segment], statistic: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    let all = (PERMUTATIONS + 1) as f64;
    let mut reached = 1;
    // Sums of the same numbers in another order differ in their last digits.
    let enough = statistic * (1.0 - 1e-9);
    for _ in 0..PERMUTATIONS {
        if segments.iter_mut().any(|segment| segment.shuffled(rng).is_some_and(|one| one >= enough)) {
            reached += 1;
            if f64::from(reached) / all > ALPHA {
                break;
            }
        }
    }
    f64::from(reached) / all
}

/// The best split of a segment.
#[derive(Clone, Copy, Debug)]
struct Split {
    /// Where the right part begins, from the segment's beginning.
    at: usize,
    statistic: f64,
}

/// Values between two change points.
struct Segment {
    from: usize,
    values: Vec<f64>,
    /// The place of each value in ascending order.
    ranks: Vec<usize>,
    /// The sum of the distances from each value to all others.
    distances: Vec<f64>,
    best: Option<Split>,
    order: Vec<usize>,
    below: Fenwick,
}

impl Segment {
    fn new(values: &[f64], from: usize) -> Segment {
        // Distances from the first value: sums of large numbers would leave differences where there are none.
        let values: Vec<f64> = values.iter().map(|value| value - values[0]).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
        let mut ranks = vec![0; values.len()];
        for (rank, index) in order.iter().enumerate() {
            ranks[*index] = rank;
        }
        let total: f64 = values.iter().sum();
        let (mut distances, mut smaller) = (vec![0.0; values.len()], 0.0);
        for (rank, index) in order.iter().enumerate() {
            let value = values[*index];
            let larger = (values.len() - rank) as f64;
            distances[*index] = value * rank as f64 - smaller + (total - smaller) - value * larger;
            smaller += value;
        }
        let mut segment = Segment {
            from,
            order: (0..values.len()).collect(),
            below: Fenwick::new(values.len()),
            values,
            ranks,
            distances,
            best: None,
        };
        segment.best = segment.split();
        segment
    }

    /// The largest statistic of the values in a random order.
    fn shuffled(&mut self, rng: &mut Xoshiro256PlusPlus) -> Option<f64> {
        self.order.shuffle(rng);
        self.split().map(|split| split.statistic)
    }

    /// The best split of the values in the order of `order`; `None` where the parts would be too short.
    fn split(&mut self) -> Option<Split> {
        let all = self.values.len();
        let total = self.distances.iter().sum::<f64>() / 2.0;
        let (mut sum, mut inside_left, mut of_left) = (0.0, 0.0, 0.0);
        let mut best: Option<Split> = None;
        self.below.clear();
        for (at, index) in self.order.iter().enumerate() {
            let value = self.values[*index];
            let (smaller, sum_of_smaller) = self.below.before(self.ranks[*index]);
            let larger = at - smaller;
            inside_left +=
                value * smaller as f64 - sum_of_smaller + (sum - sum_of_smaller) - value * larger as f64;
            of_left += self.distances[*index];
            sum += value;
            self.below.add(self.ranks[*index], value);
            let (left, right) = (at + 1, all - at - 1);
            if left < LEAST || right < LEAST {
                continue;
            }
            let between = of_left - 2.0 * inside_left;
            let inside_right = total - inside_left - between;
            let statistic = statistic([left, right], between, [inside_left, inside_right]);
            if best.is_none_or(|best| statistic > best.statistic) {
                best = Some(Split { at: left, statistic });
            }
        }
        best
    }
}

/// The scaled energy distance of two samples, from the sums of the distances between them and inside of each.
fn statistic([left, right]: [usize; 2], between: f64, inside: [f64; 2]) -> f64 {
    let (n, m) = (left as f64, right as f64);
    let pairs = |of: f64| of * (of - 1.0) / 2.0;
    let energy = 2.0 * between / (n * m) - inside[0] / pairs(n) - inside[1] / pairs(m);
    n * m / (n + m) * energy
}

/// Numbers and sums of values by rank.
struct Fenwick {
    tree: Vec<(usize, f64)>,
}

impl Fenwick {
    fn new(ranks: usize) -> Fenwick {
        Fenwick { tree: vec![(0, 0.0); ranks + 1] }
    }

    fn clear(&mut self) {
        self.tree.fill((0, 0.0));
    }

    fn add(&mut self, rank: usize, value: f64) {
        let mut at = rank + 1;
        while let Some((number, sum)) = self.tree.get_mut(at) {
            *number += 1;
            *sum += value;
            at += at & at.wrapping_neg();
        }
    }

    /// How many values have a lower rank, and their sum.
    fn before(&self, rank: usize) -> (usize, f64) {
        let (mut at, mut all) = (rank, (0, 0.0));
        while at > 0 {
            all = (all.0 + self.tree[at].0, all.1 + self.tree[at].1);
            at &= at - 1;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::hostile;

    /// Two levels, with noise that is no multiple of anything.
    fn step(before: usize, after: usize, size: f64) -> Vec<f64> {
        let noise = |at: usize| (at as f64 * 12.9898).sin() * 0.01;
        (0..before + after).map(|at| noise(at) + if at < before { 0.0 } else { size }).collect()
    }

    fn places(values: &[f64]) -> Vec<usize> {
        change_points(values, 1).expect("finite").iter().map(|point| point.at).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        assert_eq!(places(&step(20, 5, 0.05)), [20]);
        assert_eq!(places(&step(5, 20, -0.05)), [5]);
        assert_eq!(places(&step(30, 0, 0.0)), Vec::<usize>::new());
    }

    #[test]
    fn several_steps_are_found() {
        let mut values = step(15, 15, 0.1);
        values.extend(step(0, 15, -0.1));
        assert_eq!(places(&values), [15, 30]);
    }

    #[test]
    fn one_value_far_from_the_others_is_no_change() {
        let mut values = step(40, 0, 0.0);
        values[20] = 5.0;
        assert_eq!(places(&values), Vec::<usize>::new());
    }

    #[test]
    fn equal_values_do_not_change_and_counts_do() {
        assert_eq!(places(&[7.0; 40]), Vec::<usize>::new());
        assert_eq!(places(&vec![500_000.0_f64.ln(); 10_000]), Vec::<usize>::new());
        let mut counts = vec![7.0; 12];
        counts.extend([8.0; 6]);
        assert_eq!(places(&counts), [12]);
    }

    #[test]
    fn too_few_values_show_nothing() {
        assert_eq!(places(&[]), Vec::<usize>::new());
        assert_eq!(places(&[1.0, 1.0, 9.0, 9.0, 9.0]), Vec::<usize>::new());
        assert_eq!(change_points(&[1.0, f64::NAN], 1), None);
    }

    /// The statistic as the definition has it, pair by pair.
    fn by_definition(values: &[f64], at: usize) -> f64 {
        let sum = |one: &[f64], other: &[f64]| -> f64 {
            one.iter().flat_map(|a| other.iter().map(move |b| (a - b).abs())).sum()
        };
        let (left, right) = values.split_at(at);
        let inside = [sum(left, left) / 2.0, sum(right, right) / 2.0];
        statistic([left.len(), right.len()], sum(left, right), inside)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn never_panics(values in hostile::floats(), seed in any::<u64>()) {
            let finite = values.iter().all(|value| value.is_finite());
            prop_assert_eq!(change_points(&values, seed).is_some(), finite);
        }

        #[test]
        fn the_best_split_is_that_of_the_definition(values in prop::collection::vec(-10.0..10.0_f64, 6..40)) {
            let split = Segment::new(&values, 0).best.expect("long enough");
            let best = (LEAST..=values.len() - LEAST).map(|at| by_definition(&values, at)).fold(f64::MIN, f64::max);
            prop_assert!((split.statistic - best).abs() < 1e-6 * best.abs().max(1.0), "{} {best}", split.statistic);
            prop_assert!((by_definition(&values, split.at) - best).abs() < 1e-6 * best.abs().max(1.0));
        }

        #[test]
        fn is_the_same_each_time_and_leaves_room_for_each_part(
            values in prop::collection::vec((0..3_u8).prop_map(f64::from), 0..40), seed in any::<u64>(),
        ) {
            let found = change_points(&values, seed).expect("finite");
            let again = change_points(&values, seed);
            prop_assert_eq!(again.as_ref(), Some(&found));
            let ends: Vec<usize> = [0].into_iter().chain(found.iter().map(|one| one.at)).chain([values.len()]).collect();
            prop_assert!(found.is_empty() || ends.windows(2).all(|pair| pair[1] - pair[0] >= LEAST));
            prop_assert!(found.iter().all(|one| one.p <= ALPHA));
        }
    }
}
