//! The page of a configuration and workload: the history of each of its cells.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::history::{History, OfGate, Series};

use super::{
    CellPage, Site,
    chart::chart,
    document::{Place, document},
    names, words,
};
use crate::html::{Notes, column, folded, table, text_column};

/// Up to so many of the newest runs, and marks, are in the table beneath a chart.
const ROWS: usize = 100;

/// The page.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn page(site: &Site, page: &CellPage) -> Result<String> {
    let history = site.history;
    let sections: Vec<Markup> =
        page.series.iter().map(|series| section(site, series)).collect::<Result<Vec<Markup>>>()?;
    let title = format!("{} {}: history", page.configuration, page.workload);
    let body = html! {
        main {
            h1 translate="no" { (page.configuration) " " (page.workload) }
            p { (words::meaning(history)) }
            @for section in &sections { (section) }
        }
    };
    Ok(document(Place::Folder, &title, &body, None))
}

/// The anchor of a series on its page.
pub fn anchor(history: &History, series: &Series) -> String {
    let machine = history.machines.get(series.machine).map(ToString::to_string).unwrap_or_default();
    names::plain(&[series.metric, series.source.map_or("", |source| source.name()), &machine])
}

fn section(site: &Site, series: &Series) -> Result<Markup> {
    let history = site.history;
    let id = anchor(history, series);
    let machine = history.machines.get(series.machine).map(ToString::to_string).unwrap_or_default();
    let source = series.source.map(|source| format!(" from {}", source.name())).unwrap_or_default();
    // In the names of tables: a page has the same ones for each series.
    let name = format!("{}{source}, {machine}", series.metric);
    Ok(html! {
        section id=(id) aria-labelledby={ (id) "-title " (id) "-machine" } {
            h2 id={ (id) "-title" } { span translate="no" { (series.metric) } (source) }
            p.quiet id={ (id) "-machine" } translate="no" { (machine) }
            (chart(history, series)?)
            @if !series.changes.is_empty() { (changes(history, series, &name)) }
            @if !series.gates.is_empty() { (gates(&series.gates, &name)) }
            @if !series.marks.is_empty() { (folded("What was different between runs", marks(history, series))) }
            (folded("The values", values(site, series, &name)))
        }
    })
}

fn changes(history: &History, series: &Series, name: &str) -> Markup {
    let rows = series.changes.iter().rev().map(|change| {
        let run = &history.runs[series.points[change.at].run];
        html! {
            tr {
                th scope="row" { (words::size(series, change)) @if let Some(interval) = words::interval(change) { small { (interval) } } }
                td { (words::value(series.unit, change.before)) }
                td { (words::value(series.unit, change.after)) }
                td.text translate="no" { (words::day(&run.started)) small { (run.id) } }
                td.text translate="no" { @for mark in series.beside(change) { span { (words::mark(mark)) } br; } }
                td { (format!("{:.3}", change.p)) }
            }
        }
    });
    let head = html! {
        thead { tr {
            (column("change", "above 1: more")) (column("before", "")) (column("after", "")) (text_column("first run", ""))
            (text_column("beside it", "within one run")) (column("p", ""))
        } }
        tbody { @for row in rows { (row) } }
    };
    table(&format!("Changes of {name}, the newest first"), &Notes::default(), head)
}

fn gates(verdicts: &[OfGate], name: &str) -> Markup {
    let rows = verdicts.iter().rev().take(ROWS);
    let body = html! {
        thead { tr { (text_column("gate", "")) (column("began", "")) (column("verdict", "")) (column("ratio", "")) } }
        tbody { @for one in rows {
            tr {
                th scope="row" translate="no" { (one.gate) }
                td { (words::day(&one.started)) }
                td { (one.verdict) }
                td { (one.ratio.map(words::factor).unwrap_or_default()) }
            }
        } }
    };
    table(&format!("Verdicts of gates on {name}, the newest first"), &Notes::default(), body)
}

fn marks(history: &History, series: &Series) -> Markup {
    html! {
        ul.plain {
            @for mark in series.marks.iter().rev().take(ROWS) {
                @let run = &history.runs[series.points[mark.at].run];
                li translate="no" { (words::day(&run.started)) ": " (words::mark(mark)) }
            }
        }
        (left_out(series.marks.len()))
    }
}

fn values(site: &Site, series: &Series, name: &str) -> Markup {
    let history = site.history;
    let rows = series.points.iter().rev().take(ROWS).map(|point| {
        let run = &history.runs[point.run];
        html! {
            tr {
                th scope="row" translate="no" { a href={ "../" (site.pages[point.run]) } { (run.id) } }
                td { (words::day(&run.started)) }
                td { (words::value(series.unit, point.median)) }
                td { (words::value(series.unit, point.low)) "–" (words::value(series.unit, point.high)) }
                td { (point.n) }
                td.text { (run.noise) }
            }
        }
    });
    let body = html! {
        thead { tr {
            (text_column("run", "")) (column("began", "")) (column("median", "")) (column("interval", "")) (column("processes", ""))
            (text_column("noise", ""))
        } }
        tbody { @for row in rows { (row) } }
    };
    html! {
        (table(&format!("The runs of {name}, the newest first"), &Notes::default(), body))
        (left_out(series.points.len()))
    }
}

fn left_out(all: usize) -> Markup {
    html! {
        @if all > ROWS { p.quiet { "The newest " (ROWS) " of " (all) "; " code { "wasmark history --json" } " prints all of them." } }
    }
}
