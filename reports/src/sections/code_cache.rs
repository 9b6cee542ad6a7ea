//! Starts with the engines' own code caches.

use maud::{Markup, html};
use wasmark_results::summary::CodeCache;

use crate::{
    html::{Notes, column, first_open, row_of, table, td},
    overview::show,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let names = view.summary.run.workloads.iter().map(|one| one.name.as_str());
    let used: Vec<&str> = names.filter(|name| rows(view, name).any(tried)).collect();
    html! {
        section id="code-cache" aria-labelledby="code-cache-title" {
            h2 id="code-cache-title" { "Starts with the engine’s own code cache" }
            p {
                "A whole process from its spawn to its first output, from the module: with the code cache of the engine’s \
                 library off, with an empty one, and in the next process, which finds the code. The folder is new for each \
                 measurement. An engine without such a cache leaves it to its embedder to save and load artifacts."
            }
            @if used.is_empty() { p.alert { "No start with a code cache was measured in this run." } }
            (first_open(&used, |name| of_workload(view, name)))
        }
    }
}

fn rows<'a>(view: &View<'a>, workload: &str) -> impl Iterator<Item = &'a CodeCache> {
    view.of(&view.summary.code_cache, workload, |row| (&row.configuration, &row.workload)).into_iter()
}

/// Whether a row has more than a reason, which stands among what has no value.
fn tried(row: &CodeCache) -> bool {
    row.off.is_tried() || row.first.is_tried()
}

fn of_workload(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let body = html! {
        @for row in rows(view, workload).filter(|row| tried(row)) {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                @for cell in [&row.off, &row.first, &row.first_factor, &row.later, &row.later_factor, &row.bytes] {
                    (td(of, &show(cell), &mut notes))
                }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("off", "process_to_result"))
            (column("first use", "process_to_result"))
            (column("factor", "first use against off"))
            (column("later use", "process_to_result"))
            (column("factor", "later use against off"))
            (column("kept", "in the cache’s folder"))
        } }
        tbody { (body) }
    };
    table(&format!("{workload}: starts without and with the engine’s code cache"), &notes, content)
}
