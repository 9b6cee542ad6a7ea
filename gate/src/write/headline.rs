//! The verdict line: the word, what it rests on, and what it does not cover.

use wasmark_decision::judge::Verdict;
use wasmark_reports::format::counted;

use crate::{
    document::{Cell, Document, Outcome, Overall},
    ended::Ended,
    policy::Lane,
};

/// How many cells the line names; of more it gives the number.
const NAMED: usize = 3;

/// The whole line, without the sides.
#[must_use]
pub fn headline(document: &Document) -> String {
    let line = match document.overall {
        Overall::Passed => "PASSED: nothing became slower or larger",
        Overall::Partial => "PARTLY DECIDED: nothing became slower or larger in what was decided",
        Overall::Inconclusive => "INCONCLUSIVE: there is no conclusion where one was required",
        Overall::Unmeasured => "NOTHING MEASURED: no cell that gates has a value, which is no pass",
        Overall::Failed => "FAILED: some cells could not be measured",
        Overall::Regressed => "REGRESSED",
        Overall::Invalid => "INVALID: the run cannot be believed; no cell is judged",
        Overall::WrongOutput => "WRONG OUTPUT: the sides do not compute the same; no speed is judged",
    };
    let judged = !matches!(document.overall, Overall::Invalid | Overall::WrongOutput);
    let open = if judged { open(document) } else { Vec::new() };
    std::iter::once(line.to_string()).chain(open).collect::<Vec<_>>().join("; ")
}

/// What gates and has no verdict, by the reason.
fn open(document: &Document) -> Vec<String> {
    let gating = || document.cells.iter().filter(|cell| cell.lane == Lane::Gate);
    let undecided: Vec<String> = gating()
        .filter(|cell| matches!(cell.outcome, Outcome::Judged(Verdict::Inconclusive { .. })))
        .map(Cell::name)
        .collect();
    let mut parts: Vec<String> = Vec::new();
    if !undecided.is_empty() {
        parts.push(format!("not decided: {}", names(&undecided)));
    }
    let mut left_out: Vec<(&str, Vec<String>)> = Vec::new();
    let timed = gating().filter_map(|cell| match &cell.outcome {
        Outcome::Ended(Ended::LeftOut(reason)) => Some((reason.as_str(), cell.name())),
        _ => None,
    });
    let counted = document.counts.iter().filter(|count| count.lane == Lane::Gate).filter_map(|count| {
        match &count.outcome {
            Err(Ended::LeftOut(reason)) => Some((reason.as_str(), count.name())),
            _ => None,
        }
    });
    for (reason, name) in timed.chain(counted) {
        match left_out.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, cells)) => cells.push(name),
            None => left_out.push((reason, vec![name])),
        }
    }
    let part = |(reason, cells): (&str, Vec<String>)| format!("not measured: {} ({reason})", names(&cells));
    parts.extend(left_out.into_iter().map(part));
    parts
}

fn names(cells: &[String]) -> String {
    if cells.len() > NAMED { counted(cells.len(), "cell", "cells") } else { cells.join(", ") }
}
