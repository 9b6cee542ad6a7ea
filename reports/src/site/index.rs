//! The site's first page: what changed most, the runs, the cells.

use maud::{Markup, html};
use wasmark_results::history::{Gate, Series};

use super::{
    Site, cell,
    document::{Place, document},
    names, words,
};
use crate::{
    format,
    html::{Notes, column, folded, table, text_column},
};

/// Up to so many rows of a table are in view; the rest is behind its number.
const IN_VIEW: usize = 50;

/// The page.
pub fn page(site: &Site) -> String {
    let history = site.history;
    let changed: Vec<Markup> = history.changed().iter().map(|series| change(site, series)).collect();
    let head = || {
        html! {
            thead { tr {
                (text_column("cell", "")) (column("change", "above 1: more")) (column("before", "")) (column("after", ""))
                (text_column("since", "")) (text_column("beside it", "within one run"))
            } }
        }
    };
    let runs: Vec<Markup> = (0..history.runs.len()).rev().map(|at| run(site, at)).collect();
    let runs_head = || {
        html! {
            thead { tr { (text_column("run", "")) (column("began", "")) (text_column("machine", "")) (text_column("noise", "")) } }
        }
    };
    let unchanged = history.series.len() - changed.len();
    let body = html! {
        main {
            h1 { "Runs of wasmark over time" }
            p.lead { (words::scope(history)) "." }
            @for left_out in &history.left_out { p.alert.bad translate="no" { (left_out) } }
            @for odd in &history.odd { p.alert translate="no" { (odd) } }
            section id="changes" aria-labelledby="changes-title" {
                h2 id="changes-title" { "What changed" }
                p { (words::meaning(history)) " What changed most comes first." }
                @if changed.is_empty() { p { "No series has a significant change." } }
                @else { (split("Changes", head, &changed)) }
                p.quiet { (unchanged) " series without a significant change are among the cells below." }
            }
            section id="runs" aria-labelledby="runs-title" {
                h2 id="runs-title" { "Runs" }
                (split("Runs, the newest first", runs_head, &runs))
            }
            @if !history.gates.is_empty() {
                section id="gates" aria-labelledby="gates-title" {
                    h2 id="gates-title" { "Gates" }
                    (gates(&history.gates))
                }
            }
            section id="cells" aria-labelledby="cells-title" {
                h2 id="cells-title" { "Cells" }
                (folded(&format::counted(site.cells.len(), "configuration and workload", "configurations and workloads"), cells(site)))
            }
        }
    };
    document(Place::Top, "wasmark: runs over time", &body, None)
}

/// A table of rows, of which the first are in view.
fn split(caption: &str, head: impl Fn() -> Markup, rows: &[Markup]) -> Markup {
    let (first, rest) = rows.split_at(rows.len().min(IN_VIEW));
    let part = |rows: &[Markup]| {
        table(caption, &Notes::default(), html! { (head()) tbody { @for row in rows { (row) } } })
    };
    html! {
        (part(first))
        @if !rest.is_empty() { (folded(&format!("{} further", rest.len()), part(rest))) }
    }
}

fn change(site: &Site, series: &Series) -> Markup {
    let history = site.history;
    let Some(change) = series.largest_change() else { return html! {} };
    let run = &history.runs[series.points[change.at].run];
    let further = series.changes.len() - 1;
    html! {
        tr {
            th scope="row" translate="no" { (link(site, series)) small { (history.machines[series.machine]) } }
            td {
                (words::size(series, change))
                @if let Some(interval) = words::interval(change) { small { (interval) } }
                @if further > 0 { small { (further) " further" } }
            }
            td { (words::value(series.unit, change.before)) }
            td { (words::value(series.unit, change.after)) }
            td.text translate="no" { (words::day(&run.started)) small { (run.id) } }
            td.text translate="no" { @for mark in series.beside(change) { span { (words::mark(mark)) } br; } }
        }
    }
}

/// The series' name, which leads to its history.
fn link(site: &Site, series: &Series) -> Markup {
    let page = names::cell(&series.configuration, &series.workload);
    html! { a href={ (page) "#" (cell::anchor(site.history, series)) } { (series.name()) } }
}

fn run(site: &Site, at: usize) -> Markup {
    let run = &site.history.runs[at];
    html! {
        tr {
            th scope="row" translate="no" { a href=(site.pages[at]) { (run.id) } }
            td { (words::day(&run.started)) @if run.finished.is_none() { small { "did not end" } } }
            td.text translate="no" { (run.machine) }
            td.text { (run.noise) }
        }
    }
}

fn gates(gates: &[Gate]) -> Markup {
    let head = || {
        html! {
            thead { tr {
                (text_column("gate", "")) (column("began", "")) (column("verdict", "")) (text_column("base", "")) (text_column("candidate", ""))
            } }
        }
    };
    let row = |gate: &Gate| {
        html! {
            tr {
                th scope="row" translate="no" { (gate.id) }
                td { (words::day(&gate.started)) }
                td { (gate.overall) }
                td.text translate="no" { (gate.base) }
                td.text translate="no" { (gate.candidate) }
            }
        }
    };
    split("Gates, the newest first", head, &gates.iter().rev().map(row).collect::<Vec<Markup>>())
}

fn cells(site: &Site) -> Markup {
    html! {
        ul.plain translate="no" {
            @for page in site.cells() { li { a href=(page.path) { (page.configuration) " " (page.workload) } } }
        }
    }
}
