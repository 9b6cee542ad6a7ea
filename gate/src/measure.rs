//! Carries a schedule out, and makes pairs of what was measured.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use wasmark_decision::{
    estimate::{Estimator, Value},
    pair::LogRatio,
};
use wasmark_runner::{interrupt, plan::Item};

use crate::{
    Result,
    arm::Arm,
    bench::{Bench, Turn, Windows},
    ended::Ended,
    journal::{Journal, Line, Process},
    metric::Timed,
    ready::Ready,
    schedule::{Stage, Step},
    subjects::Subject,
};

/// What one process measures at once, of one subject.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The subject.
    pub subject: Subject,
    /// What is known of it.
    pub ready: Ready,
    /// The metrics.
    pub metrics: Vec<Timed>,
}

impl Unit {
    /// Seconds that one of its processes takes.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        if self.metrics == [Timed::Compile] { self.ready.compile_seconds } else { self.ready.seconds }
    }
}

/// Everything that was measured, and the place where it is kept.
pub struct Measuring<'a> {
    /// Where processes come from.
    pub bench: &'a mut Bench,
    /// What is measured.
    pub units: &'a [Unit],
    /// The control kernel, where there is one.
    pub control: Option<Item>,
    /// Where everything is kept.
    pub journal: &'a mut Journal,
    /// Every process, by number.
    pub done: BTreeMap<u32, Process>,
    /// How long units' processes took.
    pub pace: &'a mut Pace,
    /// When it has to end.
    pub end: Option<Instant>,
}

/// How long the processes of units really took.
#[derive(Clone, Debug, Default)]
pub struct Pace(BTreeMap<usize, (f64, u32)>);

impl Pace {
    /// Adds a process.
    pub fn add(&mut self, unit: usize, seconds: f64) {
        let (sum, processes) = self.0.entry(unit).or_default();
        *sum += seconds;
        *processes += 1;
    }

    /// Seconds of a unit's process on average; what the first look took where none has run since.
    #[must_use]
    pub fn seconds(&self, index: usize, unit: &Unit) -> f64 {
        self.0.get(&index).map_or(unit.seconds(), |(sum, processes)| sum / f64::from(*processes))
    }
}

impl Measuring<'_> {
    /// Whether nothing more may begin: an interrupt, or the end of the time.
    #[must_use]
    pub fn over(&self) -> bool {
        interrupt::pending() || self.end.is_some_and(|end| Instant::now() >= end)
    }

    /// Runs the steps that are not done yet. `metrics` gives what a unit's processes measure; `tell` gets the
    /// position of each. Ends early on an interrupt, and where the time is over.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub fn carry_out(
        &mut self,
        steps: &[Step],
        metrics: &dyn Fn(usize) -> Vec<Timed>,
        tell: &mut dyn FnMut(usize),
    ) -> Result<()> {
        let mut dead: BTreeSet<Option<usize>> = ended(&self.done).into_keys().collect();
        for (position, step) in steps.iter().enumerate() {
            if self.over() {
                break;
            }
            if self.done.contains_key(&step.number) || dead.contains(&step.unit) {
                continue;
            }
            tell(position);
            let start = Instant::now();
            let turn = Turn { number: step.number, round: step.round, arm: step.arm };
            let windows = match (step.unit, self.control) {
                (Some(unit), _) => {
                    let Unit { subject, ready, .. } = &self.units[unit];
                    let load = ready.load(step.arm, &metrics(unit));
                    let windows = self.bench.measure(turn, subject, &load);
                    windows.map_err(|ended| ready.beside(self.bench, subject, step.arm, ended))
                }
                (None, Some(item)) => self.bench.control(turn, item),
                (None, None) => continue,
            };
            if windows.is_err() {
                dead.insert(step.unit);
            }
            let Step { number, stage, round, unit, arm } = *step;
            if let Some(unit) = unit {
                self.pace.add(unit, start.elapsed().as_secs_f64());
            }
            let process = Process { number, stage, round, unit, arm, windows };
            self.journal.write(&Line::Process(process.clone()))?;
            self.done.insert(number, process);
        }
        Ok(())
    }
}

/// The units that ended badly, with the reason; the control kernel is none.
#[must_use]
pub fn ended(done: &BTreeMap<u32, Process>) -> BTreeMap<Option<usize>, Ended> {
    let ended = |process: &Process| Some((process.unit, process.windows.as_ref().err()?.clone()));
    done.values().filter_map(ended).collect()
}

/// The pairs of a unit's metric: each is a round in which base and candidate measured something that means something.
#[must_use]
pub fn pairs(
    done: &BTreeMap<u32, Process>,
    stage: Stage,
    unit: Option<usize>,
    metric: Timed,
) -> Vec<LogRatio> {
    pairs_by(Estimator::P10, done, stage, unit, metric)
}

/// The same by another estimator than the gate's.
#[must_use]
pub fn pairs_by(
    estimator: Estimator,
    done: &BTreeMap<u32, Process>,
    stage: Stage,
    unit: Option<usize>,
    metric: Timed,
) -> Vec<LogRatio> {
    let mut values: BTreeMap<u32, Vec<(Arm, Value)>> = BTreeMap::new();
    for process in done.values().filter(|process| process.stage == stage && process.unit == unit) {
        if let Some(value) =
            process.windows.as_ref().ok().and_then(|windows| value(windows, metric, estimator))
        {
            values.entry(process.round).or_default().push((process.arm, value));
        }
    }
    let of = |round: &[(Arm, Value)], arm: Arm| -> Vec<Value> {
        round.iter().filter(|(of, _)| *of == arm).map(|(_, value)| *value).collect()
    };
    // The control kernel has several pairs in a round, one after the other.
    let round = |round: &Vec<(Arm, Value)>| {
        of(round, Arm::Base)
            .into_iter()
            .zip(of(round, Arm::Candidate))
            .map(|(base, candidate)| LogRatio::of(base, candidate))
            .collect()
    };
    values.values().flat_map(|values| -> Vec<LogRatio> { round(values) }).collect()
}

fn value(windows: &Windows, metric: Timed, estimator: Estimator) -> Option<Value> {
    let windows = windows.get(&metric)?;
    match metric {
        Timed::Compile => Value::once(*windows.first()?).ok(),
        _ => Value::of_samples(windows, estimator).ok(),
    }
}

/// The pairs of base and copy, one for each pair of processes: the middle of what the two show of each metric.
#[must_use]
pub fn copies(done: &BTreeMap<u32, Process>, units: &[Unit]) -> Vec<LogRatio> {
    let mut pairs = Vec::new();
    let mut by_pair: BTreeMap<(Stage, Option<usize>, u32), Vec<&Process>> = BTreeMap::new();
    for process in done.values().filter(|process| process.unit.is_some()) {
        by_pair.entry((process.stage, process.unit, process.round)).or_default().push(process);
    }
    for ((_, unit, _), processes) in by_pair {
        let windows =
            |arm| processes.iter().find(|one| one.arm == arm).and_then(|one| one.windows.as_ref().ok());
        if let (Some(base), Some(copy), Some(unit)) = (windows(Arm::Base), windows(Arm::Copy), unit) {
            let metrics = units.get(unit).map(|unit| unit.metrics.as_slice()).unwrap_or_default();
            let of = |windows, metric| value(windows, metric, Estimator::P10);
            let ratio = |metric: &Timed| Some(LogRatio::of(of(base, *metric)?, of(copy, *metric)?));
            pairs.extend(LogRatio::middle(&metrics.iter().filter_map(ratio).collect::<Vec<_>>()));
        }
    }
    pairs
}

/// The pairs of the control kernel, of both stages.
#[must_use]
pub fn controls(done: &BTreeMap<u32, Process>) -> Vec<LogRatio> {
    let of = |stage| pairs(done, stage, None, Timed::Throughput);
    [Stage::Screen, Stage::Confirm].into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(number: u32, round: u32, arm: Arm, ns: f64) -> (u32, Process) {
        let windows = Ok(Windows::from([(Timed::Throughput, vec![ns; 14])]));
        (number, Process { number, stage: Stage::Screen, round, unit: Some(0), arm, windows })
    }

    #[test]
    fn only_rounds_that_both_arms_measured_are_pairs() {
        let done: BTreeMap<u32, Process> = [
            process(0, 0, Arm::Base, 10.0),
            process(1, 0, Arm::Candidate, 20.0),
            process(2, 1, Arm::Base, 10.0),
            process(3, 2, Arm::Base, 10.0),
            process(4, 2, Arm::Candidate, 0.0),
            process(5, 2, Arm::Copy, 10.0),
        ]
        .into();
        let of = |stage| pairs(&done, stage, Some(0), Timed::Throughput);
        assert_eq!(of(Stage::Screen).len(), 1);
        assert!((of(Stage::Screen)[0].ln() - 2.0_f64.ln()).abs() < 1e-12);
        assert!(of(Stage::Confirm).is_empty());
        assert!(pairs(&done, Stage::Screen, Some(0), Timed::Compile).is_empty());
    }
}
