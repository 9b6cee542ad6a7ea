//! `wasmark cost`: what serving costs on machines of one kind, from a stored run and assumptions.

use anyhow::{Result, bail};
use serde::Serialize;
use wasmark_reports::{format, marked};
use wasmark_results::{
    cost::{Assumptions, Basis, Cost, Limit, Range, costs},
    run::Run,
    summary::summarise,
};
use wasmark_runner::{
    exit,
    remote::Place,
    terminal::{print, print_json},
};

use super::joined;
use crate::{options::Cost as Options, tables::Texts};

/// The version of the document that `--json` prints.
const SCHEMA: u32 = 1;
const HEADER: [&str; 7] = [
    "CONFIGURATION",
    "WORKLOAD",
    "CPU PER REQUEST",
    "MACHINES FOR CPUS",
    "MACHINES FOR MEMORY",
    "LIMIT",
    "PER MILLION REQUESTS",
];

#[derive(Serialize)]
struct Document {
    schema: u32,
    run: String,
    assumptions: Assumptions,
    costs: Vec<Cost>,
}

/// Prints the costs of a run's configurations, the least first for each workload.
pub(super) fn cost(options: &Options) -> Result<u8> {
    let place = Place::or_here(options.run.as_ref())?;
    let run = joined::one(&place)?;
    let summary = summarise(&run);
    let assumptions = Assumptions {
        rate: options.rate,
        tenants: options.tenants,
        warm: options.warm,
        cpus: options.cpus,
        utilisation: options.utilisation / 100.0,
        memory_bytes: options.memory,
        price: options.price,
    };
    let mut all = costs(&summary, &assumptions);
    if all.is_empty() {
        bail!(
            "failed to calculate costs: {place} has no requests; measure them with `wasmark run --metrics concurrency,memory`"
        );
    }
    all.sort_by(|one, other| {
        (&one.workload, one.per_million.value)
            .partial_cmp(&(&other.workload, other.per_million.value))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let document = Document { schema: SCHEMA, run: run.run.id.clone(), assumptions, costs: all };
    if options.json.json {
        print_json(&document)?;
    } else {
        print(&text(&document, &run.run));
    }
    for warning in &run.warnings {
        eprintln!("{warning}");
    }
    Ok(if run.warnings.is_empty() { exit::OK } else { exit::DAMAGED })
}

fn text(document: &Document, run: &Run) -> String {
    let Assumptions { rate, tenants, warm, cpus, utilisation, memory_bytes, price } = document.assumptions;
    let mut table = Texts::new(&HEADER);
    for one in &document.costs {
        table.row([
            marked::name(run, &one.configuration),
            one.workload.clone(),
            range(one.request_ns, format::time),
            range(one.for_cpus, format::digits),
            one.for_memory.map_or_else(|| "not measured".to_string(), |one| range(one, format::digits)),
            limit(one),
            range(one.per_million, format::digits),
        ]);
    }
    let mut lines = vec![
        format!("Run {}", document.run),
        format!(
            "Assumed: {} requests per second (--rate) of {} tenants (--tenants), {} kept instances each (--warm); machines of {} \
             CPUs (--cpus), of which {} may be used (--utilisation), and {} of memory (--memory), at {} an hour (--price).",
            format::count(rate),
            format::count(tenants),
            format::digits(warm),
            format::digits(cpus),
            format::percent(utilisation),
            format::bytes(memory_bytes),
            format::digits(price),
        ),
        String::new(),
        table.to_string(),
        String::new(),
    ];
    if document.costs.iter().any(|one| one.basis == Basis::FreshInstance) {
        lines.push(
            "+ of one thread (fresh_instance): what threads cost each other is not in it; `wasmark run --metrics concurrency` \
             measures that."
                .to_string(),
        );
    }
    lines.push("Machines are not rounded. The formulas: METHODOLOGY.md, \"What it costs\".".to_string());
    lines.join("\n").replace(['\u{a0}', '\u{202f}'], " ")
}

/// A value with the ends of its interval.
fn range(range: Range, format: impl Fn(f64) -> String) -> String {
    let (value, interval) = (format(range.value), format::interval(range.low, range.high, &format));
    if value == interval { value } else { format!("{value} ({interval})") }
}

fn limit(cost: &Cost) -> String {
    let limit = match cost.limit {
        Limit::Cpus => "CPUs",
        Limit::Memory => "memory",
    };
    match cost.basis {
        Basis::Threads(_) => limit.to_string(),
        Basis::FreshInstance => format!("{limit} +"),
    }
}
