//! One cell as people read it, the same in the page, the terminal and Markdown.

use wasmark_results::summary::{Cell, Distribution, Estimate, Ratio, Status, Window};

use crate::format;

/// A value with what belongs beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The value with its unit.
    pub value: String,
    /// Its interval; `None` where it has none.
    pub interval: Option<String>,
    /// What the interval is made of.
    pub basis: Option<String>,
    /// What else must be said beside the value.
    pub remark: Option<String>,
    /// The number to sort by.
    pub number: f64,
}

impl Shown {
    /// A number without an interval.
    pub fn exact(value: String, number: f64) -> Shown {
        Shown { value, interval: None, basis: None, remark: None, number }
    }
}

impl From<&Shown> for Shown {
    fn from(shown: &Shown) -> Shown {
        shown.clone()
    }
}

impl From<&Estimate> for Shown {
    fn from(estimate: &Estimate) -> Shown {
        // One process has no interval, and what does not vary needs none.
        let interval = (estimate.n > 1).then(|| format::interval_of(estimate));
        Shown {
            value: format::value(estimate.median, estimate.unit),
            interval,
            basis: Some(basis(estimate.coverage, estimate.n)),
            remark: (estimate.missing > 0).then(|| format!("{} more failed", estimate.missing)),
            number: estimate.median,
        }
    }
}

impl From<&Ratio> for Shown {
    fn from(ratio: &Ratio) -> Shown {
        Shown {
            value: format::factor(ratio.value),
            interval: (ratio.n > 1).then(|| format::interval(ratio.low, ratio.high, format::digits)),
            basis: Some(basis(ratio.coverage, ratio.n)),
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

fn basis(coverage: f64, n: u32) -> String {
    match n {
        1 => "one value, no interval".into(),
        _ => format!("n = {n}, {} interval", format::percent(coverage)),
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
