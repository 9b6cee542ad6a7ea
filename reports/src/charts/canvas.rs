//! What the charts share: the sheet that they are drawn on, its colours, its log axes, and labels that do not
//! cover each other.
//!
//! plotters writes fixed colours. The page has two colour schemes, so charts are drawn in key colours that nothing
//! else uses (`#0100NN`), and [`finish`] replaces each with the CSS variable that it stands for.

use std::ops::Range;

use anyhow::{Context, Result};
use maud::{Markup, PreEscaped, html};
use plotters::{coord::Shift, prelude::*, style::text_anchor::Pos};

pub use plotters::style::text_anchor::{HPos, VPos};

/// A drawing area that becomes SVG text.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The colours that charts are drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Text,
    /// Text of less weight, and axes.
    Muted,
    /// Grid lines.
    Grid,
    /// The background.
    Paper,
    /// A rung of the cold-start ladder, from the inside.
    Rung(u8),
    /// A configuration.
    Key(u8),
}

const RUNGS: u8 = 5;
const KEYS: u8 = 8;

impl Ink {
    fn all() -> impl Iterator<Item = Ink> {
        [Ink::Text, Ink::Muted, Ink::Grid, Ink::Paper]
            .into_iter()
            .chain((0..RUNGS).map(Ink::Rung))
            .chain((0..KEYS).map(Ink::Key))
    }

    /// The colour of configuration number `number`; they repeat, so they are never the only way to tell.
    pub fn of(number: usize) -> Ink {
        Ink::Key((number % usize::from(KEYS)) as u8)
    }

    /// The key colour.
    pub fn rgb(self) -> RGBColor {
        let code = match self {
            Ink::Text => 0,
            Ink::Muted => 1,
            Ink::Grid => 2,
            Ink::Paper => 3,
            Ink::Rung(rung) => 16 + rung,
            Ink::Key(key) => 32 + key,
        };
        RGBColor(1, 0, code)
    }

    fn variable(self) -> String {
        match self {
            Ink::Text => "var(--ink)".into(),
            Ink::Muted => "var(--muted)".into(),
            Ink::Grid => "var(--grid)".into(),
            Ink::Paper => "var(--paper)".into(),
            Ink::Rung(rung) => format!("var(--rung{rung})"),
            Ink::Key(key) => format!("var(--key{key})"),
        }
    }
}

/// The two windows that every chart is drawn for: a picture that is only scaled is unreadable in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Of a desk.
    Wide,
    /// Of a hand.
    Narrow,
}

impl Width {
    /// In the picture's own units, which are about a pixel each.
    pub fn pixels(self) -> u32 {
        match self {
            Width::Wide => 960,
            Width::Narrow => 343,
        }
    }

    /// The size of the text.
    pub fn font(self) -> f64 {
        match self {
            Width::Wide => 13.0,
            Width::Narrow => 11.5,
        }
    }
}

/// Draws a chart for both windows. `label` describes it to those who do not see it.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn figure(
    label: &str,
    caption: &str,
    height: impl Fn(Width) -> u32,
    draw: impl Fn(&Area, Width) -> Result<()>,
) -> Result<Markup> {
    let mut pictures = Vec::new();
    for (width, class) in [(Width::Wide, "wide"), (Width::Narrow, "narrow")] {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (width.pixels(), height(width))).into_drawing_area();
            draw(&area, width).with_context(|| format!("failed to draw the chart \"{label}\""))?;
            area.present()?;
        }
        pictures.push(html! { div class=(class) { (finish(&svg, label)) } });
    }
    Ok(html! {
        figure {
            @for picture in &pictures { (picture) }
            figcaption { (caption) }
        }
    })
}

/// Makes plotters' picture a part of the page: it fills its box, has a name, and takes the page's colours.
fn finish(svg: &str, label: &str) -> Markup {
    // What plotters writes first is `<svg width=".." height=".." viewBox="..." xmlns="...">`.
    let (head, body) = svg.split_once('>').unwrap_or(("", svg));
    let view_box =
        head.split("viewBox=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let body = body.trim_end().trim_end_matches("</svg>");
    // Text has no raw quotes (plotters escapes them), so only attributes match.
    let painted = Ink::all().fold(body.to_owned(), |body, ink| {
        let RGBColor(r, g, b) = ink.rgb();
        body.replace(&format!("\"#{r:02X}{g:02X}{b:02X}\""), &format!("\"{}\"", ink.variable()))
    });
    let painted = painted.replace(" opacity=\"1\"", "").replace(" font-family=\"sans-serif\"", "");
    html! { svg viewBox=(view_box) role="img" aria-label=(label) { (PreEscaped(painted)) } }
}

/// The style of a text.
pub fn text(ink: Ink, size: f64, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    // plotters divides the size by 1.24 in SVG.
    let font = FontDesc::new(FontFamily::SansSerif, size * 1.24, plotters::style::FontStyle::Normal);
    TextStyle { font, color: ink.rgb().to_backend_color(), pos: Pos::new(horizontal, vertical) }
}

/// Roughly how wide a text is.
pub fn text_width(text: &str, size: f64) -> i32 {
    (text.chars().count() as f64 * size * 0.56).ceil() as i32
}

/// The powers of `base` around positive values; `None` without any.
pub fn powers(base: f64, values: impl IntoIterator<Item = f64>) -> Option<Range<f64>> {
    let positive = values.into_iter().filter(|value| value.is_finite() && *value > 0.0);
    let (low, high) =
        positive.fold((f64::MAX, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    if high == 0.0 {
        return None;
    }
    // A value that sits on the edge would have no length.
    let from = (low * 0.8).log(base).floor();
    let to = (high * 1.05).log(base).ceil().max(from + 1.0);
    Some(base.powf(from)..base.powf(to))
}

/// A box in the picture: left, top, right, bottom.
pub type Bounds = (i32, i32, i32, i32);

/// The places that are taken.
#[derive(Default)]
pub struct Taken {
    boxes: Vec<Bounds>,
}

impl Taken {
    /// Marks a place.
    pub fn add(&mut self, bounds: Bounds) {
        self.boxes.push(bounds);
    }

    /// Takes the first of `places` that is free and inside `within`.
    pub fn take(&mut self, places: impl IntoIterator<Item = Bounds>, within: Bounds) -> Option<Bounds> {
        let free = |place: &Bounds| {
            let inside =
                place.0 >= within.0 && place.1 >= within.1 && place.2 <= within.2 && place.3 <= within.3;
            let apart = |other: &Bounds| {
                place.2 <= other.0 || place.0 >= other.2 || place.3 <= other.1 || place.1 >= other.3
            };
            inside && self.boxes.iter().all(apart)
        };
        let place = places.into_iter().find(free)?;
        self.boxes.push(place);
        Some(place)
    }
}

/// A mark for a point: its shape is the tier's kind, so that colour is never the only carrier.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn mark(area: &Area, tier: &str, (x, y): (i32, i32), size: i32, style: ShapeStyle) -> Result<()> {
    let polygon = |points: Vec<(i32, i32)>| Polygon::new(points, style);
    match tier {
        "interpreter" => {
            area.draw(&polygon(vec![(x, y - size - 1), (x + size, y + size), (x - size, y + size)]))?
        }
        "baseline" => {
            area.draw(&polygon(vec![(x, y + size + 1), (x + size, y - size), (x - size, y - size)]))?
        }
        "aot" => area.draw(&Rectangle::new([(x - size, y - size), (x + size, y + size)], style))?,
        "native" => area.draw(&polygon(vec![
            (x, y - size - 2),
            (x + size + 2, y),
            (x, y + size + 2),
            (x - size - 2, y),
        ]))?,
        _ => area.draw(&Circle::new((x, y), size, style))?,
    }
    Ok(())
}

/// The end of a line, which has a name.
pub struct End<'a> {
    /// Where it is.
    pub at: (i32, i32),
    /// The name.
    pub name: &'a str,
    /// The line's colour.
    pub ink: Ink,
}

/// Writes names right of the ends of lines, pushed apart from the top down, then back up from `floor`.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn name_ends(area: &Area, font: f64, mut ends: Vec<End>, mut floor: i32) -> Result<()> {
    ends.sort_by_key(|end| end.at.1);
    let step = font as i32 + 4;
    let mut heights: Vec<i32> = ends.iter().map(|end| end.at.1).collect();
    for index in 1..heights.len() {
        heights[index] = heights[index].max(heights[index - 1] + step);
    }
    for height in heights.iter_mut().rev() {
        *height = (*height).min(floor);
        floor = *height - step;
    }
    let right = ends.iter().map(|end| end.at.0).max().unwrap_or(0) + 12;
    for (End { at: (x, y), name, ink }, height) in ends.iter().zip(heights) {
        area.draw(&PathElement::new(vec![(x + 5, *y), (right - 2, height)], ink.rgb().mix(0.6)))?;
        area.draw_text(name, &text(*ink, font, HPos::Left, VPos::Center), (right, height))?;
    }
    Ok(())
}

/// The marks in words.
pub const MARKS: &str = "▲ interpreter, ▼ baseline, ● optimizing, ■ aot, ◆ native";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_hold_what_they_show() {
        assert_eq!(powers(10.0, [1_500.0, 20_000.0]), Some(1e3..1e5));
        // On the edge of a decade there is room on both sides.
        assert_eq!(powers(10.0, [1_000.0]), Some(1e2..1e4));
        assert_eq!(powers(10.0, [0.0, -1.0, f64::NAN]), None);
    }

    #[test]
    fn labels_keep_apart() {
        let mut taken = Taken::default();
        let within = (0, 0, 100, 100);
        assert_eq!(taken.take([(0, 0, 50, 10)], within), Some((0, 0, 50, 10)));
        assert_eq!(taken.take([(40, 5, 90, 15), (60, 0, 90, 10)], within), Some((60, 0, 90, 10)));
        assert_eq!(taken.take([(90, 90, 110, 99)], within), None);
    }

    #[test]
    fn colours_become_variables_and_text_stays_text() {
        let markup = figure(
            "a \"label\"",
            "",
            |_| 20,
            |area, _| {
                area.draw(&Rectangle::new([(0, 0), (5, 5)], Ink::Rung(2).rgb().filled()))?;
                area.draw_text("</svg>\"#010012\"", &text(Ink::Text, 10.0, HPos::Left, VPos::Top), (0, 0))?;
                Ok(())
            },
        )
        .expect("a figure")
        .into_string();
        assert!(markup.contains("fill=\"var(--rung2)\""), "{markup}");
        assert!(!markup.contains("fill=\"#"), "{markup}");
        assert!(markup.contains("&lt;/svg&gt;&quot;#010012&quot;"), "{markup}");
        assert!(markup.contains("aria-label=\"a &quot;label&quot;\""), "{markup}");
        assert!(!markup.contains("xmlns"), "{markup}");
    }
}
