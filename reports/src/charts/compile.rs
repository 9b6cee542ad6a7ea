//! What compiling costs against what it buys: one mark for each configuration and workload.

use anyhow::Result;
use maud::{Markup, html};
use plotters::prelude::*;
use wasmark_results::summary::Compile;

use super::canvas::{Area, HPos, Ink, MARKS, Taken, VPos, Width, figure, mark, powers, text, text_width};
use crate::{format, view::View};

struct Mark<'a> {
    row: &'a Compile,
    compile: f64,
    factor: f64,
}

/// The workload whose marks are large and named: the largest module that some configuration has both numbers of.
pub fn named_workload<'a>(view: &View<'a>) -> Option<&'a str> {
    let names = view.by_size().into_iter().rev().map(|workload| workload.name.as_str());
    names.into_iter().find(|name| marks(view).iter().any(|mark| mark.row.workload == *name))
}

fn marks<'a>(view: &View<'a>) -> Vec<Mark<'a>> {
    let both = |row: &'a Compile| {
        let (compile, factor) = (row.compile.measured()?.wall.median, row.factor.measured()?.value);
        (compile > 0.0 && factor > 0.0).then_some(Mark { row, compile, factor })
    };
    view.summary.compile.iter().filter_map(both).collect()
}

/// The chart; nothing where no configuration has both numbers.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View) -> Result<Markup> {
    let marks = marks(view);
    let (Some(named), Some(x), Some(y)) = (
        named_workload(view),
        powers(10.0, marks.iter().map(|mark| mark.compile)),
        powers(2.0, marks.iter().map(|mark| mark.factor)),
    ) else {
        return Ok(html! {});
    };
    let label =
        format!("Compile time against throughput for each configuration, log scales; {named} is named");
    let caption = format!(
        "Further left compiles faster, further down runs faster. Large, named marks: {named}; small ones: the other \
         workloads. {MARKS}."
    );
    let height = |width| if width == Width::Wide { 460 } else { 380 };
    figure(&label, &caption, height, |area, width| {
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
            .x_desc("compile time, wall")
            .y_desc("time against native")
            .axis_desc_style(text(Ink::Muted, font - 1.0, HPos::Center, VPos::Top))
            .draw()?;
        let placed: Vec<_> =
            marks.iter().map(|mark| (mark, chart.backend_coord(&(mark.compile, mark.factor)))).collect();
        draw(area, width, view, named, &placed)
    })
}

fn draw(area: &Area, width: Width, view: &View, named: &str, placed: &[(&Mark, (i32, i32))]) -> Result<()> {
    let font = width.font();
    let (others, large): (Vec<_>, Vec<_>) =
        placed.iter().copied().partition(|(mark, _)| mark.row.workload != named);
    for (one, at) in others {
        let ink = Ink::of(view.number(&one.row.configuration)).rgb().mix(0.45).filled();
        mark(area, &one.row.tier, at, 3, ink)?;
    }
    let mut taken = Taken::default();
    for (one, at) in &large {
        mark(area, &one.row.tier, *at, 6, Ink::of(view.number(&one.row.configuration)).rgb().filled())?;
        taken.add((at.0 - 7, at.1 - 7, at.0 + 7, at.1 + 7));
    }
    let (wide, high) = area.dim_in_pixel();
    let within = (width.font() as i32 * 4, 0, wide as i32, high as i32 - 44);
    for (one, (x, y)) in &large {
        let name = one.row.configuration.as_str();
        let (long, tall) = (text_width(name, font), font as i32 + 3);
        let beside = |dx: i32, dy: i32| (x + dx, y + dy - tall / 2, x + dx + long, y + dy + tall / 2);
        let places = [0, -14, 14, -28, 28, -42, 42]
            .into_iter()
            .flat_map(|dy| [beside(11, dy), beside(-11 - long, dy)])
            .chain([beside(-long / 2, -18), beside(-long / 2, 18)]);
        // Without a free place the table beneath has the name.
        if let Some((left, top, right, bottom)) = taken.take(places, within) {
            let middle = (top + bottom) / 2;
            if (middle - y).abs() > 20 {
                let nearest = (*x).clamp(left, right);
                area.draw(&PathElement::new(vec![(*x, *y), (nearest, middle)], Ink::Muted.rgb().mix(0.6)))?;
            }
            area.draw_text(name, &text(Ink::Text, font, HPos::Left, VPos::Center), (left, middle))?;
        }
    }
    Ok(())
}
