//! Everything that has a reason instead of a value.

use maud::{Markup, html};
use wasmark_results::summary::Status;

use super::header;
use crate::{
    html::{Notes, folded, name, row_heading, table},
    reasons::{Reason, gather},
    rendered::status,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let problems = &view.summary.problems;
    let counts = header::problems(problems.counts).map(|(_, words)| words).join(", ");
    html! {
        section id="problems" aria-labelledby="problems-title" {
            h2 id="problems-title" { "Without a value" }
            @if problems.list.is_empty() && view.summary.run.unavailable.is_empty() {
                p { "Nothing: every configuration measured every workload." }
            }
            @if !view.summary.run.unavailable.is_empty() { (unavailable(view)) }
            @if !problems.list.is_empty() {
                p {
                    "None of these counts as 0, and none is in a mean. " (counts) "."
                }
                @let (bad, unsupported): (Vec<_>, Vec<_>) =
                    gather(view.summary).into_iter().partition(|one| one.status != Status::Unsupported);
                @if !bad.is_empty() { (list(view, "What went wrong: a row for each configuration and reason", &bad)) }
                @if !unsupported.is_empty() {
                    (folded("What is unsupported", list(view, "What is unsupported: a row for each configuration and reason", &unsupported)))
                }
            }
        }
    }
}

fn unavailable(view: &View) -> Markup {
    let content = html! {
        thead { tr { th.first scope="col" { "runtime" } th.text scope="col" { "reason, and what to do" } } }
        tbody {
            @for (runtime, reason) in &view.summary.run.unavailable {
                tr translate="no" { th scope="row" { (name(runtime)) } td.text.long { (reason) } }
            }
        }
    };
    table("Asked for, and not available on this machine", &Notes::default(), content)
}

fn list(view: &View, caption: &str, reasons: &[Reason<'_>]) -> Markup {
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            @for title in ["what", "reason", "metrics", "workloads"] { th.text scope="col" { (title) } }
        } }
        tbody {
            @for one in reasons {
                tr data-c=(view.number(one.configuration)) {
                    (row_heading(view, one.configuration))
                    td.text { span.why.bad[one.status != Status::Unsupported] { (status(one.status)) } }
                    td.text.long translate="no" { (one.reason) }
                    td.text.long translate="no" { (one.metrics.join(", ")) }
                    td.text.long translate="no" { (one.of_workloads(view.summary)) }
                }
            }
        }
    };
    table(caption, &Notes::default(), content)
}
