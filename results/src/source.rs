//! The source that a process ran from: the module, an artifact, or linked code. Most measurements depend on it, so
//! values of different sources are never combined.

use serde::{Deserialize, Serialize};

/// What a process ran from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The module's bytes, compiled or decoded by the process.
    Wasm,
    /// An artifact that an earlier process saved.
    Artifact,
    /// Code linked into the worker.
    Linked,
}

impl Source {
    /// Every source, what users deploy first.
    pub const PREFERRED: [Source; 3] = [Source::Artifact, Source::Wasm, Source::Linked];

    /// Its name in rows and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Source::Wasm => "wasm",
            Source::Artifact => "artifact",
            Source::Linked => "linked",
        }
    }

    /// The source of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Source> {
        Source::PREFERRED.into_iter().find(|source| source.name() == name)
    }
}

/// Orders sources by what users deploy; what is not known comes last.
#[must_use]
pub fn preference(source: Option<Source>) -> usize {
    let known = source.and_then(|one| Source::PREFERRED.iter().position(|other| *other == one));
    known.unwrap_or(Source::PREFERRED.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_source() {
        assert!(Source::PREFERRED.into_iter().all(|source| Source::of_name(source.name()) == Some(source)));
        assert_eq!(Source::of_name("tape"), None);
    }
}
