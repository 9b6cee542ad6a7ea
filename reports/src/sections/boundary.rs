//! What crossing the boundary between host and guest costs: a column for each operation.

use maud::{Markup, html};
use wasmark_results::run::WorkloadRecord;

use crate::{
    crossings::{Crossings, TITLE},
    html::{Notes, row_of, table, td},
    view::View,
};

/// The tables, by the tag of their operations, with what stands above each.
const TABLES: [(&str, &str); 3] = [
    ("import", "A guest’s loop around one operation"),
    ("wasi", "The same around calls of WASI preview 1"),
    ("export", "Calls of a guest’s functions by the host"),
];

/// The section; nothing in a run that did not look.
pub fn section(view: &View) -> Markup {
    let Some(crossings) = Crossings::of(view) else { return html! {} };
    html! {
        section id="boundary" aria-labelledby="boundary-title" {
            h2 id="boundary-title" { (TITLE) }
            p {
                "Time of one operation with its interval. In the first two tables a guest’s loop is around it; the empty loop stands \
                 first, and beneath each time is what is left without it. Files lie in a folder of the machine."
            }
            @for (tag, title) in TABLES { (of_tag(view, &crossings, tag, title)) }
        }
    }
}

fn of_tag(view: &View, crossings: &Crossings<'_>, tag: &str, title: &str) -> Markup {
    let of_it = |one: &WorkloadRecord| one.tags.iter().any(|own| own == tag);
    let rows: Vec<_> = crossings.rows.iter().filter(|(operation, _)| of_it(operation)).collect();
    if rows.is_empty() {
        return html! {};
    }
    let mut notes = Notes::default();
    let body = html! {
        @for (at, one) in crossings.configurations.iter().enumerate() {
            @let of = view.number(&one.id);
            tr {
                (row_of(view, &one.id, &one.tier))
                @for (_, cells) in &rows { (td(of, &cells[at], &mut notes)) }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            @for (operation, _) in &rows { th scope="col" translate="no" { (operation.name) small { (operation.about) } } }
        } }
        tbody { (body) }
    };
    table(title, &notes, content)
}
