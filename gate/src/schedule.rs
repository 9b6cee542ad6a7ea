//! The order of processes. Pure: the same seed gives the same order, so that a gate can be resumed and repeated.

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::arm::Arm;

/// Pairs of each arm that must measure 1 that a run should have at least: enough to be sure of a shift.
const CONTROLS: u32 = 16;
/// In the second stage, at least one round in so many has a copy and a control.
const SELDOM: u32 = 8;

/// Which pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Those that can clear a cell.
    Screen,
    /// Those that decide.
    Confirm,
}

/// One process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number within the gate.
    pub number: u32,
    /// Its stage.
    pub stage: Stage,
    /// Its round within the stage.
    pub round: u32,
    /// Index of the unit; none for the control kernel.
    pub unit: Option<usize>,
    /// Who it works for. The control kernel's arms are the same program.
    pub arm: Arm,
}

/// The screen of so many units.
#[must_use]
pub fn screen(units: usize, rounds: u32, seed: u64) -> Vec<Step> {
    let units: Vec<usize> = (0..units).collect();
    let copies = CONTROLS.div_ceil(units.len().max(1) as u32).clamp(2, rounds.max(1));
    let every = (rounds / copies).max(1);
    let controls = CONTROLS.div_ceil(rounds.max(1));
    order(Stage::Screen, &units, rounds, seed, |round| (round % every == 0, controls))
}

/// One turn over units that need fresh pairs, each in its own round: a pair of processes of each, in random order, and in
/// some rounds a copy. A turn of the control kernel is one without a unit. Numbers begin at `first`.
#[must_use]
pub fn turn(units: &[(Option<usize>, u32)], first: u32, seed: u64) -> Vec<Step> {
    // Another stream than the screen's, and another one in each turn.
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0xc0f1);
    random.set_stream(u64::from(first));
    let every = seldom(units.len());
    let mut steps = Vec::new();
    let mut order = units.to_vec();
    order.shuffle(&mut random);
    for (unit, round) in order {
        let pair = Pair { stage: Stage::Confirm, round, unit, copied: round % every == 0 };
        pair.draw(&mut steps, first, &mut random);
    }
    steps
}

/// In which turn after another the control kernel and copies are measured, beside so many units: as often as it takes for
/// [`CONTROLS`] pairs of base and copy in the turns that a decision takes at least.
#[must_use]
pub fn seldom(units: usize) -> u32 {
    const TURNS: u32 = 10;
    (TURNS / CONTROLS.div_ceil(units.max(1) as u32)).clamp(1, SELDOM)
}

/// `extras` is of a round whether it has copies, and how many pairs of the control kernel.
fn order(
    stage: Stage,
    units: &[usize],
    rounds: u32,
    seed: u64,
    extras: impl Fn(u32) -> (bool, u32),
) -> Vec<Step> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut steps: Vec<Step> = Vec::new();
    if units.is_empty() {
        return steps;
    }
    for round in 0..rounds {
        let (copied, controls) = extras(round);
        let mut groups: Vec<Option<usize>> = units.iter().copied().map(Some).collect();
        groups.extend((0..controls).map(|_| None));
        groups.shuffle(&mut random);
        for unit in groups {
            Pair { stage, round, unit, copied }.draw(&mut steps, 0, &mut random);
        }
    }
    steps
}

/// A pair of processes, and a copy of the base where it is `copied` and of a unit.
struct Pair {
    stage: Stage,
    round: u32,
    unit: Option<usize>,
    copied: bool,
}

impl Pair {
    /// Adds its steps in random order.
    fn draw(self, steps: &mut Vec<Step>, first: u32, random: &mut ChaCha8Rng) {
        let Pair { stage, round, unit, copied } = self;
        let mut arms = vec![Arm::Base, Arm::Candidate];
        arms.extend((copied && unit.is_some()).then_some(Arm::Copy));
        arms.shuffle(random);
        for arm in arms {
            let number = first + steps.len() as u32;
            steps.push(Step { number, stage, round, unit, arm });
        }
    }
}

/// A seed that was not chosen.
#[must_use]
pub fn seed() -> u64 {
    rand::rng().random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_neighbours_in_random_order() {
        let steps = screen(20, 8, 1);
        assert_eq!(steps, screen(20, 8, 1));
        assert_ne!(steps, screen(20, 8, 2));
        let first = |round, unit| {
            let of: Vec<usize> = (0..steps.len())
                .filter(|at| steps[*at].round == round && steps[*at].unit == Some(unit))
                .collect();
            assert!(of.last().expect("steps") - of[0] < 3, "neighbours");
            steps[of[0]].arm
        };
        let firsts: Vec<Arm> = (0..8)
            .flat_map(|round| (0..20).map(move |unit| (round, unit)))
            .map(|(r, u)| first(r, u))
            .collect();
        for arm in [Arm::Base, Arm::Candidate] {
            assert!((40..100).contains(&firsts.iter().filter(|one| **one == arm).count()));
        }
    }

    #[test]
    fn there_are_enough_controls_however_few_the_units() {
        for units in [1, 3, 100] {
            let steps = screen(units, 8, 1);
            let copies = steps.iter().filter(|step| step.arm == Arm::Copy).count();
            assert!(copies >= units.min(16) && copies >= 8, "{units}: {copies}");
            let controls = steps.iter().filter(|step| step.unit.is_none()).count();
            assert!(controls >= 32, "{units}: {controls}");
        }
        assert!(screen(0, 8, 1).is_empty());
    }

    #[test]
    fn a_turn_has_a_pair_of_each_unit_in_its_own_round() {
        let units = [(Some(3), 1), (Some(5), 8), (None, 0)];
        let steps = turn(&units, 100, 1);
        assert_eq!(steps, turn(&units, 100, 1));
        let numbers: Vec<u32> = steps.iter().map(|step| step.number).collect();
        assert_eq!(numbers, (100..100 + steps.len() as u32).collect::<Vec<_>>());
        for (unit, round) in units {
            let of: Vec<&Step> = steps.iter().filter(|step| step.unit == unit).collect();
            assert!(of.iter().all(|step| step.round == round && step.stage == Stage::Confirm));
            for arm in [Arm::Base, Arm::Candidate] {
                assert_eq!(of.iter().filter(|step| step.arm == arm).count(), 1);
            }
        }
        // Which arm is first differs from turn to turn.
        let firsts: Vec<Arm> = (0..200).map(|at| turn(&[(Some(0), 1)], at * 3, 7)[0].arm).collect();
        let of_base = firsts.iter().filter(|arm| **arm == Arm::Base).count();
        assert!((40..110).contains(&of_base), "{of_base}");
        assert!(turn(&[], 9, 1).is_empty());
    }

    #[test]
    fn there_are_enough_copies_in_the_fewest_turns_that_decide() {
        for units in [1_u32, 2, 4, 8, 14, 16, 100] {
            let copies = (0..10).filter(|round| round % seldom(units as usize) == 0).count() as u32 * units;
            assert!(copies >= 10, "{units}: {copies}");
        }
        assert_eq!(seldom(100), SELDOM);
    }
}
