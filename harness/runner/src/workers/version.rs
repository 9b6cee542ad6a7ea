//! A runtime as the command line names it: `NAME`, `NAME@VERSION` for its engine at another version than the lock's, and
//! `+BUILD` behind either for a worker that is built in another way than the package's own.

use std::fmt;

use super::Error;

/// A whole version that cargo can be asked for: three numbers, perhaps with a pre-release after them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(String);

impl Version {
    fn parse(text: &str) -> Option<Version> {
        let (numbers, pre) = text.split_once('-').map_or((text, None), |(numbers, pre)| (numbers, Some(pre)));
        let numbers: Vec<&str> = numbers.split('.').collect();
        // Of at most nine digits, without a zero before others.
        let number = |text: &&str| {
            text.len() < 10 && text.parse::<u32>().is_ok_and(|number| number.to_string() == **text)
        };
        let whole = numbers.len() == 3 && numbers.iter().all(number);
        let sound = whole && pre.is_none_or(|pre| pre.split('.').all(is_word));
        sound.then(|| Version(text.to_string()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A runtime that was asked for. Displays as it was written, which is its name in results.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The runtime's own name.
    pub name: String,
    /// Its engine's version; the package's lock decides where there is none.
    pub version: Option<Version>,
    /// The name of one of the package's builds; the package's own profile decides where there is none.
    pub build: Option<String>,
}

impl Wanted {
    /// The runtime by its name alone.
    #[must_use]
    pub fn named(name: &str) -> Wanted {
        Wanted { name: name.to_string(), version: None, build: None }
    }

    /// Reads `NAME[@VERSION][+BUILD]`.
    ///
    /// # Errors
    /// Where no whole version follows the `@`, or no word the `+`.
    pub fn parse(text: &str) -> Result<Wanted, Error> {
        let (rest, build) = parts(text, '+');
        let (name, version) = parts(rest, '@');
        let (text, name) = (text.to_string(), name.to_string());
        if build.is_some_and(|build| !is_word(build)) {
            return Err(Error::Build { text, name });
        }
        let version = version.map(Version::parse);
        if version == Some(None) {
            return Err(Error::Version { text, name });
        }
        Ok(Wanted { name, version: version.flatten(), build: build.map(str::to_string) })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.version.iter().try_for_each(|version| write!(f, "@{version}"))?;
        self.build.iter().try_for_each(|build| write!(f, "+{build}"))
    }
}

/// The runtime's own name in what was asked for.
#[must_use]
pub fn bare(runtime: &str) -> &str {
    parts(parts(runtime, '+').0, '@').0
}

/// A text before a mark, and what follows it where the mark is there.
fn parts(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_version_is_read_and_displays_as_it_was_written() {
        for text in
            ["wasmtime", "wasmtime@47.0.4", "wasmi@2.0.0-beta.10", "x@0.0.0", "x+best", "x@1.2.3+best"]
        {
            assert_eq!(Wanted::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(bare("wasmtime@47.0.4+best"), "wasmtime");
        let wanted = Wanted::parse("wasmtime@47.0.4").expect("a version");
        assert_eq!(wanted.name, "wasmtime");
        assert_eq!(wanted.version.map(|version| version.to_string()).as_deref(), Some("47.0.4"));
    }

    #[test]
    fn everything_else_after_the_at_is_refused() {
        let nonsense =
            ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "v1.2.3", "=1.2.3", "*", "1.2.3-", "1.2.3-a..b"];
        let harmful = ["1.2.3@4", "1.2.3-../..", "../../x", "1.2.99999999999", " 1.2.3"];
        for version in nonsense.into_iter().chain(harmful) {
            let problem = Wanted::parse(&format!("wasmtime@{version}")).expect_err(version).to_string();
            assert!(problem.contains("write a whole one, as wasmtime@1.2.3"), "{problem}");
        }
        for build in ["", "a+b", "../x", "a/b", "best@1.2.3"] {
            let problem = Wanted::parse(&format!("wasmtime+{build}")).expect_err(build).to_string();
            assert!(problem.contains("write its name, as wasmtime+best"), "{problem}");
        }
    }
}
