//! `wasmark fidelity`: the workers against hand-written loops over each engine's own interface.

use anyhow::{Result, bail};
use serde::Serialize;
use wasmark_reports::format;
use wasmark_results::statistics::{Interval, quartile};
use wasmark_runner::{
    exit,
    fidelity::{self, BOUNDS, CELLS, CONFIGURATIONS, Cell, Compared, Metric, Size, Verdict},
    interrupt::{self, Upon},
    process::RUN_TIME,
    realtime::Scheduling,
    terminal::{print, print_json},
};

use crate::{options::Fidelity as Options, tables::Texts};

/// The version of the document that `--json` prints.
const SCHEMA: u32 = 5;
const HEADER: [&str; 7] = ["CONFIGURATION", "METRIC", "WORKLOAD", "WORKER", "BY HAND", "RATIO", ""];

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    seed: u64,
    rounds: u32,
    windows: u64,
    layouts: u32,
    bounds: (f64, f64),
    /// Workers that ran under SCHED_FIFO, and all of them.
    realtime: (u32, u32),
    cells: Vec<Row<'a>>,
    unavailable: &'a [(String, String)],
}

#[derive(Serialize)]
struct Row<'a> {
    configuration: &'a str,
    metric: Metric,
    workload: &'a str,
    worker: &'a [f64],
    by_hand: &'a [f64],
    ratio: Option<Ratio>,
    verdict: Verdict,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Ratio {
    estimate: f64,
    low: f64,
    high: f64,
    coverage: f64,
    n: usize,
}

/// Compares and prints.
pub(super) fn fidelity(options: &Options) -> Result<u8> {
    let named = !options.configurations.is_empty();
    let configurations = match named {
        true => options.configurations.clone(),
        false => CONFIGURATIONS.map(str::to_string).into(),
    };
    let seed = options.seed.unwrap_or_else(rand::random);
    let size = Size { rounds: options.rounds, windows: options.windows, layouts: options.layouts };
    interrupt::install(Upon::Finish);
    let limits = options.limits.of_process(RUN_TIME);
    let compared =
        fidelity::compare(&configurations, size, Scheduling::from(options.realtime), limits, seed)?;
    if compared.cells.is_empty() {
        let reasons: Vec<String> =
            compared.unavailable.iter().map(|(name, reason)| format!("{name}: {reason}")).collect();
        bail!("failed to find anything to compare\n{}", reasons.join("\n"));
    }
    if options.json.json {
        print_json(&document(&compared, size, seed))?;
    } else if options.markdown {
        print(&markdown(&compared.cells));
    } else {
        print(&text(&compared.cells));
    }
    notes(&compared, options);
    Ok(code(&compared, named))
}

/// What is to be known beside the table.
fn notes(compared: &Compared, options: &Options) {
    for (name, reason) in &compared.unavailable {
        eprintln!("{name} is unavailable: {reason}");
    }
    let (got, all) = compared.realtime;
    if options.realtime && got < all {
        let processes = format::counted(all as usize, "process", "processes");
        eprintln!("SCHED_FIFO was refused to {} of {processes}; see `wasmark doctor`", all - got);
    }
    if compared.interrupted {
        eprintln!("interrupted; the table is of what was measured until then");
    }
}

/// A named configuration that is unavailable is a failure, as is what an interrupt left out.
fn code(compared: &Compared, named: bool) -> u8 {
    let verdicts: Vec<Verdict> = compared.cells.iter().map(Cell::verdict).collect();
    let missing = compared.interrupted || (named && !compared.unavailable.is_empty());
    if verdicts.contains(&Verdict::WrongOutput) {
        exit::WRONG_OUTPUT
    } else if missing || verdicts.contains(&Verdict::Failed) {
        exit::FAILED
    } else if verdicts.contains(&Verdict::Outside) {
        exit::REGRESSION
    } else if verdicts.contains(&Verdict::Undecided) {
        exit::INCONCLUSIVE
    } else {
        exit::OK
    }
}

fn document(compared: &Compared, size: Size, seed: u64) -> Document<'_> {
    let ratio = |of: Interval| {
        let Interval { estimate, low, high, coverage, n } = of;
        Ratio { estimate, low, high, coverage, n }
    };
    let cells = compared.cells.iter().map(|cell| Row {
        configuration: &cell.configuration,
        metric: cell.metric,
        workload: &cell.workload,
        worker: &cell.worker,
        by_hand: &cell.by_hand,
        ratio: cell.ratio().map(ratio),
        verdict: cell.verdict(),
        reason: cell.reason(),
    });
    Document {
        schema: SCHEMA,
        seed,
        rounds: size.rounds,
        windows: size.windows,
        layouts: size.layouts,
        bounds: BOUNDS,
        realtime: compared.realtime,
        cells: cells.collect(),
        unavailable: &compared.unavailable,
    }
}

fn text(cells: &[Cell]) -> String {
    let mut table = Texts::new(&HEADER);
    for cell in cells {
        let value = |values: &[f64]| {
            let format = if cell.metric.is_memory() { format::bytes } else { format::time };
            quartile::first(values).map_or_else(|| format::DASH.to_string(), format)
        };
        table.row([
            cell.configuration.clone(),
            cell.metric.name().to_string(),
            cell.workload.clone(),
            value(&cell.worker),
            value(&cell.by_hand),
            ratio(cell),
            cell.verdict().word().to_string(),
        ]);
    }
    let count = |verdict| cells.iter().filter(|cell| cell.verdict() == verdict).count();
    let all = [Verdict::Within, Verdict::Outside, Verdict::Undecided, Verdict::Failed, Verdict::WrongOutput];
    let counts =
        all.map(|verdict| (count(verdict), verdict.word())).into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    let (least, most) = BOUNDS;
    let number = format::counted(cells.len(), "cell", "cells");
    let summary = format!("{} of {number}; within is {least} to {most}", counts.join(", "));
    let advice = match count(Verdict::Undecided) {
        0 => "",
        _ => "; more --rounds, --realtime and a quiet machine make intervals narrower",
    };
    format!("{table}\n\n{summary}{advice}").replace(['\u{a0}', '\u{202f}'], " ")
}

/// A row for each configuration, a column for each metric and workload.
fn markdown(cells: &[Cell]) -> String {
    let mut lines = Vec::new();
    let heads =
        CELLS.map(|(metric, workload)| format!("{} of {workload}", metric.name()).replace('_', "\\_"));
    lines.push(format!("| configuration | {} |", heads.join(" | ")));
    lines.push(format!("| :-- |{}", " --: |".repeat(CELLS.len())));
    let mut configurations: Vec<&str> = cells.iter().map(|cell| cell.configuration.as_str()).collect();
    configurations.dedup();
    for configuration in configurations {
        let of = CELLS.map(|(metric, workload)| {
            let cell = cells.iter().find(|cell| {
                cell.configuration == configuration && cell.metric == metric && cell.workload == workload
            });
            cell.map_or_else(
                || format::DASH.to_string(),
                |cell| match cell.verdict() {
                    Verdict::Within => ratio(cell),
                    verdict @ (Verdict::Outside | Verdict::Undecided) => {
                        format!("{} {}", ratio(cell), verdict.word())
                    }
                    verdict @ (Verdict::Failed | Verdict::WrongOutput) => verdict.word().to_string(),
                },
            )
        });
        lines.push(format!("| {configuration} | {} |", of.join(" | ")));
    }
    lines.join("\n")
}

/// The ratio with its interval, or why there is none.
fn ratio(cell: &Cell) -> String {
    let digits = |value: f64| format!("{value:.3}");
    match (cell.reason(), cell.ratio()) {
        (Some(reason), _) => reason.to_string(),
        (None, Some(ratio)) => {
            format!("{} ({}–{})", digits(ratio.estimate), digits(ratio.low), digits(ratio.high))
        }
        (None, None) => format::DASH.to_string(),
    }
}
