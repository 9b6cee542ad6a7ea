//! The page: one file without any other.

use anyhow::{Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use wasmark_results::{store::LoadedRun, summary::Summary};

use crate::{
    data,
    printable::printable,
    sections,
    view::{Detail, Metrics, View},
};

/// What the page may weigh, in bytes.
pub const LIMIT: usize = 5_000_000;

/// What the data in it may weigh, compressed, for it is in the run's files as well and a page is for reading.
const DATA: usize = 400_000;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Nothing is fetched from anywhere, and no script runs but the page's own: the browser itself refuses it.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// Sections that not every page has.
const SIZE: &str = "size";
const SERVING: &str = "serving";
const VARIANTS: &str = "variants";
const BOUNDARY: &str = "boundary";
const LIVE: &str = "live";

const CONTENTS: [(&str, &str); 18] = [
    ("glance", "At a glance"),
    ("ladder", "Cold start"),
    ("throughput", "Throughput"),
    ("languages", "Languages"),
    (VARIANTS, "What safeguards and meters cost"),
    ("compile", "Compile time"),
    (SIZE, "Cost against size"),
    ("memory", "Memory"),
    (LIVE, "Instances alive at once"),
    (SERVING, "Requests on several threads"),
    (BOUNDARY, "Crossing the boundary"),
    ("claims", "Published claims"),
    ("capabilities", "Proposals and limits"),
    ("problems", "Without a value"),
    ("coverage", "What the workloads are"),
    ("inventory", "What was measured"),
    ("methodology", "What the numbers mean"),
    ("raw", "The data"),
];

/// The page of a run: one HTML file of at most 5 MB that needs no network, and no JavaScript to be complete. `summary`
/// is what `wasmark-results` made of `run`.
///
/// # Errors
/// Where a chart cannot be drawn, or where the tables alone are over the limit.
pub fn page(run: &LoadedRun, summary: &Summary) -> Result<String> {
    let mut view = View::new(summary);
    // The data that programs read goes before the tables that people read.
    for detail in [Detail::Full, Detail::Brief] {
        view.detail = detail;
        let tables = tables(&view)?;
        for data in [DATA, 0] {
            let page = fill(run, summary, &tables, data)?;
            if page.len() <= LIMIT {
                return Ok(page);
            }
        }
    }
    bail!(
        "failed to keep the page within 5 MB: its tables alone are larger; report fewer configurations or workloads at a time"
    )
}

/// The page of these tables with as much data as fits in `room` bytes.
fn fill(run: &LoadedRun, summary: &Summary, tables: &Markup, room: usize) -> Result<String> {
    let embedded = data::embed(run, summary, room)?;
    let title = printable(&format!("wasmark: {}", summary.run.id));
    Ok(document(
        &title,
        &html! {
            (tables)
            (sections::data::section(&summary.run.id, &embedded))
            footer.quiet { "Made by wasmark " (summary.run.wasmark) ". MIT OR Apache-2.0." }
        },
    ))
}

fn tables(view: &View) -> Result<Markup> {
    let starts = view.chosen(Metrics::ColdStart);
    let works = view.chosen(Metrics::Throughput);
    let markup = html! {
        a.skip href="#glance" { "To the results" }
        (sections::header::header(view))
        nav aria-label="Contents" { ul { @for (id, name) in contents(view) { li { a href={ "#" (id) } { (name) } } } } }
        main {
            (sections::glance::section(view)?)
            (sections::header::filter(view))
            @if starts { (sections::ladder::section(view)?) }
            @if works { (sections::throughput::section(view)) (sections::languages::section(view)) }
            @if !view.summary.variants.is_empty() { (sections::variants::section(view)) }
            @if starts { (sections::compile::section(view)?) (sections::size::section(view)?) }
            @if view.chosen(Metrics::Memory) { (sections::memory::section(view)?) }
            @if view.chosen(Metrics::Density) { (sections::live::section(view)) }
            @if serves(view) { (sections::serving::section(view)?) }
            (sections::boundary::section(view))
            @if starts { (sections::claims::section(view)?) }
            (sections::capabilities::section(view))
            (sections::problems::section(view))
            (sections::coverage::section(view))
            (sections::inventory::section(view))
            (sections::methodology::section(view))
        }
    };
    // The one place where names and messages of guests and engines become part of the page.
    Ok(PreEscaped(printable(&markup.0)))
}

fn serves(view: &View) -> bool {
    view.chosen(Metrics::Concurrency) || view.chosen(Metrics::Load)
}

fn contents(view: &View) -> impl Iterator<Item = (&'static str, &'static str)> {
    let shown = |id: &str| match id {
        SIZE => view.chosen(Metrics::ColdStart) && sections::size::shown(view),
        "ladder" | "compile" | "claims" => view.chosen(Metrics::ColdStart),
        "throughput" | "languages" => view.chosen(Metrics::Throughput),
        "memory" => view.chosen(Metrics::Memory),
        LIVE => view.chosen(Metrics::Density),
        SERVING => serves(view),
        BOUNDARY => view.chosen(Metrics::Boundary) && !view.summary.boundary.is_empty(),
        VARIANTS => !view.summary.variants.is_empty(),
        _ => true,
    };
    CONTENTS.into_iter().filter(move |(id, _)| shown(id))
}

fn document(title: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}
