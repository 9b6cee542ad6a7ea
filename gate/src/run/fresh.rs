//! The second stage: fresh pairs of what the screen flagged, in turns, until each cell is decided.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use wasmark_decision::{
    judge::{Doubt, Timed as Evidence, Verdict},
    sequence::Sequence,
};
use wasmark_reports::format::counted;
use wasmark_runner::{interrupt, progress::Progress, promise::duration};

use super::Gate;
use crate::{
    Result,
    arm::Arm,
    document::Outcome,
    journal::Process,
    measure::{self, Unit},
    metric::Timed,
    schedule::{self, Stage, Step},
    verdict::{self, Key},
};

/// Processes of a unit for each fresh pair: two arms, and seldom a copy.
pub(super) const OF_CONFIRM: f64 = 2.1;

/// What is still to be decided, by unit: the metrics, and how many pairs more it takes at least.
type Open = BTreeMap<usize, (Vec<Timed>, usize)>;

impl Gate<'_> {
    /// Measures fresh pairs of every flagged cell until it is decided, has all its pairs, or the time is over. Where the
    /// time is not enough for all, those with the largest changes come first.
    pub(super) fn confirm(
        &mut self,
        units: &[Unit],
        mut done: BTreeMap<u32, Process>,
    ) -> Result<BTreeMap<u32, Process>> {
        let design = self.request.policy.design();
        let sequence = Sequence::new(design.confirm_pairs);
        let mut cells = verdict::evidence(&done, units, &self.request.policy);
        let order = verdict::flagged(&cells, design);
        cells.retain(|key, _| order.contains(key));
        let end = self.end();
        let mut progress = Progress::new();
        let mut chosen = BTreeSet::new();
        for turn in 0.. {
            let dead = measure::ended(&done);
            cells.retain(|(unit, _), _| !dead.contains_key(&Some(*unit)));
            let rounds = rounds(&done);
            let mut open = self.open(&cells, &sequence);
            open.retain(|unit, _| next(&rounds, Some(*unit)) < design.confirm_pairs);
            if open.keys().all(|unit| !chosen.contains(unit)) {
                chosen = self.choose(units, &order, &open);
            }
            let cells_left: usize = open.values().map(|(metrics, _)| metrics.len()).sum();
            open.retain(|unit, _| chosen.contains(unit));
            if open.is_empty() || interrupt::pending() || end.is_some_and(|end| Instant::now() >= end) {
                break;
            }
            let left = duration(open.keys().map(|unit| self.price(units, &open, *unit)).sum());
            let (shown, share) = (turn + 1, 1.0 - cells_left as f64 / order.len() as f64);
            let to_decide = counted(cells_left, "cell", "cells");
            let shown = format!("second stage, turn {shown}: {to_decide} to decide, at least {left} left");
            let mut tell = |_| progress.show(&shown, share);
            let steps = self.turn(&open, &rounds, turn, &done);
            let metrics =
                |unit: usize| open.get(&unit).map(|(metrics, _)| metrics.clone()).unwrap_or_default();
            done = self.carry_out(units, &steps, &metrics, done, end, &mut tell)?;
            for ((unit, metric), cell) in cells.iter_mut().filter(|((unit, _), _)| open.contains_key(unit)) {
                cell.confirm = measure::pairs(&done, Stage::Confirm, Some(*unit), *metric);
            }
        }
        progress.finish();
        Ok(done)
    }

    /// What fresh pairs can still decide.
    fn open(&self, cells: &BTreeMap<Key, Evidence>, sequence: &Sequence) -> Open {
        let mut open = Open::new();
        for ((unit, metric), least) in verdict::open(cells, &self.request.policy, sequence) {
            let there = cells.get(&(unit, metric)).map_or(0, |cell| cell.confirm.len());
            let (metrics, missing) = open.entry(unit).or_default();
            metrics.push(metric);
            *missing = least.saturating_sub(there).max(*missing);
        }
        open
    }

    /// The units that are measured next, in turns with each other: all, or those that a budget has time to decide, the
    /// largest changes first.
    fn choose(&self, units: &[Unit], order: &[Key], open: &Open) -> BTreeSet<usize> {
        let order = order.iter().map(|(unit, _)| *unit).filter(|unit| open.contains_key(unit));
        let chosen = fitting(order, self.seconds_left(), |unit| self.price(units, open, unit));
        if !chosen.is_empty() {
            let total = duration(chosen.iter().map(|unit| self.price(units, open, *unit)).sum());
            let (flagged, all) = (chosen.len(), counted(units.len(), "unit", "units"));
            eprintln!("flagged, to get fresh pairs: {flagged} of {all}, at least {total}");
        }
        chosen
    }

    /// Seconds until a unit can be decided at the earliest.
    fn price(&self, units: &[Unit], open: &Open, unit: usize) -> f64 {
        let missing = open.get(&unit).map_or(0, |(_, missing)| *missing);
        self.pace.seconds(unit, &units[unit]) * OF_CONFIRM * missing as f64
    }

    /// The steps of a turn that are not done yet, by a gate that was interrupted in it.
    fn turn(&self, open: &Open, rounds: &Rounds, turn: u32, done: &BTreeMap<u32, Process>) -> Vec<Step> {
        let mut order: Vec<Option<usize>> = open.keys().copied().map(Some).collect();
        if turn.is_multiple_of(schedule::seldom(order.len())) {
            order.push(None);
        }
        let order: Vec<(Option<usize>, u32)> =
            order.into_iter().map(|unit| (unit, next(rounds, unit))).collect();
        let first = done.keys().next_back().map_or(0, |last| last + 1);
        let mut steps = schedule::turn(&order, first, self.header.seed);
        steps.retain(|step| {
            !rounds.get(&(step.unit, step.round)).is_some_and(|arms| arms.contains(&step.arm))
        });
        steps
    }

    fn end(&self) -> Option<Instant> {
        self.request.budget.map(|budget| self.start + budget)
    }

    /// The cells that the budget had no time to decide. Their reasons name it, and a budget that may be enough.
    pub(super) fn starved(&self, units: &[Unit], cells: &mut [(Key, Outcome)]) -> BTreeSet<Key> {
        let Some(budget) = self.request.budget.filter(|_| !interrupt::pending()) else {
            return BTreeSet::new();
        };
        blame(cells, budget, |unit| self.pace.seconds(unit, &units[unit]) * OF_CONFIRM)
    }
}

/// Of units in their order, those that fit into the time together; one that does not fit leaves it to those after it.
fn fitting(
    order: impl Iterator<Item = usize>,
    mut left: f64,
    price: impl Fn(usize) -> f64,
) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    for unit in order {
        if price(unit) <= left && chosen.insert(unit) {
            left -= price(unit);
        }
    }
    chosen
}

/// Blames the budget for the pairs that cells lack; `of_pair` gives the seconds of a pair of a unit. Those cells.
fn blame(cells: &mut [(Key, Outcome)], budget: Duration, of_pair: impl Fn(usize) -> f64) -> BTreeSet<Key> {
    let lacks = |(key, outcome): &(Key, Outcome)| Some((*key, too_few(outcome)?));
    let starved: BTreeMap<Key, (usize, usize)> = cells.iter().filter_map(lacks).collect();
    let mut missing: BTreeMap<usize, usize> = BTreeMap::new();
    for ((unit, _), (pairs, least)) in &starved {
        let most = missing.entry(*unit).or_default();
        *most = least.saturating_sub(*pairs).max(*most);
    }
    let more: f64 = missing.iter().map(|(unit, missing)| of_pair(*unit) * *missing as f64).sum();
    let minutes = (budget.as_secs_f64() + more) as u64 / 60 + 1;
    for (key, outcome) in cells {
        if let (Some((pairs, least)), Outcome::Judged(Verdict::Inconclusive { reason, .. })) =
            (starved.get(key), outcome)
        {
            *reason = format!(
                "too few pairs for the budget ({pairs} of at least {least}): --budget {minutes}m or more"
            );
        }
    }
    starved.into_keys().collect()
}

/// Pairs, and the least number that decides, of a cell that lacks some.
fn too_few(outcome: &Outcome) -> Option<(usize, usize)> {
    match outcome {
        Outcome::Judged(Verdict::Inconclusive { doubt: Doubt::TooFew { pairs, least }, .. }) => {
            Some((*pairs, *least))
        }
        _ => None,
    }
}

/// The arms that are measured, by unit and round of the second stage.
type Rounds = BTreeMap<(Option<usize>, u32), Vec<Arm>>;

fn rounds(done: &BTreeMap<u32, Process>) -> Rounds {
    let mut rounds = Rounds::new();
    for process in done.values().filter(|process| process.stage == Stage::Confirm) {
        rounds.entry((process.unit, process.round)).or_default().push(process.arm);
    }
    rounds
}

/// The first round of a unit that is not measured whole.
fn next(rounds: &Rounds, unit: Option<usize>) -> u32 {
    let whole = |round: &u32| {
        let arms = rounds.get(&(unit, *round));
        arms.is_some_and(|arms| [Arm::Base, Arm::Candidate].iter().all(|arm| arms.contains(arm)))
    };
    (0..).take_while(whole).count() as u32
}

#[cfg(test)]
mod tests {
    use wasmark_decision::{
        judge::judge,
        pair::LogRatio,
        rules::{Design, Rules},
        validity::{Arms, Validity},
    };

    use super::*;
    use crate::bench::Windows;

    fn process(number: u32, unit: Option<usize>, round: u32, arm: Arm) -> (u32, Process) {
        let windows = Ok(Windows::from([(Timed::Throughput, vec![1.0; 14])]));
        (number, Process { number, stage: Stage::Confirm, round, unit, arm, windows })
    }

    #[test]
    fn a_unit_goes_on_with_the_round_that_is_not_whole() {
        let done = BTreeMap::from([
            process(7, Some(2), 0, Arm::Candidate),
            process(8, Some(2), 0, Arm::Base),
            process(9, Some(2), 1, Arm::Base),
            process(10, None, 0, Arm::Candidate),
        ]);
        let rounds = rounds(&done);
        assert_eq!((next(&rounds, Some(2)), next(&rounds, None), next(&rounds, Some(0))), (1, 0, 0));
    }

    #[test]
    fn the_largest_changes_come_first_and_what_does_not_fit_keeps_none_out() {
        let price = |unit: usize| [10.0, 50.0, 20.0, 5.0][unit];
        let order = [2, 1, 2, 0, 3];
        assert_eq!(fitting(order.into_iter(), 32.0, price), BTreeSet::from([2, 0]));
        assert_eq!(fitting(order.into_iter(), f64::INFINITY, price).len(), 4);
        assert_eq!(fitting(order.into_iter(), 4.0, price), BTreeSet::new());
    }

    #[test]
    fn the_budget_is_the_reason_only_where_pairs_are_missing() {
        let pairs = |ratio: f64, n: usize| vec![LogRatio::from_ratio(ratio).expect("a ratio"); n];
        let wild: Vec<LogRatio> =
            pairs(1.5, 30).into_iter().zip(pairs(0.5, 30)).flat_map(<[_; 2]>::from).collect();
        let cell = |confirm| Evidence { rules: Rules::default(), screen: pairs(42.0, 6), confirm };
        let evidence = [cell(pairs(42.0, 5)), cell(wild), cell(pairs(42.0, 20))];
        let verdicts = judge(&evidence, Design::default(), &Validity::Valid(Arms::default()));
        let keys = (0..).map(|unit| (unit, Timed::Compile));
        let mut cells: Vec<(Key, Outcome)> = keys.zip(verdicts.into_iter().map(Outcome::Judged)).collect();
        // Nine pairs more of ten seconds each.
        let starved = blame(&mut cells, Duration::from_secs(60), |_| 10.0);
        assert_eq!(starved, BTreeSet::from([(0, Timed::Compile)]));
        let reason = |cell: usize| match &cells[cell].1 {
            Outcome::Judged(Verdict::Inconclusive { reason, .. }) => reason.as_str(),
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(0), "too few pairs for the budget (5 of at least 14): --budget 3m or more");
        assert_eq!(reason(1), "60 pairs scatter too much to decide");
        assert!(matches!(cells[2].1, Outcome::Judged(Verdict::Regressed(_))), "{:?}", cells[2].1);
    }
}
