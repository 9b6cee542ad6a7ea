//! Starting: the ladder, its percentiles and the phases beneath it.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::summary::{Cell, ColdStart, Distribution, Source, Start};

use crate::{
    charts::ladder::{RUNGS, chart},
    format::{DASH, count, six_digits, time},
    html::{Notes, absent, column, column_of, folded_of, left_out, row_heading, row_of, table, td},
    overview::{from_artifact, from_wasm, show},
    rendered::Rendered,
    view::{Detail, View},
};

/// The section.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let shown: Vec<&str> = view.headline().into_iter().map(|workload| workload.name.as_str()).collect();
    let others = view.summary.run.workloads.iter().map(|workload| workload.name.as_str());
    let others: Vec<_> = others.filter(|name| !shown.contains(name)).collect();
    let mut first = Vec::new();
    for name in shown {
        let starts = view.cold_starts(name);
        first.push(html! {
            div data-w=[view.workload_number(name)] {
                h3 translate="no" { (name) }
                (chart(view, name, &starts)?)
                (tables(view, name, &starts))
            }
        });
    }
    Ok(html! {
        section id="ladder" aria-labelledby="ladder-title" {
            h2 id="ladder-title" { "Cold start is a ladder" }
            p { "“Cold start” means different things to different people; each is a rung. A process runs from an artifact where \
                 the configuration has one, so process_to_result can be below from_wasm." }
            dl.meaning { @for (rung, meaning) in RUNGS { dt { (rung) } dd { (meaning) } } }
            @for one in &first { (one) }
            @if view.detail == Detail::Least { (left_out()) } @else if !others.is_empty() {
                h3 { "The other workloads" }
                @for name in others { (folded_of(view, name, folded_tables(view, name, &view.cold_starts(name)))) }
            }
        }
    })
}

fn folded_tables(view: &View, workload: &str, starts: &[&ColdStart]) -> Markup {
    match view.detail {
        Detail::Full => tables(view, workload, starts),
        Detail::Brief | Detail::Least => html! {
            (ladder(view, workload, starts))
            p.quiet { "Percentiles and phases are left out of this page, which would be over 5 MB: the run’s files have them." }
        },
    }
}

fn tables(view: &View, workload: &str, starts: &[&ColdStart]) -> Markup {
    html! {
        (ladder(view, workload, starts))
        (percentiles(view, workload, starts))
        (phases(view, workload, starts))
    }
}

fn ladder(view: &View, workload: &str, starts: &[&ColdStart]) -> Markup {
    let mut notes = Notes::default();
    let rows = html! {
        @for start in starts {
            @let of = view.number(&start.configuration);
            tr {
                (row_of(view, &start.configuration, &start.tier))
                @for cell in cells(start) { (td(of, &cell, &mut notes)) }
                td.text data-c=(of) { (start.process_from.map_or(DASH, source)) }
                (td(of, &start.instantiate_faults, &mut notes))
            }
        }
    };
    let of_workload = view.workload_number(workload);
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            @for (rung, _) in RUNGS { (column_of(rung, "", rung, of_workload)) }
            th.text scope="col" { "process ran from" }
            (column("page faults", "minor, of instantiate"))
        } }
        tbody { (rows) }
    };
    table(&format!("{workload}: the rungs. Median over processes of wall time."), &notes, content)
}

/// The rungs as the table has them, in the order of [`RUNGS`]: with the CPU time of what waited.
fn cells(start: &ColdStart) -> [Cell<Rendered>; 5] {
    [
        show(&start.reused_instance),
        show(&start.fresh_instance),
        from_artifact(start),
        from_wasm(start),
        show(&start.process_to_result),
    ]
}

fn percentiles(view: &View, workload: &str, starts: &[&ColdStart]) -> Markup {
    let mut notes = Notes::default();
    let rows = html! {
        @for start in starts {
            @for (rung, cell) in [("fresh_instance", &start.fresh_instance), ("reused_instance", &start.reused_instance)] {
                (percentile_row(view, start, rung, cell, &mut notes))
            }
            // Of what is to trap alone.
            @if start.time_to_trap != Cell::NotMeasured {
                (percentile_row(view, start, "time_to_trap", &start.time_to_trap, &mut notes))
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "rung" }
            @for (name, line) in [("p50", ""), ("p90", ""), ("p99", ""), ("p99.9", ""), ("samples", "of all processes"), ("CPU", "median, blocks")] {
                (column(name, line))
            }
        } }
        tbody { (rows) }
    };
    let caption = format!(
        "{workload}: percentiles of single starts and calls, over all samples of all processes; a dash where there are fewer \
         than 10 / (1 − Q) samples."
    );
    table(&caption, &notes, content)
}

fn percentile_row(
    view: &View,
    start: &ColdStart,
    rung: &str,
    cell: &Cell<Distribution>,
    notes: &mut Notes,
) -> Markup {
    let of = view.number(&start.configuration);
    html! {
        tr {
            (row_heading(view, &start.configuration))
            td.text data-c=(of) { (rung) }
            @match cell.measured() {
                Some(distribution) => {
                    @let all = &distribution.percentiles;
                    @for percentile in [all.p50, all.p90, all.p99, all.p99_9] {
                        td data-c=(of) data-v=[percentile.map(six_digits)] {
                            @match percentile { Some(value) => (time(value)), None => (DASH) }
                        }
                    }
                    td data-c=(of) data-v=(all.count) { (count(all.count as f64)) }
                    @match &distribution.cpu {
                        Some(cpu) => td data-c=(of) data-v=(six_digits(cpu.median)) { (time(cpu.median)) },
                        None => td data-c=(of) { (DASH) },
                    }
                },
                None => td data-c=(of) colspan="6" { (absent(cell, notes)) },
            }
        }
    }
}

const PHASES: [(&str, &str); 9] = [
    ("spawn", "fork, exec"),
    ("engine", ""),
    ("compile", ""),
    ("load", ""),
    ("prepare", "once for a module"),
    ("instantiate", ""),
    ("first_call", ""),
    ("second_call", ""),
    ("teardown", ""),
];

fn phases(view: &View, workload: &str, starts: &[&ColdStart]) -> Markup {
    let mut notes = Notes::default();
    let rows = html! {
        @for start in starts {
            @for from in &start.starts { (phase_row(view, start, from, &mut notes)) }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "from" }
            @for (phase, line) in PHASES { (column(phase, line)) }
        } }
        tbody { (rows) }
    };
    let caption = format!(
        "{workload}: the phases of a fresh process, wall time, first time in the process. A second call that is much \
         cheaper than the first shows work that was put off."
    );
    table(&caption, &notes, content)
}

fn phase_row(view: &View, start: &ColdStart, from: &Start, notes: &mut Notes) -> Markup {
    let of = view.number(&start.configuration);
    html! {
        tr {
            (row_heading(view, &start.configuration))
            td.text data-c=(of) { (source(from.source)) }
            @for (name, _) in PHASES {
                @match from.phases.iter().find(|phase| phase.phase == name) {
                    Some(phase) => (td(of, &phase.time, notes)),
                    None => td data-c=(of) { (DASH) span.hidden-text { " no such phase" } },
                }
            }
        }
    }
}

/// What a process ran from, in words.
pub fn source(source: Source) -> &'static str {
    match source {
        Source::Wasm => "wasm",
        Source::Artifact => "artifact",
        Source::Linked => "linked code",
    }
}
