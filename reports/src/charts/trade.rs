//! What starting costs against how fast the code is: one mark for each configuration, as large as its instances are.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::run::{ConfigurationRecord, WorkloadRecord};

use super::{
    canvas::MARKS,
    scatter::{self, Point, Scatter, USUAL},
};
use crate::view::View;

/// The sizes of marks in pixels, from the least memory of an instance to the most.
const SIZES: (f64, f64) = (4.0, 12.0);

/// The chart of a workload; nothing where fewer than two configurations have both numbers.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View, workload: &WorkloadRecord) -> Result<Markup> {
    let sizes = sizes(view, workload);
    let point = |one: &&'_ ConfigurationRecord| {
        let rows = view.cold_starts(&workload.name);
        let start = rows.iter().find(|row| row.configuration == one.id)?.fresh_instance.measured()?;
        let (x, y) = (start.typical.median, view.overall(&one.id)?.factor.measured()?.value);
        let size = sizes(&one.id).unwrap_or(USUAL);
        Some((x, y, size)).filter(|(x, y, _)| *x > 0.0 && *y > 0.0)
    };
    let points: Vec<Point<'_>> = view
        .configurations
        .iter()
        .filter_map(|one| {
            let (x, y, size) = point(one)?;
            Some(Point { configuration: &one.id, tier: &one.tier, x, y, size, named: true })
        })
        .collect();
    if points.len() < 2 {
        return Ok(html! {});
    }
    let name = &workload.name;
    let scatter = Scatter {
        label: format!(
            "Time of a fresh instance of {name} against throughput for each configuration, log scales"
        ),
        caption: format!(
            "Further left starts an instance of {name} faster, further down runs faster (mean of the common workloads); the line joins \
             what no other beats in both. The larger a mark, the more private memory an instance takes. {MARKS}."
        ),
        x: "fresh instance",
        y: "time against native",
        points,
    };
    scatter::chart(view, &scatter)
}

/// The size of a configuration's mark: by the logarithm of its private memory per instance.
fn sizes<'v>(view: &'v View<'_>, workload: &'v WorkloadRecord) -> impl Fn(&str) -> Option<i32> + 'v {
    let memory = move |id: &str| {
        let rows = view.memories(&workload.name);
        let line = rows.iter().find(|row| row.configuration == id)?.private.measured()?;
        Some(line.fit.as_ref()?.per_instance.median).filter(|bytes| *bytes > 0.0)
    };
    let all: Vec<f64> = view.configurations.iter().filter_map(|one| memory(&one.id)).map(f64::ln).collect();
    let (least, most) =
        all.iter().fold((f64::MAX, f64::MIN), |(least, most), one| (least.min(*one), most.max(*one)));
    move |id: &str| {
        let share = (memory(id)?.ln() - least) / (most - least).max(f64::EPSILON);
        Some((SIZES.0 + share.clamp(0.0, 1.0) * (SIZES.1 - SIZES.0)).round() as i32)
    }
}
