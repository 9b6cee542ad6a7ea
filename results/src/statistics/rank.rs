//! Places, with equal ones where the difference is not certain.

use super::Interval;

/// How far from 1 a ratio still counts as 1.
pub const MARGIN: f64 = 0.01;

/// The place of each value, from 1, smallest first. A value shares the place of the group before it where it is the
/// `same` as that group's first; places after a shared one are left out (1, 1, 3). `same` takes indices.
#[must_use]
pub fn ranks(values: &[f64], same: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut first: Option<usize> = None;
    for (position, index) in order.into_iter().enumerate() {
        match first {
            Some(first) if same(index, first) => ranks[index] = ranks[first],
            _ => {
                ranks[index] = position as u32 + 1;
                first = Some(index);
            }
        }
    }
    ranks
}

/// Whether the interval of a ratio touches 1 +/- 1 %.
#[must_use]
pub fn touches_one(interval: Interval) -> bool {
    interval.low <= 1.0 + MARGIN && interval.high >= 1.0 - MARGIN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::hostile;

    fn within(values: &[f64], spread: f64) -> impl Fn(usize, usize) -> bool {
        move |a, b| {
            let estimate = values[a] / values[b];
            touches_one(Interval {
                estimate,
                low: estimate - spread,
                high: estimate + spread,
                coverage: 0.95,
                n: 9,
            })
        }
    }

    #[test]
    fn shares_places_that_are_not_certain() {
        let values = [3.0, 1.0, 1.02, 1.2];
        assert_eq!(ranks(&values, within(&values, 0.0)), [4, 1, 2, 3]);
        // 1.02 - 0.011 touches 1.01.
        assert_eq!(ranks(&values, within(&values, 0.011)), [4, 1, 1, 3]);
        assert_eq!(ranks(&values, within(&values, 5.0)), [1, 1, 1, 1]);
        assert_eq!(ranks(&[], within(&[], 0.0)), [0; 0]);
    }

    #[test]
    fn a_chain_of_small_steps_is_not_one_place() {
        // Each touches its neighbour; the last is certainly slower than the first.
        let values = [1.0, 1.04, 1.08];
        assert_eq!(ranks(&values, within(&values, 0.04)), [1, 1, 3]);
    }

    proptest! {
        #[test]
        fn never_panics(values in hostile::floats()) {
            prop_assert_eq!(ranks(&values, within(&values, 0.1)).len(), values.len());
        }

        #[test]
        fn a_smaller_value_never_has_a_later_place(values in hostile::times(12), spread in 0.0..0.5) {
            let ranks = ranks(&values, within(&values, spread));
            prop_assert!(ranks.contains(&1));
            for (a, b) in (0..values.len()).flat_map(|a| (0..values.len()).map(move |b| (a, b))) {
                prop_assert!(values[a] >= values[b] || ranks[a] <= ranks[b]);
            }
        }
    }
}
