//! Memory against the number of live instances.

use anyhow::Result;
use maud::{Markup, html};
use plotters::prelude::*;
use wasmark_results::summary::{Line, Memory};

use super::{
    canvas::{Area, End, HPos, Ink, VPos, Width, figure, name_ends, powers, text, text_width},
    draw, marks,
};
use crate::{format, view::View};

struct Curve<'a> {
    row: &'a Memory,
    points: Vec<(f64, f64)>,
}

fn curve(row: &Memory) -> Option<Curve<'_>> {
    let line: &Line = row.called.measured()?;
    let positive = |point: &wasmark_results::summary::Point| {
        (point.instances > 0 && point.value.median > 0.0)
            .then_some((f64::from(point.instances), point.value.median))
    };
    let points: Vec<_> = line.points.iter().filter_map(positive).collect();
    (!points.is_empty()).then_some(Curve { row, points })
}

/// The chart of one workload; nothing where nothing was measured.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View, workload: &str, rows: &[&Memory]) -> Result<Markup> {
    let curves: Vec<_> = rows.iter().filter_map(|row| curve(row)).collect();
    let most =
        curves.iter().flat_map(|curve| &curve.points).map(|(instances, _)| *instances).fold(1.0, f64::max);
    let Some(y) = powers(4.0, curves.iter().flat_map(|curve| &curve.points).map(|(_, bytes)| *bytes)) else {
        return Ok(html! {});
    };
    let label = format!(
        "Memory of {workload} against the number of live instances for each configuration, log scales"
    );
    let caption = format!(
        "{workload}: anonymous memory (PSS and shared) of the whole process with so many live instances, each called \
         once. Log scales."
    );
    let height = |width| if width == Width::Wide { 440 } else { 380 };
    let picture = figure(&label, &caption, height, |area, width| {
        let font = width.font();
        let room = names(&curves, width);
        let mut builder = ChartBuilder::on(area);
        let mut chart = builder
            .margin(8)
            .margin_right(room + 20)
            .x_label_area_size(44)
            .y_label_area_size(if width == Width::Wide { 78 } else { 60 })
            .build_cartesian_2d(
                (1.0..most.max(2.0)).log_scale().base(4.0),
                y.clone().log_scale().base(4.0),
            )?;
        chart
            .configure_mesh()
            .axis_style(Ink::Grid.rgb())
            .bold_line_style(Ink::Grid.rgb())
            .light_line_style(TRANSPARENT)
            .x_labels(6)
            .y_labels(8)
            .x_label_formatter(&|value| format::count(*value))
            .y_label_formatter(&|value| format::tick(&format::bytes(*value)))
            .label_style(text(Ink::Muted, font - 1.0, HPos::Center, VPos::Top))
            .x_desc("live instances")
            .axis_desc_style(text(Ink::Muted, font - 1.0, HPos::Center, VPos::Top))
            .draw()?;
        let placed: Vec<_> = curves
            .iter()
            .map(|curve| {
                (curve.row, curve.points.iter().map(|point| chart.backend_coord(point)).collect::<Vec<_>>())
            })
            .collect();
        draw(area, width, view, (placed.as_slice(), room))
    })?;
    let all = curves.iter().map(|curve| (curve.row.configuration.as_str(), curve.row.tier.as_str()));
    Ok(html! { (marks::legend(all)) (picture) })
}

/// A line's row and its points.
type Placed<'a> = (&'a Memory, Vec<(i32, i32)>);

/// What the names at the ends of lines may take.
fn names(curves: &[Curve<'_>], width: Width) -> i32 {
    let longest = curves.iter().map(|curve| text_width(&curve.row.configuration, width.font() - 1.0)).max();
    longest.unwrap_or(0).min(width.pixels() as i32 * 2 / 5)
}

fn draw(area: &Area, width: Width, view: &View, (curves, room): (&[Placed<'_>], i32)) -> Result<()> {
    let font = width.font() - 1.0;
    let mut ends = Vec::new();
    for (row, points) in curves {
        let (name, number) = (row.configuration.as_str(), view.number(&row.configuration));
        draw::line(area, (name, &row.tier), number, points)?;
        ends.extend(points.last().map(|at| End { at: *at, number, name }));
    }
    name_ends(area, font, ends, (room, area.dim_in_pixel().1 as i32 - 50))
}
