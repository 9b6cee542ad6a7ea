//! The languages that have no workload although the field names them, so that a gap has its reason beside it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{
    ManifestError,
    document::{parse, read},
};

/// The file's name, beside the suite's folder.
pub const FILE: &str = "languages.toml";

/// A language without a workload.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// The language, or the tool that would compile it.
    pub name: String,
    /// One sentence: why not, and what would change that.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    absent: Vec<Absent>,
}

/// The languages that the [`FILE`] beside a suite names, in its order. A suite without one, such as somebody's own,
/// misses none.
///
/// # Errors
/// Where the file cannot be read or has another form.
pub fn absent(suite: &Path) -> Result<Vec<Absent>, ManifestError> {
    let file = suite.with_file_name(FILE);
    if !file.exists() {
        return Ok(Vec::new());
    }
    parse(&file, &read(&file)?).map(|languages: Languages| languages.absent)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What reading a file with this text gives.
    fn listed(text: &str) -> Result<Vec<Absent>, ManifestError> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), text).expect("a file");
        absent(&folder.path().join("suite"))
    }

    #[test]
    fn languages_come_in_the_files_order() {
        let languages =
            listed("[[absent]]\nname = \"Z\"\nwhy = \"z\"\n\n[[absent]]\nname = \"A\"\nwhy = \"a\"\n");
        let names: Vec<String> = languages.expect("two").into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["Z", "A"]);
    }

    #[test]
    fn no_file_misses_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(absent(&folder.path().join("suite")).expect("no file"), []);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let begin = "[[absent]]\nname = \"Z\"\nwhy = \"z\"\n";
        for (text, line, part) in [
            (format!("{begin}wy = \"z\"\n"), 4, "unknown field `wy`"),
            (begin.replace("why = \"z\"\n", ""), 1, "missing field `why`"),
            (begin.replace("[[absent]]", "[[present]]"), 1, "unknown field `present`"),
            (format!("{begin}name"), 4, "understand"),
        ] {
            let error = listed(&text).expect_err("a refusal");
            assert_eq!(error.line, Some(line), "{error}");
            let message = error.to_string();
            assert!(
                message.contains(FILE) && message.contains("failed to") && message.contains(part),
                "{message}"
            );
        }
    }
}
