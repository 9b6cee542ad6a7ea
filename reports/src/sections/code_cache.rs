//! Starts with the engines' own code caches.

use maud::{Markup, html};
use wasmark_results::summary::CodeCache;

use crate::{
    overview::show,
    sections::starts::{Row, tables},
    view::View,
};

/// The columns of [`row`].
const COLUMNS: [(&str, &str); 6] = [
    ("off", "process_to_result"),
    ("first use", "process_to_result"),
    ("factor", "first use against off"),
    ("later use", "process_to_result"),
    ("factor", "later use against off"),
    ("kept", "in the cache’s folder"),
];

/// The section.
pub fn section(view: &View) -> Markup {
    let rows: Vec<Row> = view.summary.code_cache.iter().map(row).collect();
    let caption = "starts without and with the engine’s code cache";
    let none = "No start with a code cache was measured in this run.";
    html! {
        section id="code-cache" aria-labelledby="code-cache-title" {
            h2 id="code-cache-title" { "Starts with the engine’s own code cache" }
            p {
                "A whole process from its spawn to its first output, from the module: with the code cache of the engine’s \
                 library off, with an empty one, and in the next process, which finds the code. The folder is new for each \
                 measurement. An engine without such a cache leaves it to its embedder to save and load artifacts."
            }
            (tables(view, &rows, &COLUMNS, caption, none))
        }
    }
}

fn row(row: &CodeCache) -> Row<'_> {
    let cells = [&row.off, &row.first, &row.first_factor, &row.later, &row.later_factor, &row.bytes];
    Row {
        configuration: &row.configuration,
        tier: &row.tier,
        workload: &row.workload,
        tried: row.off.is_tried() || row.first.is_tried(),
        cells: cells.map(show).into(),
    }
}
