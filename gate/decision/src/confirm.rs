//! The fresh pairs of the flagged cells: what they show after any number of them, and which cells need more.
//!
//! The p-values of [`Sequence`] hold at any moment and never rise, and Holm's procedure keeps both: a cell that is sure
//! among all of its family stays sure, whatever the others show later. So each cell stops when it is decided, and the
//! rest goes on.

use wasmark_results::statistics::CONFIDENCE;

use crate::{
    holm,
    pair::LogRatio,
    rules::{Design, Rules},
    sequence::Sequence,
    sign::{self, Direction, P},
};

/// A flagged cell with its fresh pairs. The screen that flagged it decides nothing further.
#[derive(Clone, Copy, Debug)]
pub struct Fresh<'a> {
    /// The direction in which the screen moved.
    pub direction: Direction,
    /// The rules of its metric.
    pub rules: Rules,
    /// The fresh pairs, in the order in which they were measured.
    pub pairs: &'a [LogRatio],
}

/// What the fresh pairs of a cell show so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// The p-value among all flagged cells of its direction (Holm).
    pub p: P,
    /// How many those are.
    pub family: usize,
    /// Where this leaves the cell.
    pub standing: Standing,
}

/// Where its pairs leave a flagged cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The change is certain.
    Changed,
    /// No change can be shown any more, and none beyond what is tolerable is hidden in the noise.
    Fine,
    /// More pairs can decide it: so many in all, at least.
    Open {
        /// All pairs, with those that are there.
        least: usize,
    },
    /// All pairs that could decide it are there, and do not.
    Unclear,
}

/// What is known of each cell of a family: all that were flagged, whether they have pairs yet or not.
#[must_use]
pub fn weigh(cells: &[Fresh<'_>], design: Design, sequence: &Sequence) -> Vec<Weighed> {
    let mut weighed = vec![None; cells.len()];
    for direction in [Direction::Slower, Direction::Faster] {
        let family: Vec<usize> =
            (0..cells.len()).filter(|cell| cells[*cell].direction == direction).collect();
        let tests: Vec<P> = family.iter().map(|cell| sequence.p(cells[*cell].changed())).collect();
        for (cell, p) in family.iter().zip(holm::adjust(&tests)) {
            let standing = match p.get() <= design.alpha {
                true => Standing::Changed,
                false => cells[*cell].standing(family.len(), design, sequence),
            };
            weighed[*cell] = Some(Weighed { p, family: family.len(), standing });
        }
    }
    weighed.into_iter().flatten().collect()
}

impl Fresh<'_> {
    /// Of a cell whose change is not certain.
    fn standing(&self, family: usize, design: Design, sequence: &Sequence) -> Standing {
        let pairs = self.pairs.len();
        let changed = self.changed().filter(|changed| *changed).count();
        // Holm asks for this level of the last of a family, so what cannot reach it is beyond hope.
        if sequence.possible(pairs, changed, design.alpha) {
            let of_all = sequence.soonest(pairs, changed, design.alpha / family as f64);
            let least = of_all.or_else(|| sequence.soonest(pairs, changed, design.alpha));
            return Standing::Open { least: least.unwrap_or(sequence.most()) };
        }
        let level = 1.0 - CONFIDENCE;
        if sequence.p(self.tolerable()).get() <= level {
            return Standing::Fine;
        }
        let fine = self.tolerable().filter(|tolerable| *tolerable).count();
        sequence.soonest(pairs, fine, level).map_or(Standing::Unclear, |least| Standing::Open { least })
    }

    /// Of each pair whether it speaks for a change.
    fn changed(&self) -> impl Iterator<Item = bool> + '_ {
        self.pairs.iter().map(|pair| sign::beyond(*pair, self.rules.margin, self.direction))
    }

    /// Of each pair whether it speaks for a median ratio below what is tolerable.
    fn tolerable(&self) -> impl Iterator<Item = bool> + '_ {
        self.pairs.iter().map(|pair| pair.ln() < self.rules.tolerable.ln_1p())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(ratios: &[f64]) -> Vec<LogRatio> {
        ratios.iter().filter_map(|ratio| LogRatio::from_ratio(*ratio)).collect()
    }

    fn weighed(cells: &[(Direction, Vec<LogRatio>)], design: Design) -> Vec<Weighed> {
        let fresh: Vec<Fresh<'_>> = cells
            .iter()
            .map(|(direction, pairs)| Fresh { direction: *direction, rules: Rules::default(), pairs })
            .collect();
        weigh(&fresh, design, &Sequence::new(design.confirm_pairs))
    }

    fn slower(cells: &[&[f64]]) -> Vec<Standing> {
        let cells: Vec<_> = cells.iter().map(|ratios| (Direction::Slower, pairs(ratios))).collect();
        weighed(&cells, Design::default()).into_iter().map(|weighed| weighed.standing).collect()
    }

    #[test]
    fn a_cell_without_doubt_stops_at_twelve_pairs_and_fourteen_at_fifteen() {
        assert_eq!(slower(&[&[1.03; 11]]), [Standing::Open { least: 12 }]);
        assert_eq!(slower(&[&[1.03; 12]]), [Standing::Changed]);
        assert_eq!(slower(&[[1.03; 14].as_slice(); 14]), [Standing::Open { least: 15 }; 14]);
        assert_eq!(slower(&[[1.03; 15].as_slice(); 14]), [Standing::Changed; 14]);
        // Each direction is a family of its own.
        let both = [(Direction::Slower, pairs(&[1.1; 12])), (Direction::Faster, pairs(&[0.9; 12]))];
        let both = weighed(&both, Design::default());
        assert!(both.iter().all(|one| one.standing == Standing::Changed && one.family == 1), "{both:?}");
    }

    #[test]
    fn the_screen_s_false_alarm_ends_when_no_change_can_be_shown_any_more() {
        // Of 60 pairs 40 would have to lie beyond.
        assert!(matches!(slower(&[&[1.0; 20]])[0], Standing::Open { .. }));
        assert_eq!(slower(&[&[1.0; 21]]), [Standing::Fine]);
        let wild: Vec<f64> = (0..60).map(|pair| if pair % 2 == 0 { 0.8 } else { 1.3 }).collect();
        assert_eq!(slower(&[&wild]), [Standing::Unclear]);
    }

    #[test]
    fn pairs_below_what_is_tolerable_are_not_fine_while_a_change_can_still_show() {
        // Eight pairs exclude 5 %, and do not exclude a change.
        assert_eq!(slower(&[&[1.03; 8]]), [Standing::Open { least: 12 }]);
        assert_eq!(slower(&[&[]]), [Standing::Open { least: 12 }]);
    }

    proptest! {
        #[test]
        fn what_is_changed_stays_changed_whatever_follows(
            cells in prop::collection::vec((any::<u32>(), 0_usize..30, 0_usize..30), 1..8),
        ) {
            // A share of 7 in 8 pairs lies beyond.
            let ratio = |seed: u32, pair: usize| match seed.rotate_left(pair as u32) % 8 {
                0 => 1.0,
                _ => 1.02,
            };
            let some = |more: bool| -> Vec<Standing> {
                let count = |before: usize, after: usize| if more { before.max(after) } else { before.min(after) };
                let of = |(seed, one, other): &(u32, usize, usize)| -> Vec<f64> {
                    (0..count(*one, *other)).map(|pair| ratio(*seed, pair)).collect()
                };
                let cells: Vec<Vec<f64>> = cells.iter().map(of).collect();
                slower(&cells.iter().map(Vec::as_slice).collect::<Vec<_>>())
            };
            for (before, after) in some(false).into_iter().zip(some(true)) {
                prop_assert!(before != Standing::Changed || after == Standing::Changed);
                // A cell that no further pair could decide is decided by its family alone.
                let settled = matches!(before, Standing::Fine | Standing::Unclear);
                prop_assert!(!settled || after == before || after == Standing::Changed);
            }
        }
    }
}
