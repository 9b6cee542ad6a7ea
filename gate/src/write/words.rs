//! The words for what was found; and the text for a terminal.

use std::fmt::Write;

use wasmark_decision::{
    exact::{Change, Exact},
    judge::Verdict,
    ratio::Ratio,
    validity::Validity,
};
use wasmark_reports::format;

use super::headline::headline;
use crate::{
    document::{Cell, Count, Document, Outcome},
    ended::Ended,
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
    let line = match &cell.outcome {
        Outcome::Judged(verdict) => judged(verdict),
        Outcome::Ended(ended) => of_ended(ended),
    };
    let line = Line { name: cell.name(), again: cell.again.clone(), ..line };
    finish(line, cell.lane, cell.accepted.as_deref())
}

fn judged(verdict: &Verdict) -> Line {
    let none = || "-".to_string();
    match verdict {
        Verdict::Unchanged => line(Weight::Quiet, "unchanged", none(), "the same bytes on both sides".into()),
        Verdict::Ok { ratio } => line(Weight::Quiet, "ok", percent(ratio), pairs(ratio)),
        Verdict::Improved(found) => {
            let detail = format!("{}, p = {:.1e}", pairs(&found.ratio()), found.p());
            line(Weight::Better, "improved", percent(&found.ratio()), detail)
        }
        Verdict::Regressed(found) => {
            let detail = format!("{}, p = {:.1e}", pairs(&found.ratio()), found.p());
            line(Weight::Alarm, "REGRESSED", percent(&found.ratio()), detail)
        }
        Verdict::Inconclusive { ratio, detectable, reason, .. } => {
            let could = match detectable {
                Some(share) => format!("a slowdown of {:.1} % would have shown", share * 100.0),
                None => "no slowdown would have shown".to_string(),
            };
            let change = ratio.as_ref().map_or_else(none, percent);
            line(Weight::Unsure, "inconclusive", change, format!("{reason}; {could}"))
        }
        Verdict::Invalid => line(Weight::Alarm, "INVALID", none(), "the run cannot be believed".into()),
    }
}

fn of_ended(ended: &Ended) -> Line {
    let (weight, word, reason) = match ended {
        Ended::Unsupported(reason) => (Weight::Quiet, "unsupported", reason),
        Ended::Failed(reason) => (Weight::Alarm, "FAILED", reason),
        Ended::TimedOut(reason) => (Weight::Alarm, "TIMED OUT", reason),
        Ended::TooSlow(reason) => (Weight::Alarm, "REGRESSED", reason),
        Ended::LeftOut(reason) => (Weight::Unsure, "not measured", reason),
        Ended::Unrepeatable(reason) => (Weight::Alarm, "NOT REPEATABLE", reason),
        Ended::WrongOutput(reason) => (Weight::Alarm, "WRONG OUTPUT", reason),
    };
    line(weight, word, "-".to_string(), reason.clone())
}

fn count_line(count: &Count) -> Line {
    let line = match &count.outcome {
        Ok(exact) => compared(exact),
        Err(ended) => of_ended(ended),
    };
    finish(Line { name: count.name(), ..line }, count.lane, count.accepted.as_deref())
}

fn compared(exact: &Exact) -> Line {
    let change =
        exact.growth().map_or("from nothing".to_string(), |share| format!("{:+.2} %", share * 100.0));
    let detail = format!("{:.0} -> {:.0}", exact.base, exact.candidate);
    match exact.change {
        Change::Within => line(Weight::Quiet, "ok", change, detail),
        Change::Grew => line(Weight::Alarm, "GREW", change, detail),
        Change::Shrank => line(Weight::Better, "shrank", change, detail),
    }
}

/// The line of a cell whose name is not in it yet.
fn line(weight: Weight, word: &str, change: String, detail: String) -> Line {
    Line { weight, name: String::new(), word: word.to_string(), change, detail, again: String::new() }
}

/// What is accepted or only reported is no alarm.
fn finish(line: Line, lane: Lane, accepted: Option<&str>) -> Line {
    let note = match (accepted, lane) {
        (Some(reason), _) => format!("accepted: {reason}"),
        (None, Lane::Report) if line.weight == Weight::Alarm && line.word != "WRONG OUTPUT" => {
            "reported only".to_string()
        }
        _ => return line,
    };
    let detail = format!("{}; {note}", line.detail);
    Line { weight: Weight::Unsure, word: line.word.to_lowercase(), detail, ..line }
}

/// What the two arms showed that must measure 1, in a sentence.
#[must_use]
pub fn arms(document: &Document) -> String {
    let arms = document.validity.arms();
    let one = |name: &str, arm: Option<wasmark_decision::validity::Arm>| match arm {
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
