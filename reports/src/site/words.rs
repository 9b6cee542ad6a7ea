//! Changes and marks in words, for the page, the feed and the terminal.

use wasmark_results::{
    history::{Change, History, Mark, Series},
    summary::Unit,
};

use crate::format;

/// So many characters of a hash are shown.
const HASH: usize = 10;

/// What a mark is of: `version 47.0.4 to 48.0.8`.
#[must_use]
pub fn mark(mark: &Mark) -> String {
    let hash = |text: &str| text.chars().take(HASH).collect::<String>();
    let known = |text: &str| if text.is_empty() { "not known".to_owned() } else { text.to_owned() };
    match mark.what.as_str() {
        what @ ("worker" | "module") => {
            format!("another {what} ({} to {})", hash(&mark.before), hash(&mark.after))
        }
        what => format!("{what} {} to {}", known(&mark.before), known(&mark.after)),
    }
}

/// The size of a change: `1.05×`, or both values where there is no ratio.
#[must_use]
pub fn size(series: &Series, change: &Change) -> String {
    match &change.ratio {
        Some(ratio) => factor(ratio.value),
        None => format!("{} to {}", value(series.unit, change.before), value(series.unit, change.after)),
    }
}

/// A ratio near 1 with three decimals: three digits would show 1.00 for 1.004.
#[must_use]
pub fn factor(ratio: f64) -> String {
    if (0.5..2.0).contains(&ratio) { format!("{ratio:.3}×") } else { format::factor(ratio) }
}

/// The interval of a change's ratio, where it has one.
#[must_use]
pub fn interval(change: &Change) -> Option<String> {
    let ratio = change.ratio.as_ref()?;
    (ratio.low < ratio.high).then(|| format::interval(ratio.low, ratio.high, factor))
}

/// A value in its unit.
#[must_use]
pub fn value(unit: Unit, value: f64) -> String {
    format::value(value, unit)
}

/// The day of a time in RFC 3339.
#[must_use]
pub fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// What a history is of: `60 runs on machines of 2 classes, 2026-09-01 to 2026-11-29; 84 series, 3 of them with changes`.
#[must_use]
pub fn scope(history: &History) -> String {
    let days: Vec<&str> = history.runs.iter().map(|run| day(&run.started)).collect();
    let days = match (days.first(), days.last()) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(day), _) => format!(", {day}"),
        _ => String::new(),
    };
    format!(
        "{} on machines of {}{days}; {}, {} of them with changes",
        format::counted(history.runs.len(), "run", "runs"),
        format::counted(history.machines.len(), "class", "classes"),
        format::counted(history.series.len(), "series", "series"),
        history.changed().len()
    )
}

/// What a change is, and what it is not.
#[must_use]
pub fn meaning(history: &History) -> String {
    format!(
        "A change is a place from which on the values have another distribution (E-divisive means; each series has a chance \
         of at most {} % of a false one). It does not gate anything, and what stands beside it need not be its cause.",
        history.alpha * 100.0
    )
}
