//! Which cells and which time of a history are shown.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::series::Series;
use crate::{Error, Result, source::Source};

/// Cells by the words of their names. Without any, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    names: Vec<String>,
}

impl Cells {
    /// Those of which one of `names` has nothing but words of theirs.
    #[must_use]
    pub fn new(names: &[String]) -> Cells {
        Cells { names: names.to_vec() }
    }

    /// Whether any cells were named.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.names.is_empty()
    }

    /// The names that none of `series` has.
    pub fn without_series<'a>(&'a self, series: &'a [Series]) -> impl Iterator<Item = &'a str> {
        let has = |name: &str| series.iter().any(|one| is(one, name));
        self.names.iter().map(String::as_str).filter(move |name| !has(name))
    }

    /// Whether a series is one of them.
    #[must_use]
    pub fn has(&self, series: &Series) -> bool {
        self.is_all() || self.names.iter().any(|name| is(series, name))
    }
}

/// Whether each word of `name` is the series' configuration, its runtime, its workload, metric or source.
fn is(series: &Series, name: &str) -> bool {
    let runtime = series.configuration.split('/').next().unwrap_or_default();
    let source = series.source.map_or("", Source::name);
    let has = |word: &str| {
        [series.configuration.as_str(), runtime, &series.workload, series.metric, source].contains(&word)
    };
    name == series.workload || name.split_whitespace().all(has)
}

/// The time from which on runs are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since(pub Timestamp);

impl Since {
    /// Reads `2026-11-29`, which is the beginning of that day in UTC, or a whole time in RFC 3339.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn parse(text: &str) -> Result<Since> {
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Since(time));
        }
        let day = text.parse::<Date>().and_then(|day| day.to_zoned(TimeZone::UTC));
        let day = day.map_err(|source| Error::Time { text: text.to_owned(), source })?;
        Ok(Since(day.timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_and_nothing_else() {
        assert_eq!(
            Since::parse("2026-11-29").expect("a day"),
            Since::parse("2026-11-29T00:00:00Z").expect("a time")
        );
        assert!(
            Since::parse("2026-11-29T01:00:00+02:00").expect("a time").0
                < Since::parse("2026-11-29").expect("a day").0
        );
        for wrong in ["", "yesterday", "2026-13-01", "../x"] {
            let error = Since::parse(wrong).expect_err("no time").to_string();
            assert!(error.contains("2026-11-29"), "{error}");
        }
    }
}
