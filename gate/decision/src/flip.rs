//! A test of many rows at once that uses how far their pairs lie from the bound, and not only on which side: where six
//! pairs are all there is, no sign test corrected for fifty rows can ever reject, and this one can.
//!
//! Under "the two sides behave alike" every round might as well have had the labels the other way round, for all rows
//! together. So the signs of whole rounds are flipped, in every way there is, and a row's statistic is compared with the
//! largest that any row reaches under each flip (Westfall and Young's step-down max-T). The probability of one or more
//! false words among all rows is then at most the level, however the rows depend on each other. The least probability
//! there is depends on the number of rounds alone, and not on the number of rows.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use crate::{
    pair::LogRatio,
    ratio::Ratio,
    sign::{Direction, P},
};

/// The probability of one or more false words among the rows of one comparison.
pub const ALPHA: f64 = 0.05;

/// More rounds than this are flipped at random and not in every way.
const EXHAUSTIVE: usize = 11;
/// How many ways are drawn then, the observed one among them.
const DRAWN: usize = 2000;
/// Beside the standard error, so that few values that agree by chance, or by the clock's steps, do not look certain. In
/// logarithms: half a per cent.
const FLOOR: f64 = 0.005;

/// The pairs of a row, by round.
pub type Rounds = BTreeMap<u32, LogRatio>;

/// What the test makes of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tested {
    /// The direction of the row's mean, and the probability of as much evidence, in either direction and anywhere among
    /// the rows, without a difference.
    Sure(Direction, P),
    /// No evidence could be enough: a verdict needs at least this many pairs.
    TooFew(usize),
}

impl Tested {
    /// The direction that may be named beside this ratio of the row: the test is sure at `level`, and the interval of the
    /// median ratio is on that side of 1. The latter keeps a few disturbed pairs, which move a mean and no median, from
    /// being a difference.
    #[must_use]
    pub fn named(self, ratio: &Ratio, level: f64) -> Option<Direction> {
        match self {
            Tested::Sure(Direction::Slower, p) if p.get() <= level && ratio.low > 1.0 => {
                Some(Direction::Slower)
            }
            Tested::Sure(Direction::Faster, p) if p.get() <= level && ratio.high < 1.0 => {
                Some(Direction::Faster)
            }
            Tested::Sure(..) | Tested::TooFew(_) => None,
        }
    }
}

/// The least number of pairs with which the test can reject at `level`: of the ways to flip so many rounds, the observed
/// one and its mirror image are as extreme as can be.
#[must_use]
pub fn needed(level: f64) -> usize {
    let possible = |pairs: &usize| 2.0 * 0.5_f64.powi(i32::try_from(*pairs).unwrap_or(i32::MAX)) <= level;
    // The smallest probability that is a number has about a thousand halvings.
    (1..1100).find(possible).unwrap_or(1100)
}

/// Tests "both sides behave alike" for every row, at `level` for all of them together. In the order of the rows. A row
/// whose mean lies within 1 + `margin` is never sure. Rows with too few pairs are not among those that the others are
/// corrected for.
#[must_use]
pub fn test(rows: &[Rounds], margin: f64, level: f64) -> Vec<Tested> {
    let needed = needed(level);
    let enough: Vec<&Rounds> = rows.iter().filter(|row| row.len() >= needed).collect();
    let mut rounds: Vec<u32> = enough.iter().flat_map(|row| row.keys().copied()).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let family: Vec<Row> = enough.iter().map(|row| Row::new(row, &rounds, margin.ln_1p())).collect();
    let mut tested = step_down(&family, &flips(rounds.len())).into_iter().zip(&family).map(|(p, row)| {
        let direction =
            if row.values.iter().sum::<f64>() < 0.0 { Direction::Faster } else { Direction::Slower };
        Tested::Sure(direction, P::new(p))
    });
    let mut of = |row: &Rounds| match row.len() >= needed {
        true => tested.next().unwrap_or(Tested::TooFew(needed)),
        false => Tested::TooFew(needed),
    };
    rows.iter().map(&mut of).collect()
}

/// Ways to flip the signs of so many rounds, as 1 and -1, the observed one first. A way and its mirror image give the
/// same statistics, so that the first round keeps its sign.
fn flips(rounds: usize) -> Vec<Vec<f64>> {
    let sign = |flipped: bool| if flipped { -1.0 } else { 1.0 };
    if rounds <= EXHAUSTIVE {
        let ways = 1_usize << rounds.saturating_sub(1);
        let way = |way: usize| (0..rounds).map(|round| sign((way << 1) >> round & 1 == 1)).collect();
        return (0..ways).map(way).collect();
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(0xf11b);
    let mut way = || (0..rounds).map(|_| sign(random.random_range(0..2) == 1)).collect();
    std::iter::once(vec![1.0; rounds]).chain((1..DRAWN).map(|_| way())).collect()
}

/// A row's pairs.
struct Row {
    /// By round; 0 where the row has no pair, which no flip changes.
    values: Vec<f64>,
    pairs: f64,
    squares: f64,
    margin: f64,
}

impl Row {
    fn new(row: &Rounds, rounds: &[u32], margin: f64) -> Row {
        let values: Vec<f64> =
            rounds.iter().map(|round| row.get(round).map_or(0.0, |pair| pair.ln())).collect();
        let squares = values.iter().map(|value| value * value).sum();
        Row { values, pairs: row.len() as f64, squares, margin }
    }

    /// How far the mean lies beyond the margin, on either side, in standard errors with [`FLOOR`] added.
    fn statistic(&self, flip: &[f64]) -> f64 {
        let sum: f64 = std::iter::zip(&self.values, flip).map(|(value, sign)| value * sign).sum();
        let mean = sum / self.pairs;
        // Flips change the sum and not the squares.
        let variance = ((self.squares - sum * mean) / (self.pairs - 1.0)).max(0.0);
        (mean.abs() - self.margin).max(0.0) / ((variance / self.pairs).sqrt() + FLOOR)
    }
}

/// The adjusted probability of each row: how often any row that is no more extreme than it reaches what it reached.
fn step_down(rows: &[Row], flips: &[Vec<f64>]) -> Vec<f64> {
    let Some((observed, _)) = flips.split_first() else { return vec![1.0; rows.len()] };
    let statistics: Vec<f64> = rows.iter().map(|row| row.statistic(observed)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|one, other| statistics[*other].total_cmp(&statistics[*one]));
    let mut reached = vec![0_usize; rows.len()];
    for flip in flips {
        let mut largest = f64::NEG_INFINITY;
        for row in order.iter().rev() {
            largest = largest.max(rows[*row].statistic(flip));
            // Equal but for rounding is equal.
            let bound = statistics[*row] - 1e-9 * statistics[*row].abs();
            reached[*row] += usize::from(largest >= bound);
        }
    }
    let mut adjusted = vec![1.0; rows.len()];
    let mut least = 0.0_f64;
    for row in order {
        least = least.max(reached[row] as f64 / flips.len() as f64);
        adjusted[row] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ratio::median_ratio;

    fn row(ratios: &[f64]) -> Rounds {
        let pair = |(round, ratio): (u32, &f64)| Some((round, LogRatio::from_ratio(*ratio)?));
        (0..).zip(ratios).filter_map(pair).collect()
    }

    fn quiet(middle: f64, pairs: usize) -> Rounds {
        row(&(0..pairs).map(|pair| middle * (1.0 + 0.001 * (pair % 3) as f64)).collect::<Vec<_>>())
    }

    /// What each row is named.
    fn named(rows: &[Rounds]) -> Vec<Option<Direction>> {
        let one = |(row, tested): (&Rounds, Tested)| {
            tested.named(&median_ratio(&row.values().copied().collect::<Vec<_>>())?, ALPHA)
        };
        rows.iter().zip(test(rows, 0.01, ALPHA)).map(one).collect()
    }

    #[test]
    fn six_pairs_are_the_fewest_for_five_per_cent_and_eight_for_one() {
        // Two of 2^6 = 64 ways: 3.1 %; two of 2^5: 6.3 %.
        assert_eq!((needed(0.05), needed(0.01), needed(1.0)), (6, 8, 1));
        assert_eq!(test(&[quiet(166.0, 5)], 0.01, ALPHA), [Tested::TooFew(6)]);
        assert_eq!(test(&[], 0.01, ALPHA), []);
    }

    #[test]
    fn a_ratio_of_166_in_six_pairs_is_a_difference_among_sixty_rows() {
        let wild = [0.9, 1.2, 1.02, 0.95, 1.1, 0.85];
        let noise = |turn: usize| {
            let mut ratios = wild;
            ratios.rotate_left(turn % 6);
            row(&ratios)
        };
        let mut rows: Vec<Rounds> = (0..59).map(noise).collect();
        rows.push(row(&[165.2, 166.0, 165.9, 166.3, 167.0, 166.1]));
        let tested = test(&rows, 0.01, ALPHA);
        assert_eq!(tested[59], Tested::Sure(Direction::Slower, P::new(2.0 / 64.0)));
        let named = named(&rows);
        assert_eq!(named[59], Some(Direction::Slower));
        assert!(named[..59].iter().all(Option::is_none), "{tested:?}");
    }

    #[test]
    fn both_directions_are_found_and_what_is_within_the_margin_is_not() {
        let rows = [quiet(1.3, 6), quiet(0.7, 6), quiet(1.005, 6), quiet(1.3, 3)];
        assert_eq!(named(&rows), [Some(Direction::Slower), Some(Direction::Faster), None, None]);
        assert_eq!(test(&rows, 0.01, ALPHA)[3], Tested::TooFew(6));
        // Sure of the mean, and not of the median.
        let mut disturbed = quiet(1.05, 8);
        disturbed.extend((20..23).filter_map(|round| Some((round, LogRatio::from_ratio(0.99)?))));
        assert!(matches!(test(&[disturbed.clone()], 0.01, ALPHA)[0], Tested::Sure(_, p) if p.get() <= ALPHA));
        assert_eq!(named(&[disturbed]), [None]);
    }

    #[test]
    fn agrees_with_counting_by_hand() {
        // One row, y = 1, 2, 3 and no margin: of the eight ways to flip it only the observed one and its mirror image have a
        // mean this large in standard errors.
        let pairs = row(&[1.0_f64.exp(), 2.0_f64.exp(), 3.0_f64.exp()]);
        assert_eq!(test(&[pairs], 0.0, 0.25), [Tested::Sure(Direction::Slower, P::new(2.0 / 8.0))]);
        // With a pair on the other side, -1: the observed way, the one without that sign, and their mirror images.
        let pairs = row(&[(-1.0_f64).exp(), 2.0_f64.exp(), 3.0_f64.exp()]);
        assert_eq!(test(&[pairs], 0.0, 0.25), [Tested::Sure(Direction::Slower, P::new(4.0 / 8.0))]);
    }

    #[test]
    fn many_rounds_are_flipped_at_random_and_the_same_each_time() {
        let rows = [quiet(1.2, 24), quiet(1.0, 24)];
        assert_eq!(test(&rows, 0.01, ALPHA), test(&rows, 0.01, ALPHA));
        assert_eq!(named(&rows), [Some(Direction::Slower), None]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn hostile_ratios_never_panic(rows in prop::collection::vec(prop::collection::vec(any::<f64>(), 0..9), 0..6)) {
            let rows: Vec<Rounds> = rows.iter().map(|ratios| row(ratios)).collect();
            let tested = test(&rows, 0.01, ALPHA);
            prop_assert_eq!(tested.len(), rows.len());
            for (row, tested) in rows.iter().zip(tested) {
                prop_assert_eq!(matches!(tested, Tested::TooFew(6)), row.len() < 6);
            }
        }

        #[test]
        fn exchanging_the_sides_exchanges_the_directions(ratios in prop::collection::vec(0.5_f64..2.0, 6..9)) {
            let turned: Vec<f64> = ratios.iter().map(|ratio| 1.0 / ratio).collect();
            let (one, other) = (test(&[row(&ratios)], 0.01, ALPHA)[0], test(&[row(&turned)], 0.01, ALPHA)[0]);
            match (one, other) {
                (Tested::Sure(a, p), Tested::Sure(b, q)) => {
                    prop_assert_eq!(p, q);
                    prop_assert!(a != b);
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
