//! A series over its runs: the medians with their intervals, and lines where something changes.

use anyhow::Result;
use maud::Markup;
use plotters::prelude::*;
use wasmark_results::history::{History, Series};

use super::words;
use crate::{
    charts::canvas::{Area, HPos, Ink, VPos, Width, figure, text},
    format,
};

/// Up to so many runs each has a dot.
const DOTS: usize = 150;

/// The chart of a series.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(history: &History, series: &Series) -> Result<Markup> {
    let label = format!(
        "{} over {}, with changes",
        series.name(),
        format::counted(series.points.len(), "run", "runs")
    );
    let caption = "The median of each run over the interval of its processes, in the order in which the runs began; the axis does \
                   not begin at zero. A line with a factor is a change; a short line beneath is another version, build or \
                   machine setting.";
    figure(&label, caption, |_| 260, |area, width| draw(area, width, history, series))
}

fn draw(area: &Area, width: Width, history: &History, series: &Series) -> Result<()> {
    let (low, high) = range(series);
    let last = series.points.len().saturating_sub(1) as f64;
    let font = width.font() - 1.0;
    let began = |at: f64| {
        let point = (at >= 0.0).then(|| series.points.get(at.round() as usize)).flatten();
        point.map_or(String::new(), |point| words::day(&history.runs[point.run].started).to_owned())
    };
    let mut builder = ChartBuilder::on(area);
    let mut chart = builder
        .margin(8)
        .margin_right(24)
        .margin_top(24)
        .x_label_area_size(28)
        .y_label_area_size(if width == Width::Wide { 84 } else { 66 })
        .build_cartesian_2d(-0.5..last + 0.5, low..high)?;
    chart
        .configure_mesh()
        .axis_style(Ink::Grid.rgb())
        .bold_line_style(Ink::Grid.rgb())
        .light_line_style(TRANSPARENT)
        .x_labels(if width == Width::Wide { 8 } else { 3 })
        .y_labels(6)
        .x_label_formatter(&|at| began(*at))
        .y_label_formatter(&|value| format::value(*value, series.unit))
        .label_style(text(Ink::Muted, font, HPos::Center, VPos::Top))
        .draw()?;
    let at = |index: usize, value: f64| chart.backend_coord(&(index as f64, value));
    let edge = |index: usize| chart.backend_coord(&(index as f64 - 0.5, low)).0;
    let (top, bottom) = (chart.backend_coord(&(0.0, high)).1, chart.backend_coord(&(0.0, low)).1);
    let colour = Ink::of(&series.configuration).rgb();

    let points = || series.points.iter().enumerate();
    let mut band: Vec<_> = points().map(|(index, point)| at(index, point.high.min(high))).collect();
    band.extend(points().rev().map(|(index, point)| at(index, point.low.max(low))));
    area.draw(&Polygon::new(band, colour.mix(0.2).filled()))?;
    let line: Vec<_> = points().map(|(index, point)| at(index, point.median.clamp(low, high))).collect();
    if line.len() <= DOTS {
        for place in &line {
            area.draw(&Circle::new(*place, 3, colour.filled()))?;
        }
    }
    area.draw(&PathElement::new(line, colour.stroke_width(2)))?;
    let mut marked: Vec<usize> = series.marks.iter().map(|mark| mark.at).collect();
    marked.dedup();
    for index in marked {
        let x = edge(index);
        area.draw(&PathElement::new(vec![(x, bottom), (x, bottom - 10)], Ink::Muted.rgb().stroke_width(2)))?;
    }
    for change in &series.changes {
        let x = edge(change.at);
        area.draw(&PathElement::new(vec![(x, bottom), (x, top)], Ink::Text.rgb().stroke_width(1)))?;
        if change.ratio.is_some() {
            let style = text(Ink::Text, font, HPos::Center, VPos::Bottom);
            area.draw_text(&words::size(series, change), &style, (x, top - 4))?;
        }
    }
    Ok(())
}

/// What the axis shows: the medians, and the intervals as far as they do not make the medians flat.
fn range(series: &Series) -> (f64, f64) {
    let medians = || series.points.iter().map(|point| point.median);
    let (least, most) = (medians().fold(f64::MAX, f64::min), medians().fold(f64::MIN, f64::max));
    let room = (most - least).max(most.abs() * 0.02).max(1e-9);
    let low = series.points.iter().map(|point| point.low).fold(least, f64::min).max(least - room);
    let high = series.points.iter().map(|point| point.high).fold(most, f64::max).min(most + room);
    (low - room * 0.1, high + room * 0.1)
}
