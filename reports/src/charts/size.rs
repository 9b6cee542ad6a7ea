//! What a start costs against the module's size: a panel for each measure, a line for each configuration.

use anyhow::Result;
use maud::{Markup, html};
use plotters::prelude::*;
use wasmark_results::summary::Unit;

use super::{
    canvas::{Area, End, HPos, Ink, VPos, Width, figure, name_ends, powers, text, text_width},
    draw, marks,
};
use crate::{format, view::View};

/// One configuration's line.
pub struct Curve<'a> {
    /// `runtime/configuration`.
    pub configuration: &'a str,
    /// The tier's kind.
    pub tier: &'a str,
    /// Bytes of the module and the measure's median, ascending.
    pub points: Vec<(f64, f64)>,
}

/// One measure.
pub struct Panel<'a> {
    /// Its name.
    pub title: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// The configurations that have it.
    pub curves: Vec<Curve<'a>>,
}

impl Panel<'_> {
    /// The base of its axis.
    fn base(&self) -> f64 {
        if self.unit == Unit::Bytes { 4.0 } else { 10.0 }
    }
}

/// The base of the modules' sizes.
const BYTES: f64 = 4.0;

/// The chart of the panels that have something to show; nothing where none has.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View, what: &str, panels: &[Panel]) -> Result<Markup> {
    let panels: Vec<_> = panels.iter().filter(|panel| !panel.curves.is_empty()).collect();
    let most = panels.iter().map(|panel| panel.curves.len()).max().unwrap_or(0);
    let sizes = panels.iter().flat_map(|panel| &panel.curves).flat_map(|curve| &curve.points);
    let Some(x) = powers(BYTES, sizes.map(|(bytes, _)| *bytes)) else {
        return Ok(html! {});
    };
    let label = format!("{what}: cost against the module's bytes for each configuration, log scales");
    let caption = format!("{what}. Medians over processes against the module's bytes. Log scales.");
    // Every line's name needs its place.
    let panel_height = 96 + 17 * most.max(9) as u32;
    let rows = |width| panels.len().div_ceil(columns(width)) as u32;
    let picture = figure(
        &label,
        &caption,
        |width| panel_height * rows(width),
        |area, width| {
            let parts = area.split_evenly((rows(width) as usize, columns(width)));
            for (part, panel) in parts.iter().zip(&panels) {
                draw(area, part, width, view, panel, x.clone())?;
            }
            Ok(())
        },
    )?;
    let all = panels.iter().flat_map(|panel| &panel.curves).map(|curve| (curve.configuration, curve.tier));
    Ok(html! { (marks::legend(all)) (picture) })
}

fn columns(width: Width) -> usize {
    if width == Width::Wide { 2 } else { 1 }
}

/// Draws one panel in its `part` of the picture, which is `area`.
fn draw(
    area: &Area,
    part: &Area,
    width: Width,
    view: &View,
    panel: &Panel,
    x: std::ops::Range<f64>,
) -> Result<()> {
    let values = panel.curves.iter().flat_map(|curve| &curve.points).map(|(_, value)| *value);
    let Some(y) = powers(panel.base(), values) else { return Ok(()) };
    let font = width.font() - 1.0;
    let longest = panel.curves.iter().map(|curve| text_width(curve.configuration, font)).max().unwrap_or(0);
    let room = longest.min(part.dim_in_pixel().0 as i32 * 2 / 5);
    part.draw_text(panel.title, &text(Ink::Text, width.font(), HPos::Left, VPos::Top), (8, 6))?;
    let mut builder = ChartBuilder::on(part);
    let mut chart = builder
        .margin(8)
        .margin_top(28)
        .margin_right(room + 20)
        .x_label_area_size(30)
        .y_label_area_size(if width == Width::Wide { 66 } else { 56 })
        .build_cartesian_2d(x.log_scale().base(BYTES), y.log_scale().base(panel.base()))?;
    chart
        .configure_mesh()
        .axis_style(Ink::Grid.rgb())
        .bold_line_style(Ink::Grid.rgb())
        .light_line_style(TRANSPARENT)
        .x_labels(if width == Width::Wide { 4 } else { 3 })
        .y_labels(6)
        .x_label_formatter(&|bytes| format::tick(&format::bytes(*bytes)))
        .y_label_formatter(&|value| format::tick(&format::value(*value, panel.unit)))
        .label_style(text(Ink::Muted, font, HPos::Center, VPos::Top))
        .draw()?;
    let mut ends = Vec::new();
    for curve in &panel.curves {
        let (name, number) = (curve.configuration, view.number(curve.configuration));
        let places: Vec<_> = curve.points.iter().map(|point| chart.backend_coord(point)).collect();
        draw::line(area, (name, curve.tier), number, &places)?;
        ends.extend(places.last().map(|at| End { at: *at, number, name }));
    }
    let floor = part.get_pixel_range().1.end - 40;
    name_ends(area, font, ends, (room, floor))
}
