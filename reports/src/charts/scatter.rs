//! Marks over two log axes: further left and further down is better in both. Some marks are named, and the front of those that
//! no other beats in both is a line.

use anyhow::Result;
use maud::{Markup, html};
use plotters::prelude::*;

use super::{
    canvas::{Area, Group, HPos, Ink, VPos, Width, figure, fitting, group, powers, text, text_width},
    draw,
    labels::{Bounds, Taken, leader},
    marks,
};
use crate::{format, view::View};

/// A mark.
pub struct Point<'a> {
    /// `runtime/configuration`.
    pub configuration: &'a str,
    /// The tier's kind.
    pub tier: &'a str,
    /// The number of the workload, where the chart has marks of several.
    pub workload: Option<usize>,
    /// A time in nanoseconds.
    pub x: f64,
    /// A factor.
    pub y: f64,
    /// Half of its size in pixels.
    pub size: i32,
    /// Whether its name stands beside it.
    pub named: bool,
}

/// A chart.
pub struct Scatter<'a> {
    /// What it shows, for those who do not see it.
    pub label: String,
    /// What stands beneath it.
    pub caption: String,
    /// What the times are.
    pub x: &'static str,
    /// What the factors are.
    pub y: &'static str,
    /// The marks.
    pub points: Vec<Point<'a>>,
}

/// What the faint marks behind the named ones measure, in pixels.
pub const FAINT: i32 = 3;
/// What a mark measures that has nothing to show by its size, in pixels.
pub const USUAL: i32 = 6;

/// The chart; nothing without marks.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View, scatter: &Scatter<'_>) -> Result<Markup> {
    let points = &scatter.points;
    let (Some(x), Some(y)) =
        (powers(10.0, points.iter().map(|point| point.x)), powers(2.0, points.iter().map(|point| point.y)))
    else {
        return Ok(html! {});
    };
    let height = |width| if width == Width::Wide { 480 } else { 420 };
    let picture = figure(&scatter.label, &scatter.caption, height, |area, width| {
        let mut builder = ChartBuilder::on(area);
        let font = width.font();
        let mut chart = builder
            .margin(8)
            .margin_right(20)
            .x_label_area_size(44)
            .y_label_area_size(if width == Width::Wide { 64 } else { 44 })
            .build_cartesian_2d(x.clone().log_scale(), y.clone().log_scale())?;
        chart
            .configure_mesh()
            .axis_style(Ink::Grid.rgb())
            .bold_line_style(Ink::Grid.rgb())
            .light_line_style(TRANSPARENT)
            .x_labels(if width == Width::Wide { 10 } else { 5 })
            .y_labels(8)
            .x_label_formatter(&|value| format::tick(&format::time(*value)))
            .y_label_formatter(&|value| format::tick(&format::factor(*value)))
            .label_style(text(Ink::Muted, font - 1.0, HPos::Center, VPos::Top))
            .x_desc(scatter.x)
            .y_desc(scatter.y)
            .axis_desc_style(text(Ink::Muted, font - 1.0, HPos::Center, VPos::Top))
            .draw()?;
        let at = |point: &Point<'_>| chart.backend_coord(&(point.x, point.y));
        let line: Vec<(i32, i32)> = front(points).into_iter().map(at).collect();
        let placed: Vec<_> = points.iter().map(|point| (point, at(point))).collect();
        group(area, Group::Front, || {
            Ok(area.draw(&PathElement::new(line.clone(), Ink::Muted.rgb().mix(0.5).stroke_width(1)))?)
        })?;
        draw(area, width, view, (placed.as_slice(), line.as_slice()))
    })?;
    Ok(html! { (marks::legend(points.iter().map(|point| (point.configuration, point.tier)))) (picture) })
}

/// The named marks that no other named one beats in both, by their times.
fn front<'p, 'a>(points: &'p [Point<'a>]) -> Vec<&'p Point<'a>> {
    let named = || points.iter().filter(|point| point.named);
    let beaten = |one: &&Point<'_>| {
        named().any(|other| other.x <= one.x && other.y <= one.y && (other.x < one.x || other.y < one.y))
    };
    let mut front: Vec<_> = named().filter(|one| !beaten(one)).collect();
    front.sort_by(|one, other| one.x.total_cmp(&other.x));
    front
}

/// A mark and its middle.
type Placed<'p, 'a> = (&'p Point<'a>, (i32, i32));

fn draw(
    area: &Area,
    width: Width,
    view: &View,
    (placed, line): (&[Placed<'_, '_>], &[(i32, i32)]),
) -> Result<()> {
    let font = width.font();
    let of = |one: &Point<'_>, at| Group::Of {
        configuration: view.number(one.configuration),
        workload: one.workload,
        at,
    };
    let (named, faint): (Vec<_>, Vec<_>) = placed.iter().copied().partition(|(point, _)| point.named);
    for (one, at) in faint {
        group(area, of(one, None), || draw::mark(area, (one.configuration, one.tier), at, one.size))?;
    }
    let mut taken = Taken::default();
    for ends in line.windows(2) {
        taken.add_line(ends[0], ends[1]);
    }
    for (one, at) in &named {
        let half = one.size + 1;
        taken.add((at.0 - half, at.1 - half, at.0 + half, at.1 + half));
    }
    let (wide, high) = area.dim_in_pixel();
    let within = (width.font() as i32 * 4, 0, wide as i32, high as i32 - 44);
    for (one, at) in &named {
        let name = fitting(one.configuration, font, wide as i32 * 3 / 5);
        let size = (text_width(&name, font), font as i32 + 3);
        // Without a free place the table beneath has the name.
        let label: Option<Bounds> = taken.take_near(*at, one.size, size, within);
        group(area, of(one, Some(*at)), || {
            if let Some(label) = label {
                let (from, to) = leader(*at, label);
                if (to.0 - from.0).abs().max((to.1 - from.1).abs()) > one.size + 8 {
                    area.draw(&PathElement::new(vec![from, to], Ink::Muted.rgb().mix(0.6)))?;
                }
                let place = (label.0, (label.1 + label.3) / 2);
                area.draw_text(&name, &text(Ink::Text, font, HPos::Left, VPos::Center), place)?;
            }
            draw::mark(area, (one.configuration, one.tier), *at, one.size)
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_what_no_other_beats_in_both() {
        let point = |configuration, x, y, named| Point {
            configuration,
            tier: "aot",
            workload: None,
            x,
            y,
            size: USUAL,
            named,
        };
        let points = [
            point("fast", 9.0, 1.0, true),
            point("beaten", 9.5, 2.0, true),
            point("soon", 1.0, 8.0, true),
            point("between", 4.0, 3.0, true),
            point("unnamed", 0.5, 0.5, false),
        ];
        let names: Vec<_> = front(&points).iter().map(|point| point.configuration).collect();
        assert_eq!(names, ["soon", "between", "fast"]);
    }
}
