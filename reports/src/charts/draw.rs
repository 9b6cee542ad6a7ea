//! Draws the marks of configurations, and the lines that they are on.

use anyhow::Result;
use plotters::prelude::*;

use super::{
    canvas::{Area, Group, Ink, group},
    marks::{HOLLOW, MARKS, corners, place},
};

/// Draws a configuration's mark, `size` pixels from its middle to its edge.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn mark(area: &Area, (configuration, tier): (&str, &str), at: (i32, i32), size: i32) -> Result<()> {
    let place = place(configuration);
    let colour = Ink::Runtime(place).rgb();
    let fill = if tier == HOLLOW { Ink::Paper.rgb() } else { colour };
    let around = |(x, y): (f64, f64)| (at.0 + x.round() as i32, at.1 + y.round() as i32);
    let mut outline: Vec<_> = corners(MARKS[place].shape, f64::from(size)).into_iter().map(around).collect();
    let Some(first) = outline.first().copied() else {
        area.draw(&Circle::new(at, size, fill.filled()))?;
        return Ok(area.draw(&Circle::new(at, size, colour.stroke_width(2)))?);
    };
    area.draw(&Polygon::new(outline.clone(), fill.filled()))?;
    if tier == HOLLOW {
        outline.push(first);
        area.draw(&PathElement::new(outline, colour.stroke_width(2)))?;
    }
    Ok(())
}

/// Draws the line of configuration number `number`, with a mark at each point. `area` is the whole picture.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn line(area: &Area, of: (&str, &str), number: usize, points: &[(i32, i32)]) -> Result<()> {
    group(area, Group::of(number), || {
        area.draw(&PathElement::new(points.to_vec(), Ink::of(of.0).rgb().stroke_width(2)))?;
        points.iter().try_for_each(|at| mark(area, of, *at, 3))
    })
}
