//! The page: one file without any other.

use anyhow::{Result, bail};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use wasmark_results::{store::LoadedRun, summary::Summary};

use crate::{csv, data, sections, view::View};

/// What the page may weigh, in bytes.
pub const LIMIT: usize = 3_000_000;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Nothing is fetched from anywhere: the browser itself refuses it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const CONTENTS: [(&str, &str); 9] = [
    ("glance", "At a glance"),
    ("ladder", "Cold start"),
    ("throughput", "Throughput"),
    ("compile", "Compile time"),
    ("memory", "Memory"),
    ("problems", "Without a value"),
    ("inventory", "What was measured"),
    ("methodology", "What the numbers mean"),
    ("raw", "The data"),
];

/// The page of a run: one HTML file of at most 3 MB that needs no network, and no JavaScript to be complete. `summary`
/// is what `wasmark-results` made of `run`.
///
/// # Errors
/// Where a chart cannot be drawn, or where the tables alone are over the limit.
pub fn page(run: &LoadedRun, summary: &Summary) -> Result<String> {
    let view = View::new(summary);
    let title = format!("wasmark: {}", summary.run.id);
    let csv = csv::summary_csv(summary)?;
    let tables = html! {
        a.skip href="#glance" { "To the results" }
        (sections::header::header(&view))
        nav aria-label="Contents" { ul { @for (id, name) in CONTENTS { li { a href={ "#" (id) } { (name) } } } } }
        main {
            (sections::header::at_a_glance(&view))
            (sections::header::filter(&view))
            (sections::ladder::section(&view)?)
            (sections::throughput::section(&view))
            (sections::compile::section(&view)?)
            (sections::memory::section(&view)?)
            (sections::problems::section(&view))
            (sections::inventory::section(&view))
            (sections::methodology::section(&view))
        }
    };
    let rest = STYLE.len() + SCRIPT.len() + csv.len().div_ceil(3) * 4 + 4096;
    let room = LIMIT.saturating_sub(tables.0.len() + rest);
    let embedded = data::embed(run, summary, room)?;
    let text = document(
        &title,
        &html! {
            (tables)
            (sections::data::section(&summary.run.id, &csv, &embedded))
            footer.quiet { "Made by wasmark " (summary.run.wasmark) ". MIT OR Apache-2.0." }
        },
    );
    if text.len() > LIMIT {
        bail!(
            "failed to keep the page within 3 MB: its tables alone have {} bytes; report fewer configurations or workloads at a time",
            text.len()
        );
    }
    Ok(text)
}

fn document(title: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}
