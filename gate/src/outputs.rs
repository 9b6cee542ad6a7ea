//! What both sides compute, compared before anything is measured and whatever is measured.

use std::time::Instant;

use wasmark_results::record::{Outcome, metric};

use crate::{
    arm::Arm,
    bench::{self, Bench},
    ended::Ended,
    ready::{Ready, advice},
    subjects::Subject,
};

/// What a process that only computes took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// Its seconds, from its start to its end.
    pub seconds: f64,
    /// Those in which it compiled, where it did.
    pub compile: Option<f64>,
    /// Those of its second call: the first may do what no later one does.
    pub call: Option<f64>,
}

/// Has both sides compute the same, and returns how long the processes took. Where no right output is stated, the
/// output of the base is the right one; it must be the same in two processes.
///
/// # Errors
/// What keeps the sides from being compared, or shows that they are not the same.
pub fn compare(bench: &mut Bench, subject: &Subject, ready: &mut Ready) -> Result<[Took; 2], Ended> {
    let (_, workload) = subject.of(&bench.plan, Arm::Base);
    let (known, units) = (workload.has_expectation(), workload.cold_units());
    if !known {
        learn(bench, subject, ready, units)?;
    }
    let mut took = [Took::default(); 2];
    for arm in [Arm::Base, Arm::Candidate] {
        let start = Instant::now();
        let collected = bench.process(0, subject, arm, subject.source, vec![], None);
        let seconds = start.elapsed().as_secs_f64();
        bench::output(&collected).map_err(|ended| ready.beside(bench, subject, arm, ended))?;
        let of = |metric| {
            collected.records.iter().find(|row| row.metric == metric).and_then(|row| match row.outcome {
                Outcome::Measured { value, cpu_ns } => Some(cpu_ns.unwrap_or(value) / 1e9),
                _ => None,
            })
        };
        let (compile, call) = (of(metric::COMPILE), of(metric::SECOND_CALL));
        took[arm as usize] = Took { seconds, compile, call };
        if arm == Arm::Base {
            ready.base_seconds = seconds;
        }
    }
    Ok(took)
}

/// Takes what the base gives for so many units for right, on both sides.
///
/// # Errors
/// Where it gives nothing, or something else in its second call.
pub fn learn(bench: &mut Bench, subject: &Subject, ready: &mut Ready, units: i32) -> Result<(), Ended> {
    let collected = bench.process(0, subject, Arm::Base, subject.source, vec![], Some(units));
    let (_, workload) = subject.of(&bench.plan, Arm::Base);
    let output = bench::output(&collected).map_err(|ended| match ended {
        Ended::WrongOutput(reason) => Ended::unrepeatable(&reason, advice(workload)),
        ended => ended.on(Arm::Base),
    })?;
    ready.learned.push((units, output.into()));
    ready.teach(bench, subject);
    Ok(())
}
