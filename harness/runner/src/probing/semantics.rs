//! Whether a configuration does what the specification requires: the cases of `workloads/probes/semantics`, each in a
//! process of its own. No time is read, so configurations are tried on every core at once.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use wasmark_adapter::{
    Failure, FailureKind, Source,
    host::sha256,
    protocol::{Code, Event, Expected, Output, Task},
};
use wasmark_results::capabilities::Conformity;
use wasmark_workloads::{
    Module, inspect,
    known_issues::{self, Deviation},
    semantics::{self, Allowed, Case, Returned},
};

use super::{
    kept::remembered,
    lanes,
    trial::{self, Trial},
};
use crate::{
    Error, Result,
    error::{failed, failed_to},
    plan::{self, Target},
    process::Limits,
};

/// What came of each case, by its name.
pub type Conformities = BTreeMap<String, Conformity>;

/// What a case's process may use. Those that exhaust their stack are to show a trap before either.
const LIMITS: Limits = Limits { time: Duration::from_secs(30), resident: 1 << 30 };

/// The cases, their modules, and what is known of deviations.
pub struct Cases {
    cases: Vec<(Case, Module, Vec<u8>)>,
    deviations: Vec<Deviation>,
    /// Of which cases something was seen: the name of what is kept.
    digest: String,
}

impl Cases {
    /// Reads them.
    ///
    /// # Errors
    /// Where one is none that this version reads.
    pub fn read() -> Result<Cases> {
        let mut texts = String::new();
        let mut cases = Vec::new();
        for case in semantics::cases()? {
            let what = || format!("case {}", case.name);
            let bytes =
                case.wasm().map_err(|problem| Error::Assemble { what: what(), source: problem.into() })?;
            let module = inspect(&bytes).map_err(|problem| Error::Case { name: case.name, problem })?;
            texts.push_str(case.text());
            cases.push((case, module, bytes));
        }
        let deviations = known_issues::deviations()?;
        let digest = sha256(texts.as_bytes()).chars().take(12).collect();
        Ok(Cases { cases, deviations, digest })
    }

    /// The cases, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().map(|(case, ..)| case)
    }

    /// What came of a case in the light of what is known.
    #[must_use]
    pub fn judge(&self, case: &Case, configuration: &str, seen: Seen) -> Conformity {
        let outcome = match seen {
            Seen::Unsupported(reason) => return Conformity::Unsupported(reason),
            Seen::Returned(value) if case.allowed.contains(&Allowed::Returns(value)) => {
                return Conformity::Right;
            }
            Seen::Failed(Failure { kind: FailureKind::Trap(kind), .. })
                if case.allowed.contains(&Allowed::Traps(kind))
                    || case.allowed.contains(&Allowed::TrapsSomehow) =>
            {
                return Conformity::Right;
            }
            Seen::Returned(value) => Returned(value).to_string(),
            Seen::Failed(failure) => failure.to_string(),
            Seen::Ended(how) => how,
        };
        let outcome = format!("{outcome} instead of {}", case.expectation());
        match self.known(case.name, configuration) {
            Some(known) if outcome.contains(&known.outcome) => {
                Conformity::KnownIssue { outcome, cause: known.cause.clone() }
            }
            _ => Conformity::Deviates(outcome),
        }
    }

    /// The deviation that is known of a case in a configuration.
    #[must_use]
    pub fn known(&self, case: &str, configuration: &str) -> Option<&Deviation> {
        self.deviations.iter().find(|one| one.concerns(case, configuration))
    }
}

/// What a process of a case showed.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Both calls returned this.
    Returned(i64),
    /// It failed, by a trap for one.
    Failed(Failure),
    /// The process ended otherwise, or the calls did not agree.
    Ended(String),
    /// The configuration does not run such modules.
    Unsupported(String),
}

/// Tries every case in every configuration that runs modules, and remembers what was seen. `report` receives each
/// configuration before it begins.
///
/// # Errors
/// Where a temporary file cannot be written.
pub fn probe(
    cases: &Cases,
    targets: &[Target],
    report: &mut (dyn FnMut(&str) + Send),
) -> Result<BTreeMap<String, Conformities>> {
    let seen = lanes::each(targets, &kept(cases), LIMITS, report, |target| all(cases, target))?;
    Ok(judged(cases, seen))
}

/// The same, but for what is remembered of the same worker and the same cases.
///
/// # Errors
/// As [`probe`].
pub fn known(
    cases: &Cases,
    targets: &[Target],
    report: &mut (dyn FnMut(&str) + Send),
) -> Result<BTreeMap<String, Conformities>> {
    let seen = lanes::known(targets, &kept(cases), LIMITS, report, |target| all(cases, target))?;
    Ok(judged(cases, seen))
}

/// Whether it is remembered what these cases showed in the configuration.
pub(super) fn is_known(cases: &Cases, target: &Target) -> bool {
    remembered::<BTreeMap<String, Seen>>(target, &kept(cases)).is_some()
}

/// Which file of a configuration has what was seen of these cases.
fn kept(cases: &Cases) -> String {
    format!("--semantics-{}", cases.digest)
}

/// What came of the cases in each configuration, by its id.
fn judged(cases: &Cases, seen: BTreeMap<String, BTreeMap<String, Seen>>) -> BTreeMap<String, Conformities> {
    let one = |(id, mut seen): (String, BTreeMap<String, Seen>)| {
        let of = |case: &Case| {
            let seen = seen.remove(case.name)?;
            Some((case.name.to_string(), cases.judge(case, &id, seen)))
        };
        let conformities = cases.iter().filter_map(of).collect();
        (id, conformities)
    };
    seen.into_iter().map(one).collect()
}

fn all(cases: &Cases, target: &Target) -> Result<BTreeMap<String, Seen>> {
    let folder = tempfile::tempdir().map_err(failed("make a temporary folder; set TMPDIR"))?;
    let mut all = BTreeMap::new();
    for (case, module, bytes) in &cases.cases {
        let seen = match plan::lacks(&target.configuration, module) {
            Some(reason) => Seen::Unsupported(reason),
            None => {
                let wasm = folder.path().join(format!("{}.wasm", case.name));
                fs::write(&wasm, bytes).map_err(failed_to("write", &wasm, "set TMPDIR"))?;
                see(target, case, &wasm)
            }
        };
        all.insert(case.name.to_string(), seen);
    }
    Ok(all)
}

/// Tries a case.
fn see(target: &Target, case: &Case, wasm: &Path) -> Seen {
    let mut code = Code::Wasm(wasm.to_path_buf());
    if plan::preferred(&target.configuration) == Source::Artifact {
        // Of the same ending for every engine; see `job::artifact`.
        let artifact = wasm.with_extension("so");
        if let Some(problem) = converse(target, trial::precompile(target, wasm, &artifact)).1 {
            return problem;
        }
        code = Code::Artifact(artifact);
    }
    // Where nothing but one kind of trap is right, the second call has to end in it as well.
    let expected = match case.allowed.as_slice() {
        [Allowed::Traps(kind)] => Some(Expected::Trap(*kind)),
        _ => None,
    };
    let trial = Trial { argument: case.argument, expected, ..Trial::default() };
    match converse(target, trial::measure(target, code, trial)) {
        (_, Some(problem)) => problem,
        (Some(Output::Checksum(value)), None) => Seen::Returned(value),
        (Some(Output::Trap(kind)), None) => Seen::Failed(Failure::trap(kind, TWICE)),
        (_, None) => Seen::Ended("the worker was done without the output of its first call".to_string()),
    }
}

/// In place of the engine's words, which a worker does not pass on for a trap that is expected.
const TWICE: &str = "in both calls";

/// What a process gave first, and what went wrong in it.
fn converse(target: &Target, task: Task) -> (Option<Output>, Option<Seen>) {
    let (events, end) = trial::listen(target, task, LIMITS);
    let (mut first, mut problem) = (None, None);
    for event in events {
        match event {
            Event::Output(output) => first = Some(output),
            Event::WrongOutput { actual, .. } => problem = Some(wrong(first.as_ref(), &actual)),
            Event::Failed { failure, .. } if failure.kind == FailureKind::Unsupported => {
                problem = Some(Seen::Unsupported(failure.message));
            }
            Event::Failed { failure, .. } => problem = Some(Seen::Failed(failure)),
            _ => {}
        }
    }
    (first, problem.or(end.map(Seen::Ended)))
}

/// What was seen where a call gave `actual`, which is not right, or not what the `first` call gave.
fn wrong(first: Option<&Output>, actual: &Output) -> Seen {
    let words = |output: &Output| match output {
        Output::Checksum(value) => Returned(*value).to_string(),
        Output::Trap(kind) => format!("trap: {}", kind.words()),
        Output::Returned(_) | Output::Command { .. } => "an output of another kind".to_string(),
    };
    match (first, actual) {
        (None, Output::Checksum(value)) => Seen::Returned(*value),
        (None, _) => Seen::Ended(words(actual)),
        (Some(first), _) => Seen::Ended(format!("{}, then {}", words(first), words(actual))),
    }
}

#[cfg(test)]
mod tests {
    use wasmark_adapter::TrapKind;

    use super::*;

    fn cases() -> (Cases, Case) {
        let mut cases = Cases::read().expect("cases");
        cases.deviations = vec![Deviation {
            cases: vec!["dead-load-constant".into()],
            configurations: vec!["x/aot".into()],
            outcome: "returned 7".into(),
            cause: "LLVM".into(),
        }];
        let case = cases.iter().find(|case| case.name == "dead-load-constant").expect("the case").clone();
        (cases, case)
    }

    #[test]
    fn what_the_specification_requires_is_right_and_nothing_else() {
        let (cases, case) = cases();
        let judge = |seen| cases.judge(&case, "x/jit", seen);
        let trap = |kind| Seen::Failed(Failure::trap(kind, "it trapped"));
        assert_eq!(judge(trap(TrapKind::MemoryOutOfBounds)), Conformity::Right);
        let expected = "instead of trap: memory out of bounds";
        assert_eq!(judge(Seen::Returned(7)), Conformity::Deviates(format!("returned 7 {expected}")));
        let other = format!("trap: unreachable (it trapped) {expected}");
        assert_eq!(judge(trap(TrapKind::Unreachable)), Conformity::Deviates(other));
        let ended = Conformity::Deviates(format!("ended by signal 11 {expected}"));
        assert_eq!(judge(Seen::Ended("ended by signal 11".into())), ended);
        let unsupported = Conformity::Unsupported("needs simd".into());
        assert_eq!(judge(Seen::Unsupported("needs simd".into())), unsupported);
    }

    #[test]
    fn a_wrong_output_names_the_call_that_gave_it() {
        let (trap, seven) = (Output::Trap(TrapKind::MemoryOutOfBounds), Output::Checksum(7));
        assert_eq!(wrong(None, &seven), Seen::Returned(7));
        assert_eq!(wrong(None, &trap), Seen::Ended("trap: memory out of bounds".into()));
        let then = Seen::Ended("trap: memory out of bounds, then returned 7".into());
        assert_eq!(wrong(Some(&trap), &seven), then);
    }

    #[test]
    fn a_known_deviation_is_the_one_with_its_outcome_in_its_configuration() {
        let (cases, case) = cases();
        let known = cases.judge(&case, "x/aot", Seen::Returned(7));
        assert!(matches!(known, Conformity::KnownIssue { cause, .. } if cause == "LLVM"));
        assert!(matches!(cases.judge(&case, "x/jit", Seen::Returned(7)), Conformity::Deviates(_)));
        assert!(matches!(cases.judge(&case, "x/aot", Seen::Returned(8)), Conformity::Deviates(_)));
    }
}
