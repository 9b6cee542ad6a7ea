//! The words for what was found; and the text for a terminal.

use std::fmt::Write;

use wasmark_gate::{
    exact::{Change, Exact},
    judge::Verdict,
    ratio::Ratio,
    validity::Validity,
};
use wasmark_reports::format;

use super::headline::headline;
use crate::gate::{
    bench::Ended,
    document::{Cell, Count, Document, Outcome},
    policy::Lane,
};

/// How much a reader has to know of a cell: what comes first is shown first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Whatever fails the gate, or would.
    Alarm,
    /// What could not be decided.
    Unsure,
    /// What became better.
    Better,
    /// Everything else.
    Quiet,
}

/// One cell in words.
pub struct Line {
    /// How much a reader has to know of it.
    pub weight: Weight,
    /// Its name.
    pub name: String,
    /// One word.
    pub word: String,
    /// The change, or a dash.
    pub change: String,
    /// Everything else.
    pub detail: String,
    /// The command that measures it again; empty where there is none.
    pub again: String,
}

/// All cells in words, those that matter first.
#[must_use]
pub fn lines(document: &Document) -> Vec<Line> {
    let mut lines: Vec<Line> =
        document.cells.iter().map(timed).chain(document.counts.iter().map(count_line)).collect();
    lines.sort_by_key(|line| line.weight);
    lines
}

/// `+5.1 % (+4.8 to +5.3)`.
fn percent(ratio: &Ratio) -> String {
    let of = |ratio: f64| (ratio - 1.0) * 100.0;
    format!("{:+.1} % ({:+.1} to {:+.1})", of(ratio.value), of(ratio.low), of(ratio.high))
}

fn pairs(ratio: &Ratio) -> String {
    format::counted(ratio.pairs, "pair", "pairs")
}

fn timed(cell: &Cell) -> Line {
    let (weight, word, change, detail) = match &cell.outcome {
        Outcome::Judged(verdict) => judged(verdict),
        Outcome::Ended(ended) => of_ended(ended),
    };
    finish(
        (weight, word, change, detail),
        cell.name(),
        cell.lane,
        cell.accepted.as_deref(),
        cell.again.clone(),
    )
}

fn judged(verdict: &Verdict) -> (Weight, &'static str, String, String) {
    let none = || "-".to_string();
    match verdict {
        Verdict::Unchanged => (Weight::Quiet, "unchanged", none(), "the same bytes on both sides".into()),
        Verdict::Ok { ratio } => (Weight::Quiet, "ok", percent(ratio), pairs(ratio)),
        Verdict::Improved(found) => {
            let detail = format!("{}, p = {:.1e}", pairs(&found.ratio()), found.p());
            (Weight::Better, "improved", percent(&found.ratio()), detail)
        }
        Verdict::Regressed(found) => {
            let detail = format!("{}, p = {:.1e}", pairs(&found.ratio()), found.p());
            (Weight::Alarm, "REGRESSED", percent(&found.ratio()), detail)
        }
        Verdict::Inconclusive { ratio, detectable, reason, .. } => {
            let could = match detectable {
                Some(share) => format!("a slowdown of {:.1} % would have shown", share * 100.0),
                None => "no slowdown would have shown".to_string(),
            };
            let change = ratio.as_ref().map_or_else(none, percent);
            (Weight::Unsure, "inconclusive", change, format!("{reason}; {could}"))
        }
        Verdict::Invalid => (Weight::Alarm, "INVALID", none(), "the run cannot be believed".into()),
    }
}

fn of_ended(ended: &Ended) -> (Weight, &'static str, String, String) {
    let (weight, word, reason) = match ended {
        Ended::Unsupported(reason) => (Weight::Quiet, "unsupported", reason),
        Ended::Failed(reason) => (Weight::Alarm, "FAILED", reason),
        Ended::TimedOut(reason) => (Weight::Alarm, "TIMED OUT", reason),
        Ended::TooSlow(reason) => (Weight::Alarm, "REGRESSED", reason),
        Ended::LeftOut(reason) => (Weight::Unsure, "not measured", reason),
        Ended::Unrepeatable(reason) => (Weight::Alarm, "NOT REPEATABLE", reason),
        Ended::WrongOutput(reason) => (Weight::Alarm, "WRONG OUTPUT", reason),
    };
    (weight, word, "-".to_string(), reason.clone())
}

fn count_line(count: &Count) -> Line {
    let text = match &count.outcome {
        Ok(exact) => compared(exact),
        Err(ended) => of_ended(ended),
    };
    finish(text, count.name(), count.lane, count.accepted.as_deref(), String::new())
}

fn compared(exact: &Exact) -> (Weight, &'static str, String, String) {
    let change =
        exact.growth().map_or("from nothing".to_string(), |share| format!("{:+.2} %", share * 100.0));
    let detail = format!("{:.0} -> {:.0}", exact.base, exact.candidate);
    match exact.change {
        Change::Within => (Weight::Quiet, "ok", change, detail),
        Change::Grew => (Weight::Alarm, "GREW", change, detail),
        Change::Shrank => (Weight::Better, "shrank", change, detail),
    }
}

/// What is accepted or only reported is no alarm.
fn finish(
    (weight, word, change, detail): (Weight, &str, String, String),
    name: String,
    lane: Lane,
    accepted: Option<&str>,
    again: String,
) -> Line {
    let wrong = word == "WRONG OUTPUT";
    match (accepted, lane) {
        (Some(reason), _) => {
            let detail = format!("{detail}; accepted: {reason}");
            Line { weight: Weight::Unsure, name, word: word.to_lowercase(), change, detail, again }
        }
        (None, Lane::Report) if weight == Weight::Alarm && !wrong => {
            let detail = format!("{detail}; reported only");
            Line { weight: Weight::Unsure, name, word: word.to_lowercase(), change, detail, again }
        }
        _ => Line { weight, name, word: word.to_string(), change, detail, again },
    }
}

/// What the two arms showed that must measure 1, in a sentence.
#[must_use]
pub fn arms(document: &Document) -> String {
    let arms = document.validity.arms();
    let one = |name: &str, arm: Option<wasmark_gate::validity::Arm>| match arm {
        Some(arm) => format!(
            "{name} {} with a scatter of {:.2} % in {}",
            percent(&arm.ratio),
            arm.scatter * 100.0,
            pairs(&arm.ratio)
        ),
        None => format!("{name} not measured"),
    };
    format!(
        "a copy of the base against the base: {}; native code against itself: {}",
        one("", arms.copy).trim(),
        one("", arms.control).trim()
    )
}

/// Why the run is invalid, if it is.
#[must_use]
pub fn reasons(document: &Document) -> &[String] {
    match &document.validity {
        Validity::Invalid { reasons, .. } => reasons,
        Validity::Valid(_) => &[],
    }
}

/// How many cells there are of each word: `3 REGRESSED, 97 ok`.
#[must_use]
pub fn tally(lines: &[Line]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for line in lines {
        if !words.contains(&line.word.as_str()) {
            words.push(&line.word);
        }
    }
    let count = |word: &&str| format!("{} {word}", lines.iter().filter(|line| line.word == **word).count());
    words.iter().map(count).collect::<Vec<_>>().join(", ")
}

/// For a terminal: what matters, then how many do not.
#[must_use]
pub fn text(document: &Document) -> String {
    let lines = lines(document);
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(["CELL", "VERDICT", "CHANGE", "WHY"]);
    let shown: Vec<&Line> = lines.iter().filter(|line| line.weight != Weight::Quiet).collect();
    for line in &shown {
        table.add_row([&line.name, &line.word, &line.change, &line.detail]);
    }
    let mut text = format!("{}: {} against {}\n", headline(document), document.candidate, document.base);
    for reason in reasons(document) {
        let _ = writeln!(text, "{reason}");
    }
    if !shown.is_empty() {
        let _ = writeln!(text, "\n{table}");
    }
    let _ = writeln!(text, "\n{}", if lines.is_empty() { "no cells".to_string() } else { tally(&lines) });
    let _ = writeln!(text, "{}", arms(document));
    for line in document.left_out.iter().chain(&document.notes) {
        let _ = writeln!(text, "{line}");
    }
    text
}
