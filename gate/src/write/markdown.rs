//! `gate.md`, for a pull request: the verdict first, then what matters, the rest folded.

use std::fmt::Write;

use wasmark_reports::format::counted;

use super::{
    headline::headline,
    words::{self, Line, Weight},
};
use crate::document::Document;

/// The whole file.
pub fn markdown(document: &Document) -> String {
    let lines = words::lines(document);
    let (shown, quiet): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| line.weight != Weight::Quiet);
    let mut text = format!("## wasmark gate: {}\n\n", headline(document));
    let _ =
        writeln!(text, "`{}` against `{}`: {}.\n", document.candidate, document.base, words::tally(&lines));
    for reason in words::reasons(document) {
        let _ = writeln!(text, "> {}\n", escape(reason));
    }
    if !shown.is_empty() {
        text.push_str(&table(&shown));
        again(&mut text, &shown);
    }
    if !quiet.is_empty() {
        let _ = writeln!(
            text,
            "<details><summary>{} without a finding</summary>\n",
            counted(quiet.len(), "cell", "cells")
        );
        text.push_str(&table(&quiet));
        text.push_str("\n</details>\n\n");
    }
    if !document.left_out.is_empty() {
        let _ = writeln!(text, "<details><summary>{} left out</summary>\n", document.left_out.len());
        for line in &document.left_out {
            let _ = writeln!(text, "- {}", escape(line));
        }
        text.push_str("\n</details>\n\n");
    }
    let _ = writeln!(text, "<details><summary>How it was measured</summary>\n");
    let design = document.design;
    let _ = writeln!(
        text,
        "CPU time in pairs of fresh processes; {} to clear a cell, {} fresh ones for what was flagged; the chance of \
         any false alarm in a run is below {} %. In parentheses: intervals of 95 %.\n",
        counted(design.screen_rounds as usize, "pair", "pairs"),
        design.confirm_pairs,
        design.alpha * 100.0
    );
    let _ = writeln!(text, "Must be 0: {}.\n", words::arms(document));
    let environment = &document.environment;
    let _ = writeln!(
        text,
        "{}, {}, kernel {}, {}; load {} at the start; {} to {}; seed {}.\n",
        environment.cpu,
        counted(environment.cpus as usize, "CPU", "CPUs"),
        environment.kernel,
        environment.libc,
        environment.load,
        document.started,
        document.finished,
        document.seed
    );
    let _ = writeln!(text, "Again: `{}`\n", document.command);
    for note in &document.notes {
        let _ = writeln!(text, "- {}", escape(note));
    }
    text.push_str("\n</details>\n");
    text
}

fn table(lines: &[&Line]) -> String {
    let mut text = "| cell | verdict | change | why |\n| --- | --- | --- | --- |\n".to_string();
    for line in lines {
        let cells = [&line.name, &line.word, &line.change, &line.detail].map(|cell| escape(cell));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// The commands that measure what matters again.
fn again(text: &mut String, lines: &[&Line]) {
    let mut commands: Vec<&str> =
        lines.iter().map(|line| line.again.as_str()).filter(|text| !text.is_empty()).collect();
    commands.dedup();
    if !commands.is_empty() {
        let _ = writeln!(text, "\nTo see one again:\n\n```sh\n{}\n```\n", commands.join("\n"));
    } else {
        text.push('\n');
    }
}

/// A table's cell is one line without bars, and nothing in it is markup.
fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}
