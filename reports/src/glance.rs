//! The table that answers the question at one look: a row for each configuration.

use wasmark_results::{
    run::WorkloadRecord,
    summary::{Cell, ColdStart, Line, Source},
};

use crate::{
    format::bytes,
    shown::Shown,
    view::{Metrics, View},
};

/// The table.
pub struct Glance<'a> {
    /// What each column of [`Row::cells`] is.
    pub columns: Vec<Column>,
    /// Rows by tier kind.
    pub rows: Vec<Row<'a>>,
}

/// A column.
#[derive(Clone, PartialEq, Eq)]
pub struct Column {
    /// What it shows.
    pub name: &'static str,
    /// Of what.
    pub of: String,
    /// Columns that belong together have the same number.
    pub group: usize,
}

/// A configuration.
pub struct Row<'a> {
    /// `runtime/configuration`.
    pub configuration: &'a str,
    /// The engine's version.
    pub version: &'a str,
    /// The tier's kind.
    pub tier: &'a str,
    /// One for each column.
    pub cells: Vec<Cell<Shown>>,
}

/// The workloads that a table shows apart.
pub struct Choice<'a> {
    /// Those whose starts it shows.
    pub starts: Vec<&'a WorkloadRecord>,
    /// Those whose time per unit it shows, where there is no reference for a factor.
    pub times: Vec<&'a WorkloadRecord>,
    /// Those whose instances' memory it shows.
    pub memory: Vec<&'a WorkloadRecord>,
}

/// What a column takes from a view for a configuration.
type Of<'v> = Box<dyn Fn(&str) -> Cell<Shown> + 'v>;

/// The table of a view. A column in which nothing was measured and nothing failed is not in it, unless the run did not
/// come to its end: that nothing supports something has its reason beneath the tables.
pub fn glance<'a>(view: &View<'a>, choice: &Choice<'a>) -> Glance<'a> {
    let mut columns: Vec<(Column, Of<'_>)> = Vec::new();
    let mut group = 0;
    let mut add = |parts: Vec<(&'static str, String, Of<'a>)>| {
        columns.extend(parts.into_iter().map(|(name, of, take)| (Column { name, of, group }, take)));
        group += 1;
    };
    if view.chosen(Metrics::ColdStart) {
        for workload in &choice.starts {
            add(starts(view, workload));
        }
    }
    if view.chosen(Metrics::Throughput) {
        add(throughput(view, &choice.times));
    }
    if view.chosen(Metrics::Memory) {
        for workload in &choice.memory {
            add(memory(view, workload));
        }
    }
    let mut rows: Vec<Row<'a>> = view
        .configurations
        .iter()
        .map(|one| Row {
            configuration: &one.id,
            version: &one.version,
            tier: &one.tier,
            cells: columns.iter().map(|(_, take)| take(&one.id)).collect(),
        })
        .collect();
    let ended = view.summary.run.finished.is_some();
    let empty: Vec<bool> = (0..columns.len())
        .map(|column| ended && rows.iter().all(|row| is_empty(&row.cells[column])))
        .collect();
    for row in &mut rows {
        let cells = std::mem::take(&mut row.cells);
        row.cells =
            cells.into_iter().zip(&empty).filter(|(_, empty)| !**empty).map(|(cell, _)| cell).collect();
    }
    let columns = columns.into_iter().zip(empty).filter(|(_, empty)| !empty).map(|((column, _), _)| column);
    Glance { columns: columns.collect(), rows }
}

/// Whether a cell is of something that was not measured, or that the configuration does not do.
pub fn is_empty(cell: &Cell<Shown>) -> bool {
    matches!(cell, Cell::NotMeasured | Cell::Unsupported(_))
}

/// A workload's name with its module's size: what a start costs depends on it.
pub fn sized(workload: &WorkloadRecord) -> String {
    format!("of {}, {}", workload.name, bytes(workload.wasm_bytes as f64))
}

type Parts<'a> = Vec<(&'static str, String, Of<'a>)>;

fn starts<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Parts<'a> {
    let (rows, name) = (&view.summary.cold_start, workload.name.as_str());
    let start = move |id: &str, of: fn(&ColdStart) -> Cell<Shown>| {
        let mut rows = rows.iter();
        rows.find(|row| row.configuration == id && row.workload == name).map_or(Cell::NotMeasured, of)
    };
    let mut parts: Parts<'a> = vec![
        ("fresh_instance", sized(workload), Box::new(move |id| start(id, |row| show(&row.fresh_instance)))),
        ("from_artifact", sized(workload), Box::new(move |id| start(id, from_artifact))),
        ("from_wasm", sized(workload), Box::new(move |id| start(id, from_wasm))),
    ];
    // Only of a workload of which a trap is expected.
    if rows.iter().any(|row| row.workload == name && row.time_to_trap != Cell::NotMeasured) {
        let time = move |id: &str| start(id, |row| show(&row.time_to_trap));
        parts.push(("time_to_trap", sized(workload), Box::new(time)));
    }
    parts
}

/// The rung, with its CPU time where it waited.
pub fn from_artifact(row: &ColdStart) -> Cell<Shown> {
    show(&row.from_artifact).map(|shown| beside_cpu(shown, row, Source::Artifact))
}

/// The rung, with its CPU time where it waited.
pub fn from_wasm(row: &ColdStart) -> Cell<Shown> {
    show(&row.from_wasm).map(|shown| beside_cpu(shown, row, Source::Wasm))
}

fn beside_cpu(shown: Shown, row: &ColdStart, source: Source) -> Shown {
    let start = row.starts.iter().find(|start| start.source == source);
    shown.beside_cpu(start.and_then(|start| start.waited()))
}

fn throughput<'a>(view: &View<'a>, times: &[&'a WorkloadRecord]) -> Parts<'a> {
    let throughput = &view.summary.throughput;
    let Some(reference) = &throughput.reference else {
        let part = |workload: &&'a WorkloadRecord| -> (&'static str, String, Of<'a>) {
            let name = workload.name.as_str();
            let time = move |id: &str| {
                let mut rows = throughput.rows.iter();
                let row = rows.find(|row| row.configuration == id && row.workload == name);
                row.map_or(Cell::NotMeasured, |row| show(&row.time).map(|one| one.beside_cpu(row.waited())))
            };
            ("time per unit", format!("a {} of {name}", workload.unit), Box::new(time))
        };
        return times.iter().map(part).collect();
    };
    let of = format!("against {reference}, geometric mean of {}", throughput.common.len());
    let factor = move |id: &str| {
        let row = throughput.overall.iter().find(|row| row.configuration == id);
        let shown = row.map_or(Cell::NotMeasured, |row| show(&row.factor));
        shown.map(|one| {
            one.beside_cpu_factor(throughput.waited(id, &throughput.common), throughput.common.len())
        })
    };
    vec![("throughput", of, Box::new(factor))]
}

fn memory<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Parts<'a> {
    let (summary, name) = (view.summary, workload.name.as_str());
    let private = move |id: &str| {
        let mut rows = summary.memory.iter();
        let row = rows.find(|row| row.configuration == id && row.workload == name);
        row.map_or(Cell::NotMeasured, |row| slope(&row.private))
    };
    let density =
        move |id: &str| summary.density.iter().find(|row| row.configuration == id && row.workload == name);
    let per_gib = move |id: &str| density(id).map_or(Cell::NotMeasured, |row| show(&row.per_gib));
    let most = move |id: &str| match density(id) {
        None => Cell::NotMeasured,
        Some(row) => match row.bounds.first() {
            Some(bound) => Cell::Measured(Shown::from(bound)),
            None => show(&row.per_gib).and_then(|_| Cell::NotMeasured),
        },
    };
    let of = || format!("of {name}");
    vec![
        ("private memory per instance", of(), Box::new(private)),
        ("instances per GiB", of(), Box::new(per_gib)),
        ("most instances in a process", of(), Box::new(most)),
    ]
}

/// A cell as it is shown.
pub fn show<T>(cell: &Cell<T>) -> Cell<Shown>
where
    T: Clone,
    Shown: for<'b> From<&'b T>,
{
    cell.clone().map(|value| Shown::from(&value))
}

/// A memory line's slope.
pub fn slope(cell: &Cell<Line>) -> Cell<Shown> {
    cell.clone().and_then(|line| {
        line.fit.map_or(Cell::NotMeasured, |fit| Cell::Measured(Shown::from(&fit.per_instance)))
    })
}
