//! From which time on the runs of a history are shown.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{Error, Result};

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
