//! Requests on several threads: what is served in a second, and how long requests take that arrive at times of their
//! own.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::{
    group::Group,
    summary::{
        Cell, Concurrency, Load,
        serving::{Rate, Tail},
    },
};

use crate::{
    charts::levels::{Levels, levels},
    format::{DASH, percent, plural},
    html::{Notes, column, folded_of, row_of, table, td},
    overview::show,
    rendered::Rendered,
    view::View,
};

/// The rate that the chart shows.
const CHARTED: &str = "80";
/// The levels of the chart.
const LEVELS: [&str; 4] = ["service p50", "response p50", "response p99", "response p99.9"];

/// The section.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let summary = view.summary;
    let served = |name: &str| {
        summary.concurrency.iter().any(|row| row.workload == name && measured(row))
            || summary.load.iter().any(|row| row.workload == name && waited(row))
    };
    let names = summary.run.workloads.iter().map(|one| one.name.as_str());
    let workloads: Vec<&str> = names.filter(|name| served(name)).collect();
    let (counts, waits) = (view.chosen(Group::Concurrency), view.chosen(Group::Load));
    let mut parts = Vec::new();
    for (number, workload) in workloads.iter().enumerate() {
        let of_workload = html! {
            @if counts { (concurrency(view, workload)) }
            @if waits { (load(view, workload)?) }
        };
        parts.push(if number == 0 { of_workload } else { folded_of(view, workload, of_workload) });
    }
    Ok(html! {
        section id="serving" aria-labelledby="serving-title" {
            h2 id="serving-title" { "Requests on several threads" }
            p { "A fresh request gets an instance of its own: instantiate, call, teardown. A reused one is a call of the instance \
                 that the thread has. All threads share one compiled module." }
            @if parts.is_empty() { p.alert { "No requests were measured in this run." } }
            @for part in &parts { (part) }
        }
    })
}

fn concurrency(view: &View, workload: &str) -> Markup {
    let list = view.of(&view.summary.concurrency, workload, |row| (&row.configuration, &row.workload));
    let mut notes = Notes::default();
    let rows = html! {
        @for row in list.iter().copied().filter(|row| measured(row)) {
            @let of = view.number(&row.configuration);
            @for point in &row.points {
                tr {
                    (heading(view, [&row.configuration, &row.tier, &row.requests], point.threads))
                    (td(of, &show(&point.rate), &mut notes))
                    @if point.threads == 1 { td data-c=(of) { (DASH) } } @else { (td(of, &show(&point.scaling), &mut notes)) }
                    (td(of, &show(&point.system), &mut notes))
                    (td(of, &show(&point.switches), &mut notes))
                    (td(of, &show(&point.faults), &mut notes))
                }
            }
        }
    };
    let content = html! {
        thead { tr {
            (headings())
            (column("per second", "all threads together"))
            (column("scaling", "against one thread of the same process"))
            (column("system time", "per request"))
            (column("context switches", "per million requests"))
            (column("page faults", "per request"))
        } }
        tbody { (rows) }
    };
    html! {
        h3 { "Capacity of " (workload) }
        (table(&format!("{workload}: requests one after the other on each thread"), &notes, content))
    }
}

/// What a row of both tables begins with.
fn heading(view: &View, [configuration, kind, requests]: [&String; 3], threads: u32) -> Markup {
    let of = view.number(configuration);
    html! {
        (row_of(view, configuration, kind))
        td.text data-c=(of) { (requests) }
        td data-c=(of) data-v=(threads) { (threads) }
    }
}

fn headings() -> Markup {
    html! {
        th.first scope="col" { "configuration" }
        th.text scope="col" { "tier kind" }
        th.text scope="col" { "requests" }
        th scope="col" { "threads" }
    }
}

/// Whether a row has more than a reason, which stands among what has no value.
fn measured(row: &Concurrency) -> bool {
    row.points.iter().any(|point| point.rate.is_tried())
}

/// The same of a row of response times.
fn waited(row: &Load) -> bool {
    row.capacity.is_tried()
}

fn load(view: &View, workload: &str) -> Result<Markup> {
    let list = view.of(&view.summary.load, workload, |row| (&row.configuration, &row.workload));
    let list: Vec<&Load> = list.into_iter().filter(|row| waited(row)).collect();
    let most = list.iter().map(|row| row.threads).max().unwrap_or(1);
    Ok(html! {
        h3 { "Response times of " (workload) }
        p { "Requests arrive at times of their own, drawn beforehand: an open loop. The capacity is that of the same process just \
             before. A response is timed from the intended arrival, so that waiting behind a slow request counts." }
        (chart(view, workload, most, &list)?)
        (table_of_load(view, workload, &list))
    })
}

fn chart(view: &View, workload: &str, threads: u32, list: &[&Load]) -> Result<Markup> {
    let row = |row: &&Load| {
        let rate = row.rates.iter().find(|rate| rate.arrivals == CHARTED)?;
        let Tail { p50, p99, p99_9 } = rate.response.clone();
        Some(Levels {
            configuration: row.configuration.clone(),
            tier: row.tier.clone(),
            values: vec![rate.service.p50.clone(), p50, p99, p99_9],
        })
    };
    let fresh = list.iter().filter(|row| row.requests == "fresh" && row.threads == threads);
    let rows: Vec<Levels> = fresh.filter_map(row).collect();
    let served = plural(u64::from(threads), "thread", "threads");
    let label = format!("Response times of {workload} at {CHARTED} % of the capacity, log scale");
    let caption = format!(
        "{workload}, a fresh instance for each request, {served}, Poisson arrivals at {CHARTED} % of each configuration’s own \
         capacity. Log scale. A mark is the median over processes, a line its interval, where that is wider than the mark."
    );
    levels(view, (&label, &caption), &LEVELS, &rows)
}

fn table_of_load(view: &View, workload: &str, list: &[&Load]) -> Markup {
    let mut notes = Notes::default();
    let rows = html! {
        @for row in list {
            @let of = view.number(&row.configuration);
            @if refused(row) {
                tr {
                    (heading(view, [&row.configuration, &row.tier, &row.requests], row.threads))
                    td.text data-c=(of) { (DASH) }
                    (td(of, &reason(row), &mut notes))
                    @for _ in 0..7 { td data-c=(of) { (DASH) } }
                }
            }
            @for rate in row.rates.iter().filter(|_| !refused(row)) {
                tr {
                    (heading(view, [&row.configuration, &row.tier, &row.requests], row.threads))
                    td.text data-c=(of) { (arrivals(&rate.arrivals)) }
                    (td(of, &offered(rate), &mut notes))
                    (td(of, &show(&rate.response.p50), &mut notes))
                    (td(of, &show(&rate.response.p99), &mut notes))
                    (td(of, &show(&rate.response.p99_9), &mut notes))
                    (td(of, &show(&rate.service.p50), &mut notes))
                    (td(of, &show(&rate.service.p99), &mut notes))
                    (td(of, &show(&rate.achieved), &mut notes))
                    (td(of, &show(&rate.lag.p99), &mut notes))
                }
            }
        }
    };
    let content = html! {
        thead { tr {
            (headings())
            th.text scope="col" { "arrivals" }
            (column("offered", "requests per second"))
            (column("response p50", "from the intended arrival"))
            (column("response p99", ""))
            (column("response p99.9", ""))
            (column("service p50", "from when a thread took it"))
            (column("service p99", ""))
            (column("achieved", "until the last was served"))
            (column("lag p99", "of a thread that waited"))
        } }
        tbody { (rows) }
    };
    table(&format!("{workload}: requests that arrive at times of their own"), &notes, content)
}

/// Whether there is no response time at any rate.
fn refused(row: &Load) -> bool {
    row.rates.iter().all(|rate| rate.offered.measured().is_none())
}

/// Why there is none.
fn reason(row: &Load) -> Cell<Rendered> {
    row.rates.first().map_or_else(|| show(&row.capacity), |rate| show(&rate.offered))
}

fn arrivals(name: &str) -> String {
    match name.parse::<u32>() {
        Ok(percent) => format!("{percent} %"),
        Err(_) => "bursts of 64".to_owned(),
    }
}

/// The rate that was offered, and what became of it where it was too high.
fn offered(rate: &Rate) -> Cell<Rendered> {
    show(&rate.offered).map(|mut shown| {
        if rate.grew > 0.5 {
            shown.remarks.push("the queue grew".to_owned());
        }
        if rate.dropped > 0.0 {
            shown.remarks.push(format!("{} dropped", percent(rate.dropped)));
        }
        shown
    })
}
