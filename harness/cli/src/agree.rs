//! What is right where nobody said it: what the configurations agree on. Each runs such a workload once, before
//! anything is measured; where they disagree, what most of them gave is taken for right, and everybody is told.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use anyhow::{Context, Result};
use wasmark_adapter::{
    protocol::{Expected, Output},
    value::list,
};

use crate::{
    collect::Collected,
    costs::Costs,
    plan::{Plan, Slot},
    process::Limits,
    realtime::Scheduling,
    runner::{self, Workers},
};

/// Gives every workload of the plan that has no right output the one that its configurations agree on. Afterwards
/// only a workload that no configuration ran to its end is without. Returns a sentence for each disagreement, and for
/// each command that does not end well.
///
/// # Errors
/// Where a temporary folder cannot be made.
pub fn settle(
    plan: &mut Plan,
    limits: Limits,
    tell: &mut dyn FnMut(&Plan, Slot, f64),
) -> Result<Vec<String>> {
    let unknown: Vec<usize> =
        (0..plan.workloads.len()).filter(|index| !plan.workloads[*index].has_expectation()).collect();
    if unknown.is_empty() {
        return Ok(Vec::new());
    }
    let workloads = unknown.iter().map(|index| plan.workloads[*index].clone()).collect();
    let once = Plan::once(plan.targets.clone(), workloads);
    let artifacts = tempfile::tempdir().context("failed to make a temporary folder; set TMPDIR")?;
    let mut workers = Workers::new(artifacts.path(), limits, Scheduling::Normal, 0);
    let mut outputs: Vec<(String, String, Output)> = Vec::new();
    let mut keep = |collected: &Collected| {
        if let (Some(row), Some(output)) = (collected.records.first(), &collected.output) {
            outputs.push((row.workload.clone(), row.configuration.clone(), output.clone()));
        }
        Ok(())
    };
    let mut costs = Costs::read();
    let mut tell = |slot, left| tell(&once, slot, left);
    let nothing = (&BTreeSet::new(), BTreeMap::new());
    runner::run(&once, &once.slots, nothing, &mut costs, &mut workers, &mut keep, &mut tell)?;
    // They ran in random order.
    outputs.sort_by(|one, other| one.1.cmp(&other.1));
    let mut notes = Vec::new();
    for index in unknown {
        let workload = &mut plan.workloads[index];
        let of_it = outputs.iter().filter(|(name, _, _)| name == workload.name());
        let groups = groups(of_it.map(|(_, configuration, output)| (configuration.as_str(), output)));
        if let [(right, _), others @ ..] = groups.as_slice() {
            if !others.is_empty() {
                notes.push(disagreement(workload.name(), &groups));
            }
            notes.extend(unwell(workload.name(), right));
            workload.expect((*right).clone().into());
        }
    }
    Ok(notes)
}

/// The outputs with the configurations that gave them, what most gave first; of as many, what was given first.
fn groups<'a>(outputs: impl Iterator<Item = (&'a str, &'a Output)>) -> Vec<(&'a Output, Vec<&'a str>)> {
    let mut groups: Vec<(&Output, Vec<&str>)> = Vec::new();
    for (configuration, output) in outputs {
        // The payload of a NaN is the engine's to choose: where that alone differs, they agree.
        let same = |known: &Output| Expected::from(known.clone()).admits(output);
        match groups.iter_mut().find(|(known, _)| same(known)) {
            Some((_, who)) => who.push(configuration),
            None => groups.push((output, vec![configuration])),
        }
    }
    groups.sort_by_key(|(_, who)| Reverse(who.len()));
    groups
}

fn disagreement(workload: &str, groups: &[(&Output, Vec<&str>)]) -> String {
    let line = |(output, who): &(&Output, Vec<&str>)| format!("{}: {}", words(output), who.join(", "));
    let lines: Vec<String> = groups.iter().map(line).collect();
    format!(
        "the configurations DISAGREE on the output of {workload}; what most of them gave is taken for right, \
         say with --expect what is\n  {}",
        lines.join("\n  ")
    )
}

/// What to do about a command that everybody agrees to end with an error: most often its input is missing.
fn unwell(workload: &str, output: &Output) -> Option<String> {
    match output {
        Output::Command { exit_code, .. } if *exit_code != 0 => Some(format!(
            "{workload} ends with exit code {exit_code}, which is taken for right, though its input may be missing; \
             give it with --dir or --stdin, or in the suite's folder, or say --expect exit:{exit_code}"
        )),
        _ => None,
    }
}

fn words(output: &Output) -> String {
    match output {
        Output::Checksum(checksum) => format!("checksum {checksum}"),
        Output::Returned(values) => format!("returned {}", list(values)),
        Output::Trap(kind) => format!("trap: {}", kind.words()),
        Output::Command { exit_code, stdout_sha256, stderr_sha256 } => {
            let short = |hash: &str| hash.chars().take(12).collect::<String>();
            format!(
                "exit code {exit_code}, stdout {}, stderr {} (sha256)",
                short(stdout_sha256),
                short(stderr_sha256)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_gave_comes_first_and_of_as_many_the_first() {
        let (one, two) = (&Output::Checksum(1), &Output::Checksum(2));
        let most = groups([("a", one), ("b", two), ("c", two)].into_iter());
        assert_eq!(most, [(two, vec!["b", "c"]), (one, vec!["a"])]);
        let even = groups([("a", one), ("b", two)].into_iter());
        assert_eq!(even, [(one, vec!["a"]), (two, vec!["b"])]);
        let text = disagreement("my", &even);
        assert!(text.contains("checksum 1: a") && text.contains("checksum 2: b"), "{text}");
    }

    #[test]
    fn a_command_that_ends_with_an_error_is_told() {
        let ends = |exit_code| {
            let nothing = String::new();
            Output::Command { exit_code, stdout_sha256: nothing.clone(), stderr_sha256: nothing }
        };
        assert_eq!(unwell("my", &ends(0)), None);
        assert_eq!(unwell("my", &Output::Checksum(1)), None);
        for code in [1, -1] {
            let note = unwell("my", &ends(code)).expect("a note");
            assert!(note.contains(&format!("my ends with exit code {code}, ")), "{note}");
            assert!(note.ends_with(&format!("say --expect exit:{code}")), "{note}");
        }
    }
}
