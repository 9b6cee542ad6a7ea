//! What a safeguard, a meter or an optimisation level costs: a configuration against the one without it.

use maud::{Markup, html};
use wasmark_results::summary::variants::{Exact, Mean};

use crate::{
    format::{self, DASH, plural, six_digits},
    html::{Notes, row_heading, shown, table},
    rendered::Rendered,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    let mut notes = Notes::default();
    let rows = html! {
        @for one in &view.summary.variants {
            @let of = view.number(one.with);
            tr {
                (row_heading(view, one.with))
                td.text data-c=(of) translate="no" { (one.without) }
                td.text.long data-c=(of) { (one.what) }
                (mean(of, one.throughput.as_ref(), &mut notes))
                (mean(of, one.fresh_instance.as_ref(), &mut notes))
                (exact(of, one.artifact_size))
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "against" }
            th.text scope="col" { "what it has" }
            th scope="col" { "throughput" small { "time per unit of work" } }
            th scope="col" { "fresh_instance" small { "instantiate, call, drop" } }
            th scope="col" { "artifact" small { "size" } }
        } }
        tbody { (rows) }
    };
    html! {
        section id="variants" aria-labelledby="variants-title" {
            h2 id="variants-title" { "What safeguards and meters cost" }
            p {
                "Each configuration against the one of the same engine that differs in one thing: above 1.00× it takes more. Geometric \
                 means over the workloads that both measured, with the intervals of paired processes; sizes are exact."
            }
            (table("Configurations that differ in one thing", &notes, content))
        }
    }
}

fn mean(of: usize, mean: Option<&Mean>, notes: &mut Notes) -> Markup {
    let Some(Mean { ratio, workloads }) = mean else { return html! { td data-c=(of) { (DASH) } } };
    let mut value = Rendered::from(ratio);
    value.remarks.push(plural(u64::from(*workloads), "workload", "workloads"));
    html! { td data-c=(of) data-v=(six_digits(value.number)) title=[&value.basis] { (shown(&value, notes)) } }
}

fn exact(of: usize, exact: Option<Exact>) -> Markup {
    let Some(Exact { ratio, workloads }) = exact else { return html! { td data-c=(of) { (DASH) } } };
    html! {
        td data-c=(of) data-v=(ratio) {
            (format::factor(ratio)) " " small { (plural(u64::from(workloads), "workload", "workloads")) }
        }
    }
}
