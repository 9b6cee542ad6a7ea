//! The overview table: one row for each configuration.

use std::collections::BTreeSet;

use wasmark_results::{
    group::Group,
    record::metric,
    run::{ConfigurationRecord, WorkloadRecord},
    summary::{
        Answer, Cell, ColdStart, Concurrency, Line, Live, Load, Question, Source, Tenants, Throughput,
        ThroughputRow, points, serving::Served,
    },
};

use crate::{
    endings::word,
    format::{bytes, count, percent, plural},
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

/// What a column takes from a view for a configuration.
type Of<'v> = Box<dyn Fn(&str) -> Cell<Rendered> + 'v>;

/// A column as it is made.
struct Part<'a> {
    name: &'static str,
    of: String,
    take: Of<'a>,
    /// What decides its places.
    asked: Option<(Question, Option<&'a str>)>,
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

/// How many instances lived, each called once, and what ended them.
fn live<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (rows, name) = (&view.summary.live, workload.name.as_str());
    let take = move |id: &str| {
        let of = |row: &&Live| row.configuration == id && row.workload == name && row.state == "called";
        let Some(row) = rows.iter().find(of) else { return Cell::NotMeasured };
        show(&row.instances).map(|mut shown| {
            shown.remarks.extend(row.endings.iter().map(|one| word(one).to_owned()));
            shown
        })
    };
    vec![Part {
        name: "instances alive at once",
        of: format!("of {name}"),
        take: Box::new(take),
        asked: None,
    }]
}

/// What a part shows of a row.
type Take<T> = fn(&T) -> Cell<Rendered>;

/// Parts of one workload, from rows of which each has a configuration and a workload (`key`).
fn parts_of<'a, T>(
    rows: &'a [T],
    key: fn(&T) -> (&str, &str),
    workload: &'a WorkloadRecord,
    parts: &[(&'static str, Take<T>)],
) -> Vec<Part<'a>> {
    let name = workload.name.as_str();
    let part = |&(label, take): &(&'static str, Take<T>)| Part {
        name: label,
        of: format!("of {name}"),
        take: Box::new(move |id: &str| {
            rows.iter().find(|row| key(row) == (id, name)).map_or(Cell::NotMeasured, take)
        }),
        asked: None,
    };
    parts.iter().map(part).collect()
}

/// A start from the page cache, and one from the disk.
fn page_cache<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.page_cache,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("process_to_result, cached", |row| show(&row.warm)),
            ("process_to_result, from the disk", |row| show(&row.cold)),
            ("from the disk against cached", |row| show(&row.factor)),
        ],
    )
}

/// Starts without and with the engine's code cache.
fn code_cache<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.code_cache,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("process_to_result, code cache off", |row| show(&row.off)),
            ("process_to_result, later use of the code cache", |row| show(&row.later)),
            ("later use of the code cache against off", |row| show(&row.later_factor)),
        ],
    )
}

/// The most memory that compiling needs, and a start until its first output.
fn peak<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.peak,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("peak memory of compile", |row| show(&row.of(metric::COMPILE))),
            ("peak memory until the first output", |row| show(&row.to_output)),
        ],
    )
}

/// What requests to the most tenants take, where every module stays loaded and where a tenth does.
fn tenants<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (rows, name) = (&view.summary.tenants, workload.name.as_str());
    let most = rows.iter().map(|row| row.tenants).max().unwrap_or(0);
    let part = |policy: &'static str, label| {
        let take = move |id: &str| {
            let of =
                |row: &&Tenants| (&*row.configuration, &*row.workload, &*row.policy) == (id, name, policy);
            let row = rows.iter().filter(of).find(|row| row.tenants == most);
            let Some(row) = row else { return Cell::NotMeasured };
            show(&row.request.p99).map(|mut shown| {
                shown
                    .remarks
                    .extend(row.hits.measured().map(|hits| format!("{} hits", percent(hits.median))));
                shown
            })
        };
        let of = format!("of {name}, {}", plural(u64::from(most), "tenant", "tenants"));
        Part { name: label, of, take: Box::new(take), asked: None }
    };
    vec![part("all", "request p99, all loaded"), part("lru-modules", "request p99, a tenth loaded")]
}

/// What instances leave behind.
fn residue<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.residue,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("left by instances that lived at once", |row| show(&row.held)),
            ("private memory left per cycle", |row| slope(&row.private)),
            ("mappings left per cycle", |row| slope(&row.maps)),
            ("descriptors left per cycle", |row| slope(&row.descriptors)),
        ],
    )
}

/// What threads serve, and how long requests take that arrive at [`SHOWN_RATE`].
fn serving<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (summary, name) = (view.summary, workload.name.as_str());
    let mut parts = Vec::new();
    let mut part = |label, of: String, take: Of<'a>| parts.push(Part { name: label, of, take, asked: None });
    let rows = || summary.concurrency.iter().filter(|row| row.workload == name && row.requests == FRESH);
    let numbers: BTreeSet<u32> = rows().flat_map(|row| &row.points).map(|point| point.threads).collect();
    for threads in numbers {
        let point = move |id: &str, take: fn(&Served) -> Cell<Rendered>| {
            let mut rows = summary.concurrency.iter();
            let own =
                |row: &&Concurrency| row.workload == name && row.requests == FRESH && row.configuration == id;
            let mut points = rows.find(own).into_iter().flat_map(|row| &row.points);
            points.find(|point| point.threads == threads).map_or(Cell::NotMeasured, take)
        };
        let of = format!("fresh instances of {name}, {}", plural(u64::from(threads), "thread", "threads"));
        part("requests per second", of, Box::new(move |id| point(id, |one| show(&one.rate))));
        if threads > 1 {
            let of = format!("{name}, {threads} threads against 1");
            part("scaling", of, Box::new(move |id| point(id, |one| show(&one.scaling))));
        }
    }
    let rows = || summary.load.iter().filter(|row| row.workload == name && row.requests == FRESH);
    let numbers: BTreeSet<u32> = rows().map(|row| row.threads).collect();
    for threads in numbers {
        let response = move |id: &str| {
            let own = |row: &&Load| row.workload == name && row.requests == FRESH && row.configuration == id;
            let row = summary.load.iter().filter(own).find(|row| row.threads == threads);
            let Some(row) = row else { return Cell::NotMeasured };
            match row.rates.iter().find(|rate| rate.arrivals == SHOWN_RATE) {
                Some(rate) => show(&rate.response.p99),
                None => show(&row.capacity).and_then(|_| Cell::NotMeasured),
            }
        };
        let of = format!(
            "fresh instances of {name} at {SHOWN_RATE} % load, {}",
            plural(u64::from(threads), "thread", "threads")
        );
        part("response p99", of, Box::new(response));
    }
    parts
}

/// The requests and the rate that the table shows; the page has the others.
const FRESH: &str = "fresh";
const SHOWN_RATE: &str = "80";

/// A cell as it is shown.
pub fn show<T>(cell: &Cell<T>) -> Cell<Rendered>
where
    T: Clone,
    Rendered: for<'b> From<&'b T>,
{
    cell.clone().map(|value| Rendered::from(&value))
}

/// A memory line's slope.
pub fn slope(cell: &Cell<Line>) -> Cell<Rendered> {
    cell.clone().and_then(|line| {
        line.fit.map_or(Cell::NotMeasured, |fit| Cell::Measured(Rendered::from(&fit.per_instance)))
    })
}
