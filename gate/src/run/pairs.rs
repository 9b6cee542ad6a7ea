//! The pairs, as many as the budget has time for.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use wasmark_decision::rules::Design;
use wasmark_reports::format::counted;
use wasmark_runner::{interrupt, progress::Progress, promise::duration};

use super::{Gate, fresh::OF_CONFIRM};
use crate::{
    Result,
    journal::{Line, Process},
    measure::{Measuring, Pace, Unit},
    metric::Timed,
    schedule::{self, Step},
    verdict,
};

/// Processes of a unit in each round of the screen: two arms, and a copy in some rounds.
const OF_SCREEN: f64 = 2.3;
/// The share of units that is expected to need fresh pairs.
const FLAGGED: f64 = 0.05;

impl Gate<'_> {
    /// The units that fit into the budget, the cheapest first; what does not has cells without pairs.
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
        let all = counted(units.len(), "unit", "units");
        eprintln!("{} of {all} of measurement, about {}", chosen.len(), duration(total));
        let kept = units.into_iter().enumerate().filter(|(index, _)| chosen.contains(index));
        Ok(kept.map(|(_, unit)| unit).collect())
    }

    /// Both stages.
    pub(super) fn pairs(&mut self, units: &[Unit]) -> Result<BTreeMap<u32, Process>> {
        let done = self.screen(units)?;
        if interrupt::pending() || !self.confirms {
            return Ok(done);
        }
        self.confirm(units, done)
    }

    /// The first stage. A cell that is clearly flagged gets no more of these pairs: fresh ones decide it.
    fn screen(&mut self, units: &[Unit]) -> Result<BTreeMap<u32, Process>> {
        let design = self.request.policy.design();
        let steps = schedule::screen(units.len(), design.screen_rounds, self.header.seed);
        let mut done = std::mem::take(&mut self.before.done);
        let mut progress = Progress::new();
        let mut before = 0;
        for round in steps.chunk_by(|one, other| one.round == other.round) {
            let over = if self.confirms { self.flagged_early(units, &done) } else { BTreeSet::new() };
            let goes_on = |step: &Step| step.unit.is_none_or(|unit| !over.contains(&unit));
            let pace = self.pace.clone();
            let rest = steps[before..].iter().filter(|step| goes_on(step));
            let mut left: f64 = rest.map(|step| seconds(&pace, units, step)).sum();
            let wanted: Vec<Step> = round.iter().copied().filter(goes_on).collect();
            let share = before as f64 / steps.len() as f64;
            let mut tell = |at: usize| {
                let number = wanted[at].round + 1;
                progress.show(&format!("first stage, round {number}: {} left", duration(left)), share);
                left -= seconds(&pace, units, &wanted[at]);
            };
            let all = |unit: usize| units[unit].metrics.clone();
            done = self.carry_out(units, &wanted, &all, done, None, &mut tell)?;
            before += round.len();
        }
        progress.finish();
        Ok(done)
    }

    /// The units of which every metric is so clearly flagged that its screen is over before its end.
    fn flagged_early(&self, units: &[Unit], done: &BTreeMap<u32, Process>) -> BTreeSet<usize> {
        let policy = &self.request.policy;
        let evidence = verdict::evidence(done, units, policy);
        let over = |key: &verdict::Key| {
            let cell = &evidence[key];
            wasmark_decision::screen::over(&cell.screen, cell.rules, policy.design())
        };
        let all = |unit: &usize| evidence.keys().filter(|(of, _)| of == unit).all(over);
        (0..units.len()).filter(all).collect()
    }

    /// Carries steps out, until `end` where that is given.
    pub(super) fn carry_out(
        &mut self,
        units: &[Unit],
        steps: &[Step],
        metrics: &dyn Fn(usize) -> Vec<Timed>,
        done: BTreeMap<u32, Process>,
        end: Option<Instant>,
        tell: &mut dyn FnMut(usize),
    ) -> Result<BTreeMap<u32, Process>> {
        let (journal, control) = (&mut self.journal, self.control);
        let pace = &mut self.pace;
        let mut measuring = Measuring { bench: &mut self.bench, units, control, journal, done, pace, end };
        measuring.carry_out(steps, metrics, tell)?;
        Ok(measuring.done)
    }

    pub(super) fn seconds_left(&self) -> f64 {
        let left = self.request.budget.map(|budget| budget.saturating_sub(self.start.elapsed()));
        left.map_or(f64::INFINITY, |left| left.as_secs_f64())
    }
}

/// Seconds of a step.
fn seconds(pace: &Pace, units: &[Unit], step: &Step) -> f64 {
    step.unit.map_or(0.1, |unit| pace.seconds(unit, &units[unit]))
}

/// Seconds of a unit's screen.
fn screening(unit: &Unit, design: Design) -> f64 {
    unit.seconds() * OF_SCREEN * f64::from(design.screen_rounds)
}

/// Seconds of a unit's fresh pairs.
fn confirming(unit: &Unit, design: Design) -> f64 {
    unit.seconds() * OF_CONFIRM * f64::from(design.confirm_pairs)
}
