//! What the gate can see on this machine: the pairs of identical sides, measured once and drawn from many times.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, ensure};
use serde::Serialize;
use wasmark_gate::power::{self, FalseAlarms, Measured};

use super::{
    journal::{self, Line},
    measure,
    metric::Timed,
    policy::Policy,
    run::Gate,
    schedule::Stage,
    subjects::Arm,
};
use crate::options::gate::{Calibrate, SelfTest, What};

/// The slowdowns whose discovery is told.
const EFFECTS: [f64; 4] = [0.02, 0.03, 0.05, 0.10];
/// Pairs without which drawing from them says nothing.
const LEAST: usize = 8;

/// What the gate can see.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Whole gates without a change.
    pub false_alarms: FalseAlarms,
    /// By cell.
    pub cells: Vec<Sight>,
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
}

/// Measures pairs of the base with itself, unless a gate did, and draws whole gates from them.
///
/// # Errors
/// Where nothing can be measured.
pub fn calibrate(options: &Calibrate, gates: &Path) -> Result<Shown> {
    let policy = Policy::read(options.what.policy.as_deref())?;
    let folder = match &options.from {
        Some(folder) => folder.clone(),
        None => {
            let what = What { self_test: Some(SelfTest::Aa), candidate: None, ..(*options.what).clone() };
            let mut gate = Gate::begin(&what, gates, None, crate::session::command_line()?)?;
            // Every cell gets as many pairs as are drawn from: a screen that is long and no second stage.
            gate.screen_only(options.pairs);
            let folder = gate.folder().to_path_buf();
            gate.finish()?;
            folder
        }
    };
    let (cells, names) = cells(&folder, &policy)?;
    let measured: Vec<Measured> = cells.values().cloned().collect();
    let design = policy.design();
    let false_alarms = power::false_alarms(&measured, design, options.draws, 1);
    // One flagged by its slowdown, the others by chance.
    let flagged = false_alarms.flagged.ceil() as usize + 1;
    let sight = |((unit, metric), cell): (&(usize, Timed), &Measured)| Sight {
        subject: names.get(*unit).cloned().unwrap_or_default(),
        metric: *metric,
        pairs: cell.pairs.len(),
        scatter: power::scatter(&cell.pairs),
        found: EFFECTS.map(|effect| power::power(cell, effect, design, flagged, options.draws, 2)),
    };
    Ok(Shown { false_alarms, cells: cells.iter().map(sight).collect() })
}

type Cells = BTreeMap<(usize, Timed), Measured>;

/// The pairs of a gate's journal, by cell, of those that have enough; and the names of its units.
fn cells(folder: &Path, policy: &Policy) -> Result<(Cells, Vec<String>)> {
    let (_, lines, _) = journal::read(&folder.join(journal::FILE))?;
    let names = names(&lines);
    let process = |line: Line| match line {
        Line::Process(process) => Some((process.number, process)),
        _ => None,
    };
    let done: BTreeMap<u32, journal::Process> = lines.into_iter().filter_map(process).collect();
    let units: std::collections::BTreeSet<usize> = done.values().filter_map(|process| process.unit).collect();
    let mut cells = BTreeMap::new();
    for (unit, metric) in units.into_iter().flat_map(|unit| Timed::ALL.map(|metric| (unit, metric))) {
        let of = |stage| measure::pairs(&done, stage, Some(unit), metric, (Arm::Base, Arm::Candidate));
        let pairs = [Stage::Screen, Stage::Confirm].map(of).concat();
        if pairs.len() >= LEAST {
            cells.insert((unit, metric), Measured { rules: policy.rules(metric), pairs });
        }
    }
    ensure!(
        !cells.is_empty(),
        "failed to calibrate: {} has no cell with {LEAST} pairs or more; measure more",
        folder.display()
    );
    Ok((cells, names))
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
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header([
        "METRIC",
        "CELLS",
        "SCATTER",
        "FINDS 2 %",
        "3 %",
        "5 %",
        "10 %",
    ]);
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
            let found = |effect: usize| {
                let mean = of.iter().map(|cell| cell.found[effect]).sum::<f64>() / of.len() as f64;
                format!("{:.0} %", mean * 100.0)
            };
            let row = [metric.name().to_string(), of.len().to_string(), name.to_string()];
            table.add_row(row.into_iter().chain((0..EFFECTS.len()).map(found)));
        }
    }
    format!(
        "{table}\n{alarmed} of {runs} gates without a change, drawn from the measured pairs, raised a false alarm; {flagged:.1} \
         of {} cells were flagged on average\n",
        shown.cells.len()
    )
}
