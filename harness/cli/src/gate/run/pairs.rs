//! The pairs, as many as the budget has time for.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use wasmark_gate::rules::Design;

use super::Gate;
use crate::{
    gate::{
        journal::{Line, Process},
        measure::{self, Measuring, Unit},
        metric::Timed,
        schedule::{self, Step},
        verdict,
    },
    interrupt,
    progress::{Progress, duration},
};

/// Processes of a unit in each round of the screen: two arms, and a copy in some rounds.
const OF_SCREEN: f64 = 2.3;
/// Processes of a unit for each fresh pair: two arms, and seldom a copy.
const OF_CONFIRM: f64 = 2.1;
/// The share of units that is expected to need fresh pairs.
const FLAGGED: f64 = 0.05;

impl Gate<'_> {
    /// The units that fit into the budget, the cheapest first; what does not is said.
    pub(super) fn affordable(&mut self, units: Vec<Unit>) -> Result<Vec<Unit>> {
        let design = self.request.policy.design();
        let cost = |unit: &Unit| screening(unit, design) + FLAGGED * confirming(unit, design);
        let kept = match (self.before.kept.take(), self.request.budget) {
            (Some(kept), _) => kept,
            (None, None) => (0..units.len()).collect(),
            (None, Some(_)) => {
                let mut left = self.seconds_left();
                let mut order: Vec<usize> = (0..units.len()).collect();
                order.sort_by(|one, other| cost(&units[*one]).total_cmp(&cost(&units[*other])));
                let mut fits = |index: &usize| {
                    let price = cost(&units[*index]);
                    let fits = price <= left;
                    left -= if fits { price } else { 0.0 };
                    fits
                };
                order.retain(&mut fits);
                order.sort_unstable();
                self.journal.write(&Line::Kept(order.clone()))?;
                order
            }
        };
        let chosen: BTreeSet<usize> = kept.into_iter().collect();
        let total: f64 = chosen.iter().filter_map(|index| units.get(*index)).map(&cost).sum();
        eprintln!("{} of {} units of measurement, about {}", chosen.len(), units.len(), duration(total));
        let mut affordable = Vec::new();
        for (index, unit) in units.into_iter().enumerate() {
            if chosen.contains(&index) {
                affordable.push(unit);
            } else {
                let metrics: Vec<&str> = unit.metrics.iter().map(|metric| metric.name()).collect();
                self.left_out.push(format!(
                    "{}, {}: no time in the budget",
                    unit.subject.name(),
                    metrics.join(", ")
                ));
            }
        }
        Ok(affordable)
    }

    /// Both stages.
    pub(super) fn pairs(&mut self, units: &[Unit]) -> Result<BTreeMap<u32, Process>> {
        let design = self.request.policy.design();
        let screen = schedule::screen(units.len(), design.screen_rounds, self.header.seed);
        let done = std::mem::take(&mut self.before.done);
        let all = |unit: usize| units[unit].metrics.clone();
        let done = self.stage(units, &screen, &all, done, "first stage")?;
        if interrupt::pending() || !self.confirms {
            return Ok(done);
        }
        let chosen = self.choose(units, &done)?;
        let order: Vec<usize> = chosen.keys().copied().collect();
        let confirm = schedule::confirm(&order, design.confirm_pairs, screen.len() as u32, self.header.seed);
        let metrics = |unit: usize| chosen.get(&unit).cloned().unwrap_or_default();
        self.stage(units, &confirm, &metrics, done, "second stage")
    }

    /// Carries steps out.
    fn stage(
        &mut self,
        units: &[Unit],
        steps: &[Step],
        metrics: &dyn Fn(usize) -> Vec<Timed>,
        done: BTreeMap<u32, Process>,
        name: &str,
    ) -> Result<BTreeMap<u32, Process>> {
        let mut progress = Progress::new();
        let seconds = |step: &Step| step.unit.map_or(0.1, |unit| units[unit].seconds());
        let (journal, control) = (&mut self.journal, self.control);
        let mut measuring = Measuring { bench: &mut self.bench, units, control, journal, done };
        measuring.carry_out(steps, metrics, &mut |at| {
            let left = duration(steps[at..].iter().map(seconds).sum());
            let round = steps[at].round + 1;
            progress.show(&format!("{name}, round {round}: {left} left"), at as f64 / steps.len() as f64);
        })?;
        progress.finish();
        Ok(measuring.done)
    }

    /// The units that get fresh pairs, with what was flagged of each.
    fn choose(
        &mut self,
        units: &[Unit],
        done: &BTreeMap<u32, Process>,
    ) -> Result<BTreeMap<usize, Vec<Timed>>> {
        if let Some(chosen) = self.before.chosen.take() {
            return Ok(chosen.into_iter().collect());
        }
        let design = self.request.policy.design();
        let evidence = verdict::evidence(done, units, &self.request.policy);
        let dead = measure::ended(done);
        let mut chosen: BTreeMap<usize, Vec<Timed>> = BTreeMap::new();
        let (mut left, mut total) = (self.seconds_left(), 0.0);
        for (unit, metric) in verdict::flagged(&evidence, design) {
            if dead.contains_key(&Some(unit)) {
                continue;
            }
            let price = if chosen.contains_key(&unit) { 0.0 } else { confirming(&units[unit], design) };
            if price > left {
                let name = units[unit].subject.name();
                self.left_out.push(format!("{name}: flagged, and the budget has no time for fresh pairs"));
                continue;
            }
            left -= price;
            total += price;
            chosen.entry(unit).or_default().push(metric);
        }
        if !chosen.is_empty() {
            let (flagged, all) = (chosen.len(), units.len());
            eprintln!("{flagged} of {all} units are flagged and get fresh pairs, about {}", duration(total));
        }
        self.journal.write(&Line::Chosen(chosen.clone().into_iter().collect()))?;
        Ok(chosen)
    }

    pub(super) fn seconds_left(&self) -> f64 {
        let left = self.request.budget.map(|budget| budget.saturating_sub(self.start.elapsed()));
        left.map_or(f64::INFINITY, |left| left.as_secs_f64())
    }
}

/// Seconds of a unit's screen.
fn screening(unit: &Unit, design: Design) -> f64 {
    unit.seconds() * OF_SCREEN * f64::from(design.screen_rounds)
}

/// Seconds of a unit's fresh pairs.
fn confirming(unit: &Unit, design: Design) -> f64 {
    unit.seconds() * OF_CONFIRM * f64::from(design.confirm_pairs)
}
