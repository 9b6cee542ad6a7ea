//! From the words of a command line to configurations and workloads.

use std::path::PathBuf;

use anyhow::{Result, bail};
use wasmark_workloads::{Suite, Workload};

use crate::{
    options::Selection,
    plan::Target,
    suggest,
    workers::{Missing, Roster},
};

/// What was selected.
#[derive(Debug)]
pub struct Selected {
    /// The runtimes, available and not.
    pub roster: Roster,
    /// The configurations.
    pub targets: Vec<Target>,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// Workloads that cannot be used, as sentences.
    pub rejected: Vec<String>,
}

/// Finds what the selection names. Where it names no workloads, those with `tag`, or all. Workers that are not built
/// are built as `missing` says.
///
/// # Errors
/// An unknown name, with the nearest known one, or a selection without anything in it.
pub fn select(selection: &Selection, tag: Option<&str>, missing: Missing) -> Result<Selected> {
    let (workloads, rejected) = workloads(selection, tag)?;
    let named = selection.configurations.iter().filter_map(|id| id.split_once('/'));
    let mut runtimes = selection.runtimes.runtimes.clone();
    if runtimes.is_empty() {
        runtimes = named.map(|(runtime, _)| runtime.to_string()).collect();
    }
    let roster = Roster::gather(&runtimes, &selection.strangers.workers, missing)?;
    let targets = targets(&roster, selection)?;
    Ok(Selected { roster, targets, workloads, rejected })
}

fn workloads(selection: &Selection, tag: Option<&str>) -> Result<(Vec<Workload>, Vec<String>)> {
    let folder: PathBuf = selection.suite.clone().unwrap_or_else(wasmark_workloads::default_suite_dir);
    let (suite, errors) = Suite::load(&folder)?;
    let rejected: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let all = suite.workloads;
    for name in &selection.workloads {
        if !all.iter().any(|workload| workload.name() == name) {
            if let Some(reason) = errors.iter().find(|error| error.workload() == name) {
                bail!("{reason}");
            }
            let known = all.iter().map(Workload::name);
            bail!("failed to find the workload {name:?}; {}", suggest::nearest(name, known));
        }
    }
    let wanted = |workload: &Workload| match (&selection.workloads, tag, &selection.suite) {
        (names, _, _) if !names.is_empty() => names.iter().any(|name| name == workload.name()),
        // A folder of one's own is measured whole: its workloads need not know wasmark's tags.
        (_, Some(tag), None) => workload.tags().iter().any(|one| one == tag),
        _ => true,
    };
    let workloads: Vec<Workload> = all.into_iter().filter(wanted).collect();
    if workloads.is_empty() {
        let reasons = rejected.join("\n");
        bail!("failed to find any workload in {}; {reasons}", folder.display());
    }
    Ok((workloads, rejected))
}

fn targets(roster: &Roster, selection: &Selection) -> Result<Vec<Target>> {
    let all: Vec<Target> = roster
        .configurations()
        .map(|(runtime, worker, configuration)| Target {
            id: format!("{runtime}/{}", configuration.name),
            program: worker.built.program.clone(),
            configuration: configuration.clone(),
        })
        .collect();
    for id in &selection.configurations {
        let runtime = id.split('/').next().unwrap_or(id);
        if !all.iter().any(|target| target.id == *id) && !roster.unavailable.contains_key(runtime) {
            let known = all.iter().map(|target| &target.id);
            bail!("failed to find the configuration {id:?}; {}", suggest::nearest(id, known));
        }
    }
    // Who names configurations or tiers chooses among all there are.
    let all_of_them =
        selection.all_configurations || !selection.configurations.is_empty() || !selection.tiers.is_empty();
    let wanted = |target: &Target| {
        (all_of_them || !target.configuration.purposes.is_empty())
            && (selection.configurations.is_empty() || selection.configurations.contains(&target.id))
            && (selection.tiers.is_empty() || selection.tiers.contains(&target.configuration.tier))
    };
    let mut targets: Vec<Target> = all.into_iter().filter(wanted).collect();
    if targets.is_empty() {
        let reasons: Vec<String> =
            roster.unavailable.iter().map(|(name, reason)| format!("{name}: {reason}")).collect();
        bail!(
            "failed to find a configuration to run; choose others, see `wasmark list`\n{}",
            reasons.join("\n")
        );
    }
    targets.sort_by_key(|target| target.configuration.tier);
    Ok(targets)
}
