//! What an interval rests on: how many values, and how often such an interval covers the true one. Stated once for a
//! table, and beside each value whose interval rests on something else.

use std::collections::BTreeMap;

use wasmark_results::summary::{Cell, Estimate, Ratio, Samples};

use crate::{format, shown::Shown};

/// What an interval rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Basis {
    /// How many values.
    pub n: u32,
    /// What they are.
    pub samples: Samples,
    /// How often such an interval covers the true value, in 0..=1.
    pub coverage: f64,
}

impl From<&Estimate> for Basis {
    fn from(one: &Estimate) -> Basis {
        Basis { n: one.n, samples: one.samples, coverage: one.coverage }
    }
}

impl From<&Ratio> for Basis {
    fn from(one: &Ratio) -> Basis {
        Basis { n: one.n, samples: Samples::Processes, coverage: one.coverage }
    }
}

impl Basis {
    /// What stands beside one interval: `n = 3, 75 %`.
    #[must_use]
    pub fn beside(self) -> String {
        format!("n\u{a0}=\u{a0}{}, {}", self.n, format::percent(self.coverage))
    }

    /// What stands once beneath a table, about every interval that has nothing beside it.
    #[must_use]
    pub fn once(self) -> String {
        format!(
            "Intervals rest on {} and cover the true value with {}, where nothing else stands beside them.",
            self.count(),
            format::percent(self.coverage)
        )
    }

    /// How many values of what kind.
    #[must_use]
    pub fn count(self) -> String {
        match self.samples {
            Samples::Processes => format::plural(u64::from(self.n), "process", "processes"),
            Samples::Points => format::plural(u64::from(self.n), "point", "points"),
        }
    }
}

/// The basis that most intervals of a table share, and of equally many the one with more values; `None` of no
/// intervals.
#[must_use]
pub fn usual(all: impl IntoIterator<Item = Basis>) -> Option<Basis> {
    let mut counts: BTreeMap<(u32, u64, bool), (u32, Basis)> = BTreeMap::new();
    for one in all {
        let key = (one.n, one.coverage.to_bits(), one.samples == Samples::Points);
        counts.entry(key).or_insert((0, one)).0 += 1;
    }
    counts.into_values().max_by_key(|(count, basis)| (*count, basis.n)).map(|(_, basis)| basis)
}

/// The basis that most intervals of these cells share.
#[must_use]
pub fn usual_of<'a>(cells: impl IntoIterator<Item = &'a Cell<Shown>>) -> Option<Basis> {
    usual(cells.into_iter().filter_map(|cell| cell.measured()?.rests_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(n: u32, coverage: f64) -> Basis {
        Basis { n, samples: Samples::Processes, coverage }
    }

    #[test]
    fn the_usual_basis_is_what_most_intervals_share() {
        let (six, three) = (basis(6, 0.968_75), basis(3, 0.75));
        assert_eq!(usual([six, three, six]), Some(six));
        assert_eq!(usual([three, six]), Some(six));
        assert_eq!(usual([]), None);
    }

    #[test]
    fn a_basis_has_a_compact_form_and_a_sentence() {
        assert_eq!(basis(3, 0.75).beside().replace('\u{a0}', " "), "n = 3, 75 %");
        assert_eq!(
            basis(6, 0.968_75).once().replace('\u{a0}', " "),
            "Intervals rest on 6 processes and cover the true value with 96 %, where nothing else stands beside them."
        );
    }
}
