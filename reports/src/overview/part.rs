//! A part of the overview: a column, and the cell of each configuration in it.

use wasmark_results::summary::{Cell, Line, Question};

use crate::rendered::Rendered;

/// What a column takes from a view for a configuration.
pub(super) type Of<'v> = Box<dyn Fn(&str) -> Cell<Rendered> + 'v>;

/// A column as it is made.
pub(super) struct Part<'a> {
    pub name: &'static str,
    pub of: String,
    pub take: Of<'a>,
    /// What decides its places.
    pub asked: Option<(Question, Option<&'a str>)>,
}

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
