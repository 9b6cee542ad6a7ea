//! Running: factors against native, and the time of one unit of work.

use maud::{Markup, html};
use wasmark_results::{
    record::metric::THROUGHPUT,
    summary::{Cell, Overall, Ratio, ThroughputRow},
};

use crate::{
    format::{self, six_digits},
    html::{Notes, absent, marked, shown, table, td},
    overview::{factor_of, show},
    rendered::Rendered,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let view = &view.of_work();
    let throughput = &view.summary.throughput;
    html! {
        section id="throughput" aria-labelledby="throughput-title" {
            h2 id="throughput-title" { "Throughput" }
            @match &throughput.reference {
                Some(reference) => {
                    p {
                        "How many times as long one unit of work takes as in " b { (reference) } " (" (about(view, reference)) "), the same source compiled for \
                         this machine: 1.00× is as fast, 2.00× takes twice as long. Columns are grouped by tier kind; bold is first \
                         within its kind, and equal where the intervals of the ratio touch 1 ± 1 %. The shade follows the factor on \
                         a log scale."
                    }
                    (factors(view))
                },
                None => p.alert { "No configuration of this run is native, so there are no factors: units of different workloads \
                                   cannot be averaged." },
            }
            @if throughput.reference.is_some() { (crate::html::folded("Time per unit of work", times(view))) }
            @else { (times(view)) }
        }
    }
}

/// What a configuration reports of itself: which CPU features native code may use decides what the factors mean.
fn about<'a>(view: &View<'a>, id: &str) -> &'a str {
    view.configurations.iter().find(|one| one.id == id).map_or("", |one| one.about.as_str())
}

/// The head of a table with a column for each configuration, by tier kind.
pub fn head(view: &View, title: &str, line: &str) -> Markup {
    html! {
        thead {
            tr {
                td {}
                @for (kind, group) in view.groups() {
                    @let numbers: Vec<_> = group.iter().map(|one| view.number(&one.id).to_string()).collect();
                    th scope="colgroup" colspan=(group.len()) data-group=(numbers.join(",")) { (kind) }
                }
            }
            tr {
                th.first scope="col" { (title) small { (line) } }
                @for (_, group) in view.groups() {
                    @for (index, one) in group.iter().enumerate() {
                        th.kind[index == 0] scope="col" data-c=(view.number(&one.id)) { (marked(view, &one.id, |word| html! { (word) })) }
                    }
                }
            }
        }
    }
}

fn factors(view: &View) -> Markup {
    let throughput = &view.summary.throughput;
    let mut notes = Notes::default();
    let body = html! {
        tbody data-m=(THROUGHPUT) {
            @for (number, workload) in view.summary.run.workloads.iter().enumerate() {
                tr data-w=(number) {
                    th scope="row" { (workload.name) small { (workload.unit) } }
                    @for row in rows(view, &workload.name) {
                        (factor(view.number(&row.configuration), row.rank, &factor_of(throughput, row), &mut notes))
                    }
                }
            }
        }
        tfoot {
            tr.total {
                th scope="row" { "geometric mean" small { "of " (format::plural(throughput.common.len() as u64, "workload", "workloads")) } }
                @for configuration in &view.configurations {
                    @match view.overall(&configuration.id) {
                        Some(row) => (factor(view.number(&configuration.id), row.rank, &overall(view, row), &mut notes)),
                        None => td data-c=(view.number(&configuration.id)) { (absent::<Ratio>(&Cell::NotMeasured, &mut notes)) },
                    }
                }
            }
        }
    };
    let caption =
        format!("Time per unit of work against {}", throughput.reference.as_deref().unwrap_or_default());
    html! {
        (table(&caption, &notes, html! { (head(view, "workload", "unit of work")) (body) }))
        p.quiet {
            @if throughput.common.is_empty() {
                "There is no workload that every configuration measured, so there is no geometric mean."
            } @else {
                "The geometric mean is over the workloads that every compared configuration measured, and no others: "
                (throughput.common.join(", ")) "."
            }
            @if !throughput.left_out.is_empty() {
                " Not compared, without a measured workload: " (throughput.left_out.join(", ")) "."
            }
        }
    }
}

/// The same over the common workloads.
fn overall(view: &View, row: &Overall) -> Cell<Rendered> {
    let throughput = &view.summary.throughput;
    let waited = throughput.waited(&row.configuration, &throughput.common);
    show(&row.factor).map(|shown| shown.beside_cpu_factor(waited, throughput.common.len()))
}

fn factor(of: usize, rank: Option<u32>, cell: &Cell<Rendered>, notes: &mut Notes) -> Markup {
    let Some(value) = cell.measured() else {
        return html! { td data-c=(of) { (absent(cell, notes)) } };
    };
    let (class, heat) = heat(value.number);
    let best = rank == Some(1);
    let title = [value.basis.clone(), rank.map(|rank| format!("number {rank} of its kind"))];
    let title = title.into_iter().flatten().collect::<Vec<_>>().join("; ");
    html! {
        td.heat.best[best] .(class) data-c=(of) data-v=(six_digits(value.number)) title=(title) style={ "--heat:" (heat) } { (shown(value, notes)) }
    }
}

/// The tint of a factor and how strong it is in per cent: slower than native is warm and full at 100x, faster is cool
/// and full at half the time. It stays below what would make the text hard to read.
pub fn heat(factor: f64) -> (&'static str, u32) {
    const FULL: f64 = 55.0;
    let (class, share) =
        if factor >= 1.0 { ("warm", factor.log10() / 2.0) } else { ("cool", -factor.log2()) };
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    (class, (share * FULL).round() as u32)
}

fn times(view: &View) -> Markup {
    let mut notes = Notes::default();
    let body = html! {
        tbody data-m=(THROUGHPUT) {
            @for (number, workload) in view.summary.run.workloads.iter().enumerate() {
                tr data-w=(number) {
                    th scope="row" { (workload.name) small { (workload.unit) } }
                    @for row in rows(view, &workload.name) { (td(view.number(&row.configuration), &time(row), &mut notes)) }
                }
            }
        }
    };
    table(
        "Wall time for one unit of work, median over processes",
        &notes,
        html! { (head(view, "workload", "unit of work")) (body) },
    )
}

/// The time of a unit, with its CPU time where it waited.
fn time(row: &ThroughputRow) -> Cell<Rendered> {
    show(&row.time).map(|shown| shown.beside_cpu(row.waited()))
}

fn rows<'a>(view: &View<'a>, workload: &str) -> Vec<&'a ThroughputRow> {
    view.of(&view.summary.throughput.rows, workload, |row| (&row.configuration, &row.workload))
}

#[cfg(test)]
mod tests {
    use super::heat;

    #[test]
    fn shades_by_the_log_of_the_factor() {
        assert_eq!(heat(1.0), ("warm", 0));
        assert!(heat(10.0).1 > heat(2.0).1 && heat(100.0).1 > heat(10.0).1);
        assert_eq!(heat(1e9), heat(100.0));
        assert_eq!(heat(0.5), ("cool", 55));
        assert_eq!(heat(f64::INFINITY).1, 0);
    }
}
