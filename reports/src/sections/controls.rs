//! The controls that the script brings to life; without it they are not there.

use std::collections::BTreeSet;

use maud::{Markup, html};
use wasmark_results::run::WorkloadRecord;

use crate::{format::bytes, view::View};

/// The language of the page.
pub fn language() -> Markup {
    html! { button.language #language type="button" lang="zh" translate="no" hidden data-control { "中文" } }
}

/// Which workload, what its factors are against, and which configurations and workloads there are at all.
pub fn controls(view: &View, panels: &[&WorkloadRecord]) -> Markup {
    html! {
        div.choice hidden data-control {
            label { "Workload "
                select id="workload" translate="no" {
                    @for one in panels {
                        option value=(one.name) data-w=[view.workload_number(&one.name)] data-language=(one.language)
                            data-tags=(one.tags.join(" ")) { (label(one)) }
                    }
                }
            }
            label { "Against " (baseline(view)) }
            details.filter { summary { "Filter" } (filter(view)) }
            p.quiet { span #against { "Factors are against the best of each tier kind." } " " span { "Select a value for its processes and the command that measures it again." } }
        }
    }
}

/// A workload with the size of its module.
pub fn label(workload: &WorkloadRecord) -> String {
    format!("{}, {}", workload.name, bytes(workload.wasm_bytes as f64))
}

fn baseline(view: &View) -> Markup {
    html! {
        select id="baseline" {
            option value="best" { "the best of its kind" }
            @if let Some(other) = view.against { option value="run" data-id=(other) { "the run " (other) } }
            @for one in &view.configurations {
                option value=(view.number(&one.id)) data-id=(one.id) translate="no" { (one.id) }
            }
        }
    }
}

fn filter(view: &View) -> Markup {
    let runtimes: BTreeSet<&str> = view.configurations.iter().map(|one| one.runtime.as_str()).collect();
    let workloads = || view.summary.run.workloads.iter();
    let languages: BTreeSet<&str> = workloads().map(|one| one.language.as_str()).collect();
    let tags: BTreeSet<&str> = workloads().flat_map(|one| &one.tags).map(String::as_str).collect();
    html! {
        form.filter aria-label="Filter tables and charts" {
            fieldset {
                legend { "Tier kinds" }
                @for (kind, _) in view.groups() {
                    label { input type="checkbox" checked data-kind=(kind); " " span { (kind) } }
                }
            }
            fieldset {
                legend { "Runtimes" }
                @for runtime in runtimes {
                    label translate="no" { input type="checkbox" checked data-runtime=(runtime); " " (runtime) }
                }
            }
            fieldset {
                legend { "Configurations" }
                @for (number, one) in view.configurations.iter().enumerate() {
                    label translate="no" {
                        input type="checkbox" checked data-of=(number) data-tier=(one.tier) data-runtime=(one.runtime); " " (one.id)
                    }
                }
            }
            fieldset {
                legend { "Workloads" }
                label { "in " (pick("code", "every language", &languages)) }
                label { "tagged " (pick("tag", "anything", &tags)) }
            }
            p.quiet { "For tables and charts; means stay those over the common workloads. Headings sort. The choice is kept in the page’s address." }
        }
    }
}

fn pick(id: &str, all: &str, values: &BTreeSet<&str>) -> Markup {
    html! {
        select id=(id) {
            option value="" { (all) }
            @for value in values { option value=(value) translate="no" { (value) } }
        }
    }
}
