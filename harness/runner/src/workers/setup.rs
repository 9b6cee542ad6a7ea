//! The variables of a package's build: the user's own, and those that the set-up found, in the file `env` of the cache
//! folder.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs,
    path::Path,
};

use super::{Error, NoPair, find::Metadata};
use crate::{Result, error::failed_to};

/// Where the variables of builds come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// What the set-up found, by name.
    found: BTreeMap<String, String>,
    /// The process's environment, which comes first.
    own: BTreeMap<OsString, OsString>,
}

impl Setup {
    /// Reads `KEY=VALUE` lines beside the process's environment; no file is an empty set-up.
    ///
    /// # Errors
    /// Where the file cannot be read or has a line of another form.
    pub fn read(cache: &Path) -> Result<Setup> {
        let path = cache.join("env");
        let own = std::env::vars_os().collect();
        if !path.exists() {
            return Ok(Setup { found: BTreeMap::new(), own });
        }
        let text = fs::read_to_string(&path).map_err(failed_to("read", &path, ""))?;
        let found = parse(&text).map_err(|source| Error::Setup { path, source })?;
        Ok(Setup { found, own })
    }

    /// The variables that decide what a package builds, as its build receives them: the user's own, else what the set-up
    /// found. Of variables that name one thing together, what was found does not stand beside another value of the
    /// user's.
    #[must_use]
    pub fn variables<'a>(&'a self, metadata: &'a Metadata) -> BTreeMap<&'a str, &'a OsStr> {
        let value = |name: &'a String| {
            let found =
                || self.found.get(name).filter(|_| !self.contradicted(name, metadata)).map(OsStr::new);
            Some((name.as_str(), self.own(name).or_else(found)?))
        };
        metadata.variables.iter().filter_map(value).collect()
    }

    /// A variable of the user's own. An empty one is a value: it takes away what the set-up found.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<&OsStr> {
        self.own.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Whether the user sets another variable of the same group to another value than the set-up found.
    fn contradicted(&self, name: &String, metadata: &Metadata) -> bool {
        let differs = |other: &String| {
            self.own(other).is_some_and(|own| self.found.get(other).map(OsStr::new) != Some(own))
        };
        metadata.together.iter().filter(|group| group.contains(name)).flatten().any(differs)
    }
}

fn parse(text: &str) -> Result<BTreeMap<String, String>, NoPair> {
    let pair = |line: &str| {
        let (name, value) = line.split_once('=').ok_or_else(|| NoPair(line.to_string()))?;
        Ok((name.to_string(), value.to_string()))
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(pair).collect()
}

/// A set-up of these, for tests.
#[cfg(test)]
pub fn of<const FOUND: usize, const OWN: usize>(
    found: [(&str, &str); FOUND],
    own: [(&str, &str); OWN],
) -> Setup {
    let texts = |(name, value): (&str, &str)| (name.to_string(), value.to_string());
    Setup {
        found: found.map(texts).into(),
        own: own.map(|(name, value)| (OsString::from(name), OsString::from(value))).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        Metadata {
            variables: words(&["DIR", "ROOT", "OTHER"]),
            together: vec![words(&["DIR", "ROOT"])],
            ..Metadata::default()
        }
    }

    fn variables<const OWN: usize>(own: [(&str, &str); OWN]) -> Vec<(String, String)> {
        let setup = of([("DIR", "/found"), ("ROOT", "/root"), ("OTHER", "o"), ("STRANGER", "s")], own);
        let (metadata, text) = (metadata(), |value: &OsStr| value.to_string_lossy().into_owned());
        setup.variables(&metadata).into_iter().map(|(name, value)| (name.to_string(), text(value))).collect()
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
        pairs.map(|(name, value)| (name.to_string(), value.to_string())).into()
    }

    #[test]
    fn reads_lines_and_refuses_others() {
        let read = parse("# found by the set-up\nWASMARK_TEST_A=/x y\n\n").expect("two good lines");
        assert_eq!(read, BTreeMap::from([("WASMARK_TEST_A".into(), "/x y".into())]));
        assert!(parse("nonsense").is_err());
    }

    #[test]
    fn a_build_receives_what_was_found_of_its_own_variables() {
        assert_eq!(variables([]), pairs([("DIR", "/found"), ("OTHER", "o"), ("ROOT", "/root")]));
    }

    #[test]
    fn a_variable_of_the_user_s_excludes_what_was_found_beside_it() {
        assert_eq!(variables([("DIR", "/own")]), pairs([("DIR", "/own"), ("OTHER", "o")]));
        assert_eq!(
            variables([("DIR", "/own"), ("ROOT", "/r")]),
            pairs([("DIR", "/own"), ("OTHER", "o"), ("ROOT", "/r")])
        );
        // The same value contradicts nothing; an empty one is a value.
        assert_eq!(
            variables([("DIR", "/found")]),
            pairs([("DIR", "/found"), ("OTHER", "o"), ("ROOT", "/root")])
        );
        assert_eq!(variables([("ROOT", "")]), pairs([("OTHER", "o"), ("ROOT", "")]));
        assert_eq!(
            variables([("OTHER", "p")]),
            pairs([("DIR", "/found"), ("OTHER", "p"), ("ROOT", "/root")])
        );
    }
}
