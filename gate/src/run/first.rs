//! What comes before the pairs: each subject is looked at, and what is counted is counted.

use std::time::Duration;

use wasmark_runner::{interrupt, progress::Progress};

use super::Gate;
use crate::{
    Result,
    arm::Arm,
    baseline::Baseline,
    counts,
    document::Count,
    ended::Ended,
    journal::Line,
    metric::{Counted, Timed},
    pilot,
    ready::Ready,
    subjects::Subject,
    verdict,
};

/// Seconds of the budget with less than which no subject is looked at.
const LEAST_SECONDS: f64 = 1.0;

/// The subjects that can be measured, and those that cannot.
pub(super) type Looked = (Vec<(Subject, Ready)>, Vec<(Subject, Ended)>);

impl Gate<'_> {
    /// Looks at every subject once.
    pub(super) fn pilots(&mut self, subjects: &[Subject]) -> Result<Looked> {
        let asked: Vec<Timed> = self.request.policy.timed().into_keys().collect();
        let (mut ready, mut ended) = (Vec::new(), Vec::new());
        let mut progress = Progress::new();
        for (index, subject) in subjects.iter().enumerate() {
            if interrupt::pending() {
                self.left_out.push(format!("{}: interrupted before it was looked at", subject.name()));
                continue;
            }
            let share = index as f64 / subjects.len() as f64;
            progress
                .show(&format!("looking at {} ({} of {})", subject.name(), index + 1, subjects.len()), share);
            let outcome = self.look(subject, &asked)?;
            match outcome {
                Ok(known) => {
                    known.teach(&mut self.bench, subject);
                    let mut subject = subject.clone();
                    subject.copied = known.copies && !self.bench.copies.is_empty();
                    ready.push((subject, known));
                }
                Err(reason) => ended.push((subject.clone(), reason)),
            }
        }
        progress.finish();
        Ok((ready, ended))
    }

    /// Looks at a subject for as long as the budget lasts.
    fn look(&mut self, subject: &Subject, asked: &[Timed]) -> Result<Result<Ready, Ended>> {
        let limit = self.bench.workers.limits.time;
        let left = self.seconds_left();
        // A gate that goes on makes its artifacts again, and takes everything else from before.
        match self.before.pilots.remove(&subject.name()) {
            Some(Ok(known)) => {
                return Ok(pilot::artifacts(&mut self.bench, subject).map(|_| known));
            }
            Some(Err(known)) => return Ok(Err(known)),
            None => {}
        }
        if left < LEAST_SECONDS {
            return Ok(Err(Ended::LeftOut("no time in the budget".to_string())));
        }
        let narrow = left < limit.as_secs_f64();
        if narrow {
            self.bench.workers.limits.time = Duration::from_secs_f64(left);
        }
        let found = pilot::pilot(&mut self.bench, subject, asked, self.request.inject);
        self.bench.workers.limits.time = limit;
        let found = found.map_err(|ended| match ended {
            Ended::TimedOut(reason) if narrow => Ended::LeftOut(format!("no time in the budget: {reason}")),
            ended => ended,
        });
        self.journal.write(&Line::Pilot { subject: subject.name(), ready: found.clone() })?;
        Ok(found)
    }

    /// The exact lane.
    pub(super) fn count(&mut self, ready: &[(Subject, Ready)]) -> Result<Vec<Count>> {
        let asked: Vec<Counted> = self.request.policy.counted().into_keys().collect();
        let mut counted = Vec::new();
        let file = self.what.baseline.as_deref().or(self.what.write_baseline.as_deref());
        let mut baseline = file.map(Baseline::read).transpose()?;
        // A file stands for the base.
        let arms: &[Arm] = if baseline.is_some() { &[Arm::Candidate] } else { &[Arm::Base, Arm::Candidate] };
        let mut progress = Progress::new();
        let home = self.bench.home.clone();
        for (index, (subject, known)) in ready.iter().enumerate().filter(|_| !asked.is_empty()) {
            if interrupt::pending() {
                break;
            }
            progress.show(&format!("counting {}", subject.name()), index as f64 / ready.len() as f64);
            let environment = &self.header.environment;
            let compared = baseline.as_ref().filter(|_| self.what.write_baseline.is_none());
            let foreign =
                compared.map(|known| known.foreign(subject, &asked, environment)).unwrap_or_default();
            let comparable = |metric: &Counted| foreign.iter().all(|(other, _)| other != metric);
            let asked: Vec<Counted> = asked.iter().copied().filter(comparable).collect();
            let counts = match self.before.counts.remove(&subject.name()) {
                Some(counts) => counts,
                None => {
                    let counts = counts::count(&mut self.bench, subject, known, &asked, &home, arms);
                    self.journal.write(&Line::Counted { subject: subject.name(), counts: counts.clone() })?;
                    counts
                }
            };
            let mut counts = match &mut baseline {
                None => counts,
                Some(known) => {
                    if self.what.write_baseline.is_some() {
                        known.update(subject, &counts, environment);
                    }
                    known.against(subject, &counts, environment)
                }
            };
            counts.extend(foreign);
            counts.sort_by_key(|(metric, _)| *metric);
            counted.extend(verdict::counted(subject, &counts, &self.request.policy));
        }
        progress.finish();
        if let (Some(baseline), Some(path)) = (baseline, &self.what.write_baseline) {
            baseline.write(path)?;
        }
        Ok(counted)
    }
}
