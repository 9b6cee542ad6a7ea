//! Times on a log axis for each configuration: a lane for each level, with the mark of the runtime at the median, its interval,
//! and the level's name with its value beside it. A bar would have a length from where the axis happens to begin, which is no
//! duration; and since a lane has one mark, no two names lie on each other.

use std::ops::Range;

use anyhow::Result;
use maud::{Markup, html};
use plotters::prelude::*;
use wasmark_results::summary::{Cell, Estimate};

use super::{
    canvas::{Area, Group, HPos, Ink, VPos, Width, fitting, group, powers, rows_of, text, text_width},
    draw,
};
use crate::{
    format::{tick, time},
    rendered::absence,
    view::View,
};

/// A configuration's levels.
pub struct Levels {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind.
    pub tier: String,
    /// Nanoseconds, or the reason why there is no such level. That of the second stands where there is no mark.
    pub values: Vec<Cell<Estimate>>,
}

impl Levels {
    /// The level, where it can be on a log axis.
    fn at(&self, level: usize) -> Option<&Estimate> {
        self.values.get(level)?.measured().filter(|one| one.median > 0.0)
    }
}

/// The chart; nothing where nothing was measured. `label` is for those who do not see it.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn levels(
    view: &View,
    (label, caption): (&str, &str),
    names: &[&str],
    rows: &[Levels],
) -> Result<Markup> {
    // A level that no configuration has needs no lane.
    let seen: Vec<(usize, &str)> = names
        .iter()
        .copied()
        .enumerate()
        .filter(|(level, _)| rows.iter().any(|row| row.at(*level).is_some()))
        .collect();
    let all = rows.iter().flat_map(|row| seen.iter().filter_map(move |(level, _)| row.at(*level)));
    let Some(axis) = powers(10.0, all.flat_map(|one| [one.low, one.median, one.high])) else {
        return Ok(html! {});
    };
    let chart = Chart { lanes: &seen, rows, axis };
    let height = |width| chart.row(width).height as u32;
    rows_of(
        (label, caption),
        height,
        |width| height(width) * rows.len() as u32 + AXIS as u32,
        |area, width| chart.draw(area, width, view),
    )
}

/// What is beneath the rows.
const AXIS: i32 = 30;
/// Half of what a mark measures.
const MARK: i32 = 4;

/// Where the parts of a row are.
struct Row {
    height: i32,
    /// The middle of its first lane.
    first: i32,
    lane: i32,
    left: i32,
    right: i32,
}

struct Chart<'a> {
    /// The levels that have a lane, with their names.
    lanes: &'a [(usize, &'a str)],
    rows: &'a [Levels],
    axis: Range<f64>,
}

impl Chart<'_> {
    /// The name stands beside the lanes or above them.
    fn row(&self, width: Width) -> Row {
        let right = width.pixels() as i32 - 24;
        let lanes = self.lanes.len().max(2) as i32;
        match width {
            Width::Wide => {
                let names = self.rows.iter().map(|row| text_width(&row.configuration, width.font()));
                let left = names.max().unwrap_or(0).clamp(80, NAME) + 14;
                Row { height: 13 * lanes + 12, first: 12, lane: 13, left, right }
            }
            Width::Narrow => Row { height: 13 * lanes + 30, first: 28, lane: 13, left: 2, right },
        }
    }

    /// Where a time is.
    fn x(&self, row: &Row, time: f64) -> i32 {
        let share =
            (time.max(self.axis.start) / self.axis.start).ln() / (self.axis.end / self.axis.start).ln();
        row.left + (share * f64::from(row.right - row.left)).round() as i32
    }

    fn draw(&self, area: &Area, width: Width, view: &View) -> Result<()> {
        let row = self.row(width);
        group(area, Group::Axis, || self.draw_axis(area, width, &row))?;
        for (index, one) in self.rows.iter().enumerate() {
            let top = row.height * index as i32;
            group(area, Group::of(view.number(&one.configuration)), || {
                self.draw_row(area, width, one, &row, top)
            })?;
        }
        Ok(())
    }

    fn draw_axis(&self, area: &Area, width: Width, row: &Row) -> Result<()> {
        let bottom = row.height * self.rows.len() as i32;
        let decades = (self.axis.end / self.axis.start).log10().round() as i32;
        for step in 0..=decades {
            let value = self.axis.start * 10f64.powi(step);
            let at = self.x(row, value);
            area.draw(&PathElement::new(vec![(at, 0), (at, bottom + 5)], Ink::Grid.rgb()))?;
            // In a narrow picture every label would not fit.
            if width == Width::Wide || decades < 6 || step % 2 == 0 {
                let anchor = if step == 0 { HPos::Left } else { HPos::Center };
                let style = text(Ink::Muted, width.font() - 1.0, anchor, VPos::Top);
                area.draw_text(&tick(&time(value)), &style, (at, bottom + 9))?;
            }
        }
        Ok(())
    }

    fn draw_row(&self, area: &Area, width: Width, one: &Levels, row: &Row, top: i32) -> Result<()> {
        heading(area, width, one, (row.left - 12, top))?;
        let ends = [(2, top), (width.pixels() as i32 - 2, top)];
        area.draw(&PathElement::new(ends.to_vec(), Ink::Grid.rgb()))?;
        let lanes = || self.lanes.iter().enumerate();
        for (lane, (level, name)) in lanes() {
            if let Some(estimate) = one.at(*level) {
                let y = top + row.first + row.lane * lane as i32;
                self.draw_level(area, width, one, (name, estimate), (row, y))?;
            }
        }
        if lanes().all(|(_, (level, _))| one.at(*level).is_none()) {
            let word = one.values.get(1).and_then(absence).map_or("", |(word, _)| word);
            let style = text(Ink::Muted, width.font() - 1.0, HPos::Left, VPos::Center);
            area.draw_text(word, &style, (row.left + 6, top + row.first + row.lane / 2))?;
        }
        Ok(())
    }

    /// Draws a level in its lane, whose middle is at `y`.
    fn draw_level(
        &self,
        area: &Area,
        width: Width,
        of: &Levels,
        (name, estimate): (&str, &Estimate),
        (row, y): (&Row, i32),
    ) -> Result<()> {
        let places = [estimate.low, estimate.median, estimate.high].map(|time| self.x(row, time));
        let [low, at, high] = places;
        // One that is narrower than the mark is behind it.
        if low < at - MARK || high > at + MARK {
            let ends = [(low, y - 3), (low, y + 3), (low, y), (high, y), (high, y - 3), (high, y + 3)];
            let colour = Ink::of(&of.configuration).rgb();
            area.draw(&PathElement::new(ends.to_vec(), colour.stroke_width(2)))?;
        }
        draw::mark(area, (&of.configuration, &of.tier), (at, y), MARK)?;
        let font = width.font() - 1.5;
        let label = format!("{name} {}", time(estimate.median));
        let room = (row.left, width.pixels() as i32);
        let (x, anchor) = beside(places, text_width(&label, font), room);
        Ok(area.draw_text(&label, &text(Ink::Text, font, anchor, VPos::Center), (x, y))?)
    }
}

/// Where a text of the width `long` begins or ends, from `least` on: beside the interval, else beside the mark, over the interval.
fn beside([low, at, high]: [i32; 3], long: i32, (least, most): (i32, i32)) -> (i32, HPos) {
    const GAP: i32 = MARK + 4;
    let right = |of: i32| (of + GAP, HPos::Left);
    let left = |of: i32| (of - GAP, HPos::Right);
    let fits = |(x, side): &(i32, HPos)| match side {
        HPos::Left => x + long <= most,
        _ => x - long >= least,
    };
    [right(high), left(low), right(at), left(at)].into_iter().find(fits).unwrap_or(right(at))
}

/// The longest name beside a row, in pixels.
const NAME: i32 = 300;

fn heading(area: &Area, width: Width, of: &Levels, (right, top): (i32, i32)) -> Result<()> {
    let font = width.font();
    match width {
        Width::Wide => {
            let style = text(Ink::Text, font, HPos::Right, VPos::Center);
            area.draw_text(&fitting(&of.configuration, font, NAME), &style, (right, top + 12))?;
            let style = text(Ink::Muted, font - 2.0, HPos::Right, VPos::Center);
            area.draw_text(&of.tier, &style, (right, top + 28))?;
        }
        Width::Narrow => {
            let kind = format!(" · {}", of.tier);
            let room = width.pixels() as i32 - text_width(&kind, font);
            let name = fitting(&of.configuration, font, room);
            let style = text(Ink::Text, font, HPos::Left, VPos::Center);
            area.draw_text(&format!("{name}{kind}"), &style, (2, top + 12))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_beside_the_interval_where_there_is_room_and_never_outside() {
        let place = |places: [i32; 3]| {
            let (x, side) = beside(places, 80, (100, 400));
            (x, matches!(side, HPos::Left))
        };
        assert_eq!(place([150, 160, 170]), (178, true));
        assert_eq!(place([330, 340, 350]), (322, false), "no room to the right");
        assert_eq!(place([150, 160, 380]), (168, true), "over a long interval");
        assert_eq!(place([110, 340, 380]), (332, false), "over a long interval");
    }
}
