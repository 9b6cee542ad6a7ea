//! What the charts share: the sheet that they are drawn on, its colours, its log axes, and names at the ends of lines.
//!
//! plotters writes fixed colours and no groups. The page has two colour schemes, so charts are drawn in key colours that
//! nothing else uses (`#0100NN`), and [`finish`] replaces each with the CSS variable that it stands for. A pixel of another
//! such colour (`#0200NN`) begins or ends a [`Group`], which the page's script shows, hides and moves.

use std::ops::Range;

use anyhow::{Context, Result};
use maud::{Markup, PreEscaped, html};
use plotters::{coord::Shift, prelude::*, style::text_anchor::Pos};

use super::marks::{self, MARKS};

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
    /// A runtime, by its place among [`MARKS`].
    Runtime(usize),
}

impl Ink {
    fn all() -> impl Iterator<Item = Ink> {
        [Ink::Text, Ink::Muted, Ink::Grid, Ink::Paper].into_iter().chain((0..MARKS.len()).map(Ink::Runtime))
    }

    /// The colour of a configuration's runtime.
    pub fn of(configuration: &str) -> Ink {
        Ink::Runtime(marks::place(configuration))
    }

    /// The key colour.
    pub fn rgb(self) -> RGBColor {
        let code = match self {
            Ink::Text => 0,
            Ink::Muted => 1,
            Ink::Grid => 2,
            Ink::Paper => 3,
            Ink::Runtime(place) => 32 + place as u8,
        };
        RGBColor(1, 0, code)
    }

    fn variable(self) -> String {
        match self {
            Ink::Text => "var(--ink)".into(),
            Ink::Muted => "var(--muted)".into(),
            Ink::Grid => "var(--grid)".into(),
            Ink::Paper => "var(--paper)".into(),
            Ink::Runtime(place) => format!("var(--runtime{place})"),
        }
    }
}

/// What belongs together in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What shows a configuration, by its number, and of one workload alone, by its number. `at` is its mark where that
    /// competes for the front.
    Of {
        /// The configuration.
        configuration: usize,
        /// The workload.
        workload: Option<usize>,
        /// The middle of the mark.
        at: Option<(i32, i32)>,
    },
    /// The line of what no other beats.
    Front,
    /// The axis beneath rows, and its lines.
    Axis,
}

impl Group {
    /// What shows a configuration.
    pub fn of(configuration: usize) -> Group {
        Group::Of { configuration, workload: None, at: None }
    }
}

/// The colours of the pixels that begin and end groups.
const CLOSE: RGBColor = RGBColor(2, 0, 0);
const OF: RGBColor = RGBColor(2, 0, 1);
const AT: RGBColor = RGBColor(2, 0, 2);
const FRONT: RGBColor = RGBColor(2, 0, 3);
const AXIS: RGBColor = RGBColor(2, 0, 4);

/// Draws a group. `area` is the whole picture.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn group(area: &Area, group: Group, draw: impl FnOnce() -> Result<()>) -> Result<()> {
    match group {
        Group::Of { configuration, workload, at } => {
            let workload = workload.map_or(0, |number| number as i32 + 1);
            area.draw_pixel((configuration as i32, workload), &OF)?;
            if let Some(at) = at {
                area.draw_pixel(at, &AT)?;
            }
        }
        Group::Front => area.draw_pixel((0, 0), &FRONT)?,
        Group::Axis => area.draw_pixel((0, 0), &AXIS)?,
    }
    draw()?;
    Ok(area.draw_pixel((0, 0), &CLOSE)?)
}

/// Makes elements of the pixels of groups.
fn grouped(body: &str) -> String {
    let hex = |RGBColor(r, g, b)| format!("fill=\"#{r:02X}{g:02X}{b:02X}\"/>");
    let attribute = |line: &str, name: &str| -> i32 {
        let value = line.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse().ok()).unwrap_or_default()
    };
    let mut out = String::with_capacity(body.len());
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let is = |line: &str, colour| line.starts_with("<rect ") && line.ends_with(&hex(colour));
        if is(line, CLOSE) {
            out.push_str("</g>");
        } else if is(line, FRONT) {
            out.push_str("<g class=\"front\">");
        } else if is(line, AXIS) {
            out.push_str("<g class=\"axis\">");
        } else if is(line, OF) {
            out.push_str(&format!("<g data-c=\"{}\"", attribute(line, "x")));
            match attribute(line, "y") {
                0 => {}
                workload => out.push_str(&format!(" data-w=\"{}\"", workload - 1)),
            }
            if let Some(at) = lines.next_if(|next| is(next, AT)) {
                out.push_str(&format!(" data-at=\"{} {}\"", attribute(at, "x"), attribute(at, "y")));
            }
            out.push('>');
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
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
    pictures((label, caption), |_| None, height, draw)
}

/// The same for a chart of rows, each `row` high, above an axis: the page's script closes the gap of a row that is hidden.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn rows_of(
    texts: (&str, &str),
    row: impl Fn(Width) -> u32,
    height: impl Fn(Width) -> u32,
    draw: impl Fn(&Area, Width) -> Result<()>,
) -> Result<Markup> {
    pictures(texts, |width| Some(row(width)), height, draw)
}

fn pictures(
    (label, caption): (&str, &str),
    row: impl Fn(Width) -> Option<u32>,
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
        pictures.push(html! { div class=(class) { (finish(&svg, label, row(width))) } });
    }
    Ok(html! {
        figure {
            @for picture in &pictures { (picture) }
            figcaption { (caption) }
        }
    })
}

/// What plotters writes and SVG or the page's style have already: a sixth of a picture.
const DEFAULTS: [(&str, &str); 10] = [
    (" opacity=\"1\"", ""),
    (" font-family=\"sans-serif\"", ""),
    (" stroke-width=\"1\"", ""),
    (" text-anchor=\"start\"", ""),
    (" fill=\"var(--ink)\"", ""),
    // plotters divides by what `text` multiplies with.
    ("\"13.000000000000002\"", "\"13\""),
    ("<polyline fill=\"none\"", "<polyline"),
    (" \"/>", "\"/>"),
    ("\">\n", "\">"),
    ("\n</text>", "</text>"),
];

/// Makes plotters' picture a part of the page: it fills its box, has a name, and takes the page's colours.
fn finish(svg: &str, label: &str, row: Option<u32>) -> Markup {
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
    let painted =
        DEFAULTS.iter().fold(grouped(&painted), |body, (text, shorter)| body.replace(text, shorter));
    html! { svg viewBox=(view_box) role="img" aria-label=(label) data-row=[row] { (PreEscaped(painted)) } }
}

/// The style of a text.
pub fn text(ink: Ink, size: f64, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    // plotters divides the size by 1.24 in SVG.
    let font = FontDesc::new(FontFamily::SansSerif, size * 1.24, plotters::style::FontStyle::Normal);
    TextStyle { font, color: ink.rgb().to_backend_color(), pos: Pos::new(horizontal, vertical) }
}

/// Roughly how wide a text is.
pub fn text_width(text: &str, size: f64) -> i32 {
    (text.chars().map(em).sum::<f64>() * size).ceil() as i32
}

/// Roughly how wide a character is, as a share of the text's size: those of East Asia are as wide as they are high.
fn em(c: char) -> f64 {
    if c < '\u{1100}' { 0.6 } else { 1.0 }
}

/// As much of a text as fits into `room` pixels, with a sign of what is missing.
pub fn fitting(text: &str, size: f64, room: i32) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = f64::from(room) - size;
    let fits = |c: &char| {
        left -= em(*c) * size;
        left >= 0.0
    };
    text.chars().take_while(fits).chain(['…']).collect()
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

/// The end of a line, which has a name.
pub struct End<'a> {
    /// Where it is.
    pub at: (i32, i32),
    /// The configuration's number.
    pub number: usize,
    /// The configuration, whose name it is.
    pub name: &'a str,
}

/// Writes names right of the ends of lines, each at most `room` wide, pushed apart from the top down, then back up from `floor`.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn name_ends(area: &Area, font: f64, mut ends: Vec<End>, (room, mut floor): (i32, i32)) -> Result<()> {
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
    for (End { at: (x, y), number, name }, height) in ends.iter().zip(heights) {
        group(area, Group::of(*number), || {
            let line = PathElement::new(vec![(x + 5, *y), (right - 2, height)], Ink::of(name).rgb().mix(0.6));
            area.draw(&line)?;
            let name = fitting(name, font, room);
            Ok(area.draw_text(&name, &text(Ink::Text, font, HPos::Left, VPos::Center), (right, height))?)
        })?;
    }
    Ok(())
}

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
    fn a_long_name_is_cut_to_its_room() {
        assert_eq!(fitting("wasmtime/pooling", 10.0, 96), "wasmtime/pooling");
        let cut = fitting(&"name".repeat(50), 10.0, 96);
        assert_eq!(cut, "namenamenamena…");
        assert!(text_width(&cut, 10.0) <= 96);
    }

    #[test]
    fn groups_become_elements() {
        let draw = |area: &Area, _| {
            group(area, Group::Of { configuration: 3, workload: Some(0), at: Some((7, 9)) }, || {
                Ok(area.draw_text("a", &text(Ink::Text, 10.0, HPos::Left, VPos::Top), (0, 0))?)
            })
        };
        let markup = figure("", "", |_| 20, draw).expect("a figure").into_string();
        assert!(markup.contains("<g data-c=\"3\" data-w=\"0\" data-at=\"7 9\"><text "), "{markup}");
        assert!(markup.contains("</text>\n</g>"), "{markup}");
    }

    #[test]
    fn colours_become_variables_and_text_stays_text() {
        let markup = figure(
            "a \"label\"",
            "",
            |_| 20,
            |area, _| {
                area.draw(&Rectangle::new([(0, 0), (5, 5)], Ink::Runtime(2).rgb().filled()))?;
                area.draw_text("</svg>\"#010022\"", &text(Ink::Text, 10.0, HPos::Left, VPos::Top), (0, 0))?;
                Ok(())
            },
        )
        .expect("a figure")
        .into_string();
        assert!(markup.contains("fill=\"var(--runtime2)\""), "{markup}");
        assert!(!markup.contains("fill=\"#"), "{markup}");
        assert!(markup.contains("&lt;/svg&gt;&quot;#010022&quot;"), "{markup}");
        assert!(markup.contains("aria-label=\"a &quot;label&quot;\""), "{markup}");
        assert!(!markup.contains("xmlns"), "{markup}");
    }
}
