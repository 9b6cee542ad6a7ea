//! The order of processes. Pure: the same seed gives the same order, so that a gate can be resumed and repeated.

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::subjects::Arm;

/// Pairs of each arm that must measure 1 that a run should have at least: enough to be sure of a shift.
const CONTROLS: u32 = 16;
/// In the second stage, one round in so many has a copy and a control.
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
    order(Stage::Screen, &units, rounds, (0, seed), |round| (round % every == 0, controls))
}

/// The fresh pairs of the units that were flagged; their numbers begin at `first`.
#[must_use]
pub fn confirm(flagged: &[usize], pairs: u32, first: u32, seed: u64) -> Vec<Step> {
    // Another stream than the screen's.
    let seed = (first, seed ^ 0xc0f1);
    order(Stage::Confirm, flagged, pairs, seed, |round| (round % SELDOM == 0, u32::from(round % SELDOM == 0)))
}

/// `extras` says of a round whether it has copies, and how many pairs of the control kernel.
fn order(
    stage: Stage,
    units: &[usize],
    rounds: u32,
    (first, seed): (u32, u64),
    extras: impl Fn(u32) -> (bool, u32),
) -> Vec<Step> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut steps: Vec<Step> = Vec::new();
    if units.is_empty() {
        return steps;
    }
    for round in 0..rounds {
        let (copies, controls) = extras(round);
        let mut groups: Vec<Option<usize>> = units.iter().copied().map(Some).collect();
        groups.extend((0..controls).map(|_| None));
        groups.shuffle(&mut random);
        for unit in groups {
            let mut arms = vec![Arm::Base, Arm::Candidate];
            arms.extend((copies && unit.is_some()).then_some(Arm::Copy));
            arms.shuffle(&mut random);
            for arm in arms {
                let number = first + steps.len() as u32;
                steps.push(Step { number, stage, round, unit, arm });
            }
        }
    }
    steps
}

/// A seed that nobody chose.
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
        assert!(confirm(&[], 40, 9, 1).is_empty());
        let confirm = confirm(&[3, 5], 40, 100, 1);
        assert_eq!(confirm[0].number, 100);
        let of_three = |arm| confirm.iter().filter(|step| step.unit == Some(3) && step.arm == arm).count();
        assert_eq!([Arm::Base, Arm::Candidate, Arm::Copy].map(of_three), [40, 40, 5]);
    }
}
