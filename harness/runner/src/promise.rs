//! Compares the announced duration with the current estimate. If the estimate changes by more than a quarter, it gives
//! the reason as a line. Pure: the caller reads the clock.

/// How far the time may move, as a share of what was promised, before it is promised anew.
const TOLERANCE: f64 = 0.25;
/// A difference of less than this many seconds is no news.
const LEAST: f64 = 5.0;

/// How long everything should take from the moment of the promise.
#[derive(Debug)]
pub struct Promise {
    total: f64,
    /// The process that differed most from what was expected of it, since the last promise.
    cause: Option<Cause>,
}

/// A process that took another time than was expected, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Its name, for people.
    pub name: String,
    /// What it took, or takes so far.
    pub took: f64,
    /// What it should take.
    pub expected: f64,
    /// Whether it still runs.
    pub running: bool,
}

impl Cause {
    fn weight(&self) -> f64 {
        (self.took - self.expected).abs()
    }

    fn words(&self) -> String {
        let verb = if self.running { "has taken" } else { "took" };
        let so_far = if self.running { " so far" } else { "" };
        format!(
            "{} {verb} {}{so_far}, where {} was expected",
            self.name,
            short(self.took),
            short(self.expected)
        )
    }
}

impl Promise {
    /// A promise of so many seconds.
    #[must_use]
    pub fn new(total: f64) -> Promise {
        Promise { total, cause: None }
    }

    /// Notes what a process took that has ended.
    pub fn note(&mut self, cause: Cause) {
        if self.cause.as_ref().is_none_or(|known| known.weight() < cause.weight()) {
            self.cause = Some(cause);
        }
    }

    /// The line to print where `elapsed` and `left` seconds together are no longer what was promised; `running` is the
    /// process that is furthest beyond what was expected of it.
    pub fn renew(&mut self, elapsed: f64, left: f64, running: Option<Cause>) -> Option<String> {
        let total = elapsed + left;
        let moved = (total - self.total).abs();
        if moved <= TOLERANCE * self.total || moved < LEAST {
            return None;
        }
        let cause = running
            .into_iter()
            .chain(self.cause.take())
            .max_by(|one, other| one.weight().total_cmp(&other.weight()));
        let line = format!(
            "now about {} in all, not {}{}",
            duration(total),
            duration(self.total),
            cause.map(|cause| format!(": {}", cause.words())).unwrap_or_default()
        );
        self.total = total;
        Some(line)
    }

    /// The seconds that are promised now.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }
}

/// A duration for people: `45 s`, `4 min`, `1 h 20 min`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A duration with a digit behind the point where it is short.
fn short(seconds: f64) -> String {
    if seconds < 10.0 { format!("{seconds:.1} s") } else { duration(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!([0.4, 45.0, 121.0, 6000.0].map(duration), ["0 s", "45 s", "3 min", "1 h 40 min"]);
    }

    fn cause(name: &str, took: f64, expected: f64, running: bool) -> Cause {
        Cause { name: name.into(), took, expected, running }
    }

    #[test]
    fn a_promise_holds_within_a_quarter() {
        let mut promise = Promise::new(100.0);
        promise.note(cause("a", 30.0, 10.0, false));
        assert_eq!(promise.renew(50.0, 70.0, None), None);
        assert_eq!(promise.renew(50.0, 30.0, None), None);
        // A fifth of a second more is a quarter of next to nothing.
        assert_eq!(Promise::new(0.2).renew(0.3, 0.2, None), None);
    }

    #[test]
    fn a_promise_that_moves_is_renewed_with_the_largest_cause() {
        let mut promise = Promise::new(100.0);
        promise.note(cause("a", 30.0, 10.0, false));
        promise.note(cause("b", 9.0, 0.5, false));
        let line = promise.renew(50.0, 90.0, None).expect("a line");
        assert_eq!(line, "now about 3 min in all, not 100 s: a took 30 s, where 10 s was expected");
        assert_eq!(promise.renew(60.0, 80.0, None), None, "it is printed once");
        let line = promise.renew(150.0, 60.0, Some(cause("c", 62.0, 2.0, true))).expect("a line");
        assert_eq!(
            line,
            "now about 4 min in all, not 3 min: c has taken 62 s so far, where 2.0 s was expected"
        );
    }

    #[test]
    fn less_than_promised_is_news_too() {
        let line = Promise::new(600.0).renew(10.0, 100.0, None);
        assert_eq!(line.as_deref(), Some("now about 110 s in all, not 10 min"));
    }
}
