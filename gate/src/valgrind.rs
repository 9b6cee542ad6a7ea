//! What valgrind's tools count of a worker's process: instructions and heap allocations. A count is that of a process
//! with some work less that of a process with less of it, so that neither start nor end is in it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use wasmark_adapter::{
    Source,
    protocol::{Samples, Step, Throughput},
};
use wasmark_runner::error::{chain, failed_to};

use crate::{
    Error, Result,
    arm::Arm,
    bench::{self, Bench},
    ended::Ended,
    ready::Ready,
    subjects::Subject,
};

/// How much longer than others a process may take.
const SLOWER: u32 = 10;
/// Longer than any process may take; in nanoseconds.
const NEVER: u64 = 1 << 50;
/// Fresh instances of a process with few, and of one with more.
const INSTANCES: [u64; 2] = [2, 10];

/// A tool of valgrind's, and where its log has what it counted.
pub struct Tool {
    name: &'static str,
    /// The words before the number.
    before: &'static str,
}

/// Counts instructions.
pub const CALLGRIND: Tool = Tool { name: "callgrind", before: "Collected : " };
/// Counts allocations: `Total: 1,234 bytes in 5 blocks`.
pub const DHAT: Tool = Tool { name: "dhat", before: " bytes in " };

/// What valgrind looks at, and where its files go.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// For files that go away.
    pub home: &'a Path,
    /// The side.
    pub arm: Arm,
}

/// Instructions of one throughput call.
pub fn instructions(
    bench: &mut Bench,
    subject: &Subject,
    ready: &Ready,
    place: Place<'_>,
) -> Result<f64, Ended> {
    let (_, workload) = subject.of(&bench.plan, place.arm);
    let load = ready.load(place.arm, &[]);
    let invocation = workload.invocation(load.units + load.extra);
    let call = Step::Throughput(Throughput { invocation, units: 1, warmups: 0, samples: 1, budget_ns: None });
    match difference(bench, subject, place, &CALLGRIND, [vec![], vec![call]])? {
        0 => Err(Ended::Unsupported(
            "a call has too few instructions to be distinguished from the start".into(),
        )),
        instructions => Ok(instructions as f64),
    }
}

/// Heap allocations of one fresh instance: instantiate, call, teardown. What an engine maps itself is none.
pub fn allocations(bench: &mut Bench, subject: &Subject, place: Place<'_>) -> Result<f64, Ended> {
    let fresh = |most| vec![Step::FreshInstance(Samples { most, budget_ns: NEVER })];
    let difference = difference(bench, subject, place, &DHAT, INSTANCES.map(fresh))?;
    Ok(difference as f64 / (INSTANCES[1] - INSTANCES[0]) as f64)
}

fn difference(
    bench: &mut Bench,
    subject: &Subject,
    place: Place<'_>,
    tool: &Tool,
    [less, more]: [Vec<Step>; 2],
) -> Result<u64, Ended> {
    let log = place.home.join(format!("{}.log", tool.name));
    let mut under = subject.clone();
    under.arms[place.arm as usize].0 =
        wrapped(bench, subject, place, tool, &log).map_err(|problem| Ended::Failed(chain(&problem)))?;
    let before = (bench.workers.limits.time, bench.workers.patience);
    bench.workers.limits.time *= SLOWER;
    bench.workers.patience = Duration::from_secs(60);
    let counted = artifact(bench, &under, place.arm).and_then(|()| {
        let mut count = |steps| count(bench, &under, place.arm, tool, steps, &log);
        Ok([count(less)?, count(more)?])
    });
    (bench.workers.limits.time, bench.workers.patience) = before;
    match counted {
        Ok([less, more]) => Ok(more.saturating_sub(less)),
        // Without valgrind the same process works: the pilot has seen it.
        Err(Ended::Failed(reason)) => {
            Err(Ended::Unsupported(format!("under valgrind's {}: {reason}", tool.name)))
        }
        Err(Ended::TimedOut(reason)) => {
            Err(Ended::TimedOut(format!("under valgrind's {}: {reason}", tool.name)))
        }
        Err(ended) => Err(ended),
    }
}

/// What the side starts from: compiled under valgrind, too, since that shows another CPU than the machine has.
fn artifact(bench: &mut Bench, under: &Subject, arm: Arm) -> Result<(), Ended> {
    if under.source != Source::Artifact {
        return Ok(());
    }
    bench.make_artifact(under, arm)
}

/// What the tool counts of a process that does these steps.
fn count(
    bench: &mut Bench,
    under: &Subject,
    arm: Arm,
    tool: &Tool,
    steps: Vec<Step>,
    log: &Path,
) -> Result<u64, Ended> {
    let collected = bench.process(0, under, arm, under.source, steps, None);
    bench::output(&collected)?;
    count_in(log, tool).map_err(|problem| Ended::Unsupported(chain(&problem)))
}

/// Adds the arm's target to the plan with its worker under the tool, and returns its index.
fn wrapped(
    bench: &mut Bench,
    subject: &Subject,
    Place { home, arm }: Place<'_>,
    Tool { name, .. }: &Tool,
    log: &Path,
) -> Result<usize> {
    use std::os::unix::fs::PermissionsExt;
    let (target, _) = subject.of(&bench.plan, arm);
    let mut target = target.clone();
    target.id = format!("{name}-{}", target.id);
    if let Some(known) = bench.plan.targets.iter().position(|one| one.id == target.id) {
        return Ok(known);
    }
    let script: PathBuf = home.join(format!("{name}-{}.sh", bench.plan.targets.len()));
    let quote = |path: &Path| {
        let quoted = shlex::try_quote(&path.display().to_string()).map(|text| text.into_owned());
        quoted.map_err(wasmark_runner::Error::from)
    };
    let text = format!(
        "#!/bin/sh\nexec valgrind --tool={name} --{name}-out-file=/dev/null --vgdb=no --log-file={} {}\n",
        quote(log)?,
        quote(&target.program)?
    );
    std::fs::write(&script, text)
        .and_then(|()| std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)))
        .map_err(failed_to("write", &script, ""))?;
    target.program = script;
    bench.plan.targets.push(target);
    Ok(bench.plan.targets.len() - 1)
}

/// The number in the tool's log.
fn count_in(log: &Path, Tool { name, before }: &Tool) -> Result<u64> {
    let text = std::fs::read_to_string(log).map_err(|source| Error::NoCount { tool: name, source })?;
    number_in(&text, before).ok_or_else(|| {
        let last = text.lines().last().unwrap_or_default().to_string();
        Error::Uncounted { tool: name, last }
    })
}

/// The first number after `before`, which may have commas in it.
fn number_in(text: &str, before: &str) -> Option<u64> {
    let (_, rest) = text.split_once(before)?;
    rest.split_whitespace().next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_numbers_are_read_from_their_logs() {
        let callgrind =
            "==7== \n==7== Events    : Ir\n==7== Collected : 254137\n==7== \n==7== I   refs:      254,137\n";
        assert_eq!(number_in(callgrind, CALLGRIND.before), Some(254_137));
        let dhat =
            "==7== Total:     1,234,567 bytes in 12,345 blocks\n==7== At t-gmax: 99 bytes in 3 blocks\n";
        assert_eq!(number_in(dhat, DHAT.before), Some(12_345));
        assert_eq!(number_in("==7== valgrind: the 'impossible' happened:\n", DHAT.before), None);
    }
}
