//! How many instances lived in one process, and what ended them.

use maud::{Markup, html};
use wasmark_results::summary::Live;

use crate::{
    endings::word,
    format::DASH,
    html::{Notes, Tone, column, first_open, row_of, table, td, why},
    overview::show,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let names = view.summary.run.workloads.iter().map(|one| one.name.as_str());
    let looked: Vec<&str> = names.filter(|name| rows(view, name).any(measured)).collect();
    html! {
        section id="live" aria-labelledby="live-title" {
            h2 id="live-title" { "Instances alive at once" }
            p {
                "Instances are made and held in one process until a budget of private memory is used up or something else \
                 ends them: a limit of a process, the engine, the memory that a worker may have, or the time of the profile."
            }
            @if looked.is_empty() { p.alert { "No process held instances in this run." } }
            (first_open(&looked, |name| of_workload(view, name)))
        }
    }
}

fn rows<'a>(view: &View<'a>, workload: &str) -> impl Iterator<Item = &'a Live> {
    view.of(&view.summary.live, workload, |row| (&row.configuration, &row.workload)).into_iter()
}

/// Whether a row has more than a reason, which stands among what has no value.
fn measured(row: &Live) -> bool {
    row.instances.is_tried()
}

fn of_workload(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let body = html! {
        @for row in rows(view, workload).filter(|row| measured(row)) {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                td.text data-c=(of) { (row.state) }
                (td(of, &show(&row.instances), &mut notes))
                td.text data-c=(of) { (endings(row, &mut notes)) }
                (td(of, &show(&row.private), &mut notes))
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            th.text scope="col" { "instances" }
            (column("alive", "in one process"))
            th.text scope="col" { "ended by" }
            (column("private memory", "of the process with them"))
        } }
        tbody { (body) }
    };
    table(&format!("{workload}: instances alive in one process"), &notes, content)
}

/// What ended them, with the engine's reason where it gave one.
fn endings(row: &Live, notes: &mut Notes) -> Markup {
    let words: Vec<&str> = row.endings.iter().map(|one| word(one)).collect();
    match (words.is_empty(), &row.stopped) {
        (true, _) => html! { (DASH) },
        (false, Some(reason)) => why(&words.join(", "), reason, Tone::Plain, notes),
        (false, None) => html! { (words.join(", ")) },
    }
}
