//! The name of a run on several machines. It is a part of folders' names and of objects' keys, so it is made of few
//! characters.

use std::{fmt, str::FromStr};

use wasmark_adapter::host::sha256;

use super::error::{LONGEST, NoJob};

/// A run's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job(String);

impl Job {
    /// The name of a run that has none: the same command has the same on every machine.
    #[must_use]
    pub fn of_command(words: &[String]) -> Job {
        let digest = sha256(words.join("\0").as_bytes());
        Job(format!("run-{}", &digest[..8]))
    }

    /// The seed of the run, where no other is given: the same on every machine.
    #[must_use]
    pub fn seed(&self) -> u64 {
        let digest = sha256(self.0.as_bytes());
        // Small enough for JSON readers that keep numbers as doubles.
        u64::from_str_radix(&digest[..12], 16).unwrap_or_default()
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Job {
    type Err = NoJob;

    fn from_str(name: &str) -> Result<Job, NoJob> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if first && name.bytes().all(fits) && name.len() <= LONGEST {
            return Ok(Job(name.to_string()));
        }
        Err(NoJob(name.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_folder_or_be_markup() {
        for right in ["nightly", "github-123_4.5", "0"] {
            assert_eq!(right.parse::<Job>().expect(right).to_string(), right);
        }
        let long = "a".repeat(LONGEST + 1);
        for wrong in ["", ".", "..", "../x", "a/b", "<b>x</b>", "a b", "-x", "ü", "a\nb", long.as_str()] {
            assert!(wrong.parse::<Job>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn one_command_has_one_name_and_one_seed() {
        let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_string).collect() };
        let (one, same, other) = (
            Job::of_command(&words("run a")),
            Job::of_command(&words("run a")),
            Job::of_command(&words("run b")),
        );
        assert_eq!((&one, one.seed()), (&same, same.seed()));
        assert_ne!(one, other);
        assert_ne!(one.seed(), other.seed());
        assert!(one.to_string().parse::<Job>().is_ok());
    }
}
