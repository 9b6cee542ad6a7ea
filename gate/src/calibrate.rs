//! What the gate can see on this machine: the pairs of identical sides, measured once and drawn from many times.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;
use wasmark_decision::{
    estimate::Estimator,
    pair::LogRatio,
    power::{self, FalseAlarms, Measured},
};
use wasmark_reports::format::counted;

use crate::{
    Error, Result,
    journal::{self, Line},
    measure,
    metric::Timed,
    options::{Calibrate, SelfTest, What},
    policy::Policy,
    run::Gate,
    schedule::Stage,
};

/// The slowdowns whose discovery is reported.
const EFFECTS: [f64; 4] = [0.02, 0.03, 0.05, 0.10];
/// Pairs without which drawing from them shows nothing.
const LEAST: usize = 8;

/// What the gate can see.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Whole gates without a change.
    pub false_alarms: FalseAlarms,
    /// By cell.
    pub cells: Vec<Sight>,
    /// What it would see with other estimators, from the same samples.
    pub estimators: Vec<Rival>,
}

/// What it sees in one cell.
#[derive(Clone, Debug, Serialize)]
pub struct Sight {
    /// The configuration and the workload.
    pub subject: String,
    /// The metric.
    pub metric: Timed,
    /// Pairs that were drawn from.
    pub pairs: usize,
    /// The median absolute deviation of their logarithms: about a share.
    pub scatter: f64,
    /// The shares of gates that find a slowdown of 2, 3, 5 and 10 %.
    pub found: [f64; 4],
    /// The fresh pairs that those take, on average; 0 where none finds it.
    pub fresh: [f64; 4],
}

/// What an estimator makes of the samples of a metric's cells.
#[derive(Clone, Debug, Serialize)]
pub struct Rival {
    /// The estimator.
    pub estimator: Estimator,
    /// The metric.
    pub metric: Timed,
    /// The middle of the cells' scatters.
    pub scatter: f64,
    /// The shares of slowdowns that are found, on average over the cells.
    pub found: [f64; 4],
}

/// Measures pairs of the base with itself, unless gates did, and draws whole gates from them.
///
/// # Errors
/// Where nothing can be measured.
pub fn calibrate(options: &Calibrate, gates: &Path) -> Result<Shown> {
    let policy = Policy::read(options.what.policy.as_deref())?;
    let folders = match options.from.as_slice() {
        [] => {
            let what = What { self_test: Some(SelfTest::Aa), candidate: None, ..(*options.what).clone() };
            let mut gate = Gate::begin(&what, gates, None, wasmark_runner::session::command_line()?)?;
            // Every cell gets as many pairs as are drawn from: a screen that is long and no second stage.
            gate.screen_only(options.pairs);
            let folder = gate.folder().to_path_buf();
            gate.finish()?;
            vec![folder]
        }
        folders => folders.to_vec(),
    };
    let mut known = Pairs::new();
    for folder in &folders {
        read(folder, &mut known)?;
    }
    let measured = |estimator: Estimator| -> Cells {
        let of = known.iter().filter(|((by, ..), pairs)| *by == estimator && pairs.len() >= LEAST);
        let cell =
            |pairs: &Vec<LogRatio>, metric| Measured { rules: policy.rules(metric), pairs: pairs.clone() };
        of.map(|((_, subject, metric), pairs)| ((subject.clone(), *metric), cell(pairs, *metric))).collect()
    };
    let cells = measured(Estimator::P10);
    if cells.is_empty() {
        return Err(Error::FewPairs(LEAST));
    }
    let design = policy.design();
    let all: Vec<Measured> = cells.values().cloned().collect();
    let false_alarms = power::false_alarms(&all, design, options.draws, 1);
    // One flagged by its slowdown, the others by chance.
    let flagged = false_alarms.flagged.ceil() as usize + 1;
    let found =
        |cell: &Measured| EFFECTS.map(|effect| power::power(cell, effect, design, flagged, options.draws, 2));
    let sights = |cells: &Cells| -> Vec<Sight> {
        let sight = |((subject, metric), cell): (&(String, Timed), &Measured)| {
            let found = found(cell);
            Sight {
                subject: subject.clone(),
                metric: *metric,
                pairs: cell.pairs.len(),
                scatter: power::scatter(&cell.pairs),
                found: found.map(|found| found.share),
                fresh: found.map(|found| found.pairs),
            }
        };
        cells.iter().map(sight).collect()
    };
    let mut estimators: Vec<Rival> =
        Estimator::ALL.into_iter().flat_map(|one| rivals(one, &sights(&measured(one)))).collect();
    estimators.sort_by_key(|rival| rival.metric);
    Ok(Shown { false_alarms, cells: sights(&cells), estimators })
}

/// What an estimator sees, by metric. Compiling has one sample a process, which every estimator takes.
fn rivals(estimator: Estimator, sights: &[Sight]) -> Vec<Rival> {
    let rival = |metric: Timed| {
        let of: Vec<&Sight> = sights.iter().filter(|sight| sight.metric == metric).collect();
        let mut scatters: Vec<f64> = of.iter().map(|sight| sight.scatter).collect();
        scatters.sort_unstable_by(f64::total_cmp);
        let scatter = *scatters.get(scatters.len() / 2)?;
        let found = std::array::from_fn(|effect| mean(&of, |sight| sight.found[effect]));
        Some(Rival { estimator, metric, scatter, found })
    };
    Timed::ALL.into_iter().filter(|metric| *metric != Timed::Compile).filter_map(rival).collect()
}

/// The mean of a number of cells, of which there is at least one.
fn mean(sights: &[&Sight], of: impl Fn(&Sight) -> f64) -> f64 {
    sights.iter().map(|sight| of(sight)).sum::<f64>() / sights.len() as f64
}

type Cells = BTreeMap<(String, Timed), Measured>;
type Pairs = BTreeMap<(Estimator, String, Timed), Vec<LogRatio>>;

/// Adds the pairs of a gate's journal, by cell.
fn read(folder: &Path, known: &mut Pairs) -> Result<()> {
    let (_, lines, _) = journal::read(&folder.join(journal::FILE))?;
    let names = names(&lines);
    let process = |line: Line| match line {
        Line::Process(process) => Some((process.number, process)),
        _ => None,
    };
    let done: BTreeMap<u32, journal::Process> = lines.into_iter().filter_map(process).collect();
    for (unit, name) in names.iter().enumerate() {
        for (metric, estimator) in
            Timed::ALL.into_iter().flat_map(|metric| Estimator::ALL.map(|by| (metric, by)))
        {
            let of = |stage| measure::pairs_by(estimator, &done, stage, Some(unit), metric);
            let pairs = [Stage::Screen, Stage::Confirm].map(of).concat();
            known.entry((estimator, name.clone(), metric)).or_default().extend(pairs);
        }
    }
    Ok(())
}

/// The subjects of a journal's units, by index.
fn names(lines: &[Line]) -> Vec<String> {
    let mut names = Vec::new();
    let mut kept = None;
    for line in lines {
        match line {
            Line::Pilot { subject, ready: Ok(ready) } => {
                let units = usize::from(!ready.metrics.is_empty()) + usize::from(ready.compile);
                names.extend((0..units).map(|_| subject.clone()));
            }
            Line::Kept(units) => kept = Some(units),
            _ => {}
        }
    }
    match kept {
        Some(units) => units.iter().filter_map(|unit| names.get(*unit).cloned()).collect(),
        None => names,
    }
}

/// For a terminal.
#[must_use]
pub fn text(shown: &Shown) -> String {
    let FalseAlarms { runs, alarmed, flagged } = shown.false_alarms;
    let mut table = heading(["METRIC", "CELLS", "SCATTER"]);
    for metric in Timed::ALL {
        // Kinds of cells: those that hardly vary, and those that vary a lot.
        for (name, low, high) in
            [("below 1 %", 0.0, 0.01), ("1 to 5 %", 0.01, 0.05), ("above 5 %", 0.05, f64::MAX)]
        {
            let of: Vec<&Sight> = shown
                .cells
                .iter()
                .filter(|cell| cell.metric == metric && (low..high).contains(&cell.scatter))
                .collect();
            if of.is_empty() {
                continue;
            }
            let row = [metric.name().to_string(), of.len().to_string(), name.to_string()];
            let found = (0..EFFECTS.len()).map(|effect| {
                let found: Vec<&Sight> = of.iter().copied().filter(|cell| cell.found[effect] > 0.0).collect();
                let pairs = if found.is_empty() { 0.0 } else { mean(&found, |cell| cell.fresh[effect]) };
                format!("{}, {pairs:.0}", share(mean(&of, |cell| cell.found[effect])))
            });
            table.add_row(row.into_iter().chain(found));
        }
    }
    let mut rivals = heading(["METRIC", "ESTIMATOR", "SCATTER"]);
    for Rival { estimator, metric, scatter, found } in &shown.estimators {
        let row =
            [metric.name().to_string(), estimator.name().to_string(), format!("{:.2} %", scatter * 100.0)];
        rivals.add_row(row.into_iter().chain(found.map(share)));
    }
    format!(
        "{table}\nAfter each share: the fresh pairs that the gates which find it take, on average\n\n{alarmed} of {runs} gates without a change, drawn from the measured pairs, raised a false alarm; {flagged:.1} \
         of {} were flagged on average\n\nThe same samples by other estimators; the gate's is {}\n{rivals}\n",
        counted(shown.cells.len(), "cell", "cells"),
        Estimator::P10.name()
    )
}

fn share(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A table with the shares that are found after these columns.
fn heading(first: [&str; 3]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    let shares = EFFECTS.map(|effect| format!("FINDS {}", share(effect)));
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_header(first.map(str::to_string).into_iter().chain(shares));
    table
}
