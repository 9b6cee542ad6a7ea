//! What the gate can see with pairs that scatter as measured ones do: whole runs drawn from them with replacement, with
//! a slowdown that is known because it was put in.

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use serde::Serialize;

use crate::{
    judge::{Timed, Verdict, judge},
    pair::LogRatio,
    ratio,
    rules::{Design, Rules},
    screen::{self, Screened, screen},
    sequence::Sequence,
    sign::{self, Direction},
    validity::{Arms, Validity},
};

/// A cell's measured pairs.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Its metric's rules.
    pub rules: Rules,
    /// Pairs of identical sides, or of sides whose difference does not matter: they are centred.
    pub pairs: Vec<LogRatio>,
}

impl Measured {
    /// The same scatter with a median ratio of 1, so that an effect put in is the whole effect.
    fn centred(&self) -> Vec<LogRatio> {
        let middle = ratio::median_ratio(&self.pairs).map_or(1.0, |ratio| ratio.value);
        self.pairs.iter().map(|pair| pair.slowed(1.0 / middle - 1.0)).collect()
    }
}

/// How often whole runs without a change raised an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FalseAlarms {
    /// Runs drawn.
    pub runs: u32,
    /// Runs with one false alarm or more.
    pub alarmed: u32,
    /// Cells flagged per run, on average: what a run without a change costs beyond the screen.
    pub flagged: f64,
}

/// Draws whole runs without a change. The pairs are taken as they are: where identical sides measured differently, that
/// is what should be seen.
#[must_use]
pub fn false_alarms(cells: &[Measured], design: Design, runs: u32, seed: u64) -> FalseAlarms {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let valid = Validity::Valid(Arms::default());
    let (mut alarmed, mut flagged) = (0, 0_u32);
    for _ in 0..runs {
        let mut drawn = Vec::with_capacity(cells.len());
        for cell in cells.iter().filter(|cell| !cell.pairs.is_empty()) {
            let screen_pairs = draw(&cell.pairs, design.screen_rounds, &mut random);
            let screen_pairs = screen::take(screen_pairs, cell.rules, design);
            let screened = screen(&screen_pairs, cell.rules, design);
            let confirm = match screened {
                Screened::Cleared => vec![],
                Screened::Flagged(_) => draw(&cell.pairs, design.confirm_pairs, &mut random),
            };
            flagged += u32::from(!confirm.is_empty());
            drawn.push(Timed { rules: cell.rules, screen: screen_pairs, confirm });
        }
        let verdicts = judge(&drawn, design, &valid);
        alarmed += u32::from(verdicts.iter().any(|verdict| matches!(verdict, Verdict::Regressed(_))));
    }
    FalseAlarms { runs, alarmed, flagged: f64::from(flagged) / f64::from(runs.max(1)) }
}

/// What the gate sees of a slowdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// The share of runs that find it.
    pub share: f64,
    /// The fresh pairs that those take, on average; 0 where none does.
    pub pairs: f64,
}

/// What is seen of this cell, slowed by `effect`, among `flagged` flagged cells in all.
#[must_use]
pub fn power(cell: &Measured, effect: f64, design: Design, flagged: usize, runs: u32, seed: u64) -> Found {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let slowed: Vec<LogRatio> = cell.centred().iter().map(|pair| pair.slowed(effect)).collect();
    if slowed.is_empty() {
        return Found::default();
    }
    let sequence = Sequence::new(design.confirm_pairs);
    let level = design.alpha / flagged.max(1) as f64;
    let (mut found, mut pairs) = (0, 0);
    for _ in 0..runs {
        let seen = screen::take(draw(&slowed, design.screen_rounds, &mut random), cell.rules, design);
        let fresh = draw(&slowed, design.confirm_pairs, &mut random);
        let beyond = fresh.iter().map(|pair| sign::beyond(*pair, cell.rules.margin, Direction::Slower));
        let taken = sequence.rejects_after(beyond, level);
        if let Some(taken) =
            taken.filter(|_| screen(&seen, cell.rules, design) == Screened::Flagged(Direction::Slower))
        {
            found += 1;
            pairs += taken;
        }
    }
    Found { share: f64::from(found) / f64::from(runs.max(1)), pairs: pairs as f64 / f64::from(found.max(1)) }
}

/// How much pairs vary: the median absolute deviation of their logarithms, about a share. 0 of none.
#[must_use]
pub fn scatter(pairs: &[LogRatio]) -> f64 {
    let middle = LogRatio::middle(pairs).map_or(0.0, LogRatio::ln);
    let mut distances: Vec<f64> = pairs.iter().map(|pair| (pair.ln() - middle).abs()).collect();
    distances.sort_unstable_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(0.0)
}

fn draw(pairs: &[LogRatio], n: u32, random: &mut Xoshiro256PlusPlus) -> Vec<LogRatio> {
    (0..n).map(|_| pairs[random.random_range(0..pairs.len())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(spread: f64) -> Measured {
        let at =
            |pair: i32| LogRatio::from_ratio(1.0 + spread * f64::from(pair - 20) / 20.0).expect("a ratio");
        Measured { rules: Rules::default(), pairs: (0..41).map(at).collect() }
    }

    #[test]
    fn quiet_cells_show_small_effects_and_noisy_ones_only_large_ones() {
        let design = Design::default();
        let found = |spread: f64, effect: f64| power(&measured(spread), effect, design, 5, 400, 1);
        // Each pair lies beyond the margin: as few as five flagged cells can do with.
        assert_eq!(found(0.005, 0.05), Found { share: 1.0, pairs: 14.0 });
        assert_eq!(found(0.005, 0.0), Found::default());
        assert!(found(0.3, 0.05).share < 0.5);
        assert!(found(0.3, 0.5).share > 0.95);
        let none = Measured { rules: Rules::default(), pairs: vec![] };
        assert_eq!(power(&none, 0.05, design, 5, 400, 1), Found::default());
    }

    #[test]
    fn cells_without_a_change_raise_no_alarm_and_the_seed_decides() {
        let cells: Vec<Measured> = [0.001, 0.02, 0.3].map(measured).into();
        let one = false_alarms(&cells, Design::default(), 500, 7);
        assert!(one.runs == 500 && one.alarmed <= 5, "{one:?}");
        assert_eq!(one, false_alarms(&cells, Design::default(), 500, 7));
        assert_eq!(false_alarms(&[], Design::default(), 5, 7).flagged, 0.0);
    }
}
