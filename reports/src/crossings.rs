//! What crossing the boundary costs, as rows of operations and columns of configurations.

use wasmark_results::{
    group::Group,
    run::{ConfigurationRecord, WorkloadRecord},
    summary::{Cell, Crossing},
};

use crate::{
    format,
    grid::{Grid, Heading, Line, Section},
    rendered::Rendered,
    view::View,
};

/// The title of the tables.
pub const TITLE: &str = "What crossing the boundary costs, per operation";

/// The table.
pub struct Crossings<'a> {
    /// Configurations that measured any, in the order of the view.
    pub configurations: Vec<&'a ConfigurationRecord>,
    /// The operations, in the run's order, with a cell for each of the configurations.
    pub rows: Vec<(&'a WorkloadRecord, Vec<Cell<Rendered>>)>,
}

impl<'a> Crossings<'a> {
    /// The table of a run that looked.
    pub fn of(view: &View<'a>) -> Option<Crossings<'a>> {
        let summary = view.summary;
        if !view.chosen(Group::Boundary) || summary.boundary.is_empty() {
            return None;
        }
        let own = |id: &str| summary.boundary.iter().any(|row| row.configuration == id);
        let configurations: Vec<_> = view.configurations.iter().copied().filter(|one| own(&one.id)).collect();
        let cell = |id: &str, operation: &str| {
            let of = |row: &&Crossing| row.configuration == id && row.operation == operation;
            summary.boundary.iter().find(of).map_or(Cell::NotMeasured, shown)
        };
        let row = |operation: &'a WorkloadRecord| {
            (operation, configurations.iter().map(|one| cell(&one.id, &operation.name)).collect())
        };
        let rows = summary.run.operations.iter().map(row).collect();
        Some(Crossings { configurations, rows })
    }

    /// Every cell.
    pub fn cells(&self) -> impl Iterator<Item = &Cell<Rendered>> {
        self.rows.iter().flat_map(|(_, cells)| cells)
    }

    /// The table for a terminal of `width` columns, with the lines that `lines` makes of a cell.
    pub fn text(&self, width: usize, mut lines: impl FnMut(&Cell<Rendered>) -> Vec<String>) -> String {
        let heading = |one: &&ConfigurationRecord| Heading { text: one.id.clone(), group: 0 };
        let columns = self.configurations.iter().map(heading).collect();
        let rows = self.rows.iter().map(|(operation, cells)| Line {
            head: vec![format!("  {}", operation.name)],
            cells: cells.iter().map(&mut lines).collect(),
        });
        let sections = vec![Section { title: None, rows: rows.collect() }];
        Grid { corner: "operation", columns, sections }.render(width)
    }
}

/// The time of an operation, and beside it what is left without the loop.
fn shown(row: &Crossing) -> Cell<Rendered> {
    row.time.clone().map(|time| {
        let mut shown = Rendered::from(&time);
        let without = row.without_loop.as_ref();
        shown.remarks.extend(without.map(|rest| format!("{} without the loop", format::time(rest.median))));
        shown
    })
}
