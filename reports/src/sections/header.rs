//! What the page is about, what was measured on, and what the reader has to know first.

use maud::{Markup, html};
use wasmark_results::{
    run::Realtime,
    summary::{Counts, Summary},
};

use super::controls::language;
use crate::{
    format::{bytes, digits, percent, plural},
    html::WARNINGS,
    view::View,
};

/// The header.
pub fn header(view: &View) -> Markup {
    let Summary { run, processes, .. } = view.summary;
    html! {
        header {
            (language())
            h1 { "WebAssembly runtimes compared: start, density, speed" }
            p.lead {
                (plural(run.configurations.len() as u64, "configuration", "configurations")) " ran the same "
                (plural(run.workloads.len() as u64, "workload", "workloads")) ", byte for byte, in "
                (plural((*processes).into(), "process", "processes"))
                ", interleaved at random, and the outputs were checked in every process: on " (run.environment.cpu) ", "
                (plural(run.environment.cpus.into(), "CPU", "CPUs")) ", " (day(&run.started)) "."
            }
            @if run.finished.is_none() {
                p.alert { "This run did not end: what is here was measured before it stopped." }
            }
            @match view.summary.warnings.as_slice() {
                [] => {},
                [one] => p.alert id=(WARNINGS) translate="no" { (one) },
                several => ul.alert id=(WARNINGS) translate="no" { @for warning in several { li { (warning) } } },
            }
            (trouble(view.summary))
        }
    }
}

/// The machine, the run and how noisy it was.
pub fn facts(summary: &Summary) -> Markup {
    let run = &summary.run;
    let environment = &run.environment;
    let realtime = match run.realtime {
        Realtime::Off => "not asked for",
        Realtime::Applied => "every worker ran under it",
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
        ("CPUs", environment.pinning.clone().unwrap_or_else(|| "not pinned".to_owned())),
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

/// The day of a date.
fn day(rfc3339: &str) -> &str {
    rfc3339.split('T').next().unwrap_or_default()
}

/// A date as people write it: `2026-01-02 03:04:05`.
fn date(rfc3339: &str) -> String {
    rfc3339.replace('T', " ").trim_end_matches('Z').to_owned()
}

/// The numbers of cells without a value, with their words.
pub fn problems(counts: Counts) -> [(u64, String); 4] {
    let Counts { unsupported, failed, timed_out, wrong_output } = counts;
    [
        (wrong_output, "wrong output", "wrong outputs"),
        (failed, "failure", "failures"),
        (timed_out, "time-out", "time-outs"),
        (unsupported, "unsupported", "unsupported"),
    ]
    .map(|(number, one, many)| (number.into(), plural(number.into(), one, many)))
}

fn trouble(summary: &Summary) -> Markup {
    let Counts { failed, timed_out, wrong_output, .. } = summary.problems.counts;
    let unavailable = summary.run.unavailable.len() as u64;
    let numbers = problems(summary.problems.counts)
        .into_iter()
        .chain([(unavailable, plural(unavailable, "runtime not available", "runtimes not available"))]);
    let parts: Vec<_> = numbers.filter(|(number, _)| *number > 0).map(|(_, words)| words).collect();
    let bad = failed + timed_out + wrong_output > 0;
    html! {
        // What is unsupported alone is no trouble: a section of its own has it.
        @if bad || unavailable > 0 {
            p.alert.bad[bad] { "Without a value: " @for (at, part) in parts.iter().enumerate() { @if at > 0 { ", " } span { (part) } } ". " a href="#problems" { "Each with its reason" } "." }
        }
    }
}

/// The lowest confidence of an interval of `process_to_result`, which every process has, and its number of values.
pub fn least_coverage(summary: &Summary) -> Option<(f64, u32)> {
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
