//! Starts whose files are read from the disk.

use maud::{Markup, html};
use wasmark_results::summary::PageCache;

use crate::{
    overview::show,
    sections::starts::{Row, tables},
    view::View,
};

/// The columns of [`row`].
const COLUMNS: [(&str, &str); 6] = [
    ("cached", "process_to_result"),
    ("from the disk", "process_to_result"),
    ("factor", "from the disk against cached"),
    ("spawn", "from the disk"),
    ("dropped", "from the page cache"),
    ("kept", "in use elsewhere"),
];

/// The section.
pub fn section(view: &View) -> Markup {
    let rows: Vec<Row> = view.summary.page_cache.iter().map(row).collect();
    let caption = "starts from the page cache and from the disk";
    let none = "No start from the disk was measured in this run.";
    html! {
        section id="page-cache" aria-labelledby="page-cache-title" {
            h2 id="page-cache-title" { "Starts from the disk" }
            p {
                "A whole process from its spawn to its first output: with every file in the page cache, and just after the \
                 worker, its libraries and the artifact or the module were dropped from it. The disk decides much of the \
                 second. Libraries that other programs use stay in the cache."
            }
            (tables(view, &rows, &COLUMNS, caption, none))
        }
    }
}

fn row(row: &PageCache) -> Row<'_> {
    Row {
        configuration: &row.configuration,
        tier: &row.tier,
        workload: &row.workload,
        tried: row.warm.is_tried() || row.cold.is_tried(),
        cells: [&row.warm, &row.cold, &row.factor, &row.spawn, &row.dropped, &row.kept].map(show).into(),
    }
}
