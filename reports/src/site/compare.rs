//! Any two runs beside each other. The newest two of each class of machines stand on the page; with JavaScript a reader
//! chooses others, from numbers that the page holds.

use std::collections::BTreeMap;

use anyhow::Result;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};
use wasmark_results::{
    history::{Point, Series},
    summary::Unit,
};

use super::{
    Site,
    document::{Place, document},
    words,
};
use crate::{
    data::packed,
    format::counted,
    html::{Notes, column, folded, table, text_column},
    printable::printable,
};

/// What the numbers may weigh, compressed and in base64.
const ROOM: usize = 8_000_000;

const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("../script/base.js"),
    include_str!("compare.js"),
    "})();\n"
);

/// The page.
///
/// # Errors
/// Where the numbers cannot be compressed.
pub fn page(site: &Site) -> Result<String> {
    let history = site.history;
    let (first, data) = embedded(site)?;
    let of_machine: Vec<Markup> =
        (0..history.machines.len()).filter_map(|machine| newest(site, machine)).collect();
    let body = html! {
        main {
            h1 { "Two runs beside each other" }
            p { "Ratios of the second run to the first: above 1 it takes more. Values of two runs are of different hours, so that an \
                 interval holds all that the intervals of both admit, and there is no verdict. Runs of different classes of \
                 machines have no ratio." }
            div #choice hidden {
                p.choice {
                    label { "First " select #base { } }
                    label { "Second " select #candidate { } }
                }
                @if first > 0 {
                    p.quiet { "Too many for this page, " (counted(first, "run is", "runs are")) " left out, the oldest; " code { "wasmark compare RUN RUN" } " compares any." }
                }
                div #compared aria-live="polite" { }
            }
            div #newest {
                @if of_machine.is_empty() { p { "No class of machines has two runs." } }
                @for one in &of_machine { (one) }
            }
            script type="application/gzip" id="history" { (PreEscaped(&data)) }
        }
    };
    Ok(document(Place::Top, "wasmark: two runs", &body, Some(SCRIPT)))
}

/// The values of the newest runs that fit, and the index of the first of them.
fn embedded(site: &Site) -> Result<(usize, String)> {
    let mut first = 0;
    loop {
        let data = packed(values(site, first).to_string())?;
        if data.len() <= ROOM || first + 1 >= site.history.runs.len() {
            return Ok((first, data));
        }
        // Of as many as fit by what they weigh, with some room.
        let fits = (site.history.runs.len() - first) as f64 * ROOM as f64 / data.len() as f64 * 0.95;
        first = site.history.runs.len().saturating_sub(fits as usize).max(first + 1);
    }
}

fn values(site: &Site, first: usize) -> Value {
    let history = site.history;
    let runs: Vec<Value> = history.runs[first..]
        .iter()
        .zip(&site.pages[first..])
        .map(|(run, page)| {
            let machine = history.machines.iter().position(|machine| *machine == run.machine);
            json!([printable(&run.id), words::day(&run.started), machine, page])
        })
        .collect();
    let number = |value: f64| json!(format!("{value:.5e}").parse::<f64>().unwrap_or(value));
    let series: Vec<Value> = history
        .series
        .iter()
        .map(|series| {
            let points = series.points.iter().filter(|point| point.run >= first);
            let points: Vec<Value> = points
                .map(|point| {
                    json!([point.run - first, number(point.median), number(point.low), number(point.high)])
                })
                .collect();
            let unit = if series.unit == Unit::Bytes { "B" } else { "ns" };
            json!([printable(&series.name()), unit, points])
        })
        .collect();
    json!({ "runs": runs, "series": series })
}

/// The newest two runs on machines of one class.
fn newest(site: &Site, machine: usize) -> Option<Markup> {
    let history = site.history;
    let of_class = |at: &usize| history.runs[*at].machine == history.machines[machine];
    let mut newest = (0..history.runs.len()).rev().filter(of_class);
    let (candidate, base) = (newest.next()?, newest.next()?);
    let mut rows: BTreeMap<bool, Vec<(f64, Markup)>> = BTreeMap::new();
    for series in history.series.iter().filter(|series| series.machine == machine) {
        let of = |run: usize| series.points.iter().rev().find(|point| point.run == run);
        if let (Some(one), Some(other)) = (of(base), of(candidate)) {
            let (clear, size, row) = row(series, one, other);
            rows.entry(!clear).or_default().push((size, row));
        }
    }
    let mut part = |unclear: bool| {
        let mut rows = rows.remove(&unclear).unwrap_or_default();
        rows.sort_by(|one, other| other.0.total_cmp(&one.0));
        rows
    };
    let [apart, others] = [part(false), part(true)];
    let name = |run: usize| html! { a href=(site.pages[run]) { (history.runs[run].id) } };
    let of = |rows: &[(f64, Markup)], which: &str| {
        let body = html! {
            thead { tr {
                (text_column("cell", "")) (column("ratio", "what both intervals admit")) (column("first", "")) (column("second", ""))
            } }
            tbody { @for (_, row) in rows { (row) } }
        };
        let machine = &history.machines[machine];
        table(&format!("Ratios {which}, the largest first, {machine}"), &Notes::default(), body)
    };
    Some(html! {
        h2 translate="no" { (history.machines[machine]) }
        p translate="no" { (name(base)) " → " (name(candidate)) }
        @if apart.is_empty() { p { "In no cell do the intervals lie apart." } } @else { (of(&apart, "whose intervals lie apart")) }
        @if !others.is_empty() { (folded(&format!("{} whose intervals overlap", counted(others.len(), "cell", "cells")), of(&others, "whose intervals overlap"))) }
    })
}

/// Whether the intervals lie apart, how large the ratio is, and the row.
fn row(series: &Series, one: &Point, other: &Point) -> (bool, f64, Markup) {
    let positive =
        [one.median, one.low, one.high, other.median, other.low, other.high].iter().all(|value| *value > 0.0);
    let ratio = positive.then(|| (other.median / one.median, other.low / one.high, other.high / one.low));
    let clear = ratio.is_some_and(|(_, low, high)| low > 1.0 || high < 1.0);
    let markup = html! {
        tr {
            th scope="row" translate="no" { (series.name()) }
            td {
                @match ratio {
                    Some((value, low, high)) => { (words::factor(value)) small { (words::factor(low)) "–" (words::factor(high)) } },
                    None => "–",
                }
            }
            td { (words::value(series.unit, one.median)) }
            td { (words::value(series.unit, other.median)) }
        }
    };
    (clear, ratio.map_or(0.0, |(value, ..)| value.ln().abs()), markup)
}
