//! What the page answers, what was measured on, and the answer at a glance.

use maud::{Markup, html};
use wasmark_results::{
    run::{Realtime, Run},
    summary::{Counts, Summary},
};

use crate::{
    format::{bytes, digits, percent, plural},
    glance::{Choice, glance},
    html::{Notes, column, row_heading, table, td, tier},
    view::{TIERS, View},
};

/// Up to so many workloads, the first table has the time per unit of each where there is no reference.
const MOST_TIMES: usize = 6;

/// The header.
pub fn header(view: &View) -> Markup {
    let Summary { run, processes, .. } = view.summary;
    html! {
        header {
            h1 { "How fast does each WebAssembly runtime start code, how many instances fit, and how fast do they run?" }
            p.lead {
                (plural(run.configurations.len() as u64, "configuration", "configurations")) " of "
                (plural(runtimes(run), "runtime", "runtimes")) " ran the same "
                (plural(run.workloads.len() as u64, "workload", "workloads")) ", byte for byte, in "
                (plural((*processes).into(), "process", "processes"))
                ", interleaved at random, and the outputs were checked in every process."
            }
            (guide())
            (facts(view.summary))
            @if run.finished.is_none() {
                p.alert { "This run did not end: what is here was measured before it stopped." }
            }
            @for warning in &view.summary.warnings { p.alert { (warning) } }
            (trouble(view.summary))
        }
    }
}

/// The table of the answer.
pub fn at_a_glance(view: &View) -> Markup {
    let mut notes = Notes::default();
    let glance = glance(view, &choice(view));
    let rows = html! {
        @for row in &glance.rows {
            tr {
                (row_heading(view, row.configuration))
                td.text data-c=(view.number(row.configuration)) { (tier(row.tier)) }
                @for cell in &row.cells { (td(view.number(row.configuration), cell, &mut notes)) }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            @for one in &glance.columns { (column(one.name, &one.of)) }
        } }
        tbody { (rows) }
    };
    html! {
        section id="glance" aria-labelledby="glance-title" {
            h2 id="glance-title" { "At a glance" }
            (table(&caption(view.summary), &notes, content))
            (kinds(view))
        }
    }
}

/// The workloads of the table: the sections below it have all.
fn choice<'a>(view: &View<'a>) -> Choice<'a> {
    let all: Vec<_> = view.summary.run.workloads.iter().collect();
    let memory = view.memory_workloads().into_iter().take(1).collect();
    let times = if all.len() <= MOST_TIMES { all } else { Vec::new() };
    Choice { starts: view.headline(), times, memory }
}

/// The controls that the script brings to life; without it they are not there.
pub fn filter(view: &View) -> Markup {
    html! {
        form.filter hidden aria-label="Filter the tables" {
            fieldset {
                legend { "Tier kinds" }
                @for (kind, _) in view.groups() {
                    label { input type="checkbox" checked data-kind=(kind); " " (kind) }
                }
            }
            fieldset {
                legend { "Configurations" }
                @for (number, configuration) in view.configurations.iter().enumerate() {
                    label {
                        input type="checkbox" checked data-of=(number) data-tier=(configuration.tier); " " (configuration.id)
                    }
                }
            }
            p.quiet { "For the tables. Headings sort. The choice is kept in the page's address." }
        }
    }
}

fn runtimes(run: &Run) -> u64 {
    let names: std::collections::BTreeSet<_> = run.configurations.iter().map(|one| &one.runtime).collect();
    names.len() as u64
}

fn guide() -> Markup {
    html! {
        p {
            "How to read it: a value is the median over processes, the smaller text its interval; where two intervals overlap, the \
             page does not say which is better. What has no value says why, and is never counted as 0. The numbers hold for this \
             machine and these versions. " a href="#methodology" { "What each number means" } "."
        }
    }
}

fn caption(summary: &Summary) -> String {
    let mut caption = String::from(
        "Medians with their intervals; less is better, but for numbers of instances. Grouped by tier kind: compare within a kind first, an \
         interpreter and a compiler answer different needs.",
    );
    if let Some((share, n)) = least_coverage(summary).filter(|(share, _)| *share < 0.95) {
        caption.push_str(&format!(" With {n} processes for a cell an interval is their whole range, and holds the true median with {} confidence.", percent(share)));
    }
    caption
}

/// The tier kinds of the run, one line each.
fn kinds(view: &View) -> Markup {
    html! {
        dl.meaning.quiet {
            @for (kind, meaning) in TIERS.iter().filter(|(kind, _)| view.configurations.iter().any(|one| one.tier == *kind)) {
                dt { (tier(kind)) }
                dd { (meaning) }
            }
        }
    }
}

fn facts(summary: &Summary) -> Markup {
    let run = &summary.run;
    let environment = &run.environment;
    let realtime = match run.realtime {
        Realtime::Off => "not asked for",
        Realtime::Applied => "every worker ran under SCHED_FIFO",
        Realtime::Refused => "asked for, refused by the system",
    };
    let machine = format!(
        "{}, {} of {}, {}",
        environment.cpu,
        plural(environment.cpus.into(), "CPU", "CPUs"),
        environment.architecture,
        bytes(environment.memory_bytes as f64)
    );
    let ended = run.finished.as_deref().unwrap_or("not ended");
    let facts = [
        ("Run", run.id.clone()),
        ("Began, ended (UTC)", format!("{}, {}", date(&run.started), date(ended))),
        ("Machine", machine),
        ("System", format!("{}, Linux {}, {}", environment.os, environment.kernel, environment.libc)),
        ("Profile", format!("{}, {}", run.profile, plural(run.rounds.into(), "round", "rounds"))),
        ("Seed", run.seed.to_string()),
        ("Real-time scheduling", realtime.to_owned()),
        ("Load when it began", digits(environment.load)),
        // A warning has the rest.
        (
            "Noise",
            if summary.noise.remedy.is_some() {
                summary.noise.grade.name().into()
            } else {
                summary.noise.line()
            },
        ),
    ];
    html! {
        dl.facts { @for (name, value) in &facts { div { dt { (name) } dd { (value) } } } }
    }
}

/// A date as people write it: `2026-01-02 03:04:05`.
fn date(rfc3339: &str) -> String {
    rfc3339.replace('T', " ").trim_end_matches('Z').to_owned()
}

fn trouble(summary: &Summary) -> Markup {
    let Counts { unsupported, failed, timed_out, wrong_output } = summary.problems.counts;
    let unavailable = summary.run.unavailable.len() as u64;
    let parts = [
        (u64::from(wrong_output), "wrong output", "wrong outputs"),
        (u64::from(failed), "failure", "failures"),
        (u64::from(timed_out), "time-out", "time-outs"),
        (u64::from(unsupported), "unsupported", "unsupported"),
        (unavailable, "runtime not available", "runtimes not available"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| plural(*number, one, many))
        .collect();
    let bad = failed + timed_out + wrong_output > 0;
    html! {
        @if !parts.is_empty() {
            p.alert.bad[bad] { "Without a value: " (parts.join(", ")) ". " a href="#problems" { "Each with its reason" } "." }
        }
    }
}

/// The lowest confidence of an interval of `process_to_result`, which every process has, and its number of values.
fn least_coverage(summary: &Summary) -> Option<(f64, u32)> {
    let intervals = summary.cold_start.iter().filter_map(|row| row.process_to_result.measured());
    intervals.filter(|one| one.n > 1).map(|one| (one.coverage, one.n)).min_by(|a, b| a.0.total_cmp(&b.0))
}

/// How sure the intervals are, in one sentence, from what the run had.
pub fn coverage(summary: &Summary) -> String {
    match least_coverage(summary) {
        Some((share, n)) => format!(
            "The least sure interval of process_to_result here has {} confidence, over {n} processes.",
            percent(share)
        ),
        None => "This run has no cell with more than one process, so there are no intervals.".into(),
    }
}
