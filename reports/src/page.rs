//! The page: one self-contained file.

use anyhow::{Result, bail};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use wasmark_results::{group::Group, store::LoadedRun, summary::Summary};

use crate::{
    cells::{self, Room},
    data,
    head::head,
    printable::printable,
    sections, texts,
    view::{Detail, View},
};

/// What the page may weigh, in bytes.
pub const LIMIT: usize = 5_000_000;

/// What the summary may weigh as Parquet, compressed, beside the CSV: a page is for reading.
const PARQUET: usize = 500_000;

/// The page's script, its files in order; what they define is theirs alone.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("script/base.js"),
    include_str!("script/filter.js"),
    include_str!("script/sort.js"),
    include_str!("script/language.js"),
    include_str!("script/compare.js"),
    include_str!("script/drawer.js"),
    include_str!("script/main.js"),
    "})();\n"
);

/// Sections that not every page has.
const SIZE: &str = "size";
const SERVING: &str = "serving";
const VARIANTS: &str = "variants";
const BOUNDARY: &str = "boundary";
const LIVE: &str = "live";
const PAGE_CACHE: &str = "page-cache";
const CODE_CACHE: &str = "code-cache";
const PEAK: &str = "peak";
const TENANTS: &str = "tenants";

const CONTENTS: [(&str, &str); 22] = [
    ("glance", "At a glance"),
    ("ladder", "Cold start"),
    ("throughput", "Throughput"),
    ("languages", "Languages"),
    (VARIANTS, "What safeguards and meters cost"),
    ("compile", "Compile time"),
    (SIZE, "Cost against size"),
    ("memory", "Memory"),
    (PAGE_CACHE, "Starts from the disk"),
    (CODE_CACHE, "Code caches"),
    (PEAK, "Peak memory of a start"),
    (LIVE, "Instances alive at once"),
    (TENANTS, "Many tenants in one process"),
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
    page_against(run, summary, None)
}

/// The same with the cells of another run, which the page can show factors against.
///
/// # Errors
/// As [`page`].
pub fn page_against(run: &LoadedRun, summary: &Summary, other: Option<&LoadedRun>) -> Result<String> {
    let mut view = View::new(summary);
    view.against = other.map(|other| other.run.id.as_str());
    // The data that programs read goes before what the script shows, and that before the tables that people read.
    let choices = [(Room::Processes, PARQUET), (Room::Processes, 0), (Room::Intervals, 0)];
    let mut made: Vec<Embedded> = Vec::new();
    for detail in [Detail::Full, Detail::Brief, Detail::Least] {
        view.detail = detail;
        let tables = tables(&view)?;
        for (at, (room, parquet)) in choices.into_iter().enumerate() {
            if made.len() == at {
                let data = data::embed(summary, parquet)?;
                let cells = cells::embed(&view, run, other, room)?;
                made.push(Embedded { data, cells, chinese: texts::chinese()? });
            }
            let page = fill(summary, &tables, &made[at]);
            if page.len() <= LIMIT {
                return Ok(page);
            }
        }
    }
    bail!(
        "failed to keep the page within 5 MB: its tables alone are larger; report fewer configurations or workloads at a time"
    )
}

/// What stands in the page beside its tables.
struct Embedded {
    data: data::Embedded,
    cells: String,
    chinese: String,
}

/// The page of these tables.
fn fill(summary: &Summary, tables: &Markup, embedded: &Embedded) -> String {
    let title = printable(&format!("wasmark: {}", summary.run.id));
    document(
        &title,
        &html! {
            (tables)
            (sections::data::section(&printable(&summary.run.id), &embedded.data))
            script type="application/gzip" id="cells" { (PreEscaped(&embedded.cells)) }
            script type="application/gzip" id="chinese" { (PreEscaped(&embedded.chinese)) }
            footer.quiet { "Made by wasmark " (summary.run.wasmark) ". MIT OR Apache-2.0." }
        },
    )
}

fn tables(view: &View) -> Result<Markup> {
    let starts = view.chosen(Group::Start);
    let works = view.chosen(Group::Throughput);
    let markup = html! {
        a.skip href="#glance" { "To the results" }
        (sections::header::header(view))
        nav aria-label="Contents" { ul { @for (id, name) in contents(view) { li { a href={ "#" (id) } { (name) } } } } }
        main {
            (sections::overview::section(view)?)
            @if starts { (sections::cold_start::section(view)?) }
            @if works { (sections::throughput::section(view)) (sections::languages::section(view)) }
            @if !view.summary.variants.is_empty() { (sections::variants::section(view)) }
            @if starts { (sections::compile::section(view)?) (sections::size::section(view)?) }
            @if view.chosen(Group::Memory) { (sections::memory::section(view)?) }
            @if view.chosen(Group::PageCache) { (sections::page_cache::section(view)) }
            @if view.chosen(Group::CodeCache) { (sections::code_cache::section(view)) }
            @if view.chosen(Group::Peak) { (sections::peak::section(view)) }
            @if view.chosen(Group::Density) { (sections::density::section(view)) }
            @if view.chosen(Group::Tenants) { (sections::tenants::section(view)?) }
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
    view.chosen(Group::Concurrency) || view.chosen(Group::Load)
}

fn contents(view: &View) -> impl Iterator<Item = (&'static str, &'static str)> {
    let shown = |id: &str| match id {
        SIZE => view.chosen(Group::Start) && sections::size::shown(view),
        "ladder" | "compile" | "claims" => view.chosen(Group::Start),
        "throughput" | "languages" => view.chosen(Group::Throughput),
        "memory" => view.chosen(Group::Memory),
        PAGE_CACHE => view.chosen(Group::PageCache),
        CODE_CACHE => view.chosen(Group::CodeCache),
        PEAK => view.chosen(Group::Peak),
        LIVE => view.chosen(Group::Density),
        TENANTS => view.chosen(Group::Tenants),
        SERVING => serves(view),
        BOUNDARY => view.chosen(Group::Boundary) && !view.summary.boundary.is_empty(),
        VARIANTS => !view.summary.variants.is_empty(),
        _ => true,
    };
    CONTENTS.into_iter().filter(move |(id, _)| shown(id))
}

fn document(title: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, Some(SCRIPT), &html! {}))
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}
