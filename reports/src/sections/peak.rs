//! The most memory that starting needs, phase by phase.

use maud::{Markup, html};
use wasmark_results::{record::metric, summary::Peak};

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
        section id="peak" aria-labelledby="peak-title" {
            h2 id="peak-title" { "Peak memory of a start" }
            p {
                "The most resident memory of the whole process during each phase. Where there are artifacts, compile and \
                 save are of the process that makes the artifact, and the other phases of one that loads it."
            }
            @if looked.is_empty() { p.alert { "No peak was measured in this run." } }
            (first_open(&looked, |name| of_workload(view, name)))
        }
    }
}

fn rows<'a>(view: &View<'a>, workload: &str) -> impl Iterator<Item = &'a Peak> {
    view.of(&view.summary.peak, workload, |row| (&row.configuration, &row.workload)).into_iter()
}

/// Whether a row has more than a reason, which stands among what has no value.
fn tried(row: &Peak) -> bool {
    row.to_output.is_tried() || row.of(metric::COMPILE).is_tried()
}

fn of_workload(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let body = html! {
        @for row in rows(view, workload).filter(|row| tried(row)) {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                (td(of, &show(&row.before), &mut notes))
                @for one in &row.phases { (td(of, &show(&one.peak), &mut notes)) }
                (td(of, &show(&row.to_output), &mut notes))
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("before", "without an engine"))
            @for phase in metric::PEAKS { (column(phase, "")) }
            (column("highest", "until the first output"))
        } }
        tbody { (body) }
    };
    table(&format!("{workload}: the most resident memory in each phase"), &notes, content)
}
