//! The table that answers the question at one look: a row for each configuration.

use wasmark_results::summary::Cell;

use crate::{shown::Shown, view::View};

/// The table.
pub struct Glance<'a> {
    /// What each column of [`Row::cells`] is: a name and what it is of.
    pub columns: Vec<(&'static str, String)>,
    /// Rows by tier kind.
    pub rows: Vec<Row<'a>>,
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

/// The table of a view.
pub fn glance<'a>(view: &View<'a>) -> Glance<'a> {
    let tiny = view.tiny().map(|workload| workload.name.as_str());
    let memory = view.memory_workload().map(|workload| workload.name.as_str());
    let of = |workload: Option<&str>| workload.map(|name| format!("of {name}")).unwrap_or_default();
    let throughput = &view.summary.throughput;
    let workloads = &view.summary.run.workloads;
    // A module of one's own has no native twin to be compared with, and needs none: there is nothing to average.
    let alone = workloads.first().filter(|_| workloads.len() == 1 && throughput.reference.is_none());
    let against = match (throughput.reference.as_deref(), alone) {
        (Some(id), _) => format!("against {id}, geometric mean of {}", throughput.common.len()),
        (None, Some(only)) => format!("a {} of {}", only.unit, only.name),
        (None, None) => "no reference".to_string(),
    };
    let columns = vec![
        ("fresh_instance", of(tiny)),
        ("from_artifact", of(tiny)),
        ("from_wasm", of(tiny)),
        ("throughput", against),
        ("private memory per instance", of(memory)),
    ];
    let rows = view
        .configurations
        .iter()
        .map(|configuration| {
            let id = configuration.id.as_str();
            let mut starts = view.summary.cold_start.iter();
            let start =
                starts.find(|row| (row.configuration.as_str(), Some(row.workload.as_str())) == (id, tiny));
            let mut lines = view.summary.memory.iter();
            let line =
                lines.find(|row| (row.configuration.as_str(), Some(row.workload.as_str())) == (id, memory));
            let cells = vec![
                show(start.map(|row| &row.fresh_instance)),
                show(start.map(|row| &row.from_artifact)),
                show(start.map(|row| &row.from_wasm)),
                if alone.is_some() {
                    show(throughput.rows.iter().find(|row| row.configuration == id).map(|row| &row.time))
                } else {
                    show(view.overall(id).map(|row| &row.factor))
                },
                line.map_or(Cell::NotMeasured, |row| slope(&row.private)),
            ];
            Row { configuration: id, version: &configuration.version, tier: &configuration.tier, cells }
        })
        .collect();
    Glance { columns, rows }
}

fn show<'a, T>(cell: Option<&'a Cell<T>>) -> Cell<Shown>
where
    T: Clone,
    Shown: for<'b> From<&'b T>,
{
    cell.map_or(Cell::NotMeasured, |cell| cell.clone().map(|value| Shown::from(&value)))
}

/// A memory line's slope.
pub fn slope(cell: &Cell<wasmark_results::summary::Line>) -> Cell<Shown> {
    cell.clone().and_then(|line| {
        line.fit.map_or(Cell::NotMeasured, |fit| Cell::Measured(Shown::from(&fit.per_instance)))
    })
}
