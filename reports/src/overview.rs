//! The overview table: one row for each configuration.

mod by_name;
mod part;

use wasmark_results::{
    group::Group,
    record::metric,
    run::{ConfigurationRecord, WorkloadRecord},
    summary::{Answer, Cell, ColdStart, Question, Source, Throughput, ThroughputRow, points},
};

pub use self::part::{show, slope};
use self::{
    by_name::{code_cache, live, page_cache, peak, residue, serving, tenants},
    part::{Of, Part},
};
use crate::{
    format::{bytes, count},
    marked::mark,
    rendered::{Place, Rendered},
    view::View,
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
    /// The metric and the workload of its cells, where the values of the processes are those of one workload.
    pub cell: Option<(&'static str, String)>,
}

/// A configuration.
pub struct Row<'a> {
    /// `runtime/configuration`.
    pub configuration: &'a str,
    /// The engine's version.
    pub version: &'a str,
    /// The configuration's mark.
    pub mark: Option<&'static str>,
    /// The tier's kind.
    pub tier: &'a str,
    /// One for each column.
    pub cells: Vec<Cell<Rendered>>,
}

/// The workloads that a table shows apart.
pub struct Choice<'a> {
    /// Those whose starts it shows.
    pub starts: Vec<&'a WorkloadRecord>,
    /// Those whose time per unit it shows, where there is no reference for a factor.
    pub times: Vec<&'a WorkloadRecord>,
    /// Those whose instances' memory it shows.
    pub memory: Vec<&'a WorkloadRecord>,
    /// Those whose requests on several threads it shows.
    pub serving: Vec<&'a WorkloadRecord>,
    /// The workload whose own factor it shows before the mean over the common ones.
    pub work: Option<&'a WorkloadRecord>,
    /// Whether it shows how many instances fit in a process.
    pub bounds: Bounds,
}

/// Where the limit of a process is shown that binds first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// In the table.
    Beside,
    /// In a table of its own.
    Apart,
}

/// The table of a view. A column in which nothing was measured and nothing failed is not in it, unless the run did not
/// come to its end: that nothing supports something has its reason beneath the tables.
pub fn glance<'a>(view: &View<'a>, choice: &Choice<'a>) -> Glance<'a> {
    let mut columns: Vec<(Column, Of<'_>, Option<Answer>)> = Vec::new();
    let mut group = 0;
    let mut add = |parts: Vec<Part<'a>>| {
        columns.extend(parts.into_iter().map(|Part { name, of, take, asked }| {
            let answer = asked.map(|(question, workload)| view.summary.answer(question, workload));
            let cell = asked.and_then(|(question, of)| Some((metric_of(question), of?.to_owned())));
            (Column { name, of, group, cell }, take, answer)
        }));
        group += 1;
    };
    if view.chosen(Group::Start) {
        for workload in &choice.starts {
            add(starts(view, workload));
        }
    }
    if view.chosen(Group::Throughput) {
        add(throughput(view, choice));
    }
    if view.chosen(Group::Memory) {
        for workload in &choice.memory {
            add(memory(view, workload, choice.bounds));
        }
    }
    if view.chosen(Group::Density) {
        for workload in &choice.serving {
            add(live(view, workload));
        }
    }
    if view.chosen(Group::Tenants) {
        for workload in &choice.serving {
            add(tenants(view, workload));
        }
    }
    if view.chosen(Group::PageCache) {
        for workload in &choice.starts {
            add(page_cache(view, workload));
        }
    }
    if view.chosen(Group::CodeCache) {
        for workload in &choice.starts {
            add(code_cache(view, workload));
        }
    }
    if view.chosen(Group::Peak) {
        for workload in &choice.starts {
            add(peak(view, workload));
        }
    }
    if view.chosen(Group::Residue) {
        for workload in &choice.memory {
            add(residue(view, workload));
        }
    }
    for workload in &choice.serving {
        add(serving(view, workload));
    }
    let mut rows: Vec<Row<'a>> = view
        .configurations
        .iter()
        .map(|one| Row {
            configuration: &one.id,
            version: &one.version,
            mark: mark(&view.summary.run, &one.id).map(|(word, _)| word),
            tier: &one.tier,
            cells: columns
                .iter()
                .map(|(_, take, answer)| {
                    let place = answer.as_ref().and_then(|answer| place(answer, one));
                    take(&one.id).map(|shown| Rendered { place, ..shown })
                })
                .collect(),
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
    let columns = columns.into_iter().zip(empty).filter(|(_, empty)| !empty).map(|((column, ..), _)| column);
    Glance { columns: columns.collect(), rows }
}

/// What the processes give that a question is about.
fn metric_of(question: Question) -> &'static str {
    match question {
        Question::FreshInstance => metric::FRESH_INSTANCE,
        Question::FromArtifact => metric::FROM_ARTIFACT,
        Question::FromWasm => metric::FROM_WASM,
        Question::Throughput => metric::THROUGHPUT,
        Question::PrivateMemory => points::PRIVATE,
    }
}

/// The place of a configuration among those of its tier kind, where there are others.
fn place(answer: &Answer, of: &ConfigurationRecord) -> Option<Place> {
    let kind = answer.kinds.iter().find(|kind| kind.tier == of.tier)?;
    let standing = kind.standings.iter().find(|one| one.configuration == of.id)?;
    (kind.standings.len() > 1).then_some(Place { rank: standing.rank, factor: standing.factor })
}

/// Whether a cell is of something that was not measured, or that the configuration does not do.
pub fn is_empty(cell: &Cell<Rendered>) -> bool {
    matches!(cell, Cell::NotMeasured | Cell::Unsupported(_))
}

/// A workload's name with its module's size: what a start costs depends on it.
pub fn sized(workload: &WorkloadRecord) -> String {
    format!("of {}, {}", workload.name, bytes(workload.wasm_bytes as f64))
}

fn starts<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (rows, name) = (&view.summary.cold_start, workload.name.as_str());
    let start = move |id: &str, of: fn(&ColdStart) -> Cell<Rendered>| {
        let mut rows = rows.iter();
        rows.find(|row| row.configuration == id && row.workload == name).map_or(Cell::NotMeasured, of)
    };
    let part = |name, take, question: Option<Question>| Part {
        name,
        of: sized(workload),
        take,
        asked: question.map(|question| (question, Some(workload.name.as_str()))),
    };
    let fresh = move |id: &str| start(id, |row| show(&row.fresh_instance));
    let mut parts = vec![
        part("fresh_instance", Box::new(fresh), Some(Question::FreshInstance)),
        part("from_artifact", Box::new(move |id| start(id, from_artifact)), Some(Question::FromArtifact)),
        part("from_wasm", Box::new(move |id| start(id, from_wasm)), Some(Question::FromWasm)),
    ];
    // Only of a workload of which a trap is expected.
    if rows.iter().any(|row| row.workload == name && row.time_to_trap != Cell::NotMeasured) {
        let time = move |id: &str| start(id, |row| show(&row.time_to_trap));
        parts.push(part("time_to_trap", Box::new(time), None));
    }
    parts
}

/// The rung, with its CPU time where it waited.
pub fn from_artifact(row: &ColdStart) -> Cell<Rendered> {
    show(&row.from_artifact).map(|shown| beside_cpu(shown, row, Source::Artifact))
}

/// The rung, with its CPU time where it waited.
pub fn from_wasm(row: &ColdStart) -> Cell<Rendered> {
    show(&row.from_wasm).map(|shown| beside_cpu(shown, row, Source::Wasm))
}

fn beside_cpu(shown: Rendered, row: &ColdStart, source: Source) -> Rendered {
    let start = row.starts.iter().find(|start| start.source == source);
    shown.beside_cpu(start.and_then(|start| start.waited()))
}

fn throughput<'a>(view: &View<'a>, choice: &Choice<'a>) -> Vec<Part<'a>> {
    let throughput = &view.summary.throughput;
    let Some(reference) = &throughput.reference else {
        let part = |workload: &&'a WorkloadRecord| -> Part<'a> {
            let name = workload.name.as_str();
            let time = move |id: &str| {
                let mut rows = throughput.rows.iter();
                let row = rows.find(|row| row.configuration == id && row.workload == name);
                row.map_or(Cell::NotMeasured, |row| show(&row.time).map(|one| one.beside_cpu(row.waited())))
            };
            Part {
                name: "time per unit",
                of: format!("a {} of {name}", workload.unit),
                take: Box::new(time),
                asked: Some((Question::Throughput, Some(name))),
            }
        };
        return choice.times.iter().map(part).collect();
    };
    let mut parts = Vec::new();
    if let Some(workload) = choice.work {
        let name = workload.name.as_str();
        let factor = move |id: &str| {
            let row = throughput.rows.iter().find(|row| row.configuration == id && row.workload == name);
            row.map_or(Cell::NotMeasured, |row| factor_of(throughput, row))
        };
        parts.push(Part {
            name: "throughput",
            of: format!("of {name}, against {reference}"),
            take: Box::new(factor),
            asked: Some((Question::Throughput, Some(name))),
        });
    }
    if choice.work.is_some() && throughput.common.len() < 2 {
        return parts;
    }
    let of = format!("against {reference}, geometric mean of {}", throughput.common.len());
    let factor = move |id: &str| {
        let row = throughput.overall.iter().find(|row| row.configuration == id);
        let shown = row.map_or(Cell::NotMeasured, |row| show(&row.factor));
        shown.map(|one| {
            one.beside_cpu_factor(throughput.waited(id, &throughput.common), throughput.common.len())
        })
    };
    let asked = Some((Question::Throughput, None));
    parts.push(Part { name: "throughput", of, take: Box::new(factor), asked });
    parts
}

/// A row's factor, with the one by CPU time where it waited.
pub fn factor_of(throughput: &Throughput, row: &ThroughputRow) -> Cell<Rendered> {
    let workload = std::slice::from_ref(&row.workload);
    let waited = throughput.waited(&row.configuration, workload);
    show(&row.factor).map(|shown| shown.beside_cpu_factor(waited, 1))
}

fn memory<'a>(view: &View<'a>, workload: &'a WorkloadRecord, bounds: Bounds) -> Vec<Part<'a>> {
    let (summary, name) = (view.summary, workload.name.as_str());
    let private = move |id: &str| {
        let mut rows = summary.memory.iter();
        let row = rows.find(|row| row.configuration == id && row.workload == name);
        row.map_or(Cell::NotMeasured, |row| slope(&row.private))
    };
    let density =
        move |id: &str| summary.density.iter().find(|row| row.configuration == id && row.workload == name);
    let per_gib = move |id: &str| {
        let Some(row) = density(id) else { return Cell::NotMeasured };
        let bound = row.bounds.first().map(|bound| bound.instances.value);
        show(&row.per_gib).map(|mut shown| {
            // A process may reach a limit before a GiB is full.
            let within = bound.filter(|most| bounds == Bounds::Apart && *most < shown.number);
            shown.remarks.extend(within.map(|most| format!("at most {} in one process", count(most))));
            shown
        })
    };
    let most = move |id: &str| match density(id) {
        None => Cell::NotMeasured,
        Some(row) => match row.bounds.first() {
            Some(bound) => Cell::Measured(Rendered::from(bound)),
            None => show(&row.per_gib).and_then(|_| Cell::NotMeasured),
        },
    };
    let part = |label, take, asked| Part { name: label, of: format!("of {name}"), take, asked };
    let asked = Some((Question::PrivateMemory, Some(name)));
    let mut parts = vec![
        part("private memory per instance", Box::new(private), asked),
        part("instances per GiB", Box::new(per_gib), None),
    ];
    if bounds == Bounds::Beside {
        parts.push(part("most instances in a process", Box::new(most), None));
    }
    parts
}
