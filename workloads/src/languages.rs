//! Languages that the field names and that the suite cannot have, with the reason: `languages.toml` beside the suite.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::ManifestError;

/// The file's name.
const FILE: &str = "languages.toml";

/// A language that the suite cannot have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// Why, and how to get it.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    #[serde(default)]
    absent: Vec<Absent>,
}

/// The languages that a suite says it cannot have; none where it says nothing.
///
/// # Errors
/// Where the file is there and cannot be understood.
pub fn absent(suite: &Path) -> Result<Vec<Absent>, ManifestError> {
    let file = suite.with_file_name(FILE);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(ManifestError::new(
                &file,
                None,
                format!("read the languages: {error}; mend the file"),
            ));
        }
    };
    toml::from_str::<Languages>(&text).map(|languages| languages.absent).map_err(|error| {
        let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
        ManifestError::new(&file, line, format!("understand the languages: {}", error.message()))
    })
}
