//! Failures whose cause was found in a runtime or in what it is built from, and that no setting of wasmark's avoids: the
//! suite's `known_issues.toml`. They stay failures, with their cause beside them; `wasmark check` takes them for
//! explained, and an entry for wrong once the configuration is right. What only takes too long is an entry of its own
//! kind, since it is right wherever there is time enough.

use std::path::Path;

use serde::Deserialize;

use crate::{
    Error, Fault, ManifestError, Result, Suite,
    document::{line_of, parse, read},
    suggest,
};

/// The file's name, in the suite's folder. A suite without one knows of nothing.
pub const NAME: &str = "known_issues.toml";

/// How a cause shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symptom {
    /// A failure whose message has this in it. Another failure is another issue.
    Message(String),
    /// The time limit is over before the process has ended.
    Slow,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownIssue {
    /// The workloads that it concerns.
    pub workloads: Vec<String>,
    /// The configurations that it concerns, as `runtime/name`.
    pub configurations: Vec<String>,
    /// How it shows.
    pub symptom: Symptom,
    /// The cause, and where it was reported.
    pub cause: String,
}

impl KnownIssue {
    /// Whether a failure with this message is the one.
    #[must_use]
    pub fn explains_failure(&self, message: &str) -> bool {
        matches!(&self.symptom, Symptom::Message(part) if message.contains(part))
    }

    /// Whether it is why a process takes longer than it may.
    #[must_use]
    pub fn explains_time_out(&self) -> bool {
        self.symptom == Symptom::Slow
    }
}

/// One cause of outcomes that the specification does not allow, of the cases of [`crate::semantics`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The cases that it concerns.
    pub cases: Vec<String>,
    /// The configurations that it concerns, as `runtime/name`.
    pub configurations: Vec<String>,
    /// A part of what shows instead.
    pub outcome: String,
    /// The cause, and where it was reported.
    pub cause: String,
}

impl Deviation {
    /// Whether it is about this case in this configuration.
    #[must_use]
    pub fn concerns(&self, case: &str, configuration: &str) -> bool {
        self.cases.iter().any(|one| one == case) && self.configurations.iter().any(|one| one == configuration)
    }
}

/// The deviations that are known, of wasmark's own suite.
///
/// # Errors
/// Where the file is none that this reads; a test excludes it.
pub fn deviations() -> Result<Vec<Deviation>> {
    let file: File =
        toml::from_str(include_str!("../suite/known_issues.toml")).map_err(|error| Error::Text {
            doing: "read the suite's known_issues.toml",
            error: error.into(),
            remedy: "correct it and build again",
        })?;
    Ok(file.deviation)
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    issue: Vec<Issue>,
    #[serde(default)]
    slow: Vec<Slow>,
    #[serde(default)]
    deviation: Vec<Deviation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    workloads: Vec<String>,
    configurations: Vec<String>,
    message: String,
    cause: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Slow {
    workloads: Vec<String>,
    configurations: Vec<String>,
    cause: String,
}

impl File {
    /// The issues, each with the name of the table that it stands in.
    fn known(self) -> impl Iterator<Item = (&'static str, KnownIssue)> {
        let issues = self.issue.into_iter().map(|Issue { workloads, configurations, message, cause }| {
            ("issue", KnownIssue { workloads, configurations, symptom: Symptom::Message(message), cause })
        });
        let slow = self.slow.into_iter().map(|Slow { workloads, configurations, cause }| {
            ("slow", KnownIssue { workloads, configurations, symptom: Symptom::Slow, cause })
        });
        issues.chain(slow)
    }
}

/// Gives each workload of a suite its issues. `names` has all that the suite lists, and `errors` the manifests that cannot be
/// used.
///
/// # Errors
/// Where the file cannot be read, has another form, or names a workload that is not in the suite.
pub(crate) fn attach(
    folder: &Path,
    suite: &mut Suite,
    names: &[String],
    errors: &[ManifestError],
) -> Result<(), ManifestError> {
    let file = folder.join(NAME);
    if !file.exists() {
        return Ok(());
    }
    let text = read(&file)?;
    let known: File = parse(&file, &text)?;
    for (table, issue) in known.known() {
        let wrong = |fault: Fault| ManifestError::new(&file, line_of(&text, table), fault);
        let unknown = |what, name, hint| wrong(Error::Unknown { what, name, hint }.into());
        // An empty message would explain every failure.
        if issue.symptom == Symptom::Message(String::new()) || issue.cause.is_empty() {
            return Err(wrong(Fault::Rule("explain a failure without its message or its cause; write both")));
        }
        if issue.configurations.is_empty() || issue.configurations.iter().any(|id| !id.contains('/')) {
            let ids = format!("{:?}", issue.configurations);
            return Err(unknown("configurations", ids, "write at least one as runtime/name".to_string()));
        }
        for name in &issue.workloads {
            if let Some(workload) = suite.workloads.iter_mut().find(|one| one.name == *name) {
                workload.known_issues.push(issue.clone());
                continue;
            }
            if !names.contains(name) && !errors.iter().any(|error| error.workload() == *name) {
                let names = names.iter().map(String::as_str);
                let near = suggest(name, names).map_or("remove it".into(), |near| format!("is it {near:?}?"));
                return Err(unknown("workload", format!("{name:?} in this suite"), near));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics;

    #[test]
    fn each_deviation_is_of_a_case_and_states_its_outcome_and_cause() {
        let cases = semantics::cases().expect("cases");
        for one in deviations().expect("deviations") {
            assert!(!one.outcome.is_empty() && !one.cause.is_empty(), "{one:?}");
            assert!(one.configurations.iter().all(|id| id.contains('/')), "{one:?}");
            for name in &one.cases {
                assert!(cases.iter().any(|case| case.name == name), "{name}");
            }
            let (case, id) = (&one.cases[0], &one.configurations[0]);
            assert!(one.concerns(case, id) && !one.concerns("another", id));
        }
    }
}
