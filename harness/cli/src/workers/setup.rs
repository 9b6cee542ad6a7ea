//! What the set-up found: variables that the builds of workers need, in the file `env` of the cache folder.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

/// The variables, by name. The process's own environment comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup(BTreeMap<String, String>);

impl Setup {
    /// Reads `KEY=VALUE` lines; no file is an empty set-up.
    ///
    /// # Errors
    /// Where the file cannot be read or has a line of another form.
    pub fn read(cache: &Path) -> Result<Setup> {
        let path = cache.join("env");
        if !path.exists() {
            return Ok(Setup::default());
        }
        let text = fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
        Setup::parse(&text)
            .with_context(|| format!("failed to read {}; run ./setup.sh again", path.display()))
    }

    fn parse(text: &str) -> Result<Setup> {
        let mut variables = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, value) = line.split_once('=').with_context(|| format!("{line:?} is not KEY=VALUE"))?;
            let own = std::env::var(name).ok();
            variables.insert(name.to_string(), own.unwrap_or_else(|| value.to_string()));
        }
        Ok(Setup(variables))
    }

    /// The variables for a build.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_and_refuses_others() {
        let setup = Setup::parse("# found by the set-up\nWASMARK_TEST_A=/x y\n\n").expect("two good lines");
        assert_eq!(setup.variables().collect::<Vec<_>>(), [("WASMARK_TEST_A", "/x y")]);
        assert!(Setup::parse("nonsense").is_err());
    }
}
