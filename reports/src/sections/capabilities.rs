//! What the configurations can do: the proposals that they run and how far they go, as probes saw it.

use maud::{Markup, html};
use wasmark_results::{
    capabilities::{Capabilities, Conformity, Reached, Support, alike, together},
    summary::Cell,
};

use crate::{
    format::{bytes, count},
    html::{Notes, Tone, absent, folded, name, row_heading, table, why},
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let probed: Vec<(&str, &Capabilities)> = view
        .configurations
        .iter()
        .filter_map(|one| Some((one.id.as_str(), one.capabilities.as_ref()?)))
        .collect();
    html! {
        section id="capabilities" aria-labelledby="capabilities-title" {
            h2 id="capabilities-title" { "Proposals and limits" }
            @if probed.is_empty() {
                p { "The configurations of this run were not probed." }
            } @else {
                p {
                    "Seen, not read in a documentation: a small module for each, in a process of its own, whose result is \
                     checked. What an engine has only behind a switch that is not set is a no."
                }
                (folded("Proposals", proposals(&probed)))
                (folded("Limits", limits(view, &probed)))
                (folded("Cases of the specification", semantics(&probed)))
            }
        }
    }
}

fn proposals(probed: &[(&str, &Capabilities)]) -> Markup {
    let groups = alike(probed.iter().copied());
    let all: std::collections::BTreeSet<&str> =
        groups.iter().flat_map(|(_, one)| one.proposals.keys()).map(String::as_str).collect();
    let mut notes = Notes::default();
    let content = html! {
        thead { tr {
            th.first scope="col" { "proposal" }
            @for (ids, _) in &groups {
                th.text scope="col" translate="no" { @for (index, id) in ids.iter().enumerate() { @if index > 0 { br; } (name(id)) } }
            }
        } }
        tbody {
            @for proposal in all {
                tr {
                    th scope="row" translate="no" { (proposal) }
                    @for (_, one) in &groups { td.text { (support(one.proposals.get(proposal), &mut notes)) } }
                }
            }
        }
    };
    table("Which proposals each runs; the engine’s own words where it does not", &notes, content)
}

fn support(support: Option<&Support>, notes: &mut Notes) -> Markup {
    let Some(support) = support else { return absent(&Cell::<()>::NotMeasured, notes) };
    let tone = if matches!(support, Support::No(_)) { Tone::Plain } else { Tone::Bad };
    match support.reason() {
        None => html! { (support.word()) },
        Some(reason) => why(support.word(), first_line(reason), tone, notes),
    }
}

/// A row for each case, a column for the configurations of a runtime of which the same came; nothing in runs that tried
/// none.
fn semantics(probed: &[(&str, &Capabilities)]) -> Markup {
    let tried = probed.iter().copied().filter(|(_, one)| !one.semantics.is_empty());
    let groups = together(tried, |one| one.semantics.values().map(Conformity::word).collect());
    if groups.is_empty() {
        return html! {};
    }
    let all: std::collections::BTreeSet<&str> =
        groups.iter().flat_map(|(_, one)| one.semantics.keys()).map(String::as_str).collect();
    let mut notes = Notes::default();
    let content = html! {
        thead { tr {
            th.first scope="col" { "case" }
            @for (ids, _) in &groups {
                th.text scope="col" translate="no" { @for (index, id) in ids.iter().enumerate() { @if index > 0 { br; } (name(id)) } }
            }
        } }
        tbody {
            @for case in all {
                tr {
                    th scope="row" translate="no" { (case) }
                    @for (_, one) in &groups { td.text { (conformity(one.semantics.get(case), &mut notes)) } }
                }
            }
        }
    };
    html! {
        p {
            "What the specification requires where compilers go wrong: results that nothing uses and that trap all the \
             same, the last byte, the bits of NaN. Each case is a module in a process of its own; "
            code { "workloads/probes/semantics" } " has them, " code { "wasmark check --semantics" } " tries them again."
        }
        (table("Whether each does what the specification requires", &notes, content))
    }
}

fn conformity(conformity: Option<&Conformity>, notes: &mut Notes) -> Markup {
    let Some(conformity) = conformity else { return absent(&Cell::<()>::NotMeasured, notes) };
    let (mark, tone) = match conformity {
        Conformity::Right => ("✓", Tone::Plain),
        Conformity::Unsupported(_) => ("–", Tone::Plain),
        Conformity::KnownIssue { .. } => ("✗ known", Tone::Bad),
        Conformity::Deviates(_) => ("✗ DEVIATES", Tone::Bad),
    };
    match conformity.reason() {
        None => html! { (mark) },
        Some(reason) => why(mark, first_line(&reason), tone, notes),
    }
}

fn limits(view: &View, probed: &[(&str, &Capabilities)]) -> Markup {
    let columns = [
        ("stack_depth", "stack depth, calls"),
        ("memory", "largest memory"),
        ("instances", "live instances"),
    ];
    let mut notes = Notes::default();
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            @for (_, title) in columns { th scope="col" { (title) } }
        } }
        tbody {
            @for (id, one) in probed {
                tr data-c=(view.number(id)) {
                    (row_heading(view, id))
                    @for (limit, _) in columns {
                        td { (reached(limit, one.limits.get(limit), &mut notes)) }
                    }
                }
            }
        }
    };
    table(
        "How far each goes: calls of a small function within each other, one instance’s memory, instances at once",
        &notes,
        content,
    )
}

/// How far a probe went.
pub fn reached(limit: &str, reached: Option<&Reached>, notes: &mut Notes) -> Markup {
    let number = |number: u64| if limit == "memory" { bytes(number as f64) } else { count(number as f64) };
    match reached {
        None => absent(&Cell::<()>::NotMeasured, notes),
        Some(Reached::AtLeast(most)) => html! { (number(*most)) " or more" },
        Some(Reached::Most { number: most, reason }) => {
            html! { (number(*most)) small translate="no" { (first_line(reason)) } }
        }
        Some(Reached::Unknown(reason)) => absent(&Cell::<()>::Failed(first_line(reason).to_owned()), notes),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
