//! `wasmark list --features`: which proposals the configurations run, and how far each goes.

use anyhow::Result;
use wasmark_results::capabilities::{Reached, Support, alike};
use wasmark_runner::{
    exit,
    options::Json,
    plan::Target,
    probing::{self, Shown},
    terminal::{print, print_json},
};
use wasmark_workloads::probes::PROBES;

use crate::tables::{heading, matrix};

/// Probes the configurations anew, and shows what came of it.
pub(super) fn show(targets: &[Target], json: &Json) -> Result<u8> {
    let shown = probing::probe(targets, &mut |id| eprintln!("probing {id}"))?;
    if json.json {
        print_json(&shown)?;
    } else {
        let in_order = || targets.iter().map(|target| target.id.as_str());
        print(&format!("{}\n{}", proposals(in_order(), &shown), limits(in_order(), &shown)));
    }
    Ok(exit::OK)
}

fn proposals<'a>(ids: impl Iterator<Item = &'a str>, shown: &'a Shown) -> String {
    let groups = alike(ids.filter_map(|id| Some((id, shown.get(id)?))));
    let columns = groups.iter().map(|(ids, _)| heading(ids)).collect();
    let mut rows = Vec::new();
    let mut reasons = String::new();
    for probe in PROBES {
        let cells: Vec<Option<&Support>> =
            groups.iter().map(|(_, capabilities)| capabilities.proposals.get(probe.name)).collect();
        let words = cells.iter().map(|cell| cell.map_or("", Support::word));
        rows.push((probe.name.to_string(), words.map(str::to_string).collect()));
        for ((ids, _), cell) in groups.iter().zip(cells) {
            let line = |reason: &str| format!("{} in {}: {}\n", probe.name, ids[0], first_line(reason));
            reasons.extend(cell.and_then(Support::reason).map(line));
        }
    }
    format!("{}\n{reasons}", matrix("PROPOSAL", columns, rows))
}

fn limits<'a>(ids: impl Iterator<Item = &'a str>, shown: &Shown) -> String {
    let columns = ["STACK DEPTH (calls)", "LARGEST MEMORY (MiB)", "LIVE INSTANCES"];
    let columns = columns.map(str::to_string).into();
    let mut rows = Vec::new();
    let mut reasons = String::new();
    for id in ids {
        let Some(capabilities) = shown.get(id) else { continue };
        let mut cell = |name: &str, unit: u64| match capabilities.limits.get(name) {
            Some(Reached::Most { number, reason }) => {
                reasons.push_str(&format!("{name} in {id}: {}\n", first_line(reason)));
                (number / unit).to_string()
            }
            Some(Reached::AtLeast(number)) => format!("{} or more", number / unit),
            Some(Reached::Unknown(reason)) => {
                reasons.push_str(&format!("{name} in {id}: {}\n", first_line(reason)));
                "unknown".to_string()
            }
            None => String::new(),
        };
        let cells = [cell("stack_depth", 1), cell("memory", 1 << 20), cell("instances", 1)];
        rows.push((id.to_string(), cells.into()));
    }
    format!("{}\n{reasons}", matrix("CONFIGURATION", columns, rows))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
