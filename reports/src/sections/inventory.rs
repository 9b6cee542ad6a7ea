//! What was measured on what: configurations as resolved, workloads, the machine, the harness's own price.

use maud::{Markup, html};
use wasmark_results::summary::Estimate;

use crate::{
    format::{DASH, bytes, count, digits, percent, plural, time},
    html::{Notes, absent, folded, row_heading, table, tier},
    interval::interval_of,
    rendered::Rendered,
    view::View,
};

/// The section.
pub fn section(view: &View) -> Markup {
    html! {
        section id="inventory" aria-labelledby="inventory-title" {
            h2 id="inventory-title" { "What was measured" }
            (folded("Configurations, as resolved", configurations(view)))
            (folded("Workloads", workloads(view)))
            (folded("Environment", environment(view)))
            (folded("The harness’s own price", harness(view)))
        }
    }
}

fn configurations(view: &View) -> Markup {
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            @for title in ["tier kind", "version", "licence", "about", "settings", "worker"] { th.text scope="col" { (title) } }
        } }
        tbody {
            @for one in &view.configurations {
                tr data-c=(view.number(&one.id)) {
                    (row_heading(view, &one.id))
                    td.text { (tier(&one.tier)) }
                    td.text translate="no" { (one.version) }
                    td.text translate="no" { (one.licence) }
                    td.text.long translate="no" { (one.about) }
                    td.text.long translate="no" { @for (setting, value) in &one.settings { code { (setting) " = " (value) } br; } }
                    td.text { code.key { (short(&one.worker)) } small { (if one.worker_bytes > 0 { bytes(one.worker_bytes as f64) } else { DASH.into() }) } }
                }
            }
        }
    };
    table(
        "Every setting that can change a number, read back from the engine where it can be",
        &Notes::default(),
        content,
    )
}

fn workloads(view: &View) -> Markup {
    let content = html! {
        thead { tr {
            th.first scope="col" { "workload" }
            @for title in ["about", "unit of work", "kind", "language", "tags", "sha256"] { th.text scope="col" { (title) } }
            th scope="col" { "module" }
        } }
        tbody {
            @for (number, one) in view.summary.run.workloads.iter().enumerate() {
                tr data-w=(number) translate="no" {
                    th scope="row" { (one.name) }
                    td.text.long { (one.about) }
                    td.text { (one.unit) }
                    td.text { (one.kind) }
                    td.text { (one.language) }
                    td.text { (one.tags.join(", ")) }
                    td.text.long { code { (one.wasm_sha256) } }
                    td data-v=(one.wasm_bytes) { (bytes(one.wasm_bytes as f64)) }
                }
            }
        }
    };
    table("The same bytes for every runtime", &Notes::default(), content)
}

fn environment(view: &View) -> Markup {
    let run = &view.summary.run;
    let machine = &run.environment;
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| DASH.into());
    let share =
        |share: Option<f64>| share.map_or(DASH.into(), |share| format!("{}\u{a0}%", digits(share * 100.0)));
    let whole = |number: Option<u64>| number.map_or(DASH.into(), |number| count(number as f64));
    let watched = machine.disturbance.clone().unwrap_or_default();
    let facts = [
        ("CPU", machine.cpu.clone()),
        ("Logical CPUs", machine.cpus.to_string()),
        ("Architecture", machine.architecture.clone()),
        ("Memory", bytes(machine.memory_bytes as f64)),
        (
            "Memory that the control group permits",
            machine.memory_limit.map_or(DASH.into(), |limit| bytes(limit as f64)),
        ),
        ("System", machine.os.clone()),
        ("Kernel", machine.kernel.clone()),
        ("C library", machine.libc.clone()),
        ("Frequency governor", or_dash(&machine.governor)),
        ("Transparent huge pages", or_dash(&machine.huge_pages)),
        ("Virtualisation", or_dash(&machine.virtualisation)),
        ("Load before the run", digits(machine.load)),
        ("Noise before the run, (p90 − p10) / p50", share(machine.noise)),
        ("Noise during the run", share(watched.during)),
        ("Noise after the run", share(watched.after)),
        ("Stolen by the hypervisor", share(watched.steal)),
        ("Highest load during the run", watched.load.map_or(DASH.into(), digits)),
        ("Mappings of a process, vm.max_map_count", whole(machine.max_map_count)),
        ("Descriptors of a worker, RLIMIT_NOFILE", whole(machine.max_descriptors)),
        ("Rust toolchain", machine.toolchain.clone()),
        ("wasmark", run.wasmark.clone()),
        ("Revision", or_dash(&run.revision)),
        ("Schema", run.schema.to_string()),
    ];
    html! {
        dl.facts { @for (name, value) in &facts { div { dt { (name) } dd { (value) } } } }
        p { "To repeat it: " code { (run.command) } }
    }
}

fn harness(view: &View) -> Markup {
    let cell = &view.summary.harness.empty_window;
    let mut notes = Notes::default();
    html! {
        @match cell.measured() {
            Some(window) => {
                @let all = &window.percentiles;
                p {
                    "The start and the end mark with nothing between them cost " b { (Rendered::from(window).value) }
                    " (" (over(&window.typical)) "; p99 " (all.p99.map_or(DASH.into(), time)) " of "
                    (plural(all.count, "window", "windows")) "). It is in every number above; nothing is subtracted."
                }
            },
            None => p { "Empty window: " (absent(cell, &mut notes)) },
        }
        (notes.markup())
    }
}

/// What a median rests on.
fn over(typical: &Estimate) -> String {
    let processes = plural(typical.n.into(), "process", "processes");
    match typical.n {
        1 => processes,
        _ => format!(
            "median over {processes}, {} interval {}",
            percent(typical.coverage),
            interval_of(typical)
        ),
    }
}

/// Enough of a key to recognise it; the data has all of it.
fn short(key: &str) -> String {
    key.chars().take(12).collect()
}
