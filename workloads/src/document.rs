//! Documents in TOML beside a suite: their text, what it means, and the line of a key in it.

use std::{fs, path::Path};

use serde::de::DeserializeOwned;

use crate::{
    ManifestError,
    error::{Error, Fault},
};

/// The text of a file that must be there.
pub(crate) fn read(file: &Path) -> Result<String, ManifestError> {
    fs::read_to_string(file).map_err(|error| {
        let error = Error::Text { doing: "read the manifest", error: error.into(), remedy: "mend the file" };
        ManifestError::new(file, None, error)
    })
}

/// The text of a file in TOML as what it should be, or the line that is wrong.
pub(crate) fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, ManifestError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
        ManifestError::new(file, line, Fault::Form(error.message().to_string()))
    })
}

/// The line of a top-level key or table, from 1.
pub(crate) fn line_of(text: &str, key: &str) -> Option<usize> {
    let begins = |line: &str| {
        let line = line.trim_start().trim_start_matches('[');
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
    };
    text.lines().position(begins).map(|index| index + 1)
}
