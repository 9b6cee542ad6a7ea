//! The two sides beside each other: what is measured in pairs, and what only one side has.

use std::{collections::BTreeMap, path::Path};

use wasmark_adapter::Source;
use wasmark_runner::{
    copies,
    plan::{self, Plan, Target},
    profile,
};
use wasmark_workloads::Workload;

use crate::{
    Result,
    arm::Arm,
    ended::Ended,
    sides::{Side, Sides, bare},
    spec::Kind,
};

/// What is measured on both sides: a configuration with a workload.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The configuration, for people: both names where they differ.
    pub configuration: String,
    /// The workload, for people.
    pub workload: String,
    /// Indices of target and workload in the plan, by arm; the copy's are the base's.
    pub arms: [(usize, usize); 3],
    /// Whether it runs from copies of the workers, another one in each round.
    pub copied: bool,
    /// What it runs from.
    pub source: Source,
    /// Everything that decides what the sides do, hashed by parts: worker, configuration, module.
    pub identity: [String; 2],
}

impl Subject {
    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.configuration, self.workload)
    }

    /// The target and the workload of an arm.
    #[must_use]
    pub fn of<'a>(&self, plan: &'a Plan, arm: Arm) -> (&'a Target, &'a Workload) {
        let (target, workload) = self.arms[arm as usize];
        (&plan.targets[target], &plan.workloads[workload])
    }

    /// Whether both sides are the same bytes.
    #[must_use]
    pub fn unchanged(&self) -> bool {
        self.identity[0] == self.identity[1]
    }
}

/// Both sides in one plan, which has no processes of its own yet.
pub struct Table {
    /// Targets and workloads of all arms.
    pub plan: Plan,
    /// What both sides have.
    pub subjects: Vec<Subject>,
    /// What the base can run and the candidate cannot, with the reason.
    pub lost: Vec<(Subject, Ended)>,
    /// What cannot be measured, as sentences.
    pub left_out: Vec<String>,
}

/// Puts the sides beside each other.
///
/// # Errors
/// Where a worker cannot be read.
pub fn table(sides: &Sides) -> Result<Table> {
    let Sides { kind, base, candidate, .. } = sides;
    let (targets, pairs, mut left_out) = targets(*kind, base, candidate);
    let mut digests = BTreeMap::new();
    for target in base.targets.iter().chain(&candidate.targets) {
        let program = target.program.as_path();
        if !digests.contains_key(program) {
            digests.insert(program, copies::digest(program)?);
        }
    }
    let mut plan = Plan::empty(profile::check());
    plan.workloads = base.workloads.iter().chain(&candidate.workloads).cloned().collect();
    let (mut subjects, mut lost) = (Vec::new(), Vec::new());
    for (one, other) in
        targets.into_iter().map(|(one, other)| (&base.targets[one], &candidate.targets[other]))
    {
        let first = plan.targets.len();
        for (arm, target) in [(Arm::Base, one), (Arm::Candidate, other)] {
            plan.targets.push(Target { id: format!("{}:{}", arm.name(), target.id), ..target.clone() });
        }
        for (mine, theirs) in &pairs {
            let (workload, counterpart) = (&base.workloads[*mine], &candidate.workloads[*theirs]);
            if let Some(reason) = plan::missing(&one.configuration, workload) {
                left_out.push(format!("{} {}: {reason}", one.id, workload.name()));
                continue;
            }
            let Some(source) = plan::shared(&one.configuration, &other.configuration) else {
                let reason = "the sides start from nothing in common, neither a module nor an artifact";
                left_out.push(format!("{} {}: {reason}", label(&one.id, &other.id), workload.name()));
                continue;
            };
            let lacking = plan::missing(&other.configuration, counterpart);
            let theirs = base.workloads.len() + theirs;
            let subject = Subject {
                configuration: label(&one.id, &other.id),
                workload: label(workload.name(), counterpart.name()),
                arms: [(first, *mine), (first + 1, theirs), (first, *mine)],
                copied: false,
                source,
                identity: [identity(&digests, one, workload), identity(&digests, other, counterpart)],
            };
            match lacking {
                Some(reason) => {
                    let reason = format!("unsupported on one side only: candidate: {reason}");
                    lost.push((subject, Ended::Failed(reason)));
                }
                None => subjects.push(subject),
            }
        }
    }
    Ok(Table { plan, subjects, lost, left_out })
}

type Pairs = Vec<(usize, usize)>;

/// Indices of the targets and of the workloads that belong together, and what has no counterpart.
fn targets(kind: Kind, base: &Side, candidate: &Side) -> (Pairs, Pairs, Vec<String>) {
    let ids = |side: &Side| -> Vec<String> { side.targets.iter().map(|target| bare(&target.id)).collect() };
    let names = |side: &Side| -> Vec<String> {
        side.workloads.iter().map(|workload| workload.name().to_string()).collect()
    };
    let mut alone = Vec::new();
    let mut matched = |what: &str, one: Vec<String>, other: Vec<String>| -> Pairs {
        let missing = |from: &[String], to: &[String], side: &str| -> Vec<String> {
            let lacks = from.iter().filter(|name| !to.contains(name));
            lacks.map(|name| format!("{what} {name} is on the side of the {side} only")).collect()
        };
        alone.extend(missing(&one, &other, "base"));
        alone.extend(missing(&other, &one, "candidate"));
        let find =
            |(index, name): (usize, &String)| Some((index, other.iter().position(|same| same == name)?));
        one.iter().enumerate().filter_map(find).collect()
    };
    let (targets, workloads) = match kind {
        Kind::Modules => (matched("the configuration", ids(base), ids(candidate)), vec![(0, 0)]),
        Kind::Configurations => (vec![(0, 0)], matched("the workload", names(base), names(candidate))),
        Kind::Workers => (
            matched("the configuration", ids(base), ids(candidate)),
            matched("the workload", names(base), names(candidate)),
        ),
    };
    (targets, workloads, alone)
}

/// One name where the sides share it, else both.
fn label(one: &str, other: &str) -> String {
    match (one, other) {
        _ if one == other => one.to_string(),
        _ if bare(one) == bare(other) && one.contains('/') => bare(one),
        _ => format!("{one} -> {other}"),
    }
}

/// By the workers' bytes and not by what they were built from: a comment in a source changes no worker.
fn identity(digests: &BTreeMap<&Path, String>, target: &Target, workload: &Workload) -> String {
    let worker = digests.get(target.program.as_path()).map_or("", String::as_str);
    format!("{worker} {} {}", target.configuration.name, workload.sha256())
}
