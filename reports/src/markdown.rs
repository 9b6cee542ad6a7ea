//! The tables and the problems of a run as GitHub-flavoured Markdown.

use std::fmt::Write;

use wasmark_results::summary::{Cell, Summary};

use crate::{
    answers::Words,
    crossings::{Crossings, TITLE},
    marked,
    overview::{Glance, glance},
    rendered::{Rendered, absence},
    text::{Notes, answers, choice, texts, works},
    view::View,
};

/// The summary for a pull request.
#[must_use]
pub fn markdown(summary: &Summary) -> String {
    let view = View::new(summary);
    let (glance, works) = (glance(&view, &choice(&view)), works(&view));
    let crossings = Crossings::of(&view);
    let mut notes = Notes::of(&glance, works.as_ref().map(|(_, works)| works.as_slice()), crossings.as_ref());
    let Glance { columns, rows } = glance;
    let header = columns.iter().map(|column| format!("{} {}", column.name, column.of));
    let mut text = head(["configuration", "tier"].map(str::to_owned).into_iter().chain(header), 2);
    for row in &rows {
        let mark = row.mark.map_or_else(String::new, |word| format!(" ({word})"));
        let configuration = format!("{} {}{mark}", row.configuration, row.version);
        let cells = row.cells.iter().map(|cell| plain(cell, &mut notes));
        text.push_str(&line([configuration, row.tier.to_owned()].into_iter().chain(cells)));
    }
    if let Some((title, works)) = works {
        let workloads = &summary.run.workloads;
        let names = workloads.iter().map(|one| format!("{} ({})", one.name, one.unit));
        let _ = writeln!(text, "\n{}:\n", escaped(&title));
        text.push_str(&head(std::iter::once("configuration".to_owned()).chain(names), 1));
        for one in &view.of_work().configurations {
            let cell = |workload: &str| {
                let work =
                    works.iter().find(|work| work.configuration == one.id && work.workload == workload);
                work.map_or(&Cell::NotMeasured, |work| &work.cell)
            };
            let cells: Vec<String> =
                workloads.iter().map(|workload| plain(cell(&workload.name), &mut notes)).collect();
            let name = marked::name(&summary.run, &one.id);
            text.push_str(&line(std::iter::once(name).chain(cells)));
        }
    }
    if let Some(Crossings { configurations, rows }) = crossings {
        let _ = writeln!(text, "\n{TITLE}:\n");
        let names = configurations.iter().map(|one| one.id.clone());
        text.push_str(&head(std::iter::once("operation".to_owned()).chain(names), 1));
        for (operation, cells) in &rows {
            let cells = cells.iter().map(|cell| plain(cell, &mut notes));
            text.push_str(&line(std::iter::once(operation.name.clone()).chain(cells)));
        }
    }
    let below = notes.lines().into_iter().chain([format!("Noise: {}", summary.noise.line())]);
    for line in below {
        let _ = writeln!(text, "\n{}", escaped(&line));
    }
    for Words { question, kinds, .. } in answers(&view) {
        let _ = writeln!(text, "\n{}:\n", escaped(&question));
        for (kind, first) in kinds {
            let _ = writeln!(text, "- {kind}: {}", escaped(&first));
        }
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

/// The first row and the line beneath it; the columns after the first `texts` hold numbers.
fn head(titles: impl Iterator<Item = String>, texts: usize) -> String {
    let titles: Vec<String> = titles.collect();
    let numbers = titles.len().saturating_sub(texts);
    let rule = format!("|{}{}\n", " :-- |".repeat(texts), " --: |".repeat(numbers));
    line(titles.into_iter()) + &rule
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: String = cells.map(|cell| format!(" {} |", escaped(&cell))).collect();
    format!("|{cells}\n")
}

/// A cell in one line.
fn plain(cell: &Cell<Rendered>, notes: &mut Notes) -> String {
    notes.see(cell);
    match cell.measured() {
        Some(shown) => {
            let beside = shown.beside(notes.usual).into_iter().map(|one| format!(" ({one})"));
            shown.marked() + &beside.collect::<String>()
        }
        None => absence(cell).map(|(word, _)| word.to_owned()).unwrap_or_default(),
    }
}

/// Text as a Markdown table takes it: one line, with nothing in it that is markup.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().chars() {
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
