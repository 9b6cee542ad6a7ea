//! What is asked for: the command line and the policy file, made one.

use std::time::Duration;

use wasmark_runner::{
    options::{Own, Selection},
    paths, suggest,
    workers::find,
};

use crate::{
    Error, Result,
    metric::{Counted, Timed},
    options::{Lanes, What},
    policy::{self, CountedPolicy, Policy, TimedPolicy},
    sides::{self, Sides},
    spec::{self, Kind, Spec},
};

/// What a self-test compares where nothing is named.
const USUAL: &str = "wasmtime";

/// Everything that was asked for.
pub struct Request {
    /// What gates, and how strictly.
    pub policy: Policy,
    /// Configurations and workloads.
    pub selection: Selection,
    /// The base.
    pub base: Spec,
    /// The candidate; the base in a self-test.
    pub candidate: Spec,
    /// What the two have in common.
    pub kind: Kind,
    /// Whether the candidate is the base itself.
    pub itself: bool,
    /// The slowdown to put in, as a share.
    pub inject: Option<f64>,
    /// How long it may take.
    pub budget: Option<Duration>,
}

impl Request {
    /// Reads the policy and understands the sides. Nothing is built yet.
    ///
    /// # Errors
    /// What cannot be meant.
    pub fn new(what: &What) -> Result<Request> {
        let mut policy = Policy::read(what.policy.as_deref())?;
        metrics(&mut policy, &what.metrics)?;
        lanes(&mut policy, what);
        if what.inject.is_some() && what.lane == Lanes::Exact {
            return Err(Error::NothingTimed);
        }
        policy.run.require_conclusive |= what.require_conclusive;
        let budget = match &what.budget {
            Some(text) => Some(policy::duration(text)?),
            None => policy.budget()?,
        };
        let mut selection = what.selection.clone();
        let fill = |named: &mut Vec<String>, otherwise: &Vec<String>| {
            if named.is_empty() {
                named.clone_from(otherwise);
            }
        };
        fill(&mut selection.runtimes.runtimes, &policy.select.runtimes);
        fill(&mut selection.configurations, &policy.select.configurations);
        fill(&mut selection.workloads, &policy.select.workloads);

        let runtimes: Vec<String> = find::runtimes(paths::runtimes().as_deref())?.into_keys().collect();
        let against_file = what.baseline.is_some() || what.write_baseline.is_some();
        let itself = what.self_test.is_some() || what.inject.is_some() || against_file;
        let (base, candidate) = match (&what.base, &what.candidate) {
            (Some(base), Some(candidate)) => (base.as_str(), candidate.as_str()),
            (None, Some(candidate)) if against_file => (candidate.as_str(), candidate.as_str()),
            (base, None) if itself => {
                let base = base.as_deref().unwrap_or(USUAL);
                (base, base)
            }
            _ => return Err(Error::NoSides),
        };
        let (base, candidate) = (Spec::parse(base, &runtimes)?, Spec::parse(candidate, &runtimes)?);
        let kind = spec::kind(&base, &candidate)?;
        let called = !what.arguments.is_empty() || what.invoke.is_some() || what.fresh;
        match (kind, &what.module) {
            (Kind::Modules, Some(_)) => return Err(Error::TwoModules),
            (Kind::Workers | Kind::Configurations, None) if called => {
                return Err(Error::NoModule(base.to_string()));
            }
            _ => {}
        }
        let inject = what.inject.map(|percent| percent / 100.0);
        Ok(Request { policy, selection, base, candidate, kind, itself, inject, budget })
    }

    /// Finds the sides, and builds what is not built.
    ///
    /// # Errors
    /// A side that cannot be had.
    pub fn sides(&self, what: &What) -> Result<Sides> {
        let own = Own {
            module: what.module.clone(),
            invoke: what.invoke.clone(),
            dirs: what.dirs.clone(),
            env: what.env.clone(),
            stdin: what.stdin.clone(),
            expect: what.expect.clone(),
            fresh: what.fresh,
            arguments: what.arguments.clone(),
        };
        let request = sides::Request { selection: &self.selection, own: &own, packages: &what.packages };
        if self.itself {
            let more =
                self.inject.map(|share| format!(" with {} % more work", share * 100.0)).unwrap_or_default();
            let against_file = what.candidate.is_some();
            return sides::itself(&self.base, self.kind, &request, (!against_file).then_some(more.as_str()));
        }
        sides::find(&self.base, &self.candidate, self.kind, &request)
    }
}

/// The metrics that the command line names gate, and no others.
fn metrics(policy: &mut Policy, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let (mut timed, mut counted) = (Vec::new(), Vec::new());
    for name in names {
        let of_time = Timed::ALL.into_iter().find(|metric| metric.name() == name);
        let of_count = Counted::ALL.into_iter().find(|metric| metric.name() == name);
        match (of_time, of_count) {
            (Some(metric), _) => timed.push(metric),
            (None, Some(metric)) => counted.push(metric),
            (None, None) => {
                let known = Timed::ALL.map(Timed::name).into_iter().chain(Counted::ALL.map(Counted::name));
                return Err(wasmark_runner::Error::from(suggest::unknown("metric", name, known)).into());
            }
        }
    }
    policy.timed.gate = Some(timed);
    policy.timed.report = Vec::new();
    policy.counted.gate = Some(counted);
    policy.counted.report = Some(Vec::new());
    Ok(())
}

fn lanes(policy: &mut Policy, what: &What) {
    if what.lane == Lanes::Exact || what.baseline.is_some() || what.write_baseline.is_some() {
        policy.timed = TimedPolicy { gate: Some(vec![]), report: vec![], rules: policy.timed.rules.clone() };
    }
    // Identical sides, and work that is put in, are proofs of the timed lane, unless the other one is asked for.
    let proof = what.self_test.is_some() || what.inject.is_some();
    if what.lane == Lanes::Timed || (proof && what.lane == Lanes::Both) {
        let tolerances = policy.counted.tolerances.clone();
        policy.counted = CountedPolicy { gate: Some(vec![]), report: Some(vec![]), tolerances };
    }
}
