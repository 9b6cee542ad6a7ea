//! Where runs are: a folder, or the URL of an object store.

use std::{fmt, path::PathBuf, str::FromStr};

use super::{Error, NoPlace};
use crate::paths;

/// The schemes of URLs that are read and written.
const SCHEMES: [&str; 4] = ["s3", "gs", "az", "file"];

/// What a URL begins with, for people.
fn schemes() -> String {
    SCHEMES.map(|scheme| format!("{scheme}://")).join(", ")
}

/// A folder or a URL. It is a run, or holds runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A URL of one of the schemes.
    Url(Url),
}

impl Place {
    /// The place that is named, else that of the runs here.
    ///
    /// # Errors
    /// Where the runs here are at no place.
    pub fn or_here(named: Option<&Place>) -> Result<Place, Error> {
        let here = || paths::results().to_string_lossy().parse().map_err(Error::Here);
        named.map_or_else(here, |place| Ok(place.clone()))
    }
}

/// The URL of a folder in an object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(url::Url);

impl Url {
    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.scheme()
    }

    /// As the crate `url` has it.
    #[must_use]
    pub fn parsed(&self) -> &url::Url {
        &self.0
    }

    /// The last part of its path, which may be a run's name; none of a whole bucket.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        self.0.path_segments()?.rfind(|part| !part.is_empty())
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl FromStr for Url {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Url, NoPlace> {
        let url = url::Url::parse(text).map_err(|problem| NoPlace::Form {
            text: text.to_string(),
            problem,
            known: schemes(),
        })?;
        if !SCHEMES.contains(&url.scheme()) || !text.contains("://") {
            return Err(NoPlace::NoStore { text: text.to_string(), known: schemes() });
        }
        if url.scheme() != "file" && url.host_str().is_none_or(str::is_empty) {
            return Err(NoPlace::NoBucket { text: text.to_string(), scheme: url.scheme().to_string() });
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(NoPlace::TooMuch(text.to_string()));
        }
        Ok(Url(url))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => folder.display().fmt(f),
            Place::Url(url) => url.fmt(f),
        }
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Place, NoPlace> {
        match text.contains("://") {
            true => text.parse().map(Place::Url),
            false => Ok(Place::Folder(text.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_scheme_that_is_known_and_everything_else_is_a_folder() {
        for text in ["s3://bucket/a/b", "gs://bucket", "az://container/x", "file:///tmp/runs"] {
            let place: Place = text.parse().expect(text);
            assert_eq!(place.to_string(), text);
            assert!(matches!(place, Place::Url(_)));
        }
        assert_eq!("results/runs".parse(), Ok(Place::Folder("results/runs".into())));
        let url: Url = "s3://bucket/a/b/".parse().expect("a URL");
        assert_eq!((url.last(), url.to_string().as_str()), (Some("b"), "s3://bucket/a/b"));
        for wrong in
            ["http://x/y", "s3://", "s3:///x", "s4://b/x", "s3://key:secret@b/x", "s3://b/x?y=1", "://x"]
        {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
