//! The cells without pairs, and what is asked of each: whatever was to be compared is in the verdict, measured or not.

use wasmark_decision::judge::Verdict;

use super::Gate;
use crate::{
    document::{Cell, Count, Demand, Outcome},
    ended::Ended,
    measure::Unit,
    metric::Timed,
    policy::Lane,
    ready::Ready,
    sides::bare,
    spec::Kind,
    subjects::Subject,
    verdict,
};

impl Gate<'_> {
    /// The cells of metrics that the first look dropped.
    pub(super) fn dropped(&self, ready: &[(Subject, Ready)]) -> Vec<Cell> {
        let cells = ready.iter().flat_map(|(subject, known)| {
            known
                .dropped
                .iter()
                .map(move |(metric, reason)| (subject, *metric, Ended::LeftOut(reason.clone())))
        });
        cells.map(|(subject, metric, ended)| self.ended(subject, metric, ended)).collect()
    }

    /// The cells of the units that the budget has no time for.
    pub(super) fn unaffordable(&self, all: &[Unit], kept: &[Unit]) -> Vec<Cell> {
        let same = |one: &Unit, other: &Unit| {
            one.subject.name() == other.subject.name() && one.metrics == other.metrics
        };
        let out = all.iter().filter(|unit| !kept.iter().any(|one| same(one, unit)));
        let cells = out.flat_map(|unit| unit.metrics.iter().map(move |metric| (unit, *metric)));
        cells
            .map(|(unit, metric)| self.ended(&unit.subject, metric, unit.ready.without_pairs(metric)))
            .collect()
    }

    fn ended(&self, subject: &Subject, metric: Timed, ended: Ended) -> Cell {
        let lane = self.request.policy.timed().get(&metric).copied().unwrap_or(Lane::Report);
        verdict::cell(subject, metric, lane, Outcome::Ended(ended), self.again(subject, metric))
    }

    /// The outcome of a cell that was flagged and not decided: that of the first look, where it is enough.
    pub(super) fn decide(unit: &Unit, metric: Timed, judged: Outcome) -> Outcome {
        match (&judged, unit.ready.apart.contains_key(&metric)) {
            (Outcome::Judged(Verdict::Inconclusive { .. }), true) => {
                Outcome::Ended(unit.ready.without_pairs(metric))
            }
            _ => judged,
        }
    }

    /// What is asked of a cell, by the names on the command line and in the policy.
    fn demand(&self, configuration: &str, workload: &str, metric: &str) -> Demand {
        let selection = &self.request.selection;
        let is = |name: &String| {
            name == configuration
                || *name == bare(configuration)
                || configuration.ends_with(&format!("/{name}"))
        };
        let named = self.request.kind == Kind::Configurations
            || selection.configurations.iter().any(is)
            || selection.workloads.iter().any(|name| name == workload)
            || self.what.metrics.iter().any(|name| name == metric);
        match (self.request.policy.run.require_conclusive, named) {
            (true, _) => Demand::Conclusion,
            (false, true) => Demand::Measurement,
            (false, false) => Demand::Nothing,
        }
    }

    /// Notes what is asked of every cell that does not have it noted.
    pub(super) fn demand_all(&self, cells: &mut [Cell], counts: &mut [Count]) {
        for cell in cells {
            let asked = self.demand(&cell.configuration, &cell.workload, cell.metric.name());
            // A conclusion that only time was lacking for was asked for by the same names.
            let starved = cell.demand == Demand::Conclusion && asked == Demand::Measurement;
            cell.demand = if starved { Demand::Conclusion } else { asked };
        }
        for count in counts {
            count.demand = self.demand(&count.configuration, &count.workload, count.metric.name());
        }
    }
}
