//! One cell as people read it, the same in the page, the terminal and Markdown.

use wasmark_results::summary::{Cell, Distribution, Estimate, Ratio, Status, Window};

use crate::{
    basis::Basis,
    format::{self, Spread},
};

/// A value with what belongs beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The value with its unit.
    pub value: String,
    /// Its interval, or how many values there are where they show none; `None` of an exact number.
    pub interval: Option<String>,
    /// What the interval rests on; `None` where `interval` is none.
    pub rests_on: Option<Basis>,
    /// The same in words, with what else is known of the value.
    pub basis: Option<String>,
    /// What else must be said beside the value.
    pub remark: Option<String>,
    /// The number to sort by.
    pub number: f64,
}

impl Shown {
    /// A number without an interval.
    pub fn exact(value: String, number: f64) -> Shown {
        Shown { value, interval: None, rests_on: None, basis: None, remark: None, number }
    }
}

impl From<&Shown> for Shown {
    fn from(shown: &Shown) -> Shown {
        shown.clone()
    }
}

impl From<&Estimate> for Shown {
    fn from(estimate: &Estimate) -> Shown {
        let basis = Basis::from(estimate);
        let spread = Spread::new(estimate.low, estimate.high, basis, |end| format::value(end, estimate.unit));
        Shown {
            value: format::value(estimate.median, estimate.unit),
            rests_on: rests_on(&spread, basis),
            interval: Some(spread.text().to_owned()),
            basis: Some(words(basis)),
            remark: (estimate.missing > 0).then(|| format!("{} more failed", estimate.missing)),
            number: estimate.median,
        }
    }
}

impl From<&Ratio> for Shown {
    fn from(ratio: &Ratio) -> Shown {
        let value = format::factor(ratio.value);
        // A configuration against itself: exact, whatever was measured.
        if (ratio.value, ratio.low, ratio.high) == (1.0, 1.0, 1.0) {
            return Shown::exact(value, ratio.value);
        }
        let basis = Basis::from(ratio);
        let spread = Spread::new(ratio.low, ratio.high, basis, format::digits);
        Shown {
            value,
            rests_on: rests_on(&spread, basis),
            interval: Some(spread.text().to_owned()),
            basis: Some(words(basis)),
            remark: None,
            number: ratio.value,
        }
    }
}

impl From<&Window> for Shown {
    fn from(window: &Window) -> Shown {
        let mut shown = Shown::from(&window.wall);
        if let Some(cpu) = &window.cpu {
            shown.basis =
                shown.basis.map(|basis| format!("{basis}; CPU {}", format::value(cpu.median, cpu.unit)));
        }
        shown
    }
}

impl From<&Distribution> for Shown {
    fn from(distribution: &Distribution) -> Shown {
        Shown::from(&distribution.typical)
    }
}

fn rests_on(spread: &Spread, basis: Basis) -> Option<Basis> {
    matches!(spread, Spread::Interval(_)).then_some(basis)
}

fn words(basis: Basis) -> String {
    match basis.n {
        1 => "one value, no interval".into(),
        n => format!("n = {n}, {} interval", format::percent(basis.coverage)),
    }
}

/// The words for a cell without a value, and its reason where it has one.
pub fn absence<T>(cell: &Cell<T>) -> Option<(&'static str, &str)> {
    match cell {
        Cell::Measured(_) => None,
        Cell::Unsupported(reason) => Some((status(Status::Unsupported), reason)),
        Cell::Failed(reason) => Some((status(Status::Failed), reason)),
        Cell::TimedOut(reason) => Some((status(Status::TimedOut), reason)),
        Cell::WrongOutput(reason) => Some((status(Status::WrongOutput), reason)),
        Cell::NotMeasured => Some(("not measured", "")),
    }
}

/// A problem's kind in words.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Unsupported => "unsupported",
        Status::Failed => "failed",
        Status::TimedOut => "timed out",
        Status::WrongOutput => "wrong output",
    }
}
