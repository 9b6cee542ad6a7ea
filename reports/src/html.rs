//! The parts that every section uses: cells, tables in a box that scrolls, notes.

use maud::{Markup, PreEscaped, html};
use wasmark_results::summary::Cell;

use crate::{
    basis::{Basis, Of, Usual},
    format::six_digits,
    marked::mark,
    rendered::{MARK, Rendered, WAITED_NOTE, absence, wide_note},
    view::View,
};

/// The name of the list of the run's warnings.
pub const WARNINGS: &str = "warnings";

/// The reasons that a table refers to, each once, listed beneath it: a reason must not need a pointer to be read.
#[derive(Default)]
pub struct Notes {
    reasons: Vec<String>,
    /// What the intervals of the table rest on.
    bases: Vec<Basis>,
    wide: bool,
    waited: bool,
}

impl Notes {
    /// The number of a reason, from 1.
    fn number(&mut self, reason: &str) -> usize {
        let at = self.reasons.iter().position(|known| known == reason).unwrap_or_else(|| {
            self.reasons.push(reason.to_owned());
            self.reasons.len() - 1
        });
        at + 1
    }

    /// The list.
    pub fn markup(&self) -> Markup {
        html! {
            @if self.wide { p.quiet { (wide_note()) } }
            @if self.waited { p.quiet { (WAITED_NOTE) } }
            @if !self.reasons.is_empty() {
                ol.notes translate="no" { @for reason in &self.reasons { li { (reason) } } }
            }
        }
    }
}

/// What stands instead of a value.
pub fn absent<T>(cell: &Cell<T>, notes: &mut Notes) -> Markup {
    let (word, reason) = absence(cell).unwrap_or_default();
    let tone = if cell.is_tried() { Tone::Bad } else { Tone::Plain };
    why(word, reason, tone, notes)
}

/// How a word with a reason is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It may be so.
    Plain,
    /// It should not be so.
    Bad,
}

/// A word that stands instead of a value, with its reason in the notes.
pub fn why(word: &str, reason: &str, tone: Tone, notes: &mut Notes) -> Markup {
    html! {
        span.why.bad[tone == Tone::Bad] {
            (word)
            @if !reason.is_empty() { sup { (notes.number(reason)) } }
        }
    }
}

/// A value over its interval and what that rests on.
pub fn shown(value: &Rendered, notes: &mut Notes) -> Markup {
    notes.bases.extend(value.rests_on);
    notes.wide |= value.wide;
    notes.waited |= value.waited;
    html! {
        (value.value)
        @if value.wide { sup { (MARK) } }
        @if let Some(interval) = &value.interval { small { (interval) } }
        @if let Some(basis) = value.rests_on { (beside(basis)) }
        @for remark in &value.remarks { small { (remark) } }
    }
}

/// What an interval rests on, beside it. [`table`] takes away what most of its intervals have, and states it once.
fn beside(basis: Basis) -> Markup {
    let of = match basis.of {
        Of::Value => "value",
        Of::Ratio => "ratio",
    };
    html! { small.(of) { (basis.beside()) } }
}

/// A table's cell of configuration number `of`.
pub fn td<T>(of: usize, cell: &Cell<T>, notes: &mut Notes) -> Markup
where
    Rendered: for<'a> From<&'a T>,
{
    match cell.measured().map(Rendered::from) {
        Some(value) => {
            html! { td data-c=(of) data-v=(six_digits(value.number)) title=[&value.basis] { (shown(&value, notes)) } }
        }
        None => html! { td data-c=(of) { (absent(cell, notes)) } },
    }
}

/// A configuration as a row's heading. Its mark leads to the reason, which is among the run's warnings.
pub fn row_heading(view: &View, configuration: &str) -> Markup {
    html! {
        th scope="row" data-c=(view.number(configuration)) {
            (marked(view, configuration, |word| html! { a href={ "#" (WARNINGS) } { (word) } }))
        }
    }
}

/// A configuration as a row's heading, and its tier's kind.
pub fn row_of(view: &View, configuration: &str, kind: &str) -> Markup {
    html! {
        (row_heading(view, configuration))
        td.text data-c=(view.number(configuration)) { (kind) }
    }
}

/// A configuration's name with its mark, which `shown` makes of its word.
pub fn marked(view: &View, configuration: &str, shown: impl Fn(&str) -> Markup) -> Markup {
    html! {
        (name(configuration))
        @if let Some((word, _)) = mark(&view.summary.run, configuration) { small translate="no" { (shown(word)) } }
    }
}

/// A configuration's name, which may break after the runtime's.
pub fn name(configuration: &str) -> Markup {
    match configuration.split_once('/') {
        Some((runtime, rest)) => html! { (runtime) "/" wbr; (rest) },
        None => html! { (configuration) },
    }
}

/// A tier's kind.
pub fn tier(kind: &str) -> Markup {
    html! { span.tier { (kind) } }
}

/// A table in a box that scrolls sideways, so that the page does not.
pub fn table(caption: &str, notes: &Notes, content: Markup) -> Markup {
    let usual = Usual::new(notes.bases.iter().copied());
    let content = usual.all().fold(content.into_string(), |content, basis| {
        let title = format!(" title=\"{}\"", basis.words());
        content.replace(&beside(basis).into_string(), "").replace(&title, "")
    });
    let content = terse(&of_rows(&content));
    html! {
        div.scroll role="region" tabindex="0" aria-label=(caption) {
            table.sortable {
                caption { span { (caption) } }
                (PreEscaped(content))
            }
        }
        @if let Some(usual) = usual.once() { p.quiet { (usual) } }
        (notes.markup())
    }
}

/// States of a row what is stated of its heading and each of its cells: the configuration. A tenth of a page's tables.
fn of_rows(content: &str) -> String {
    const NAME: &str = " data-c=\"";
    let mut rows = content.split("<tr");
    let mut out = rows.next().unwrap_or_default().to_owned();
    for row in rows {
        out.push_str("<tr");
        let mut numbers = row.split(NAME).skip(1).filter_map(|rest| rest.split('"').next());
        let number = numbers.next().filter(|first| numbers.all(|other| other == *first));
        let own = number.filter(|_| row.contains(&format!("<th scope=\"row\"{NAME}")));
        match own.map(|number| format!("{NAME}{number}\"")) {
            Some(attribute) => {
                out.push_str(&attribute);
                out.push_str(&row.replace(&attribute, ""));
            }
            None => out.push_str(row),
        }
    }
    out
}

/// Leaves out what HTML does not require: the end tags of cells and rows, and quotes around plain values. A tenth of a page.
fn terse(content: &str) -> String {
    let content =
        ["</td>", "</th>", "</tr>"].iter().fold(content.to_owned(), |all, tag| all.replace(tag, ""));
    // Text has no raw quotes, so only attributes match.
    let mut parts = content.split("=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (value, rest) = part.split_once('"').unwrap_or((part, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c);
        let quote = if !value.is_empty() && value.chars().all(plain) { "" } else { "\"" };
        out.extend(["=", quote, value, quote, rest]);
    }
    out
}

/// A column, with a second line.
pub fn column(title: &str, line: &str) -> Markup {
    html! { th scope="col" { (title) @if !line.is_empty() { small { (line) } } } }
}

/// The same of texts.
pub fn text_column(title: &str, line: &str) -> Markup {
    html! { th.text scope="col" { (title) @if !line.is_empty() { small { (line) } } } }
}

/// A column whose cells are of a metric of one of [`wasmark_results::summary::points::METRICS`], and, where the rows do not
/// have it, of workload number `workload`: each opens on what stands behind it.
pub fn column_of(title: &str, line: &str, metric: &str, workload: Option<usize>) -> Markup {
    html! { th scope="col" data-m=(metric) data-w=[workload] { (title) @if !line.is_empty() { small { (line) } } } }
}

/// Shows something behind its name: everything is on the page, and the page is short.
pub fn folded(title: &str, content: Markup) -> Markup {
    html! { details { summary { (title) } (content) } }
}

/// The tables of several workloads: the first one's, and the others' behind their names.
pub fn first_open(workloads: &[&str], table: impl Fn(&str) -> Markup) -> Markup {
    html! {
        @for (number, workload) in workloads.iter().enumerate() {
            @if number == 0 { (table(workload)) } @else { (folded(workload, table(workload))) }
        }
    }
}

/// What stands in the place of the tables that a page has no room for.
pub fn left_out() -> Markup {
    html! {
        p.quiet { "The tables of the other workloads are left out of this page, which would be over 5 MB: the run’s files have them." }
    }
}

/// The same of a workload, which the page's filters can hide.
pub fn folded_of(view: &View, workload: &str, content: Markup) -> Markup {
    html! { details data-w=[view.workload_number(workload)] { summary translate="no" { (workload) } (content) } }
}

#[cfg(test)]
mod tests {
    use super::{of_rows, terse};

    #[test]
    fn what_html_does_not_require_is_left_out() {
        let row =
            "<tr data-c=\"1\"><th scope=\"row\">a</th><td class=\"heat best\" data-v=\"-2.5\">2</td></tr>";
        assert_eq!(terse(row), "<tr data-c=1><th scope=row>a<td class=\"heat best\" data-v=-2.5>2");
        assert_eq!(terse("<a href=\"#x\" title=\"\">b</a>"), "<a href=\"#x\" title=\"\">b</a>");
    }

    #[test]
    fn a_row_of_one_configuration_states_it_once() {
        let row = "<tr><th scope=\"row\" data-c=\"1\">a</th><td data-c=\"1\" data-v=\"2\">2</td></tr>";
        let short = "<tr data-c=\"1\"><th scope=\"row\">a</th><td data-v=\"2\">2</td></tr>";
        assert_eq!(of_rows(&format!("<tbody>{row}{row}</tbody>")), format!("<tbody>{short}{short}</tbody>"));
        for other in [
            "<tr data-w=\"0\"><th scope=\"row\">w</th><td data-c=\"1\">2</td></tr>",
            "<tr data-c=\"1\"><th scope=\"row\" data-c=\"2\">w</th></tr>",
        ] {
            assert_eq!(of_rows(other), other);
        }
    }
}
