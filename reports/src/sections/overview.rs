//! The answers: for a workload, who is first of each tier kind, and a table of all configurations. One workload is open, the
//! others are folded until the reader chooses one.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::{
    run::WorkloadRecord,
    summary::{Cell, Summary},
};

use super::{
    controls::{controls, label},
    header::{facts, least_coverage},
};
use crate::{
    again,
    answers::{Scope, Words, of_workload, times},
    charts::trade::chart,
    format::{percent, six_digits},
    html::{Notes, Tone, absent, column, column_of, left_out, row_heading, shown, table, tier, why},
    overview::{Bounds, Choice, Column, glance, is_empty},
    rendered::Rendered,
    sections::throughput::heat,
    view::{Detail, TIERS, View, distinct},
};

/// Up to so many workloads, each table has the time per unit of each where there is no reference.
const MOST_TIMES: usize = 6;

/// The section.
///
/// # Errors
/// Where the chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let panels = panels(view);
    let first = panels.first().map_or_else(|| Ok(html! {}), |workload| chart(view, workload))?;
    Ok(html! {
        section id="glance" aria-labelledby="glance-title" {
            h2 id="glance-title" { "At a glance" }
            (controls(view, &panels))
            @for (number, workload) in panels.iter().enumerate() { (panel(view, workload, number == 0)) }
            @if view.detail != Detail::Full { (left_out()) }
            (first)
            (meaning(view))
            details { summary { "The machine and the run" } (facts(view.summary)) }
        }
    })
}

/// The workloads that have a table, the one that answers most questions first: all, or the first ones where the page would be
/// too large.
fn panels<'a>(view: &View<'a>) -> Vec<&'a WorkloadRecord> {
    let first = std::iter::once(view.opening()).chain(view.headline().into_iter().map(Some));
    let others = view.summary.run.workloads.iter().filter(|_| view.detail == Detail::Full);
    distinct(first.chain(others.map(Some)))
}

fn panel(view: &View, workload: &WorkloadRecord, open: bool) -> Markup {
    html! {
        details.panel open[open] data-workload=(workload.name) {
            summary translate="no" { (label(workload)) }
            (verdicts(&of_workload(view, &workload.name, Scope::Both)))
            (configurations(view, workload))
            p.quiet.again { "To measure this workload again: " code { (again::workload(&view.summary.run, workload)) } }
        }
    }
}

/// Who is first of each tier kind.
fn verdicts(all: &[Words]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        dl.verdicts {
            @for Words { question, kinds, .. } in all {
                div {
                    dt { (question) }
                    dd { ul { @for (kind, first) in kinds { li { (tier(kind)) " " (first) } } } }
                }
            }
        }
    }
}

/// The table of a workload.
fn configurations(view: &View, workload: &WorkloadRecord) -> Markup {
    let mut notes = Notes::default();
    let glance = glance(view, &choice(view, workload));
    let rows = glance.rows.iter().filter(|row| !row.cells.iter().all(is_empty));
    let rows: Vec<_> = rows.collect();
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            @for one in &glance.columns { (heading(view, one, beyond(one, &workload.name))) }
        } }
        @for kind in rows.chunk_by(|one, next| one.tier == next.tier) {
            tbody {
                tr.kind { th scope="rowgroup" colspan=(glance.columns.len() + 1) { (kind[0].tier) } }
                @for row in kind {
                    tr data-c=(view.number(row.configuration)) {
                        (row_heading(view, row.configuration))
                        @for cell in &row.cells { (placed(view.number(row.configuration), cell, &mut notes)) }
                    }
                }
            }
        }
    };
    table(&caption(view.summary, workload), &notes, content)
}

fn heading(view: &View, of: &Column, line: &str) -> Markup {
    match &of.cell {
        Some((metric, workload)) => column_of(of.name, line, metric, view.workload_number(workload)),
        None => column(of.name, line),
    }
}

/// What each rung is, in the space of a heading.
const RUNGS: [(&str, &str); 3] = [
    ("fresh_instance", "instantiate, call, drop"),
    ("from_artifact", "engine, load, prepare, instantiate, call"),
    ("from_wasm", "engine, compile, prepare, instantiate, call"),
];

/// What a heading adds to the table's own workload: what its rung is, or what its factor is against.
fn beyond<'o>(column: &'o Column, workload: &str) -> &'o str {
    if let Some((_, meaning)) = RUNGS.iter().find(|(name, _)| *name == column.name) {
        return meaning;
    }
    let of = column.of.as_str();
    let rest = of.strip_prefix("of ").and_then(|of| of.strip_prefix(workload));
    match rest {
        Some(rest) => rest.strip_prefix(", ").filter(|rest| rest.starts_with("against ")).unwrap_or_default(),
        None => of,
    }
}

/// What a workload's table shows.
fn choice<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Choice<'a> {
    let all: Vec<_> = view.summary.run.workloads.iter().collect();
    let times = if all.len() <= MOST_TIMES { all } else { vec![workload] };
    Choice {
        starts: vec![workload],
        times,
        memory: vec![workload],
        serving: vec![workload],
        work: Some(workload),
        bounds: Bounds::Apart,
    }
}

/// A value with its place: how many times the least one of its tier kind, and a shade for that.
fn placed(of: usize, cell: &Cell<Rendered>, notes: &mut Notes) -> Markup {
    let value = match cell {
        Cell::Measured(value) => value,
        // Most of these cannot exist: a word in each would hide the ones that should.
        Cell::Unsupported(reason) => {
            return html! { td data-c=(of) { (why("n/a", reason, Tone::Plain, notes)) } };
        }
        _ => return html! { td data-c=(of) { (absent(cell, notes)) } },
    };
    let to_first = value.place.and_then(|place| place.factor).filter(|_| !value.is_first());
    let shade = value.place.and_then(|place| Some(heat(place.factor?.value)));
    let (class, strength) = shade.unwrap_or(("", 0));
    html! {
        td.heat.best[value.is_first()] .(class) data-c=(of) data-v=(six_digits(value.number)) title=[&value.basis] style={ "--heat:" (strength) } {
            (shown(value, notes))
            @if let Some(one) = to_first { small.times { (times(one)) } }
        }
    }
}

fn caption(summary: &Summary, workload: &WorkloadRecord) -> String {
    let mut caption = format!(
        "{}: medians over processes with their intervals. Less is better, but for numbers of instances and of requests. Bold is first of its tier \
         kind, or as good as far as the intervals show; the others have how many times the least value they take.",
        workload.name
    );
    if let Some((share, n)) = least_coverage(summary).filter(|(share, _)| *share < 0.95) {
        caption.push_str(&format!(
            " With {n} processes for a cell an interval is their whole range, and holds the true median with {} confidence.",
            percent(share)
        ));
    }
    caption
}

/// How to read it, and the tier kinds of the run.
fn meaning(view: &View) -> Markup {
    html! {
        details {
            summary { "How to read it" }
            p {
                "A value is the median over processes, the smaller text its interval. Compare within a tier kind first: an interpreter and a \
                 compiler answer different needs. What has no value has its reason beneath the table, and is never counted as 0. The numbers \
                 hold for this machine and these versions. " a href="#methodology" { "What each number means" } "."
            }
            dl.meaning.quiet {
                @for (kind, meaning) in TIERS.iter().filter(|(kind, _)| view.configurations.iter().any(|one| one.tier == *kind)) {
                    dt { (tier(kind)) }
                    dd { (meaning) }
                }
            }
        }
    }
}
