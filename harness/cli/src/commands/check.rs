//! `wasmark check`: every workload once on every configuration, outputs compared with the right ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Context, Result};
use serde::Serialize;
use wasmark_reports::format::counted;
use wasmark_results::record::{Outcome, Record, metric};
use wasmark_runner::{
    collect::Collected,
    consensus::{self, Finding, Gave, Settled, Shown},
    costs::Costs,
    executor::Workers,
    exit,
    interrupt::{self, Upon},
    metrics::Group,
    parallel::{self, Cells, Work},
    plan::{Kind, Plan, Slot, Target},
    process::Limits,
    profile,
    progress::Progress,
    realtime::Scheduling,
    runner::Known,
    select::{self, Selected},
    terminal::{print, print_json},
    workers::Missing,
};
use wasmark_workloads::{Workload, known_issues::KnownIssue};

use super::semantics;
use crate::{options::Check, tables::matrix};

/// What a process may take: the slowest interpreter is right, too, and so is LLVM after ten minutes with a program in
/// Go.
const TIME_LIMIT: Duration = Duration::from_secs(1800);

/// The verdict on one workload in one configuration, the best first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Right,
    Unsupported(String),
    /// A failure whose cause is known, and stated in the suite.
    KnownIssue(String),
    /// Somebody wanted an end before its turn came.
    NotReached,
    Failed(String),
    /// Calls of the workload give different results, so that none was compared.
    Varies(String),
    TimedOut(String),
    /// It gave another output than most, or than all others, and none is stated to be right.
    Disagrees(String),
    WrongOutput(String),
}

impl Verdict {
    fn of(outcome: &Outcome) -> Verdict {
        match outcome {
            Outcome::Measured { .. } | Outcome::Histogram(_) => Verdict::Right,
            Outcome::Unsupported(reason) => Verdict::Unsupported(reason.clone()),
            Outcome::Failed(reason) => Verdict::Failed(reason.clone()),
            Outcome::TimedOut(reason) => Verdict::TimedOut(reason.clone()),
            Outcome::WrongOutput(reason) => Verdict::WrongOutput(reason.clone()),
        }
    }

    /// The verdict that comparing the outputs led to, if it led to one.
    fn found(finding: &Finding) -> Option<Verdict> {
        match finding {
            Finding::Disagrees(reason) => Some(Verdict::Disagrees(reason.clone())),
            Finding::Varies(reason) => Some(Verdict::Varies(reason.clone())),
            Finding::TimedOut(_) | Finding::TooSlow(_) => None,
        }
    }

    /// The verdict in the light of what the suite states as known. What is right must not be called an issue for
    /// longer than it is one.
    fn given(self, known: Option<&KnownIssue>) -> Verdict {
        match (self, known) {
            (Verdict::Failed(reason), Some(known)) if known.explains_failure(&reason) => {
                Verdict::KnownIssue(reason)
            }
            (Verdict::TimedOut(reason), Some(known)) if known.explains_time_out() => {
                Verdict::KnownIssue(reason)
            }
            // What is only slow is right where there is time enough.
            (Verdict::Right, Some(known)) if !known.explains_time_out() => Verdict::Failed(
                "is right, though the suite's known_issues.toml names it; take it out there".into(),
            ),
            (verdict, _) => verdict,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Verdict::Right => "ok",
            Verdict::Unsupported(_) => "unsupported",
            Verdict::KnownIssue(_) => "known issue",
            Verdict::NotReached => "not reached",
            Verdict::Failed(_) => "FAILED",
            Verdict::Varies(_) => "VARIES",
            Verdict::TimedOut(_) => "TIMED OUT",
            Verdict::Disagrees(_) => "DISAGREES",
            Verdict::WrongOutput(_) => "WRONG OUTPUT",
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Verdict::Right | Verdict::NotReached => None,
            Verdict::Unsupported(reason)
            | Verdict::KnownIssue(reason)
            | Verdict::Failed(reason)
            | Verdict::Varies(reason)
            | Verdict::TimedOut(reason)
            | Verdict::Disagrees(reason)
            | Verdict::WrongOutput(reason) => Some(reason),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    verdicts: BTreeMap<&'a str, BTreeMap<&'a str, Verdict>>,
    unavailable: &'a BTreeMap<String, String>,
    rejected: &'a [String],
    /// Where the right output is not stated and the configurations disagree, or none gives what a manifest states.
    notes: &'a [String],
}

/// Runs the check.
pub(super) fn check(options: &Check) -> Result<u8> {
    if options.semantics {
        return semantics::check(options);
    }
    let selected =
        select::select(&options.selection, &options.own, profile::check().workloads, Missing::Build)?;
    selected.tell_absent();
    let Selected { roster, targets, workloads, rejected, .. } = selected;
    // Instances that only live beside each other show no output that others do not.
    let groups = BTreeSet::from([Group::Start, Group::Throughput]);
    let mut plan = Plan::new(profile::check(), targets, workloads, groups, 0);
    interrupt::install(Upon::FinishThenStop);
    let Found { records, settled, left } = carry_out(&mut plan, options.limits.of_process(TIME_LIMIT))?;
    let verdicts = verdicts(&plan, &records, &settled, &left);
    let mut notes = [settled.notes, never_right(&plan, &verdicts)].concat();
    if !left.is_empty() {
        notes.push(format!(
            "interrupted before {}; name what is missing by --workloads",
            counted(left.len(), "cell", "cells")
        ));
    }
    let document =
        Document { verdicts, unavailable: &roster.unavailable, rejected: &rejected, notes: &notes };
    if options.json.json {
        print_json(&document)?;
    } else {
        print(&text(&plan, &document));
    }
    Ok(code(&document, options.strict))
}

/// What the processes showed.
struct Found {
    records: Vec<Record>,
    settled: Settled,
    /// The cells that an interrupt left out, by target and workload.
    left: Cells,
}

/// Runs every process of the plan: first those that show what is right where no output is stated.
fn carry_out(plan: &mut Plan, limits: Limits) -> Result<Found> {
    let artifacts = tempfile::tempdir().context("failed to make a temporary folder; set TMPDIR")?;
    let executor = || Workers::new(artifacts.path(), limits, Scheduling::Normal, 0);
    let mut costs = Costs::read(limits.time);
    let mut progress = Progress::new();
    let mut known = Known::default();
    // The cells that cannot run at all. That a configuration lacks a metric does not matter here.
    let mut records = plan.unsupported.clone();
    records.retain(|record| record.metric == metric::ALL);
    // No time is read here: a process for every core.
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);

    let mut shown = Vec::new();
    let mut ended = Cells::new();
    let slots = consensus::slots(plan, &[]);
    let mut keep = |slot: Slot, collected: &Collected| {
        let one = consensus::shown(plan, slot, collected);
        // What failed once need not fail again.
        if !matches!(one, Some(Shown { gave: Gave::Output(_) | Gave::Varies(_), .. })) {
            records.extend_from_slice(&collected.records);
        }
        if let Some(Shown { gave: Gave::Failed(_) | Gave::Trapped { .. } | Gave::Unsupported(_), .. }) = one {
            ended.insert((slot.item.target, slot.item.workload));
        }
        shown.extend(one);
        Ok(())
    };
    let work = Work { plan, slots: &slots, lanes };
    parallel::run(work, &mut known, &mut costs, executor, &mut keep, &mut progress.of(plan))?;
    let settled = consensus::settle(plan, &shown);
    known.foreseen.extend(settled.foreseen(plan));
    for slot in &plan.slots {
        if ended.contains(&(slot.item.target, slot.item.workload)) && slot.item.kind != Kind::Precompile {
            known.dead.insert(slot.item, Outcome::Failed("ended before".into()));
        }
    }

    let mut keep = |_: Slot, collected: &Collected| {
        records.extend_from_slice(&collected.records);
        Ok(())
    };
    let work = Work { plan, slots: &plan.slots, lanes };
    let left = parallel::run(work, &mut known, &mut costs, executor, &mut keep, &mut progress.of(plan))?;
    progress.finish();
    costs.write();
    Ok(Found { records, settled, left })
}

/// The worst outcome of each workload in each configuration. It is right where the ladder was climbed and nothing
/// failed after it; a metric that the configuration lacks is then no blemish.
fn verdicts<'a>(
    plan: &'a Plan,
    records: &[Record],
    settled: &Settled,
    left: &Cells,
) -> BTreeMap<&'a str, BTreeMap<&'a str, Verdict>> {
    let verdict = |workload: &str, target: &str| {
        let of_cell = |record: &&Record| record.workload == workload && record.configuration == target;
        let of_cell: Vec<&Record> = records.iter().filter(of_cell).collect();
        let mut verdicts: Vec<Verdict> = of_cell.iter().map(|record| Verdict::of(&record.outcome)).collect();
        let through = of_cell.iter().any(|record| {
            record.metric == metric::SECOND_CALL && matches!(record.outcome, Outcome::Measured { .. })
        });
        // What is worse than unsupported stays; else the cell is right, or as unsupported as it states.
        verdicts.retain(|one| *one != Verdict::Right && !(through && matches!(one, Verdict::Unsupported(_))));
        let otherwise = if through { Verdict::Right } else { Verdict::Failed("nothing was measured".into()) };
        verdicts.into_iter().max().unwrap_or(otherwise)
    };
    let row = |(index, workload): (usize, &'a Workload)| {
        let cell = |(target, of): (usize, &'a Target)| {
            let reached = !left.contains(&(target, index));
            let known = workload.known_issue(&of.id);
            let found = settled.findings.get(&(target, index)).and_then(Verdict::found);
            let verdict = match found {
                _ if !reached => Verdict::NotReached,
                Some(found) => found,
                None => verdict(workload.name(), &of.id).given(known),
            };
            (of.id.as_str(), verdict)
        };
        (workload.name(), plan.targets.iter().enumerate().map(cell).collect())
    };
    plan.workloads.iter().enumerate().map(row).collect()
}

/// The manifests whose output some configurations ran for and none gave: then they are to be doubted, not the engines.
fn never_right(plan: &Plan, verdicts: &BTreeMap<&str, BTreeMap<&str, Verdict>>) -> Vec<String> {
    let note = |workload: &Workload| {
        let row = &verdicts[workload.name()];
        let wrong = row.values().filter(|verdict| matches!(verdict, Verdict::WrongOutput(_)));
        // What was printed stands above, beside the first line.
        let reasons = wrong.filter_map(Verdict::reason);
        let mut reasons: Vec<&str> = reasons.filter_map(|reason| reason.lines().next()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        if reasons.is_empty() || row.values().any(|verdict| *verdict == Verdict::Right) {
            return None;
        }
        Some(format!(
            "{}: failed to get the expected output from any configuration: {}; \
             write what two engines that share no code and the native build agree on",
            workload.expected_at()?,
            reasons.join(", or ")
        ))
    };
    plan.workloads.iter().filter_map(note).collect()
}

fn text(plan: &Plan, document: &Document<'_>) -> String {
    let ids = plan.targets.iter().map(|target| target.id.replace('/', "\n")).collect();
    let mut rows = Vec::new();
    let mut reasons: BTreeMap<String, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for (workload, row) in &document.verdicts {
        let cells = plan.targets.iter().map(|target| row[target.id.as_str()].word().to_string());
        rows.push(((*workload).to_string(), cells.collect()));
        for (target, verdict) in row {
            if let Some(reason) = verdict.reason() {
                let line = format!("{}: {reason}", verdict.word());
                reasons.entry(line).or_default().entry(target).or_default().push(workload);
            }
        }
    }
    let mut text = matrix("workload", ids, rows);
    for (reason, cells) in reasons {
        text.push_str(&format!("\n{reason}\n"));
        // Configurations that report the same of the same workloads are one line.
        let mut alike: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
        for (target, workloads) in cells {
            alike.entry(workloads).or_default().push(target);
        }
        for (workloads, targets) in alike {
            text.push_str(&format!("  {}: {}\n", targets.join(", "), workloads.join(", ")));
        }
    }
    for note in document.notes {
        text.push_str(&format!("\n{note}\n"));
    }
    for (name, reason) in document.unavailable {
        text.push_str(&format!("\n{name} is unavailable: {reason}\n"));
    }
    for reason in document.rejected {
        text.push_str(&format!("\n{reason}\n"));
    }
    text
}

fn code(document: &Document<'_>, strict: bool) -> u8 {
    let worst = document.verdicts.values().flat_map(BTreeMap::values).max();
    match worst {
        Some(Verdict::WrongOutput(_) | Verdict::Disagrees(_)) => exit::WRONG_OUTPUT,
        Some(Verdict::Failed(_) | Verdict::Varies(_) | Verdict::TimedOut(_) | Verdict::NotReached) => {
            exit::FAILED
        }
        _ if strict && !document.unavailable.is_empty() => exit::FAILED,
        _ if !document.rejected.is_empty() => exit::USAGE,
        _ => exit::OK,
    }
}
