//! One cell as people read it, the same in the page, the terminal and Markdown.

use wasmark_results::summary::{
    Bound, Cell, Distribution, Estimate, Factor, Instances, Ratio, Status, Window,
    noise::{WIDE, is_wide},
    waiting::{Waited, WaitedFactor, waited_of},
};

use crate::{
    basis::{Basis, Of, Usual},
    format,
    interval::Spread,
};

/// Stands behind a value whose interval is wide.
pub const MARK: &str = "†";
/// Stands behind the value that is first of its tier kind.
pub const FIRST: &str = "*";

/// The place of a value within its tier kind, where it is not the only one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// From 1; shared where the intervals do not decide.
    pub rank: u32,
    /// To the least value.
    pub factor: Option<Factor>,
}

/// A value with what belongs beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The value with its unit.
    pub value: String,
    /// Its interval, or how many values there are where they show none; `None` of an exact number.
    pub interval: Option<String>,
    /// What the interval rests on; `None` where `interval` is none.
    pub rests_on: Option<Basis>,
    /// The same in words, with what else is known of the value.
    pub basis: Option<String>,
    /// What else must stand beside the value.
    pub remarks: Vec<String>,
    /// Whether its interval is wider than [`WIDE`] of it.
    pub wide: bool,
    /// Whether it is of work that waited, so that its CPU time is among the remarks.
    pub waited: bool,
    /// The number to sort by.
    pub number: f64,
    /// Its place; none where it is compared with nothing.
    pub place: Option<Place>,
}

impl Rendered {
    /// A number without an interval.
    pub fn exact(value: String, number: f64) -> Rendered {
        Rendered {
            value,
            interval: None,
            rests_on: None,
            basis: None,
            remarks: Vec::new(),
            wide: false,
            waited: false,
            number,
            place: None,
        }
    }

    /// Whether it is first of its tier kind.
    pub fn is_first(&self) -> bool {
        self.place.is_some_and(|place| place.rank == 1)
    }

    /// The value, with [`MARK`] where its interval is wide and [`FIRST`] where it is first.
    pub fn marked(&self) -> String {
        let marks = [(self.wide, MARK), (self.is_first(), FIRST)];
        let marks = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark);
        std::iter::once(self.value.as_str()).chain(marks).collect::<Vec<_>>().join("\u{a0}")
    }

    /// What stands beside or beneath the value: its interval, what that rests on where it is not the table's `usual`,
    /// and the remarks.
    pub fn beside(&self, usual: Usual) -> Vec<String> {
        let basis = self.rests_on.filter(|basis| !usual.states(*basis)).map(Basis::beside);
        self.interval.iter().cloned().chain(basis).chain(self.remarks.iter().cloned()).collect()
    }

    /// The same with the CPU time beside it, where the work waited.
    pub fn beside_cpu(mut self, waited: Option<Waited>) -> Rendered {
        if let Some(Waited { share, cpu }) = waited {
            self.waited = true;
            self.remarks.push(format!("waited {}", format::percent(share)));
            self.remarks.push(format!("CPU {}", format::time(cpu)));
        }
        self
    }

    /// The same of a factor over `all` workloads: how many waited, and the factor by CPU time.
    pub fn beside_cpu_factor(mut self, waited: Option<WaitedFactor>, all: usize) -> Rendered {
        if let Some(WaitedFactor { workloads, by_cpu }) = waited {
            self.waited = true;
            self.remarks.push(match all {
                1 => "waited".to_owned(),
                _ => format!("{} of {all} waited", workloads.len()),
            });
            self.remarks.extend(by_cpu.map(|factor| format!("by CPU {}", format::factor(factor))));
        }
        self
    }
}

impl From<&Rendered> for Rendered {
    fn from(shown: &Rendered) -> Rendered {
        shown.clone()
    }
}

impl From<&Estimate> for Rendered {
    fn from(estimate: &Estimate) -> Rendered {
        let basis = Basis::from(estimate);
        let spread = Spread::new(estimate.low, estimate.high, basis, |end| format::value(end, estimate.unit));
        let missing = (estimate.missing > 0).then(|| format!("{} more failed", estimate.missing));
        Rendered {
            value: format::value(estimate.median, estimate.unit),
            rests_on: rests_on(&spread, basis),
            interval: Some(spread.text().to_owned()),
            basis: Some(basis.words()),
            remarks: missing.into_iter().collect(),
            wide: estimate.n > 1 && estimate.is_wide(),
            waited: false,
            number: estimate.median,
            place: None,
        }
    }
}

impl From<&Ratio> for Rendered {
    fn from(ratio: &Ratio) -> Rendered {
        let value = format::factor(ratio.value);
        // A configuration against itself: exact, whatever was measured.
        if (ratio.value, ratio.low, ratio.high) == (1.0, 1.0, 1.0) {
            return Rendered::exact(value, ratio.value);
        }
        let basis = Basis::from(ratio);
        let spread = Spread::new(ratio.low, ratio.high, basis, format::digits);
        Rendered {
            value,
            rests_on: rests_on(&spread, basis),
            interval: Some(spread.text().to_owned()),
            basis: Some(basis.words()),
            remarks: Vec::new(),
            wide: ratio.n > 1 && is_wide(ratio.low, ratio.value, ratio.high),
            waited: false,
            number: ratio.value,
            place: None,
        }
    }
}

impl From<&Bound> for Rendered {
    fn from(bound: &Bound) -> Rendered {
        // A number that ends at a whole-number limit is whole, too.
        let mut shown = instances(&bound.instances, format::count);
        shown.remarks.push(bound.limit.name().to_owned());
        shown
    }
}

impl From<&Instances> for Rendered {
    fn from(one: &Instances) -> Rendered {
        instances(one, format::rounded)
    }
}

/// A number of instances in the format of `number`.
fn instances(one: &Instances, number: fn(f64) -> String) -> Rendered {
    let &Instances { value, low, high, coverage, n, samples } = one;
    let basis = Basis { of: Of::Value, n, samples, coverage };
    let spread = match high {
        None if n > 1 => Spread::Interval(format!("{} or more", number(low))),
        _ => Spread::new(low, high.unwrap_or(value), basis, number),
    };
    Rendered {
        value: number(value),
        rests_on: rests_on(&spread, basis),
        interval: Some(spread.text().to_owned()),
        basis: Some(basis.words()),
        remarks: Vec::new(),
        wide: n > 1 && high.is_none_or(|high| is_wide(low, value, high)),
        waited: false,
        number: value,
        place: None,
    }
}

impl From<&Window> for Rendered {
    fn from(window: &Window) -> Rendered {
        Rendered::from(&window.wall).beside_cpu(waited_of(&window.wall, window.cpu.as_ref()))
    }
}

impl From<&Distribution> for Rendered {
    fn from(distribution: &Distribution) -> Rendered {
        let waited = waited_of(&distribution.typical, distribution.cpu.as_ref());
        Rendered::from(&distribution.typical).beside_cpu(waited)
    }
}

fn rests_on(spread: &Spread, basis: Basis) -> Option<Basis> {
    matches!(spread, Spread::Interval(_)).then_some(basis)
}

/// What [`MARK`] means.
pub fn wide_note() -> String {
    format!("{MARK} The interval is wider than {} of the value.", format::percent(WIDE))
}

/// What [`FIRST`] means.
pub fn first_note() -> String {
    format!("{FIRST} First of its tier kind; several where their intervals touch.")
}

/// What “waited” and “CPU” in a cell mean.
pub const WAITED_NOTE: &str = "waited: the share of the wall time in which no thread of the process ran, where it is above a \
     tenth; CPU: what the work itself took. Of a factor: how many of its workloads waited on one side.";

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

#[cfg(test)]
mod tests {
    use super::*;
    use wasmark_results::summary::{Samples, Unit};

    fn estimate(low: f64, median: f64, high: f64) -> Estimate {
        Estimate {
            median,
            low,
            high,
            coverage: 0.97,
            n: 6,
            samples: Samples::Processes,
            source: None,
            missing: 0,
            unit: Unit::Nanoseconds,
        }
    }

    #[test]
    fn the_cell_of_the_issue_is_marked_and_has_its_cpu_time() {
        let wall = estimate(9.7e6, 13.6e6, 20.5e6);
        let shown = Rendered::from(&Window { wall, cpu: Some(estimate(3.54e6, 3.59e6, 3.64e6)) });
        assert_eq!(shown.marked().replace('\u{a0}', " "), "13.6 ms †");
        let remarks: Vec<_> = shown.remarks.iter().map(|one| one.replace('\u{a0}', " ")).collect();
        assert_eq!(remarks, ["waited 73 %", "CPU 3.59 ms"]);
        let threads = Window { wall: estimate(9.9e6, 10e6, 10.1e6), cpu: Some(estimate(1e7, 3e7, 4e7)) };
        assert_eq!(Rendered::from(&threads).remarks, Vec::<String>::new(), "CPU above wall time is threads");
    }

    #[test]
    fn instances_are_no_more_exact_than_their_slope() {
        let instances = |high| Instances {
            value: 435_771.0,
            low: 419_430.0,
            high,
            coverage: 0.75,
            n: 3,
            samples: Samples::Processes,
        };
        let shown = Rendered::from(&instances(Some(450_000.0)));
        assert_eq!((shown.value.as_str(), shown.wide), ("436\u{202f}000", false));
        assert_eq!(shown.interval.as_deref(), Some("419\u{202f}000–450\u{202f}000"));
        let open = Rendered::from(&instances(None));
        assert_eq!((open.interval.as_deref(), open.wide), (Some("419\u{202f}000 or more"), true));
    }
}
