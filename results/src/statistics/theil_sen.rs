//! A robust straight line: Theil (1950), Sen (1968).

use super::{Interval, median::median, middle, sorted, widest_cut};

/// A line through points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The median of the slopes between all pairs of points, with the exact interval that inverts Kendall's test;
    /// `n` counts the points.
    pub slope: Interval,
    /// The median of what is left of the points below a line with that slope.
    pub intercept: f64,
}

/// The line through the points `(x, y)`. Points with equal `x` count once, as their median. `None` with fewer than
/// two different `x`, or where a coordinate or a slope is not finite.
#[must_use]
pub fn line(points: &[(f64, f64)]) -> Option<Line> {
    let points = one_per_x(points)?;
    let slopes: Vec<f64> = pairs(points.len()).map(|(a, b)| slope(points[a], points[b])).collect();
    let slopes = sorted(&slopes)?;
    let slope = middle(&slopes);
    let residuals: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
    let intercept = median(&residuals)?.estimate;

    let tails = kendall_tails(points.len());
    // The true slope lies below the one at index `cut` only where at most `cut` pairs are out of order.
    let (cut, coverage) = widest_cut(slopes.len(), |cut| tails[cut]);
    let (low, high) = (slopes[cut], slopes[slopes.len() - 1 - cut]);
    Some(Line { slope: Interval { estimate: slope, low, high, coverage, n: points.len() }, intercept })
}

fn one_per_x(points: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    let mut xs = sorted(&points.iter().map(|point| point.0).collect::<Vec<_>>())?;
    xs.dedup();
    xs.into_iter()
        .map(|x| {
            let ys: Vec<f64> = points.iter().filter(|point| point.0 == x).map(|point| point.1).collect();
            Some((x, median(&ys)?.estimate))
        })
        .collect()
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)))
}

fn slope(a: (f64, f64), b: (f64, f64)) -> f64 {
    (b.1 - a.1) / (b.0 - a.0)
}

/// `tails[k]`: the probability that a random order of `n` things has at most `k` pairs out of order, for `k` up to
/// half of all pairs: the null distribution of Kendall's statistic.
fn kendall_tails(n: usize) -> Vec<f64> {
    let half = n * n.saturating_sub(1) / 4;
    let mut probabilities = vec![0.0; half + 1];
    probabilities[0] = 1.0;
    for size in 2..=n {
        // The next thing goes before 0 to size - 1 of the others, each equally likely.
        probabilities = (0..=half)
            .map(|k| probabilities[(k + 1).saturating_sub(size)..=k].iter().sum::<f64>() / size as f64)
            .collect();
    }
    let mut sum = 0.0;
    probabilities
        .into_iter()
        .map(|probability| {
            sum += probability;
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::hostile;

    /// Hollander and Wolfe, Nonparametric Statistical Methods, example 9.1 (cloud seeding): five years and their
    /// double ratios. The ten slopes, by hand: -.15 -.13 -.08 -.07 -.0575 -.055 -.045 -.0333 .01 .04.
    const CLOUD_SEEDING: [(f64, f64); 5] = [(1.0, 1.26), (2.0, 1.27), (3.0, 1.12), (4.0, 1.16), (5.0, 1.03)];

    #[test]
    fn agrees_with_the_published_example() {
        let line = line(&CLOUD_SEEDING).expect("a line");
        assert!((line.slope.estimate - -0.05625).abs() < 1e-9, "{line:?}");
        // 1 of the 120 orders of five has no pair out of order: 1 - 2/120.
        assert!((line.slope.coverage - (1.0 - 2.0 / 120.0)).abs() < 1e-12);
        assert!((line.slope.low - -0.15).abs() < 1e-9 && (line.slope.high - 0.04).abs() < 1e-9);
        // y + 0.05625 x: 1.31625 1.3825 1.28875 1.385 1.31125.
        assert!((line.intercept - 1.31625).abs() < 1e-9);
    }

    /// Kendall, Rank Correlation Methods, the table of S: P(S >= s) for n things. S is all pairs less twice the
    /// pairs out of order.
    const KENDALL: [(usize, usize, f64); 6] =
        [(4, 6, 0.042), (5, 8, 0.042), (6, 11, 0.028), (8, 16, 0.031), (9, 20, 0.022), (10, 21, 0.036)];

    #[test]
    fn kendalls_distribution_agrees_with_the_table() {
        for (n, s, probability) in KENDALL {
            let out_of_order = (n * (n - 1) / 2 - s) / 2;
            let tail = kendall_tails(n)[out_of_order];
            assert!((tail - probability).abs() < 0.0006, "n = {n}, S = {s}: {tail}");
        }
    }

    #[test]
    fn an_outlier_moves_nothing() {
        // 1000 + 50 n, one point wildly off.
        let mut points: Vec<(f64, f64)> =
            [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0].iter().map(|n| (*n, 1000.0 + 50.0 * n)).collect();
        points[3].1 = 9e9;
        let line = line(&points).expect("a line");
        assert_eq!((line.slope.estimate, line.intercept, line.slope.n), (50.0, 1000.0, 6));
    }

    #[test]
    fn no_line_without_two_places() {
        assert_eq!(line(&[]), None);
        assert_eq!(line(&[(1.0, 2.0)]), None);
        assert_eq!(line(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(line(&[(1.0, f64::NAN), (2.0, 3.0)]), None);
        let two = line(&[(1.0, 2.0), (3.0, 6.0)]).expect("a line");
        assert_eq!((two.slope.estimate, two.intercept, two.slope.coverage), (2.0, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn never_panics(xs in hostile::floats(), ys in hostile::floats()) {
            let points: Vec<(f64, f64)> = xs.into_iter().zip(ys).collect();
            if let Some(line) = line(&points) {
                prop_assert!(line.slope.estimate.is_finite() && line.intercept.is_finite());
            }
        }

        #[test]
        fn any_order_and_scale(ys in hostile::times(12)) {
            let points: Vec<(f64, f64)> = (1..).map(f64::from).zip(ys).collect();
            let backwards: Vec<(f64, f64)> = points.iter().rev().copied().collect();
            prop_assert_eq!(line(&backwards), line(&points));
            let Some(fitted) = line(&points) else { return Ok(()) };
            prop_assert!(fitted.slope.low <= fitted.slope.estimate && fitted.slope.estimate <= fitted.slope.high);
            let scaled: Vec<(f64, f64)> = points.iter().map(|(x, y)| (*x, y * 2.0)).collect();
            let scaled = line(&scaled).expect("as the other");
            prop_assert_eq!(scaled.slope.estimate, fitted.slope.estimate * 2.0);
            prop_assert_eq!(scaled.intercept, fitted.intercept * 2.0);
        }
    }
}
