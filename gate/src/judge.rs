//! From pairs to verdicts. A verdict that accuses or praises can only be made here, by the test that it names.

use serde::Serialize;

use crate::{
    holm,
    pair::LogRatio,
    ratio::{self, Ratio},
    rules::{Design, Rules},
    screen::{Screened, screen},
    sign::{self, Direction, P},
    validity::Validity,
};

/// What was measured of a cell.
#[derive(Clone, Debug, Default)]
pub struct Timed {
    /// Its metric's rules.
    pub rules: Rules,
    /// The pairs of the screen.
    pub screen: Vec<LogRatio>,
    /// The fresh pairs; none of a cell that was cleared.
    pub confirm: Vec<LogRatio>,
}

/// A change that the test found. Nobody else makes one.
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

/// What is said of a cell.
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
        /// Why, in words.
        reason: String,
    },
    /// The run cannot be believed, so the cell cannot be judged.
    Invalid,
}

/// The verdicts of the cells, in their order.
#[must_use]
pub fn judge(cells: &[Timed], design: Design, validity: &Validity) -> Vec<Verdict> {
    if let Validity::Invalid { .. } = validity {
        return vec![Verdict::Invalid; cells.len()];
    }
    let screened: Vec<Screened> = cells.iter().map(|cell| screen(&cell.screen, cell.rules, design)).collect();
    let tested = |direction: Direction| -> Vec<(usize, P)> {
        let flagged = (0..cells.len())
            .filter(|index| screened[*index] == Screened::Flagged(direction))
            .collect::<Vec<_>>();
        let tests: Vec<P> = flagged.iter().map(|index| evidence(&cells[*index], design, direction)).collect();
        flagged.into_iter().zip(holm::adjust(&tests)).collect()
    };
    let mut verdicts: Vec<Verdict> = cells.iter().map(|cell| cleared(cell, design)).collect();
    for direction in [Direction::Slower, Direction::Faster] {
        let tests = tested(direction);
        let level = design.alpha / tests.len().max(1) as f64;
        for (index, p) in tests {
            verdicts[index] = confirmed(&cells[index], design, direction, p, level);
        }
    }
    verdicts
}

/// The test of a flagged cell. One whose fresh pairs are not all there proves nothing: whoever stops early could choose
/// when.
fn evidence(cell: &Timed, design: Design, direction: Direction) -> P {
    let whole = cell.confirm.len() >= design.confirm_pairs as usize;
    if whole { sign::test(&cell.confirm, cell.rules.margin, direction) } else { P::ONE }
}

fn cleared(cell: &Timed, design: Design) -> Verdict {
    fine(&cell.screen, cell.rules).unwrap_or_else(|| {
        let pairs = cell.screen.len();
        inconclusive(
            cell,
            &cell.screen,
            design.alpha,
            format!("{pairs} pairs cleared it, but scatter too much to exclude more"),
        )
    })
}

fn confirmed(cell: &Timed, design: Design, direction: Direction, p: P, level: f64) -> Verdict {
    let (done, planned) = (cell.confirm.len(), design.confirm_pairs as usize);
    if done < planned {
        let seen = if cell.confirm.is_empty() { &cell.screen } else { &cell.confirm };
        return inconclusive(
            cell,
            seen,
            level,
            format!("flagged, and only {done} of {planned} fresh pairs were measured"),
        );
    }
    match (ratio::median_ratio(&cell.confirm), direction) {
        (Some(ratio), Direction::Slower) if p.get() <= design.alpha => {
            Verdict::Regressed(Confirmed { ratio, p })
        }
        (Some(ratio), Direction::Faster) if p.get() <= design.alpha => {
            Verdict::Improved(Confirmed { ratio, p })
        }
        _ => fine(&cell.confirm, cell.rules).unwrap_or_else(|| {
            inconclusive(cell, &cell.confirm, level, format!("{done} fresh pairs scatter too much to say"))
        }),
    }
}

/// `Ok`, where the upper bound of the median ratio is tolerable.
fn fine(pairs: &[LogRatio], rules: Rules) -> Option<Verdict> {
    let ratio = ratio::median_ratio(pairs)?;
    ratio::upper_bound(pairs).filter(|bound| *bound < 1.0 + rules.tolerable).map(|_| Verdict::Ok { ratio })
}

fn inconclusive(cell: &Timed, pairs: &[LogRatio], level: f64, reason: String) -> Verdict {
    Verdict::Inconclusive {
        ratio: ratio::median_ratio(pairs),
        detectable: ratio::detectable(pairs, cell.rules.margin, level),
        reason,
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
        // The screen's alarm was false, and has no say.
        assert!(matches!(verdicts[3], Verdict::Ok { .. }));
    }

    #[test]
    fn what_was_not_measured_to_its_end_convicts_nobody() {
        for verdict in judged(&[cell(1.5, 1.5, 59), cell(1.5, 1.5, 0), Timed::default()]) {
            assert!(matches!(verdict, Verdict::Inconclusive { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn scatter_is_inconclusive_and_says_what_it_could_have_seen() {
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
    fn an_invalid_run_judges_nobody() {
        let shifted = validity::check(&pairs(1.1, 20), &[]);
        let verdicts = judge(&[cell(1.5, 1.5, 60), cell(1.0, 1.0, 0)], Design::default(), &shifted);
        assert_eq!(verdicts, [Verdict::Invalid, Verdict::Invalid]);
    }
}
