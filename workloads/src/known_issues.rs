//! Failures whose cause was found in a runtime or in what it is built from, and that no setting of wasmark's avoids: the
//! suite's `known_issues.toml`. They stay failures, with their cause beside them; `wasmark check` takes them for
//! explained, and an entry for wrong once the configuration is right.

use std::path::Path;

use serde::Deserialize;

use crate::{
    ManifestError, Suite,
    load::{line_of, parse, read},
    suggest,
};

/// The file's name, in the suite's folder. A suite without one knows of nothing.
pub const FILE: &str = "known_issues.toml";

/// One cause.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownIssue {
    /// The workloads that it concerns.
    pub workloads: Vec<String>,
    /// The configurations that it concerns, as `runtime/name`.
    pub configurations: Vec<String>,
    /// What the failure's message has in it. Another failure is another issue.
    pub message: String,
    /// The cause, and where it was reported.
    pub cause: String,
}

impl KnownIssue {
    /// Whether a failure with this message is the one.
    #[must_use]
    pub fn explains(&self, message: &str) -> bool {
        message.contains(&self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownIssues {
    issue: Vec<KnownIssue>,
}

/// Gives each workload of a suite its issues; `errors` has the workloads that did not load.
///
/// # Errors
/// Where the file cannot be read, says something else, or names a workload that is not in the suite.
pub(crate) fn attach(
    folder: &Path,
    suite: &mut Suite,
    errors: &[ManifestError],
) -> Result<(), ManifestError> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Ok(());
    }
    let text = read(&file)?;
    let known: KnownIssues = parse(&file, &text)?;
    for issue in known.issue {
        let wrong = |message: String| ManifestError::new(&file, line_of(&text, "issue"), message);
        // An empty message would explain every failure.
        if issue.message.is_empty() || issue.cause.is_empty() {
            return Err(wrong("explain a failure without its message or its cause; write both".to_string()));
        }
        if issue.configurations.is_empty() || issue.configurations.iter().any(|id| !id.contains('/')) {
            let ids = &issue.configurations;
            return Err(wrong(format!(
                "find the configurations {ids:?}; write at least one as runtime/name"
            )));
        }
        for name in &issue.workloads {
            if let Some(workload) = suite.workloads.iter_mut().find(|one| one.name == *name) {
                workload.known_issues.push(issue.clone());
                continue;
            }
            let absent = suite.absent.iter().any(|one| one.name == *name);
            if !absent && !errors.iter().any(|error| error.workload() == *name) {
                let names = suite.workloads.iter().map(|one| one.name.as_str());
                let near = suggest(name, names).map_or("remove it".into(), |near| format!("is it {near:?}?"));
                return Err(wrong(format!("find the workload {name:?} in this suite; {near}")));
            }
        }
    }
    Ok(())
}
