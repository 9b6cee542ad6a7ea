//! What stands beside a value about how sure it is.

use wasmark_results::summary::Estimate;

use crate::{
    basis::Basis,
    format::{interval, value},
};

/// An estimate's interval, or why it has none.
pub fn interval_of(estimate: &Estimate) -> String {
    let spread = Spread::new(estimate.low, estimate.high, estimate.into(), |end| value(end, estimate.unit));
    spread.text().to_owned()
}

/// What stands beside a value about how sure it is. Values that do not differ are no certainty: three processes agree
/// by chance, or because the unit is coarse.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// Both ends of an interval, which rests on a [`Basis`].
    Interval(String),
    /// How many values there are, where they show no interval.
    None(String),
}

impl Spread {
    /// Of an interval that rests on `basis`, by the formatter of its value.
    pub fn new(low: f64, high: f64, basis: Basis, format: impl Fn(f64) -> String) -> Spread {
        // Of fewer values the interval is their whole range.
        const WHOLE_RANGE: u32 = 8;
        let count = basis.count();
        if basis.n == 1 {
            Spread::None(count)
        } else if low == high {
            let how_many = if basis.n <= WHOLE_RANGE { "all" } else { "most" };
            Spread::None(format!("{count}, {how_many} equal"))
        } else if format(low) == format(high) {
            Spread::None(format!("{count}, equal to 3\u{a0}digits"))
        } else {
            Spread::Interval(interval(low, high, format))
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        match self {
            Spread::Interval(text) | Spread::None(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use wasmark_results::summary::Samples;

    use super::*;
    use crate::{basis::Of, format::bytes};

    #[test]
    fn values_that_do_not_differ_show_how_many_they_are() {
        let spread = |low, high, n| {
            let basis = Basis { of: Of::Value, n, samples: Samples::Processes, coverage: 0.75 };
            Spread::new(low, high, basis, bytes)
        };
        assert_eq!(spread(67_789.0, 67_789.0, 3), Spread::None("3\u{a0}processes, all equal".into()));
        assert_eq!(spread(67_789.0, 67_789.0, 9), Spread::None("9\u{a0}processes, most equal".into()));
        assert_eq!(
            spread(67_789.0, 67_790.0, 3),
            Spread::None("3\u{a0}processes, equal to 3\u{a0}digits".into())
        );
        assert_eq!(spread(5.0, 5.0, 1), Spread::None("1\u{a0}process".into()));
        assert_eq!(spread(67_789.0, 71_680.0, 3), Spread::Interval("66.2–70.0\u{a0}KiB".into()));
    }
}
