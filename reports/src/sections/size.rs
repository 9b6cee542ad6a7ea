//! What a start costs against the module's size: the workloads tagged `size`, along each of their axes.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::{
    record::metric,
    run::WorkloadRecord,
    summary::{Cell, ColdStart, Compile, Estimate, Source, Unit, Window},
};

use crate::{
    charts::size::{Curve, Panel, chart},
    format::bytes,
    html::{Notes, column, row_of, table, td},
    view::View,
};

/// The tag of the workloads that this section is about.
const TAG: &str = "size";
/// Fewer are no line.
const LEAST: usize = 3;

/// What the workloads differ in, by their tags.
const AXES: [(&str, &str); 3] =
    [("functions", "More functions"), ("data", "More data"), ("table", "A larger table")];

/// What a module costs before it runs, by name.
const MEASURES: [(&str, &str, Unit); 4] = [
    ("compile", "wall", Unit::Nanoseconds),
    ("artifact", "file", Unit::Bytes),
    ("load", "of the artifact", Unit::Nanoseconds),
    ("instantiate", "the first in its process", Unit::Nanoseconds),
];

/// Whether the run has enough to show.
pub fn shown(view: &View) -> bool {
    AXES.iter().any(|(axis, _)| series(view, axis).is_some())
}

/// The section; nothing where the run has too few such workloads.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let view = &view.of_work();
    let mut parts = Vec::new();
    for (axis, title) in AXES {
        if let Some(workloads) = series(view, axis) {
            parts.push(part(view, title, &workloads)?);
        }
    }
    Ok(html! {
        @if !parts.is_empty() {
            section id="size" aria-labelledby="size-title" {
                h2 id="size-title" { "Cost against size" }
                p { "Generated modules that differ in one thing at a time: what a start pays for each further function, byte of data or \
                     entry of the table. A flat line is a price that does not depend on the module; where a line is low in one panel, \
                     another may have the work: some configurations compile when they instantiate, or when a function is first called." }
                @for part in &parts { (part) }
            }
        }
    })
}

/// The workloads along an axis, the smallest first.
fn series<'a>(view: &View<'a>, axis: &str) -> Option<Vec<&'a WorkloadRecord>> {
    let has = |workload: &WorkloadRecord, tag: &str| workload.tags.iter().any(|one| one == tag);
    let mut workloads = view.by_size();
    workloads.retain(|workload| has(workload, TAG) && has(workload, axis));
    (workloads.len() >= LEAST).then_some(workloads)
}

fn part(view: &View, title: &str, workloads: &[&WorkloadRecord]) -> Result<Markup> {
    let panels: Vec<_> = MEASURES
        .iter()
        .enumerate()
        .map(|(at, (name, _, unit))| Panel { title: name, unit: *unit, curves: curves(view, workloads, at) })
        .collect();
    Ok(html! {
        h3 { (title) }
        (chart(view, title, &panels)?)
        @if let Some(largest) = workloads.last() { (of_largest(view, largest)) }
    })
}

/// The lines of the measure at `at` of [`MEASURES`], of the configurations with two points or more.
fn curves<'a>(view: &View<'a>, workloads: &[&'a WorkloadRecord], at: usize) -> Vec<Curve<'a>> {
    let curve = |configuration: &'a wasmark_results::run::ConfigurationRecord| {
        let point = |workload: &&WorkloadRecord| {
            let (compile, start) = rows(view, &configuration.id, &workload.name)?;
            let median = measures(compile, start)[at].measured()?.median;
            (median > 0.0 && workload.wasm_bytes > 0).then_some((workload.wasm_bytes as f64, median))
        };
        let points: Vec<_> = workloads.iter().filter_map(point).collect();
        (points.len() > 1).then_some(Curve {
            configuration: &configuration.id,
            tier: &configuration.tier,
            points,
        })
    };
    view.configurations.iter().copied().filter_map(curve).collect()
}

fn rows<'a>(view: &View<'a>, configuration: &str, workload: &str) -> Option<(&'a Compile, &'a ColdStart)> {
    let is = |of: &str, what: &str| of == configuration && what == workload;
    let compile = view.summary.compile.iter().find(|row| is(&row.configuration, &row.workload))?;
    let start = view.summary.cold_start.iter().find(|row| is(&row.configuration, &row.workload))?;
    Some((compile, start))
}

/// In the order of [`MEASURES`].
fn measures(compile: &Compile, start: &ColdStart) -> [Cell<Estimate>; 4] {
    let phase = |source: Option<Source>, name: &str| {
        let phases = start.starts.iter().filter(|one| Some(one.source) == source).flat_map(|one| &one.phases);
        phases.into_iter().find(|phase| phase.phase == name).map(|phase| wall(&phase.time))
    };
    // Why there is no artifact is also why none is loaded.
    let no_load = || start.from_artifact.clone().and_then(|_| Cell::NotMeasured);
    let no_instance = || start.fresh_instance.clone().and_then(|_| Cell::NotMeasured);
    [
        wall(&compile.compile),
        compile.artifact_size.clone(),
        phase(Some(Source::Artifact), metric::LOAD).unwrap_or_else(no_load),
        phase(start.process_from, metric::INSTANTIATE).unwrap_or_else(no_instance),
    ]
}

fn wall(cell: &Cell<Window>) -> Cell<Estimate> {
    cell.clone().map(|window| window.wall)
}

fn of_largest(view: &View, workload: &WorkloadRecord) -> Markup {
    let mut notes = Notes::default();
    let of_workload = |row: &&&wasmark_results::run::ConfigurationRecord| rows(view, &row.id, &workload.name);
    let rows = html! {
        @for configuration in &view.configurations {
            @if let Some((compile, start)) = of_workload(&configuration) {
                @let of = view.number(&configuration.id);
                tr {
                    (row_of(view, &configuration.id, &configuration.tier))
                    @for cell in measures(compile, start) { (td(of, &cell, &mut notes)) }
                }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            @for (name, line, _) in MEASURES { (column(name, line)) }
        } }
        tbody { (rows) }
    };
    let caption = format!("{}, the largest, of {}", workload.name, bytes(workload.wasm_bytes as f64));
    table(&caption, &notes, content)
}
