//! The right output of a workload that states none: what its configurations agree on. Each runs such a workload once,
//! before anything else is measured, and what it gave is kept with the run. A trap counts as
//! an outcome like any other. A single configuration is never taken as right against all the others.

mod kept;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};
use wasmark_adapter::{
    TrapKind,
    protocol::{Expected, Output, Phase},
    value::list,
};
use wasmark_reports::format::counted;
use wasmark_results::record::Outcome;
use wasmark_workloads::Workload;

pub use kept::{append, read};

use crate::{
    collect::Collected,
    plan::{self, Item, Kind, Plan, Slot},
};

/// What is wrong with a configuration that gives another result for the same call.
const AGAIN: &str = "another result when called again";

/// What a configuration gave for a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The workload's name.
    pub workload: String,
    /// The configuration, `runtime/name`.
    pub configuration: String,
    /// What it gave.
    pub gave: Gave,
}

/// What came of two calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gave {
    /// The same output twice.
    Output(Output),
    /// The first call trapped.
    Trapped {
        /// The kind.
        kind: TrapKind,
        /// The kind and the engine's own words.
        reason: String,
    },
    /// The second call gave another result than the first.
    Varies(String),
    /// It did not work.
    Failed(String),
    /// It passed the time limit.
    TimedOut(String),
    /// It passed the time limit, which is no failure of this configuration.
    TooSlow(String),
    /// The configuration does not do this.
    Unsupported(String),
}

/// What the outputs let conclude of one configuration's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It gave another output than most, or than all others.
    Disagrees(String),
    /// Calls of the workload give different results, so that none can be compared.
    Varies(String),
    /// It passed the time limit.
    TimedOut(String),
    /// It passed the time limit, and is left out.
    TooSlow(String),
}

impl Finding {
    /// What a result has in place of the cell's measurements.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.clone() {
            Finding::Disagrees(reason) => Outcome::WrongOutput(reason),
            Finding::Varies(reason) => Outcome::Failed(reason),
            Finding::TimedOut(reason) => Outcome::TimedOut(reason),
            Finding::TooSlow(reason) => Outcome::Unsupported(reason),
        }
    }
}

/// What came of comparing the outputs.
#[derive(Debug, Default)]
pub struct Settled {
    /// Sentences for people: each disagreement, each command that does not end well.
    pub notes: Vec<String>,
    /// The cells that cannot be measured, by target and workload.
    pub findings: BTreeMap<(usize, usize), Finding>,
}

impl Settled {
    /// What is known of the plan's items before they run.
    #[must_use]
    pub fn foreseen(&self, plan: &Plan) -> BTreeMap<Item, Outcome> {
        let mut foreseen = BTreeMap::new();
        for ((target, workload), finding) in &self.findings {
            let start = start(plan, *target, *workload);
            let of_cell = |item: &Item| (item.target, item.workload) == (*target, *workload);
            let items: Vec<Item> = match finding {
                Finding::TimedOut(_) | Finding::TooSlow(_) => plan.as_slow(start).chain([start]).collect(),
                Finding::Disagrees(_) | Finding::Varies(_) => {
                    let items = plan.slots.iter().map(|slot| slot.item).filter(of_cell);
                    items.filter(|item| item.kind != Kind::Precompile).collect()
                }
            };
            foreseen.extend(items.into_iter().map(|item| (item, finding.outcome())));
        }
        foreseen
    }
}

/// The processes that show what each configuration gives for the workloads that state no output, without those that
/// were `shown` before: the run's own that make artifacts, then one for each cell. Their numbers are no others'.
#[must_use]
pub fn slots(plan: &Plan, shown: &[Shown]) -> Vec<Slot> {
    let unknown = |slot: &&Slot| !plan.workloads[slot.item.workload].has_expectation();
    let mut cells: Vec<(usize, usize)> =
        plan.slots.iter().filter(unknown).map(|slot| (slot.item.target, slot.item.workload)).collect();
    cells.sort_unstable();
    cells.dedup();
    let numbered = cells.into_iter().filter_map(|cell| Some((*plan.agreement.get(&cell)?, cell)));
    let new = numbered.filter(|(_, (target, workload))| {
        let names = (plan.targets[*target].id.as_str(), plan.workloads[*workload].name());
        shown.iter().all(|one| (one.configuration.as_str(), one.workload.as_str()) != names)
    });
    let starts: Vec<Slot> = new
        .map(|(process, (target, workload))| Slot { process, round: 0, item: start(plan, target, workload) })
        .collect();
    let makers: BTreeSet<Item> = starts.iter().filter_map(|slot| plan.maker(slot.item)).collect();
    let made = |slot: &&Slot| slot.round == 0 && makers.contains(&slot.item);
    plan.slots.iter().filter(made).copied().chain(starts.iter().copied()).collect()
}

/// The item that shows what a configuration gives: a start from what its users deploy.
fn start(plan: &Plan, target: usize, workload: usize) -> Item {
    let source = plan::preferred(&plan.targets[target].configuration);
    Item { target, workload, kind: Kind::Start(source) }
}

/// What a process among [`slots`] showed, if it was one that shows anything.
#[must_use]
pub fn shown(plan: &Plan, slot: Slot, collected: &Collected) -> Option<Shown> {
    if plan.slots.iter().any(|one| one.process == slot.process) {
        return None;
    }
    let gave = match (&collected.ended_by, &collected.trap) {
        (None, _) => Gave::Output(collected.output.clone()?),
        (Some(Outcome::Failed(reason)), Some((_, during))) if during == Phase::SecondCall.name() => {
            Gave::Varies(format!("{AGAIN}: {reason}"))
        }
        (Some(Outcome::Failed(reason)), Some((kind, _))) => {
            Gave::Trapped { kind: *kind, reason: reason.clone() }
        }
        (Some(Outcome::WrongOutput(reason)), _) => Gave::Varies(reason.clone()),
        (Some(Outcome::Failed(reason)), None) => Gave::Failed(reason.clone()),
        (Some(Outcome::TimedOut(reason)), _) => Gave::TimedOut(reason.clone()),
        (Some(Outcome::Unsupported(reason)), _) if collected.too_slow => Gave::TooSlow(reason.clone()),
        (Some(Outcome::Unsupported(reason)), _) => Gave::Unsupported(reason.clone()),
        (Some(Outcome::Measured { .. } | Outcome::Histogram(_)), _) => return None,
    };
    let (configuration, workload) = plan.names(slot.item);
    Some(Shown { workload: workload.into(), configuration: configuration.into(), gave })
}

/// Gives every workload of the plan that states no right output the one that its configurations agree on, where they
/// do.
pub fn settle(plan: &mut Plan, shown: &[Shown]) -> Settled {
    let mut settled = Settled::default();
    for (index, workload) in plan.workloads.iter_mut().enumerate() {
        if workload.has_expectation() {
            continue;
        }
        let of_it = |one: &&Shown| one.workload == workload.name();
        // They ran in any order.
        let gave: BTreeMap<&str, &Gave> =
            shown.iter().filter(of_it).map(|one| (one.configuration.as_str(), &one.gave)).collect();
        let Compared { right, findings, notes } = compare(workload, &gave);
        settled.notes.extend(notes);
        for (configuration, finding) in findings {
            let target = plan.targets.iter().position(|target| target.id == configuration);
            settled.findings.extend(target.map(|target| ((target, index), finding)));
        }
        if let Some(right) = right {
            workload.expect(right.into());
        }
    }
    settled
}

/// What comes of comparing one workload's outputs.
#[derive(Debug, Default, PartialEq)]
struct Compared {
    right: Option<Output>,
    findings: BTreeMap<String, Finding>,
    notes: Vec<String>,
}

/// What a configuration gave twice.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Steady<'a> {
    Output(&'a Output),
    Trap(TrapKind),
}

impl Steady<'_> {
    fn same(self, other: Steady<'_>) -> bool {
        match (self, other) {
            (Steady::Output(one), Steady::Output(other)) => Expected::from(one.clone()).admits(other),
            (Steady::Trap(one), Steady::Trap(other)) => one == other,
            _ => false,
        }
    }

    fn words(self) -> String {
        match self {
            Steady::Trap(kind) | Steady::Output(&Output::Trap(kind)) => format!("trap: {}", kind.words()),
            Steady::Output(Output::Checksum(checksum)) => format!("checksum {checksum}"),
            Steady::Output(Output::Returned(values)) => format!("returned {}", list(values)),
            Steady::Output(Output::Command { exit_code, stdout_sha256, stderr_sha256 }) => {
                let short = |hash: &str| hash.chars().take(12).collect::<String>();
                let (stdout, stderr) = (short(stdout_sha256), short(stderr_sha256));
                format!("exit code {exit_code}, stdout {stdout}, stderr {stderr} (sha256)")
            }
        }
    }
}

/// Outputs that are the same, with the configurations that gave them.
type Groups<'a> = Vec<(Steady<'a>, Vec<&'a str>)>;

fn compare(workload: &Workload, gave: &BTreeMap<&str, &Gave>) -> Compared {
    let mut compared = Compared::default();
    let (mut steady, mut varying) = (Vec::new(), Vec::new());
    for (configuration, gave) in gave {
        let finding = match gave {
            Gave::Output(output) => {
                steady.push((*configuration, Steady::Output(output)));
                continue;
            }
            Gave::Trapped { kind, .. } => {
                steady.push((*configuration, Steady::Trap(*kind)));
                continue;
            }
            Gave::Varies(reason) => {
                varying.push((*configuration, reason.as_str()));
                continue;
            }
            Gave::TimedOut(reason) => Finding::TimedOut(reason.clone()),
            Gave::TooSlow(reason) => Finding::TooSlow(reason.clone()),
            // A process that measures shows it once more.
            Gave::Failed(_) | Gave::Unsupported(_) => continue,
        };
        compared.findings.insert((*configuration).to_string(), finding);
    }
    if varying.len() > steady.len() {
        state_is_to_blame(workload, &varying, &steady, &mut compared);
        return compared;
    }
    for (configuration, reason) in &varying {
        let reason = format!("{reason}, where {} give the same result again", configurations(steady.len()));
        compared
            .notes
            .push(format!("{configuration} DISAGREES with itself on {}: {reason}", workload.name()));
        compared.findings.insert((*configuration).to_string(), Finding::Disagrees(reason));
    }
    let groups = groups(steady);
    if groups.len() > 1 {
        compared.notes.push(disagreement(workload, &groups));
    }
    let all: usize = groups.iter().map(|(_, who)| who.len()).sum();
    // Of several, one configuration alone is never right, and neither is the larger of two minorities.
    let (most, others) = match groups.split_first() {
        Some((most, others)) if 2 * most.1.len() > all => (Some(most), others),
        _ => (None, groups.as_slice()),
    };
    if let Some((Steady::Output(right), _)) = most {
        compared.notes.extend(failing_end(workload, right));
        compared.right = Some((*right).clone());
    }
    for (given, who) in others {
        // A trap is the reason of its own process.
        if matches!(given, Steady::Trap(_)) {
            continue;
        }
        let against = match most {
            Some((right, most)) => format!("{} of {all} configurations: {}", most.len(), right.words()),
            None => format!("{} of {all} configurations gave other results", all - who.len()),
        };
        for configuration in who {
            let reason = format!("{}, where {against}", given.words());
            compared.findings.insert((*configuration).to_string(), Finding::Disagrees(reason));
        }
    }
    compared
}

/// What is found where most configurations give another result when they are called again.
fn state_is_to_blame(
    workload: &Workload,
    varying: &[(&str, &str)],
    steady: &[(&str, Steady<'_>)],
    compared: &mut Compared,
) {
    let (name, all) = (workload.name(), varying.len() + steady.len());
    let example = varying.first().and_then(|(_, reason)| reason.lines().next()).unwrap_or_default();
    let example = example.strip_prefix(AGAIN).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(example);
    compared.notes.push(format!(
        "{name} gives {AGAIN}, in {} of {} ({example}): {}",
        varying.len(),
        counted(all, "configuration", "configurations"),
        remedy(workload)
    ));
    for (configuration, reason) in varying {
        compared.findings.insert((*configuration).to_string(), Finding::Varies((*reason).to_string()));
    }
    for (configuration, _) in steady {
        let reason = format!("not compared: {} give {AGAIN}", configurations(varying.len()));
        compared.findings.insert((*configuration).to_string(), Finding::Varies(reason));
    }
}

/// The cause of results that differ from call to call, and what to do.
fn remedy(workload: &Workload) -> String {
    let outside = "it reads a clock, random numbers or something else that changes";
    if workload.command() {
        format!("{outside}; --expect exit:0 compares its exit code alone")
    } else if workload.fresh() {
        format!("{outside}, so that no result is right; have it return something else")
    } else {
        format!(
            "it keeps state from call to call, or {outside}; --fresh gives each call an instance of its own"
        )
    }
}

fn configurations(number: usize) -> String {
    counted(number, "other configuration", "other configurations")
}

/// The outputs, what most gave first; of as many, what was given first.
fn groups<'a>(given: impl IntoIterator<Item = (&'a str, Steady<'a>)>) -> Groups<'a> {
    let mut groups: Groups<'_> = Vec::new();
    for (configuration, output) in given {
        match groups.iter_mut().find(|(known, _)| known.same(output)) {
            Some((_, who)) => who.push(configuration),
            None => groups.push((output, vec![configuration])),
        }
    }
    groups.sort_by_key(|(_, who)| Reverse(who.len()));
    groups
}

fn disagreement(workload: &Workload, groups: &Groups<'_>) -> String {
    let lines: Vec<String> =
        groups.iter().map(|(output, who)| format!("{}: {}", output.words(), who.join(", "))).collect();
    let name = workload.name();
    let all: usize = groups.iter().map(|(_, who)| who.len()).sum();
    let most = groups.first().map_or(0, |(_, who)| who.len());
    let cause = if most == 1 && groups.len() > 2 {
        format!(
            "no two configurations agree on the output of {name}, so that they DISAGREE: {}",
            remedy(workload)
        )
    } else if 2 * most > all {
        format!(
            "the configurations DISAGREE on the output of {name}; what {most} of {all} gave is compared with, \
             unless --expect states what is right"
        )
    } else {
        format!(
            "the configurations DISAGREE on the output of {name}, and no output has a majority; state with --expect \
             what is right"
        )
    };
    format!("{cause}\n  {}", lines.join("\n  "))
}

/// What to do about a command that all agree to end with an error: most often its input is missing.
fn failing_end(workload: &Workload, output: &Output) -> Option<String> {
    match output {
        Output::Command { exit_code, .. } if *exit_code != 0 => Some(format!(
            "{} ends with exit code {exit_code}, which is taken for right, though its input may be missing; \
             give it with --dir or --stdin, or in the suite's folder, or state --expect exit:{exit_code}",
            workload.name()
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
