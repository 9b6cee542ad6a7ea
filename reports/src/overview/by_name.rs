//! The parts of groups of metrics that a run has only where they are named, or for a few workloads.

use std::collections::BTreeSet;

use wasmark_results::{
    record::metric,
    run::WorkloadRecord,
    summary::{Cell, Concurrency, Live, Load, Tenants, serving::Served},
};

use super::part::{Of, Part, show, slope};
use crate::{
    endings::word,
    format::{percent, plural},
    rendered::Rendered,
    view::View,
};

/// The requests and the rate that the table shows; the page has the others.
const FRESH: &str = "fresh";
const SHOWN_RATE: &str = "80";

/// How many instances lived, each called once, and what ended them.
pub(super) fn live<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (rows, name) = (&view.summary.live, workload.name.as_str());
    let take = move |id: &str| {
        let of = |row: &&Live| row.configuration == id && row.workload == name && row.state == "called";
        let Some(row) = rows.iter().find(of) else { return Cell::NotMeasured };
        show(&row.instances).map(|mut shown| {
            shown.remarks.extend(row.endings.iter().map(|one| word(one).to_owned()));
            shown
        })
    };
    vec![Part {
        name: "instances alive at once",
        of: format!("of {name}"),
        take: Box::new(take),
        asked: None,
    }]
}

/// What a part shows of a row.
type Take<T> = fn(&T) -> Cell<Rendered>;

/// Parts of one workload, from rows of which each has a configuration and a workload (`key`).
fn parts_of<'a, T>(
    rows: &'a [T],
    key: fn(&T) -> (&str, &str),
    workload: &'a WorkloadRecord,
    parts: &[(&'static str, Take<T>)],
) -> Vec<Part<'a>> {
    let name = workload.name.as_str();
    let part = |&(label, take): &(&'static str, Take<T>)| Part {
        name: label,
        of: format!("of {name}"),
        take: Box::new(move |id: &str| {
            rows.iter().find(|row| key(row) == (id, name)).map_or(Cell::NotMeasured, take)
        }),
        asked: None,
    };
    parts.iter().map(part).collect()
}

/// A start from the page cache, and one from the disk.
pub(super) fn page_cache<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.page_cache,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("process_to_result, cached", |row| show(&row.warm)),
            ("process_to_result, from the disk", |row| show(&row.cold)),
            ("from the disk against cached", |row| show(&row.factor)),
        ],
    )
}

/// Starts without and with the engine's code cache.
pub(super) fn code_cache<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.code_cache,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("process_to_result, code cache off", |row| show(&row.off)),
            ("process_to_result, later use of the code cache", |row| show(&row.later)),
            ("later use of the code cache against off", |row| show(&row.later_factor)),
        ],
    )
}

/// The most memory that compiling needs, and a start until its first output.
pub(super) fn peak<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.peak,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("peak memory of compile", |row| show(&row.of(metric::COMPILE))),
            ("peak memory until the first output", |row| show(&row.to_output)),
        ],
    )
}

/// What requests to the most tenants take, where every module stays loaded and where a tenth does.
pub(super) fn tenants<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (rows, name) = (&view.summary.tenants, workload.name.as_str());
    let most = rows.iter().map(|row| row.tenants).max().unwrap_or(0);
    let part = |policy: &'static str, label| {
        let take = move |id: &str| {
            let of =
                |row: &&Tenants| (&*row.configuration, &*row.workload, &*row.policy) == (id, name, policy);
            let row = rows.iter().filter(of).find(|row| row.tenants == most);
            let Some(row) = row else { return Cell::NotMeasured };
            show(&row.request.p99).map(|mut shown| {
                shown
                    .remarks
                    .extend(row.hits.measured().map(|hits| format!("{} hits", percent(hits.median))));
                shown
            })
        };
        let of = format!("of {name}, {}", plural(u64::from(most), "tenant", "tenants"));
        Part { name: label, of, take: Box::new(take), asked: None }
    };
    vec![part("all", "request p99, all loaded"), part("lru-modules", "request p99, a tenth loaded")]
}

/// What instances leave behind.
pub(super) fn residue<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    parts_of(
        &view.summary.residue,
        |row| (&row.configuration, &row.workload),
        workload,
        &[
            ("left by instances that lived at once", |row| show(&row.held)),
            ("private memory left per cycle", |row| slope(&row.private)),
            ("mappings left per cycle", |row| slope(&row.maps)),
            ("descriptors left per cycle", |row| slope(&row.descriptors)),
        ],
    )
}

/// What threads serve, and how long requests take that arrive at [`SHOWN_RATE`].
pub(super) fn serving<'a>(view: &View<'a>, workload: &'a WorkloadRecord) -> Vec<Part<'a>> {
    let (summary, name) = (view.summary, workload.name.as_str());
    let mut parts = Vec::new();
    let mut part = |label, of: String, take: Of<'a>| parts.push(Part { name: label, of, take, asked: None });
    let rows = || summary.concurrency.iter().filter(|row| row.workload == name && row.requests == FRESH);
    let numbers: BTreeSet<u32> = rows().flat_map(|row| &row.points).map(|point| point.threads).collect();
    for threads in numbers {
        let point = move |id: &str, take: fn(&Served) -> Cell<Rendered>| {
            let mut rows = summary.concurrency.iter();
            let own =
                |row: &&Concurrency| row.workload == name && row.requests == FRESH && row.configuration == id;
            let mut points = rows.find(own).into_iter().flat_map(|row| &row.points);
            points.find(|point| point.threads == threads).map_or(Cell::NotMeasured, take)
        };
        let of = format!("fresh instances of {name}, {}", plural(u64::from(threads), "thread", "threads"));
        part("requests per second", of, Box::new(move |id| point(id, |one| show(&one.rate))));
        if threads > 1 {
            let of = format!("{name}, {threads} threads against 1");
            part("scaling", of, Box::new(move |id| point(id, |one| show(&one.scaling))));
        }
    }
    let rows = || summary.load.iter().filter(|row| row.workload == name && row.requests == FRESH);
    let numbers: BTreeSet<u32> = rows().map(|row| row.threads).collect();
    for threads in numbers {
        let response = move |id: &str| {
            let own = |row: &&Load| row.workload == name && row.requests == FRESH && row.configuration == id;
            let row = summary.load.iter().filter(own).find(|row| row.threads == threads);
            let Some(row) = row else { return Cell::NotMeasured };
            match row.rates.iter().find(|rate| rate.arrivals == SHOWN_RATE) {
                Some(rate) => show(&rate.response.p99),
                None => show(&row.capacity).and_then(|_| Cell::NotMeasured),
            }
        };
        let of = format!(
            "fresh instances of {name} at {SHOWN_RATE} % load, {}",
            plural(u64::from(threads), "thread", "threads")
        );
        part("response p99", of, Box::new(response));
    }
    parts
}
