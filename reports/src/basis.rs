//! What an interval rests on: how many values, and how often such an interval covers the true one. Stated once for a
//! table, and beside each value whose interval rests on something else.

use wasmark_results::summary::{Estimate, Ratio, Samples};

use crate::format;

/// What has the interval: its coverage is made in another way for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A value.
    Value,
    /// A ratio of two.
    Ratio,
}

/// What an interval rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Basis {
    /// What has the interval.
    pub of: Of,
    /// How many values it is made from.
    pub n: u32,
    /// What they are.
    pub samples: Samples,
    /// How often such an interval covers the true value, in 0..=1.
    pub coverage: f64,
}

impl From<&Estimate> for Basis {
    fn from(one: &Estimate) -> Basis {
        Basis { of: Of::Value, n: one.n, samples: one.samples, coverage: one.coverage }
    }
}

impl From<&Ratio> for Basis {
    fn from(one: &Ratio) -> Basis {
        Basis { of: Of::Ratio, n: one.n, samples: Samples::Processes, coverage: one.coverage }
    }
}

impl Basis {
    /// What stands beside one interval: `n = 3, 75 %`.
    #[must_use]
    pub fn beside(self) -> String {
        format!("n\u{a0}=\u{a0}{}, {}", self.n, format::percent(self.coverage))
    }

    /// The same in words.
    #[must_use]
    pub fn words(self) -> String {
        match self.n {
            1 => "one value, no interval".into(),
            n => format!("n = {n}, {} interval", format::percent(self.coverage)),
        }
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

/// What many intervals of a table rest on, of values and of ratios: stated once beneath it. Of several such bases it is the
/// one with the most values, so that what stands beside an interval is a weaker basis.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usual {
    value: Option<Basis>,
    ratio: Option<Basis>,
}

impl Usual {
    /// Of these intervals: the basis with the most values of those that a quarter of the intervals or more have.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = Basis>) -> Usual {
        let mut counts: Vec<(usize, Basis)> = Vec::new();
        for one in all {
            match counts.iter_mut().find(|(_, basis)| *basis == one) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, one)),
            }
        }
        let usual = |of: Of| {
            let of_kind = || counts.iter().filter(|(_, basis)| basis.of == of);
            let all: usize = of_kind().map(|(count, _)| count).sum();
            let common = |count: usize, n: u32| if count * 4 >= all { n } else { 0 };
            let most = of_kind().max_by_key(|(count, basis)| (common(*count, basis.n), *count, basis.n));
            most.map(|(_, basis)| *basis)
        };
        Usual { value: usual(Of::Value), ratio: usual(Of::Ratio) }
    }

    /// Those that are stated once.
    pub fn all(self) -> impl Iterator<Item = Basis> {
        self.value.into_iter().chain(self.ratio)
    }

    /// Whether nothing has to stand beside an interval that rests on this.
    #[must_use]
    pub fn states(self, basis: Basis) -> bool {
        self.all().any(|one| one == basis)
    }

    /// The statement; `None` of a table without intervals.
    #[must_use]
    pub fn once(self) -> Option<String> {
        let one = |basis: Basis| format!("{} ({} coverage)", basis.count(), format::percent(basis.coverage));
        let rest = match (self.value, self.ratio) {
            (None, None) => return None,
            (Some(value), None) => format!("Intervals rest on {}", one(value)),
            (None, Some(ratio)) => format!("Intervals rest on {}", one(ratio)),
            (Some(value), Some(ratio)) => {
                format!("Intervals rest on {}, those of ratios on {}", one(value), one(ratio))
            }
        };
        Some(format!("{rest}, where nothing else stands beside them."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(of: Of, n: u32, coverage: f64) -> Basis {
        Basis { of, n, samples: Samples::Processes, coverage }
    }

    #[test]
    fn what_most_intervals_share_is_stated_once_for_values_and_for_ratios() {
        let (six, three) = (basis(Of::Value, 6, 0.968_75), basis(Of::Value, 3, 0.75));
        let ratio = basis(Of::Ratio, 6, 0.95);
        let usual = Usual::new([six, three, six, ratio]);
        assert!(usual.states(six) && usual.states(ratio) && !usual.states(three));
        assert_eq!(
            usual.once().expect("a statement").replace('\u{a0}', " "),
            "Intervals rest on 6 processes (96 % coverage), those of ratios on 6 processes (95 % coverage), where nothing \
             else stands beside them."
        );
        assert!(Usual::new([three, six]).states(six));
        assert!(Usual::new([three, three, three, six]).states(six), "a quarter is enough");
        assert!(Usual::new([three, three, three, three, six]).states(three));
        assert_eq!(Usual::new([]).once(), None);
    }

    #[test]
    fn a_basis_has_a_compact_form() {
        assert_eq!(basis(Of::Value, 3, 0.75).beside().replace('\u{a0}', " "), "n = 3, 75 %");
    }
}
