//! What the sections share that look at a start in another way than by its ladder: a table for each workload, a
//! configuration in each row, and values in all columns.

use maud::{Markup, html};
use wasmark_results::summary::Cell;

use crate::{
    html::{Notes, column, first_open, row_of, table, td},
    rendered::Rendered,
    view::View,
};

/// A row: of which configuration, tier kind and workload it is, and its cells.
pub struct Row<'a> {
    pub configuration: &'a str,
    pub tier: &'a str,
    pub workload: &'a str,
    /// Whether it has more than a reason, which stands among what has no value.
    pub tried: bool,
    pub cells: Vec<Cell<Rendered>>,
}

/// The tables, of the workloads that have a row with more than a reason; the sentence `none` where there is no such
/// workload. `columns` are of the cells, each with its second line; `caption` follows the workload's name.
pub fn tables(view: &View, rows: &[Row], columns: &[(&str, &str)], caption: &str, none: &str) -> Markup {
    let of = |workload: &str| {
        let rows = view.of(rows, workload, |row| (row.configuration, row.workload));
        rows.into_iter().filter(|row| row.tried)
    };
    let names = view.summary.run.workloads.iter().map(|one| one.name.as_str());
    let tried: Vec<&str> = names.filter(|name| of(name).next().is_some()).collect();
    let of_workload = |workload: &str| {
        let mut notes = Notes::default();
        let body = html! {
            @for row in of(workload) {
                @let number = view.number(row.configuration);
                tr {
                    (row_of(view, row.configuration, row.tier))
                    @for cell in &row.cells { (td(number, cell, &mut notes)) }
                }
            }
        };
        let content = html! {
            thead { tr {
                th.first scope="col" { "configuration" }
                th.text scope="col" { "tier kind" }
                @for (title, line) in columns { (column(title, line)) }
            } }
            tbody { (body) }
        };
        table(&format!("{workload}: {caption}"), &notes, content)
    };
    html! {
        @if tried.is_empty() { p.alert { (none) } }
        (first_open(&tried, of_workload))
    }
}
