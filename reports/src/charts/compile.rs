//! What compiling costs against what it buys: one mark for each configuration and workload.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::summary::Compile;

use super::scatter::{self, FAINT, Point, Scatter, USUAL};
use crate::view::View;

/// The workload whose marks are large and named: the largest module that some configuration has both numbers of.
pub fn named_workload<'a>(view: &View<'a>) -> Option<&'a str> {
    let names = view.by_size().into_iter().rev().map(|workload| workload.name.as_str());
    let both =
        |name: &str| view.summary.compile.iter().any(|row| row.workload == name && numbers(row).is_some());
    names.into_iter().find(|name| both(name))
}

/// The compile time in nanoseconds and the factor against native code.
fn numbers(row: &Compile) -> Option<(f64, f64)> {
    let (compile, factor) = (row.compile.measured()?.wall.median, row.factor.measured()?.value);
    (compile > 0.0 && factor > 0.0).then_some((compile, factor))
}

/// The chart; nothing where no configuration has both numbers.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View) -> Result<Markup> {
    let Some(named) = named_workload(view) else { return Ok(html! {}) };
    let point = |row| {
        let (x, y) = numbers(row)?;
        let is_named = row.workload == named;
        let size = if is_named { USUAL } else { FAINT };
        let (configuration, workload) = (&row.configuration, view.workload_number(&row.workload));
        Some(Point { configuration, tier: &row.tier, workload, x, y, size, named: is_named })
    };
    let scatter = Scatter {
        label: format!(
            "Compile time against throughput for each configuration, log scales; {named} is named"
        ),
        caption: format!(
            "Further left compiles faster, further down runs faster; the line joins what no other beats in both. Large, named marks: \
             {named}; small ones: the other workloads."
        ),
        x: "compile time, wall",
        y: "time against native",
        points: view.summary.compile.iter().filter_map(point).collect(),
    };
    scatter::chart(view, &scatter)
}
