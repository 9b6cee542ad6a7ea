//! Bars on a log axis of times, for each configuration one behind the other: from the axis's start to each level, the longer
//! ones behind the shorter ones. Stacking durations end to end would be wrong on a log axis; cumulative levels are right.

use anyhow::Result;
use maud::{Markup, html};
use plotters::prelude::*;
use wasmark_results::summary::{Cell, Estimate};

use super::{
    canvas::{Area, Group, HPos, Ink, VPos, Width, group, powers, rows_of, text, text_width},
    labels::Taken,
};
use crate::{
    format::{tick, time},
    shown::absence,
    view::View,
};

/// A configuration's levels, each of which contains those before it.
pub struct Levels {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind.
    pub tier: String,
    /// Nanoseconds, or the reason why there is no such level; at most five. That of the second stands where there is no bar.
    pub values: Vec<Cell<Estimate>>,
}

/// The chart, with its legend; nothing where nothing was measured. `label` is for those who do not see it.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn levels(
    view: &View,
    (label, caption): (&str, &str),
    names: &[&str],
    rows: &[Levels],
) -> Result<Markup> {
    let medians =
        rows.iter().flat_map(|row| &row.values).filter_map(|cell| cell.measured()).map(|one| one.median);
    let Some(axis) = powers(10.0, medians) else {
        return Ok(html! {});
    };
    let height = |width| Row::of(width, 0).height as u32;
    let picture = rows_of(
        (label, caption),
        height,
        |width| height(width) * rows.len() as u32 + AXIS as u32,
        |area, width| draw(area, width, view, rows, &axis),
    )?;
    Ok(html! {
        ul.legend aria-hidden="true" {
            @for (index, name) in names.iter().enumerate() { li { span class={ "swatch rung" (index) } {} (name) } }
        }
        (picture)
    })
}

/// What is beneath the rows.
const AXIS: i32 = 30;

/// Where the parts of a row are.
struct Row {
    height: i32,
    left: i32,
    bar: (i32, i32),
}

impl Row {
    /// `name` is the width of the longest name, which stands beside a bar or above it.
    fn of(width: Width, name: i32) -> Row {
        match width {
            Width::Wide => Row { height: 46, left: name.clamp(80, 300) + 14, bar: (6, 24) },
            Width::Narrow => Row { height: 58, left: 2, bar: (20, 36) },
        }
    }
}

fn draw(area: &Area, width: Width, view: &View, rows: &[Levels], axis: &std::ops::Range<f64>) -> Result<()> {
    let font = width.font();
    let names = rows.iter().map(|row| text_width(&row.configuration, font));
    let row = Row::of(width, names.max().unwrap_or(0));
    let right = width.pixels() as i32 - 24;
    let bottom = row.height * rows.len() as i32;
    let decades = (axis.end / axis.start).log10();
    let x = |value: f64| {
        row.left + ((value / axis.start).log10() / decades * f64::from(right - row.left)).round() as i32
    };

    group(area, Group::Axis, || {
        for step in 0..=decades.round() as i32 {
            let value = axis.start * 10f64.powi(step);
            let at = x(value);
            area.draw(&PathElement::new(vec![(at, 0), (at, bottom + 5)], Ink::Grid.rgb()))?;
            // In a narrow picture every label would not fit.
            if width == Width::Wide || decades < 6.0 || step % 2 == 0 {
                let anchor = if step == 0 { HPos::Left } else { HPos::Center };
                area.draw_text(
                    &tick(&time(value)),
                    &text(Ink::Muted, font - 1.0, anchor, VPos::Top),
                    (at, bottom + 9),
                )?;
            }
        }
        Ok(())
    })?;
    for (index, one) in rows.iter().enumerate() {
        let at = (row.height * index as i32, right);
        group(area, Group::of(view.number(&one.configuration)), || {
            draw_row(area, width, one, (&row, at), x)
        })?;
    }
    Ok(())
}

/// Draws a row between its top and the right edge of its bars.
fn draw_row(
    area: &Area,
    width: Width,
    one: &Levels,
    (row, (top, right)): (&Row, (i32, i32)),
    x: impl Fn(f64) -> i32,
) -> Result<()> {
    let font = width.font();
    heading(area, width, one, (row.left - 12, top))?;
    let mut levels: Vec<_> = one
        .values
        .iter()
        .enumerate()
        .filter_map(|(level, cell)| cell.measured().map(|one| (level, one.median)))
        .filter(|(_, median)| *median > 0.0)
        .collect();
    levels.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut taken = Taken::default();
    for (level, median) in &levels {
        let end = x(*median);
        let bar = [(row.left, top + row.bar.0), (end, top + row.bar.1)];
        area.draw(&Rectangle::new(bar, Ink::Rung(*level as u8).rgb().filled()))?;
        // A line at the end separates two levels of similar shade.
        area.draw(&PathElement::new(
            vec![(end, top + row.bar.0), (end, top + row.bar.1)],
            Ink::Paper.rgb().stroke_width(2),
        ))?;
    }
    for (_, median) in &levels {
        let name = time(*median);
        let half = text_width(&name, font - 2.0) / 2;
        let middle = x(*median).clamp(row.left + half, right + 20 - half);
        let place = (middle - half - 2, 0, middle + half + 2, 1);
        if taken.take([place], (0, 0, i32::MAX, 1)).is_some() {
            let style = text(Ink::Muted, font - 2.0, HPos::Center, VPos::Top);
            area.draw_text(&name, &style, (middle, top + row.bar.1 + 4))?;
        }
    }
    if levels.is_empty() {
        let word = one.values.get(1).and_then(absence).map_or("", |(word, _)| word);
        let style = text(Ink::Muted, font - 1.0, HPos::Left, VPos::Center);
        area.draw_text(word, &style, (row.left + 6, top + (row.bar.0 + row.bar.1) / 2))?;
    }
    Ok(())
}

fn heading(area: &Area, width: Width, of: &Levels, (right, top): (i32, i32)) -> Result<()> {
    let font = width.font();
    match width {
        Width::Wide => {
            let style = text(Ink::Text, font, HPos::Right, VPos::Center);
            area.draw_text(&of.configuration, &style, (right, top + 11))?;
            let style = text(Ink::Muted, font - 2.0, HPos::Right, VPos::Center);
            area.draw_text(&of.tier, &style, (right, top + 27))?;
        }
        Width::Narrow => {
            let name = format!("{} · {}", of.configuration, of.tier);
            area.draw_text(&name, &text(Ink::Text, font, HPos::Left, VPos::Center), (2, top + 10))?;
        }
    }
    Ok(())
}
