//! From pairs to verdicts. A verdict that accuses or praises can only be made here, by the test that it names.

use std::fmt;

use serde::Serialize;

use crate::{
    confirm::{self, Fresh, Standing, Weighed},
    pair::LogRatio,
    ratio::{self, Ratio},
    rules::{Design, Rules},
    screen::{Screened, screen},
    sequence::Sequence,
    sign::{Direction, P},
    validity::Validity,
};

/// What was measured of a cell.
#[derive(Clone, Debug, Default)]
pub struct Timed {
    /// Its metric's rules.
    pub rules: Rules,
    /// The pairs of the screen.
    pub screen: Vec<LogRatio>,
    /// The fresh pairs, in the order in which they were measured; none of a cell that was cleared.
    pub confirm: Vec<LogRatio>,
}

/// A change that the test found. Nothing else makes one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Confirmed {
    ratio: Ratio,
    p: P,
}

impl Confirmed {
    /// How large the change is, by the pairs that confirmed it.
    #[must_use]
    pub fn ratio(&self) -> Ratio {
        self.ratio
    }

    /// The probability of as much evidence or more without a change, among all that were tested (Holm).
    #[must_use]
    pub fn p(&self) -> f64 {
        self.p.get()
    }
}

/// The verdict on a cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Both sides are the same bytes; nothing was measured.
    Unchanged,
    /// No regression, and none larger than what is tolerable is hidden in the noise.
    Ok {
        /// The median ratio.
        ratio: Ratio,
    },
    /// It takes less, for sure.
    Improved(Confirmed),
    /// It takes more, for sure.
    Regressed(Confirmed),
    /// Neither a regression nor its absence is certain.
    Inconclusive {
        /// The median ratio, where there is a pair.
        ratio: Option<Ratio>,
        /// The smallest slowdown that would have been found nine times in ten, as a share; none where none would.
        detectable: Option<f64>,
        /// Why.
        doubt: Doubt,
        /// The same in words.
        reason: String,
    },
    /// The run cannot be believed, so the cell cannot be judged.
    Invalid,
}

/// Why neither a regression nor its absence is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The pairs are too few to decide, whatever they show.
    TooFew {
        /// Pairs that were measured.
        pairs: usize,
        /// All pairs that it would take at least.
        least: usize,
    },
    /// The pairs scatter too much.
    Scatter {
        /// Pairs that were measured.
        pairs: usize,
    },
    /// As many pairs as the design has could not decide it, whatever they showed: too many cells were flagged.
    Design {
        /// Pairs that the design has.
        pairs: usize,
        /// Flagged cells.
        flagged: usize,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::TooFew { pairs, least } => write!(f, "too few pairs ({pairs} of at least {least})"),
            Doubt::Scatter { pairs } => write!(f, "{pairs} pairs scatter too much to decide"),
            Doubt::Design { pairs, flagged } => write!(
                f,
                "flagged cells: {flagged}; {pairs} pairs cannot decide any of them; raise run.confirm_pairs in the policy"
            ),
        }
    }
}

/// The verdicts of the cells, in their order.
#[must_use]
pub fn judge(cells: &[Timed], design: Design, validity: &Validity) -> Vec<Verdict> {
    if let Validity::Invalid { .. } = validity {
        return vec![Verdict::Invalid; cells.len()];
    }
    let sequence = Sequence::new(design.confirm_pairs);
    let flagged = flagged(cells, design);
    let fresh: Vec<Fresh<'_>> = flagged.iter().map(|(_, fresh)| *fresh).collect();
    let weighed = confirm::weigh(&fresh, design, &sequence);
    let mut verdicts: Vec<Verdict> = cells.iter().map(|cell| cleared(cell, design)).collect();
    for ((index, fresh), weighed) in flagged.into_iter().zip(weighed) {
        verdicts[index] = confirmed(&cells[index], fresh.direction, weighed, design, &sequence);
    }
    verdicts
}

/// The cells that their screens flagged, with their indices.
#[must_use]
pub fn flagged(cells: &[Timed], design: Design) -> Vec<(usize, Fresh<'_>)> {
    let flagged = |(index, cell): (usize, &'_ Timed)| match screen(&cell.screen, cell.rules, design) {
        Screened::Cleared => None,
        Screened::Flagged(direction) => Some((index, direction)),
    };
    let fresh = |(index, direction): (usize, Direction)| {
        (index, Fresh { direction, rules: cells[index].rules, pairs: &cells[index].confirm })
    };
    cells.iter().enumerate().filter_map(flagged).map(fresh).collect()
}

fn cleared(cell: &Timed, design: Design) -> Verdict {
    let doubt = Doubt::Scatter { pairs: cell.screen.len() };
    fine(&cell.screen, cell.rules).unwrap_or_else(|| inconclusive(cell, &cell.screen, design.alpha, doubt))
}

fn confirmed(
    cell: &Timed,
    direction: Direction,
    weighed: Weighed,
    design: Design,
    sequence: &Sequence,
) -> Verdict {
    let Weighed { p, family, standing } = weighed;
    let level = design.alpha / family.max(1) as f64;
    let pairs = cell.confirm.len();
    let doubt = match (ratio::median_ratio(&cell.confirm), standing) {
        (Some(ratio), Standing::Changed) => {
            let found = Confirmed { ratio, p };
            return match direction {
                Direction::Slower => Verdict::Regressed(found),
                Direction::Faster => Verdict::Improved(found),
            };
        }
        (Some(ratio), Standing::Fine) => return Verdict::Ok { ratio },
        (_, Standing::Open { least }) => Doubt::TooFew { pairs, least },
        _ if sequence.soonest(0, 0, level).is_none() => Doubt::Design { pairs, flagged: family },
        _ => Doubt::Scatter { pairs },
    };
    let seen = if cell.confirm.is_empty() { &cell.screen } else { &cell.confirm };
    inconclusive(cell, seen, level, doubt)
}

/// `Ok`, where the upper bound of the median ratio is tolerable.
fn fine(pairs: &[LogRatio], rules: Rules) -> Option<Verdict> {
    let ratio = ratio::median_ratio(pairs)?;
    ratio::upper_bound(pairs).filter(|bound| *bound < 1.0 + rules.tolerable).map(|_| Verdict::Ok { ratio })
}

fn inconclusive(cell: &Timed, pairs: &[LogRatio], level: f64, doubt: Doubt) -> Verdict {
    Verdict::Inconclusive {
        ratio: ratio::median_ratio(pairs),
        detectable: ratio::detectable(pairs, cell.rules.margin, level),
        doubt,
        reason: doubt.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validity::{self, Arms};

    fn pairs(ratio: f64, n: usize) -> Vec<LogRatio> {
        vec![LogRatio::from_ratio(ratio).expect("a ratio"); n]
    }

    fn cell(screen: f64, confirm: f64, n: usize) -> Timed {
        Timed { rules: Rules::default(), screen: pairs(screen, 16), confirm: pairs(confirm, n) }
    }

    fn judged(cells: &[Timed]) -> Vec<Verdict> {
        judge(cells, Design::default(), &Validity::Valid(Arms::default()))
    }

    #[test]
    fn each_verdict_has_its_evidence() {
        let cells = [cell(1.0, 1.0, 0), cell(1.05, 1.05, 60), cell(0.9, 0.9, 60), cell(1.05, 1.0, 60)];
        let verdicts = judged(&cells);
        assert!(matches!(verdicts[0], Verdict::Ok { .. }));
        assert!(
            matches!(verdicts[1], Verdict::Regressed(found) if found.p() < 1e-9 && found.ratio().pairs == 60)
        );
        assert!(matches!(verdicts[2], Verdict::Improved(_)));
        // The screen's alarm was false, and decides nothing.
        assert!(matches!(verdicts[3], Verdict::Ok { .. }));
    }

    #[test]
    fn pairs_that_are_too_few_decide_nothing_and_name_how_many_it_takes() {
        let doubt = |verdict: &Verdict| match verdict {
            Verdict::Inconclusive { doubt, reason, .. } => (*doubt, reason.clone()),
            other => panic!("{other:?}"),
        };
        // Four cells are flagged: the one without any pair as well.
        let verdicts = judged(&[cell(1.5, 1.5, 5), cell(1.5, 1.5, 0), Timed::default(), cell(1.5, 1.5, 14)]);
        let (few, words) = doubt(&verdicts[0]);
        assert_eq!(few, Doubt::TooFew { pairs: 5, least: 14 });
        assert_eq!(words, "too few pairs (5 of at least 14)");
        assert_eq!(doubt(&verdicts[1]).0, Doubt::TooFew { pairs: 0, least: 14 });
        assert_eq!(doubt(&verdicts[2]).0, Doubt::TooFew { pairs: 0, least: 14 });
        // Evidence that is there counts, whatever was left out.
        assert!(matches!(verdicts[3], Verdict::Regressed(found) if found.ratio().pairs == 14));
    }

    #[test]
    fn a_design_that_cannot_decide_is_named() {
        let design = Design { confirm_pairs: 8, ..Design::default() };
        let cells = vec![cell(1.05, 1.05, 8); 14];
        match &judge(&cells, design, &Validity::Valid(Arms::default()))[0] {
            Verdict::Inconclusive { doubt, reason, .. } => {
                assert_eq!(*doubt, Doubt::Design { pairs: 8, flagged: 14 });
                assert!(reason.contains("raise run.confirm_pairs"), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn scatter_is_inconclusive_with_the_change_it_could_have_detected() {
        let wild: Vec<LogRatio> = (0..60)
            .map(|i| LogRatio::from_ratio(if i % 2 == 0 { 0.8 } else { 1.3 }).expect("a ratio"))
            .collect();
        let cells = [Timed { rules: Rules::default(), screen: pairs(1.1, 16), confirm: wild }];
        match &judged(&cells)[0] {
            Verdict::Inconclusive { detectable: Some(share), .. } => assert!(*share > 0.05),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_invalid_run_gives_no_verdict() {
        let shifted = validity::check(&pairs(1.1, 20), &[]);
        let verdicts = judge(&[cell(1.5, 1.5, 60), cell(1.0, 1.0, 0)], Design::default(), &shifted);
        assert_eq!(verdicts, [Verdict::Invalid, Verdict::Invalid]);
    }
}
