//! The at-a-glance table and the problems as plain text and as Markdown.

use std::fmt::Write;

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY,
};
use wasmark_results::summary::{Cell, Summary};

use crate::{
    basis::{self, Basis},
    glance::{Glance, glance},
    reasons::{Reason, gather},
    shown::{Shown, absence, status},
    view::View,
};

/// The summary for a terminal that is `width` characters wide: the at-a-glance table, then everything that has a
/// reason instead of a value.
#[must_use]
pub fn text_table(summary: &Summary, width: u16) -> String {
    let view = View::new(summary);
    let Glance { columns, rows } = glance(&view);
    let usual = basis::usual_of(rows.iter().flat_map(|row| &row.cells));
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    let mut header = vec!["configuration".to_owned(), "tier".to_owned()];
    header.extend(columns.iter().map(|(name, of)| broken(&format!("{name}\n{of}"))));
    table.set_header(header);
    for row in &rows {
        let mut cells = vec![format!("{}\n{}", row.configuration, row.version), row.tier.to_owned()];
        cells.extend(row.cells.iter().map(|cell| plain(cell, usual, |interval| format!("\n{interval}"))));
        table.add_row(cells);
    }
    // A name that is broken is hard to read; in a narrow terminal it has to be.
    if let Some(column) = table.column_mut(0).filter(|_| width >= 100) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = format!("{table}\n{}", once(usual)).replace(['\u{a0}', '\u{202f}'], " ");
    for (title, lines) in texts(summary) {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{title}:");
            for line in lines {
                let _ = writeln!(text, "  {}", line.replace(['\u{a0}', '\u{202f}'], " "));
            }
        }
    }
    text
}

/// The same as GitHub-flavoured Markdown.
#[must_use]
pub fn markdown(summary: &Summary) -> String {
    let view = View::new(summary);
    let Glance { columns, rows } = glance(&view);
    let usual = basis::usual_of(rows.iter().flat_map(|row| &row.cells));
    let mut text = String::from("| configuration | tier |");
    for (name, of) in &columns {
        let _ = write!(text, " {} |", escaped(&format!("{name} {of}")));
    }
    text.push_str("\n| :-- | :-- |");
    text.push_str(&" --: |".repeat(columns.len()));
    for row in &rows {
        let _ = write!(
            text,
            "\n| {} {} | {} |",
            escaped(row.configuration),
            escaped(row.version),
            escaped(row.tier)
        );
        for cell in &row.cells {
            let _ = write!(text, " {} |", escaped(&plain(cell, usual, |interval| format!(" ({interval})"))));
        }
    }
    text.push('\n');
    if usual.is_some() {
        let _ = write!(text, "\n{}", once(usual));
    }
    for (title, lines) in texts(summary) {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{title}:\n");
            for line in lines {
                let _ = writeln!(text, "- {}", escaped(&line));
            }
        }
    }
    text
}

/// A heading in several lines, so that the numbers beneath it and not the heading make a column's width.
fn broken(heading: &str) -> String {
    heading
        .replace("against ", "against\n")
        .replace(", ", ",\n")
        .replace(" per ", "\nper ")
        .replace("mean of", "mean\nof")
}

/// What most intervals of a table rest on, as a line; nothing where there are none.
fn once(usual: Option<Basis>) -> String {
    usual.map_or(String::new(), |basis| format!("{}\n", basis.once()))
}

fn plain(cell: &Cell<Shown>, usual: Option<Basis>, beside: impl Fn(&str) -> String) -> String {
    match cell {
        Cell::Measured(shown) => {
            let mut text = shown.value.clone();
            if let Some(interval) = &shown.interval {
                text.push_str(&beside(interval));
            }
            if let Some(basis) = shown.rests_on.filter(|basis| Some(*basis) != usual) {
                text.push_str(&beside(&basis.beside()));
            }
            if let Some(remark) = &shown.remark {
                text.push_str(&beside(remark));
            }
            text
        }
        _ => absence(cell).map(|(word, _)| word.to_owned()).unwrap_or_default(),
    }
}

/// What stands beneath the table, each with its title.
fn texts(summary: &Summary) -> [(&'static str, Vec<String>); 3] {
    [
        ("Mind", summary.warnings.clone()),
        ("Not available", unavailable(summary)),
        ("Without a value", problems(summary)),
    ]
}

fn unavailable(summary: &Summary) -> Vec<String> {
    summary
        .run
        .unavailable
        .iter()
        .map(|(runtime, reason)| format!("{runtime}: {}", one_line(reason)))
        .collect()
}

fn problems(summary: &Summary) -> Vec<String> {
    let line = |ones: &[Reason<'_>]| {
        let configurations: Vec<&str> = ones.iter().map(|one| one.configuration).collect();
        let one = &ones[0];
        format!(
            "{}: {}: {} ({}; {})",
            configurations.join(", "),
            status(one.status),
            one_line(one.reason),
            one.metrics.join(", "),
            one.of_workloads(summary)
        )
    };
    alike(gather(summary)).iter().map(|ones| line(ones)).collect()
}

/// The same reason for the same cells, once for all configurations that give it.
fn alike(reasons: Vec<Reason<'_>>) -> Vec<Vec<Reason<'_>>> {
    let mut groups: Vec<Vec<Reason<'_>>> = Vec::new();
    for one in reasons {
        let same = |group: &&mut Vec<Reason<'_>>| {
            let first = &group[0];
            (first.status, first.reason, &first.metrics, &first.workloads)
                == (one.status, one.reason, &one.metrics, &one.workloads)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// Messages of engines may have line breaks and control characters, which would break a table or a terminal.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as a Markdown table takes it: one line, with nothing in it that is markup.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    for c in one_line_keeping_spaces(text).chars() {
        match c {
            '<' => result.push_str("&lt;"),
            '&' => result.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                result.push('\\');
                result.push(c);
            }
            c => result.push(c),
        }
    }
    result
}

fn one_line_keeping_spaces(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}
