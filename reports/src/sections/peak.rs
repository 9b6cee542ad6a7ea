//! The most memory that starting needs, phase by phase.

use maud::{Markup, html};
use wasmark_results::{record::metric, summary::Peak};

use crate::{
    overview::show,
    sections::starts::{Row, tables},
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let rows: Vec<Row> = view.summary.peak.iter().map(row).collect();
    let mut columns = vec![("before", "without an engine")];
    columns.extend(metric::PEAKS.map(|phase| (phase, "")));
    columns.push(("highest", "until the first output"));
    let caption = "the most resident memory in each phase";
    let none = "No peak was measured in this run.";
    html! {
        section id="peak" aria-labelledby="peak-title" {
            h2 id="peak-title" { "Peak memory of a start" }
            p {
                "The most resident memory of the whole process during each phase. Where there are artifacts, compile and \
                 save are of the process that makes the artifact, and the other phases of one that loads it."
            }
            (tables(view, &rows, &columns, caption, none))
        }
    }
}

fn row(row: &Peak) -> Row<'_> {
    let phases = row.phases.iter().map(|one| &one.peak);
    Row {
        configuration: &row.configuration,
        tier: &row.tier,
        workload: &row.workload,
        tried: row.to_output.is_tried() || row.of(metric::COMPILE).is_tried(),
        cells: [&row.before].into_iter().chain(phases).chain([&row.to_output]).map(show).collect(),
    }
}
