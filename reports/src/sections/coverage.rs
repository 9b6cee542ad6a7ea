//! What the workloads are: why each is there, what it executes, and whether the quick ones stand for all.

use maud::{Markup, html};
use wasmark_results::{
    coverage::{Coverage, Profile},
    run::WorkloadRecord,
    summary::{QuickRow, TOLERANCE},
};

use crate::{
    format::{DASH, bytes, count, digits, plural},
    html::{Notes, column, folded, row_heading, shown, table, tier},
    rendered::Rendered,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let workloads = &view.summary.run.workloads;
    html! {
        section id="coverage" aria-labelledby="coverage-title" {
            h2 id="coverage-title" { "What the workloads are" }
            @if workloads.iter().all(|one| one.coverage == Coverage::default()) {
                p { "This run has no description of them." }
            } @else {
                p {
                    "So that it is seen what they cover, and what they do not. Language, boundary and memory are what a workload’s \
                     manifest states; the rest was measured once, when it was added" (measured_by(workloads)) ", and not by this run."
                }
                (folded("Why each is there", why(workloads)))
                (folded("What each executes", profiles(workloads)))
            }
            (quick(view))
        }
    }
}

fn measured_by(workloads: &[WorkloadRecord]) -> String {
    let mut engines: Vec<&str> =
        workloads.iter().filter_map(|one| Some(one.coverage.profile.as_ref()?.engine.as_str())).collect();
    engines.sort_unstable();
    engines.dedup();
    if engines.is_empty() { String::new() } else { format!(" (by {})", engines.join(", ")) }
}

fn why(workloads: &[WorkloadRecord]) -> Markup {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| DASH.into());
    let content = html! {
        thead { tr {
            th.first scope="col" { "workload" }
            @for title in ["why it is there", "language", "kind", "boundary", "memory"] { th.text scope="col" { (title) } }
            (column("module", "bytes"))
        } }
        tbody translate="no" {
            @for (number, one) in workloads.iter().enumerate() {
                @let Coverage { why, boundary, memory, size, .. } = &one.coverage;
                tr data-w=(number) {
                    th scope="row" { (one.name) }
                    td.text.long { (why) }
                    td.text { (one.language) @if let Some(variant) = &one.variant { small { (variant) } } }
                    td.text { (one.kind) }
                    td.text { (or_dash(boundary)) }
                    td.text { (or_dash(memory)) }
                    td data-v=(one.wasm_bytes) { (bytes(one.wasm_bytes as f64)) @if let Some(size) = size { small { (size) } } }
                }
            }
        }
    };
    table("Why each workload is there", &Notes::default(), content)
}

/// The classes of instructions that have a column, by the names in the records, each with what else it takes in.
const CLASSES: [(&str, &[&str]); 9] = [
    ("calls", &["indirect calls"]),
    ("branches", &[]),
    ("integer", &[]),
    ("float", &[]),
    ("loads", &[]),
    ("stores", &[]),
    ("SIMD", &[]),
    ("bulk memory", &[]),
    ("objects, exceptions", &[]),
];

fn profiles(workloads: &[WorkloadRecord]) -> Markup {
    let content = html! {
        thead {
            tr {
                td {}
                th scope="colgroup" colspan="3" { "in the module" }
                th scope="colgroup" colspan="4" { "for one unit of work" }
                th scope="colgroup" colspan="1" { "in a call" }
                th scope="colgroup" colspan=(CLASSES.len()) { "of the executed instructions, %" }
            }
            tr {
                th.first scope="col" { "workload" }
                (column("functions", ""))
                (column("code", ""))
                (column("data", ""))
                (column("instructions", "executed"))
                (column("calls", "of functions"))
                (column("host calls", "of commands"))
                (column("host time", "% of the time"))
                (column("memory", "touched"))
                @for (class, _) in CLASSES { (column(class, "")) }
            }
        }
        tbody { @for (number, one) in workloads.iter().enumerate() { tr data-w=(number) {
            th scope="row" { (one.name) }
            (profile(one.coverage.profile.as_ref()))
        } } }
    };
    let caption = "What each workload executes and touches; the rest of the instructions are locals and constants, which cost compiled code little";
    table(caption, &Notes::default(), content)
}

fn profile(profile: Option<&Profile>) -> Markup {
    let Some(one) = profile else {
        return html! { td.text colspan=(8 + CLASSES.len()) { "not measured" } };
    };
    let share = |(class, with): &(&str, &[&str])| -> f64 {
        std::iter::once(class).chain(*with).filter_map(|name| one.mix.get(*name)).sum()
    };
    html! {
        (number(Some(one.functions as f64), count))
        (number(Some(one.code_bytes as f64), bytes))
        (number(Some(one.data_bytes as f64), bytes))
        (number(one.instructions, scaled))
        (number(one.calls, scaled))
        (number(one.host_calls, scaled))
        (number(one.host_time, digits))
        (number(one.touched_bytes.map(|touched| touched as f64), bytes))
        @for class in &CLASSES {
            @if one.mix.is_empty() { td { (DASH) } } @else {
                @let share = share(class);
                td.heat.cool data-v=(share) style={ "--heat:" (heat(share)) } { @if share > 0.0 { (format!("{share:.1}")) } }
            }
        }
    }
}

fn number(value: Option<f64>, text: impl Fn(f64) -> String) -> Markup {
    html! { td data-v=[value] { (value.map_or(DASH.into(), text)) } }
}

/// A number that may be in the millions.
fn scaled(number: f64) -> String {
    match number {
        0.0..1e4 if number.fract() == 0.0 => count(number),
        0.0..1e3 => digits(number),
        1e3..1e6 => format!("{}\u{a0}k", digits(number / 1e3)),
        _ => format!("{}\u{a0}M", digits(number / 1e6)),
    }
}

/// The tint of a share in per cent: full at half of everything.
fn heat(share: f64) -> u32 {
    share.clamp(0.0, 50.0).round() as u32
}

fn quick(view: &View) -> Markup {
    let rows = &view.summary.quick;
    if rows.is_empty() {
        return html! {};
    }
    let stands = rows.iter().filter(|row| row.stands).count();
    html! {
        h3 { "Do the quick ones stand for all?" }
        p {
            "The quick profile runs the few that are tagged " code { "quick" } ". For each configuration, its time per unit against the first \
             of its tier kind: the geometric mean over the quick workloads, and over all that the whole kind measured. They are within "
            (format!("{:.0}", TOLERANCE * 100.0)) " % of each other in " (stands) " of " (plural(rows.len() as u64, "configuration", "configurations")) "."
        }
        (quick_table(view, rows))
    }
}

fn quick_table(view: &View, rows: &[QuickRow]) -> Markup {
    let mut notes = Notes::default();
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            th.text scope="col" { "against" }
            (column("quick set", ""))
            (column("full set", ""))
            (column("quick against full", ""))
        } }
        tbody { @for row in rows {
            @let of = view.number(&row.configuration);
            tr data-c=(of) {
                (row_heading(view, &row.configuration))
                td.text { (tier(&row.tier)) }
                td.text translate="no" { (row.reference) }
                @for (ratio, workloads) in [(&row.quick, row.quick_workloads), (&row.full, row.full_workloads)] {
                    td data-v=(ratio.value) title=(plural(u64::from(workloads), "workload", "workloads")) {
                        (shown(&Rendered::from(ratio), &mut notes))
                        small { "of " (workloads) }
                    }
                }
                td data-v=(row.deviation) {
                    span.why.bad[!row.stands] { (format!("{:+.1}\u{a0}%", row.deviation * 100.0)) }
                }
            }
        } }
    };
    table("The quick workloads beside all of them", &notes, content)
}

#[cfg(test)]
mod tests {
    use super::scaled;

    #[test]
    fn counts_of_any_size() {
        let texts = [7.0, 7.25, 12_345.0, 2.5e6].map(|number| scaled(number).replace('\u{a0}', " "));
        assert_eq!(texts, ["7", "7.25", "12.3 k", "2.50 M"]);
    }
}
