//! What starting costs against how fast the code is: one mark for each configuration, as large as its instances are.

use std::collections::HashMap;

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::{
    run::{ConfigurationRecord, WorkloadRecord},
    summary::Question,
};

use super::scatter::{self, Point, Scatter, USUAL};
use crate::view::View;

/// The sizes of marks in pixels, from the least memory of an instance to the most.
const SIZES: (f64, f64) = (4.0, 12.0);

/// The chart of a workload; nothing where fewer than two configurations have both numbers.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart<'a>(view: &View<'a>, workload: &WorkloadRecord) -> Result<Markup> {
    let name = workload.name.as_str();
    let starts = values(view, Question::FreshInstance, Some(name));
    let work = values(view, Question::Throughput, None);
    let memory = values(view, Question::PrivateMemory, Some(name));
    let logs = || memory.values().map(|bytes| bytes.ln());
    let (least, most) = (logs().fold(f64::MAX, f64::min), logs().fold(f64::MIN, f64::max));
    // By the logarithm of the memory.
    let size = |bytes: &f64| {
        let share = (bytes.ln() - least) / (most - least).max(f64::EPSILON);
        (SIZES.0 + share.clamp(0.0, 1.0) * (SIZES.1 - SIZES.0)).round() as i32
    };
    let point = |one: &&'a ConfigurationRecord| {
        let id = one.id.as_str();
        let (x, y) = (*starts.get(id)?, *work.get(id)?);
        let size = memory.get(id).map_or(USUAL, size);
        Some(Point { configuration: id, tier: &one.tier, workload: None, x, y, size, named: true })
    };
    let points: Vec<Point<'_>> = view.configurations.iter().filter_map(point).collect();
    if points.len() < 2 {
        return Ok(html! {});
    }
    let scatter = Scatter {
        label: format!(
            "Time of a fresh instance of {name} against throughput for each configuration, log scales"
        ),
        caption: format!(
            "Further left starts an instance of {name} faster, further down runs faster (mean of the common workloads); the line joins \
             what no other beats in both. The larger a mark, the more private memory an instance takes."
        ),
        x: "fresh instance",
        y: "time against native",
        points,
    };
    scatter::chart(view, &scatter)
}

/// What each configuration has for a question, where that is above 0: nothing else is on a log axis.
fn values(view: &View, question: Question, workload: Option<&str>) -> HashMap<String, f64> {
    let standings = view.summary.answer(question, workload).kinds.into_iter().flat_map(|kind| kind.standings);
    standings.filter(|one| one.value > 0.0).map(|one| (one.configuration, one.value)).collect()
}
