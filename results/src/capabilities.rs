//! What a configuration can do, as probes saw it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a configuration's probes showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Proposals by name.
    pub proposals: BTreeMap<String, Support>,
    /// How far it goes: `stack_depth` in calls of a small function, `memory` in bytes of one instance, `instances`
    /// that live at once.
    pub limits: BTreeMap<String, Reached>,
    /// Cases of the specification's by name; empty where nothing was tried.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub semantics: BTreeMap<String, Conformity>,
}

/// Whether what came of a case is what the specification allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conformity {
    /// It is.
    Right,
    /// The configuration does not run such modules, and does not claim to.
    Unsupported(String),
    /// It is not, and why is known.
    KnownIssue {
        /// What showed, and what was expected.
        outcome: String,
        /// The cause.
        cause: String,
    },
    /// It is not: what showed, and what was expected.
    Deviates(String),
}

impl Conformity {
    /// A few letters for a table.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Conformity::Right => "ok",
            Conformity::Unsupported(_) => "unsupported",
            Conformity::KnownIssue { .. } => "known issue",
            Conformity::Deviates(_) => "DEVIATES",
        }
    }

    /// Why it is not right.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Conformity::Right => None,
            Conformity::Unsupported(reason) | Conformity::Deviates(reason) => Some(reason.clone()),
            Conformity::KnownIssue { outcome, cause } => Some(format!("{outcome}: {cause}")),
        }
    }
}

/// Whether a configuration runs a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The probe ran and returned what is right.
    Yes,
    /// It was refused or trapped, in the engine's words.
    No(String),
    /// It ran and returned something else.
    Wrong(String),
    /// The process crashed, hung, or grew without end.
    Crashes(String),
}

impl Support {
    /// One word for a table.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Support::Yes => "yes",
            Support::No(_) => "no",
            Support::Wrong(_) => "WRONG",
            Support::Crashes(_) => "CRASHES",
        }
    }

    /// Why it is not a yes.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Support::Yes => None,
            Support::No(reason) | Support::Wrong(reason) | Support::Crashes(reason) => Some(reason),
        }
    }
}

/// How far a configuration goes in one respect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// So far, and no further; then the engine reported this.
    Most {
        /// The last number that was reached.
        number: u64,
        /// What stopped it.
        reason: String,
    },
    /// As far as the probe goes.
    AtLeast(u64),
    /// It could not be tried.
    Unknown(String),
}

/// Configurations of one runtime that run the same proposals, together: most of its settings change nothing there.
/// Each group's reasons are its first configuration's.
#[must_use]
pub fn alike<'a>(
    configurations: impl IntoIterator<Item = (&'a str, &'a Capabilities)>,
) -> Vec<(Vec<&'a str>, &'a Capabilities)> {
    together(configurations, |one| one.proposals.values().map(Support::word).collect())
}

/// Configurations of one runtime with the same words, together.
pub fn together<'a, T>(
    configurations: impl IntoIterator<Item = (&'a str, &'a T)>,
    words: impl Fn(&T) -> Vec<&str>,
) -> Vec<(Vec<&'a str>, &'a T)> {
    let runtime = |id: &str| id.split('/').next().unwrap_or_default().to_owned();
    let mut groups: Vec<(Vec<&str>, &T)> = Vec::new();
    for (id, capabilities) in configurations {
        let same = |(ids, known): &&mut (Vec<&str>, &T)| {
            runtime(ids[0]) == runtime(id) && words(known) == words(capabilities)
        };
        match groups.iter_mut().find(same) {
            Some((ids, _)) => ids.push(id),
            None => groups.push((vec![id], capabilities)),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_of_runs_without_cases_are_read_and_cases_are_kept() {
        let old: Capabilities =
            serde_json::from_str(r#"{"proposals": {}, "limits": {}}"#).expect("an old run's");
        assert_eq!(old, Capabilities::default());
        let known = Conformity::KnownIssue { outcome: "returned 7".into(), cause: "LLVM".into() };
        let semantics = [("a", Conformity::Right), ("b", known)].map(|(name, one)| (name.to_owned(), one));
        let new = Capabilities { semantics: semantics.into(), ..old };
        let text = serde_json::to_string(&new).expect("JSON");
        assert!(text.contains(r#""a":"right""#), "{text}");
        assert_eq!(serde_json::from_str::<Capabilities>(&text).expect("the same"), new);
    }

    #[test]
    fn configurations_of_a_runtime_that_run_the_same_are_together() {
        let of = |simd: Support| Capabilities {
            proposals: [("simd".to_owned(), simd)].into(),
            ..Capabilities::default()
        };
        let (yes, no, other) = (of(Support::Yes), of(Support::No("a".into())), of(Support::No("b".into())));
        let ids: Vec<Vec<&str>> = alike([("x/1", &no), ("x/2", &yes), ("x/3", &other), ("y/1", &no)])
            .into_iter()
            .map(|(ids, _)| ids)
            .collect();
        assert_eq!(ids, [vec!["x/1", "x/3"], vec!["x/2"], vec!["y/1"]]);
    }
}
