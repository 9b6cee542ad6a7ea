//! The same program in every language: each form against the fastest one in the same configuration.

use maud::{Markup, html};
use wasmark_results::{
    coverage::AbsentLanguage,
    summary::{Cell, Form, FormRow, LanguageRow, Program},
};

use super::throughput::{head, heat};
use crate::{
    format::{plural, six_digits},
    html::{Notes, absent, folded, table},
    rendered::Rendered,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let view = &view.of_work();
    let programs = &view.summary.programs;
    html! {
        section id="languages" aria-labelledby="languages-title" {
            h2 id="languages-title" { "The same program in every language" }
            @if programs.list.is_empty() {
                p { "This run measured no program in two languages or variants." }
                @if !view.summary.run.absent_languages.is_empty() { (only_absent(&view.summary.run.absent_languages)) }
            } @else {
                p {
                    "The same work, written in each language as one writes it there, with the same input and the same output. A factor \
                     is against the fastest form of the program that the same configuration runs, which is bold: it compares languages \
                     within a column, never columns. Beneath it is the time of one unit, which can be compared along a row."
                }
                @let several = !programs.languages.is_empty();
                @if several { (means(view)) }
                @for (index, program) in programs.list.iter().enumerate() {
                    @let forms = plural(program.forms.len() as u64, "form", "forms");
                    @if index > 0 { (folded(&format!("{}, {forms}", program.name), matrix(view, program, &html! {}))) }
                    @else if several { h3 translate="no" { (program.name) } (matrix(view, program, &html! {})) }
                    // What is absent is stated once, in the first table.
                    @else { h3 translate="no" { (program.name) } (matrix(view, program, &absent_rows(view))) }
                }
            }
        }
    }
}

/// A row for each form, and then `more` rows.
fn matrix(view: &View, program: &Program, more: &Markup) -> Markup {
    let mut notes = Notes::default();
    let mut forms: Vec<&Form> = program.forms.iter().collect();
    forms.sort_by_key(|form| (&form.language, &form.variant));
    let body = html! {
        tbody {
            @for form in forms {
                tr data-w=[view.workload_number(&form.workload)] {
                    th scope="row" { (form.language) @if let Some(variant) = &form.variant { " " (variant) } small { (form.workload) } }
                    @for row in view.of(&program.rows, &form.workload, |row| (&row.configuration, &row.workload)) {
                        (cell(view.number(&row.configuration), row, &mut notes))
                    }
                }
            }
        }
        (more)
    };
    let unit = view.summary.run.workloads.iter().find(|one| one.program.as_deref() == Some(&program.name));
    let caption = format!("{}: {}", program.name, unit.map_or("", |one| &one.unit));
    table(&caption, &notes, html! { (head(view, "language", "workload")) (body) })
}

fn cell(of: usize, row: &FormRow, notes: &mut Notes) -> Markup {
    let Some(time) = row.time.measured() else {
        return html! { td data-c=(of) { (absent(&row.time, notes)) } };
    };
    let time = Rendered::from(time);
    match row.factor.measured() {
        None => {
            html! { td data-c=(of) data-v=(six_digits(time.number)) title=[&time.basis] { small { (time.value) " alone" } } }
        }
        Some(ratio) => {
            let factor = Rendered::from(ratio);
            html! { (tinted(of, &factor, Some(&time.value))) }
        }
    }
}

/// A factor with its shade, and what stands beneath it.
fn tinted(of: usize, factor: &Rendered, beneath: Option<&str>) -> Markup {
    let (class, heat) = heat(factor.number);
    let title = [factor.interval.clone(), factor.basis.clone()];
    let title = title.into_iter().flatten().collect::<Vec<_>>().join("; ");
    html! {
        td.heat.best[factor.number <= 1.0] .(class) data-c=(of) data-v=(six_digits(factor.number)) title=(title) style={ "--heat:" (heat) } {
            (factor.value)
            @if let Some(beneath) = beneath { small { (beneath) } }
        }
    }
}

fn means(view: &View) -> Markup {
    let programs = &view.summary.programs;
    let mut notes = Notes::default();
    let mut languages: Vec<&str> = programs.languages.iter().map(|row| row.language.as_str()).collect();
    languages.dedup();
    let key = |row: &LanguageRow| (row.configuration.clone(), row.language.clone());
    let body = html! {
        tbody {
            @for language in languages {
                tr {
                    th scope="row" translate="no" { (language) }
                    @for one in &view.configurations {
                        @let row = programs.languages.iter().find(|row| key(row) == (one.id.clone(), language.to_owned()));
                        @let factor = row.map_or(Cell::NotMeasured, |row| row.factor.clone());
                        @let of = view.number(&one.id);
                        @match factor.measured() {
                            Some(ratio) => (tinted(of, &Rendered::from(ratio), None)),
                            None => td data-c=(of) { (absent(&factor, &mut notes)) },
                        }
                    }
                }
            }
        }
        (absent_rows(view))
    };
    let names: Vec<&str> = programs.list.iter().map(|program| program.name.as_str()).collect();
    html! {
        h3 { "All programs" }
        (table("Geometric mean of the factors", &notes, html! { (head(view, "language", "its plain form")) (body) }))
        p.quiet {
            "Over " (names.join(", ")) ": a language has a mean where all of them were measured in it, and the languages that have no \
             form of one of them are not in this table."
        }
    }
}

/// The languages that cannot be had, in rows of their own that sorting leaves at the end.
fn absent_rows(view: &View) -> Markup {
    html! {
        tbody {
            @for one in &view.summary.run.absent_languages {
                tr translate="no" {
                    th scope="row" { (one.name) }
                    td.text.reason colspan=(view.configurations.len()) { span { (one.reason) } }
                }
            }
        }
    }
}

fn only_absent(languages: &[AbsentLanguage]) -> Markup {
    html! { dl.meaning translate="no" { @for one in languages { dt { (one.name) } dd { (one.reason) } } } }
}
