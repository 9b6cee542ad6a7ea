//! From everything that was measured to the verdict on each cell.

use std::collections::BTreeMap;

use wasmark_decision::{
    confirm::{self, Fresh, Standing, Weighed},
    exact,
    judge::{self, Timed as Evidence, Verdict},
    rules::Design,
    screen::{Screened, screen},
    sequence::Sequence,
    sign::Direction,
    validity::{self, Validity},
};

use crate::{
    accepted::Accepted,
    counts::Counts,
    document::{Cell, Count, Demand, Outcome},
    ended::Ended,
    journal::Process,
    measure::{self, Unit},
    metric::Timed,
    policy::{Lane, Policy},
    schedule::Stage,
    subjects::Subject,
};

/// A cell that is timed: a unit's index and a metric.
pub type Key = (usize, Timed);

/// What was measured of each cell.
#[must_use]
pub fn evidence(done: &BTreeMap<u32, Process>, units: &[Unit], policy: &Policy) -> BTreeMap<Key, Evidence> {
    let mut cells = BTreeMap::new();
    for (index, unit) in units.iter().enumerate() {
        for metric in &unit.metrics {
            let of = |stage| measure::pairs(done, stage, Some(index), *metric);
            let rules = policy.rules(*metric);
            let cell = Evidence { rules, screen: of(Stage::Screen), confirm: of(Stage::Confirm) };
            cells.insert((index, *metric), cell);
        }
    }
    cells
}

/// The cells that need fresh pairs: those that look slower first, the largest change first.
#[must_use]
pub fn flagged(cells: &BTreeMap<Key, Evidence>, design: Design) -> Vec<Key> {
    let mut flagged: Vec<(Direction, f64, Key)> = Vec::new();
    for (key, cell) in cells {
        if let Screened::Flagged(direction) = screen(&cell.screen, cell.rules, design) {
            let change = wasmark_decision::ratio::median_ratio(&cell.screen)
                .map_or(0.0, |ratio| ratio.value.ln().abs());
            flagged.push((direction, -change, *key));
        }
    }
    flagged
        .sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)).then(one.2.cmp(&other.2)));
    flagged.into_iter().map(|(_, _, key)| key).collect()
}

/// The flagged cells that more fresh pairs can decide, with the least number of pairs in all that it takes.
#[must_use]
pub fn open(cells: &BTreeMap<Key, Evidence>, policy: &Policy, sequence: &Sequence) -> BTreeMap<Key, usize> {
    let of_family = |keys: Vec<Key>| {
        let family: Vec<Evidence> = keys.iter().map(|key| cells[key].clone()).collect();
        let flagged = judge::flagged(&family, policy.design());
        let fresh: Vec<Fresh<'_>> = flagged.iter().map(|(_, fresh)| *fresh).collect();
        let weighed = confirm::weigh(&fresh, policy.design(), sequence);
        let open = |((index, _), weighed): (&(usize, Fresh<'_>), Weighed)| match weighed.standing {
            Standing::Open { least } => Some((keys[*index], least)),
            Standing::Changed | Standing::Fine | Standing::Unclear => None,
        };
        flagged.iter().zip(weighed).filter_map(open).collect::<Vec<_>>()
    };
    families(cells.keys().copied(), policy).into_iter().flat_map(of_family).collect()
}

/// The cells that are judged together. Cells that are only reported are tested apart: they must not cost the others any
/// certainty.
fn families(keys: impl Iterator<Item = Key>, policy: &Policy) -> [Vec<Key>; 2] {
    let lanes = policy.timed();
    let (gating, reported) = keys.partition(|(_, metric)| lanes.get(metric) == Some(&Lane::Gate));
    [gating, reported]
}

/// Whether the run can be believed.
#[must_use]
pub fn validity(done: &BTreeMap<u32, Process>, units: &[Unit]) -> Validity {
    validity::check(&measure::copies(done, units), &measure::controls(done))
}

/// The verdict on every timed cell that was measured.
#[must_use]
pub fn timed(
    done: &BTreeMap<u32, Process>,
    ended: &BTreeMap<Option<usize>, Ended>,
    units: &[Unit],
    policy: &Policy,
    validity: &Validity,
) -> Vec<(Key, Outcome)> {
    let evidence = evidence(done, units, policy);
    let (dead, alive): (Vec<Key>, Vec<Key>) =
        evidence.keys().copied().partition(|(unit, _)| ended.contains_key(&Some(*unit)));
    let judged = families(alive.into_iter(), policy).into_iter().flat_map(|keys| {
        let cells: Vec<Evidence> = keys.iter().map(|key| evidence[key].clone()).collect();
        let verdicts = judge::judge(&cells, policy.design(), validity);
        keys.into_iter().zip(verdicts.into_iter().map(Outcome::Judged)).collect::<Vec<_>>()
    });
    let lost =
        dead.into_iter().filter_map(|key| Some((key, Outcome::Ended(ended.get(&Some(key.0))?.clone()))));
    let mut all: Vec<(Key, Outcome)> = judged.chain(lost).collect();
    all.sort_by_key(|(key, _)| *key);
    all
}

/// The timed cells of a subject that was not measured, for this reason.
#[must_use]
pub fn unmeasured(subject: &Subject, outcome: &Outcome, lanes: &BTreeMap<Timed, Lane>) -> Vec<Cell> {
    let cell =
        |(metric, lane): (&Timed, &Lane)| cell(subject, *metric, *lane, outcome.clone(), String::new());
    lanes.iter().map(cell).collect()
}

/// The cells of what was counted that can fail the gate, of a subject of which nothing was, for this reason.
#[must_use]
pub fn uncounted(subject: &Subject, ended: &Ended, policy: &Policy) -> Vec<Count> {
    let gating = policy.counted().into_iter().filter(|(_, lane)| *lane == Lane::Gate);
    counted(subject, &gating.map(|(metric, _)| (metric, Err(ended.clone()))).collect(), policy)
}

/// A cell of the document.
#[must_use]
pub fn cell(subject: &Subject, metric: Timed, lane: Lane, outcome: Outcome, again: String) -> Cell {
    Cell {
        configuration: subject.configuration.clone(),
        workload: subject.workload.clone(),
        metric,
        lane,
        outcome,
        demand: Demand::Nothing,
        accepted: None,
        again,
    }
}

/// The verdict on what was counted of a subject.
#[must_use]
pub fn counted(subject: &Subject, counts: &Counts, policy: &Policy) -> Vec<Count> {
    let lanes = policy.counted();
    let one = |(metric, numbers): &(crate::metric::Counted, Result<[f64; 2], Ended>)| {
        let outcome = numbers.clone().and_then(|[base, candidate]| {
            exact::compare(base, candidate, policy.tolerance(*metric))
                .ok_or_else(|| Ended::Failed(format!("{base} and {candidate} are no counts")))
        });
        Count {
            configuration: subject.configuration.clone(),
            workload: subject.workload.clone(),
            metric: *metric,
            lane: lanes.get(metric).copied().unwrap_or(Lane::Report),
            outcome,
            demand: Demand::Nothing,
            accepted: None,
        }
    };
    counts.iter().map(one).collect()
}

/// Marks the regressions that were accepted.
pub fn apply_accepted(cells: &mut [Cell], counts: &mut [Count], accepted: &Accepted, base: &str) {
    for cell in cells {
        if let Outcome::Judged(Verdict::Regressed(found)) = &cell.outcome {
            cell.accepted = accepted.reason(&cell.name(), base, found.ratio().value);
        }
    }
    for count in counts {
        if let Ok(exact) = &count.outcome
            && exact.change == exact::Change::Grew
        {
            let ratio = exact.growth().map_or(f64::INFINITY, |growth| 1.0 + growth);
            count.accepted = accepted.reason(&count.name(), base, ratio);
        }
    }
}
