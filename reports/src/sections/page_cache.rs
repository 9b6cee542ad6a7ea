//! Starts whose files are read from the disk.

use maud::{Markup, html};
use wasmark_results::summary::PageCache;

use crate::{
    html::{Notes, column, first_open, row_of, table, td},
    overview::show,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let names = view.summary.run.workloads.iter().map(|one| one.name.as_str());
    let looked: Vec<&str> = names.filter(|name| rows(view, name).any(tried)).collect();
    html! {
        section id="page-cache" aria-labelledby="page-cache-title" {
            h2 id="page-cache-title" { "Starts from the disk" }
            p {
                "A whole process from its spawn to its first output: with every file in the page cache, and just after the \
                 worker, its libraries and the artifact or the module were dropped from it. The disk decides much of the \
                 second. Libraries that other programs use stay in the cache."
            }
            @if looked.is_empty() { p.alert { "No start from the disk was measured in this run." } }
            (first_open(&looked, |name| of_workload(view, name)))
        }
    }
}

fn rows<'a>(view: &View<'a>, workload: &str) -> impl Iterator<Item = &'a PageCache> {
    view.of(&view.summary.page_cache, workload, |row| (&row.configuration, &row.workload)).into_iter()
}

/// Whether a row has more than a reason, which stands among what has no value.
fn tried(row: &PageCache) -> bool {
    row.warm.is_tried() || row.cold.is_tried()
}

fn of_workload(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let body = html! {
        @for row in rows(view, workload).filter(|row| tried(row)) {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                @for cell in [&row.warm, &row.cold, &row.factor, &row.spawn, &row.dropped, &row.kept] {
                    (td(of, &show(cell), &mut notes))
                }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("cached", "process_to_result"))
            (column("from the disk", "process_to_result"))
            (column("factor", "from the disk against cached"))
            (column("spawn", "from the disk"))
            (column("dropped", "from the page cache"))
            (column("kept", "in use elsewhere"))
        } }
        tbody { (body) }
    };
    table(&format!("{workload}: starts from the page cache and from the disk"), &notes, content)
}
