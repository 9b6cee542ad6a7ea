//! `i/n`: the number of a shard and how many there are.

use std::{fmt, str::FromStr};

use super::NoShard;

/// One of several parts of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// The shard `number`, from 1, of `of`; `None` where there is no such shard.
    #[must_use]
    pub fn new(number: u32, of: u32) -> Option<Shard> {
        (1..=of).contains(&number).then_some(Shard { number, of })
    }

    /// Its number, from 1.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    #[must_use]
    pub fn of(self) -> u32 {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Shard, NoShard> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((decimal(number)?, decimal(of)?)));
        let (number, of) = numbers.ok_or_else(|| NoShard::Form(text.to_string()))?;
        Shard::new(number, of).ok_or_else(|| NoShard::Number { text: text.to_string(), most: of.max(1) })
    }
}

/// A number of digits alone: `parse` would take a sign.
fn decimal(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// What the command line states of shards; where it states nothing, the scheduler's variables decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The run is whole, whatever a scheduler states.
    Whole,
    /// This one.
    Given(Shard),
}

impl FromStr for Choice {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Choice, NoShard> {
        if text == "none" { Ok(Choice::Whole) } else { text.parse().map(Choice::Given) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_those_that_there_are() {
        let shard: Shard = "2/3".parse().expect("a shard");
        assert_eq!((shard.number(), shard.of(), shard.to_string().as_str()), (2, 3, "2/3"));
        for wrong in ["0/3", "4/3", "0/0", "1/0"] {
            let problem = wrong.parse::<Shard>().expect_err(wrong).to_string();
            assert!(problem.contains("there is no shard"), "{problem}");
        }
        for wrong in ["x/y", "1", "1/", "/2", "", "-1/3", "+1/3", "1/3/5", "99999999999/3", "1.0/2", " 1/2"] {
            let problem = wrong.parse::<Shard>().expect_err(wrong).to_string();
            assert!(problem.contains("give i/n"), "{wrong}: {problem}");
        }
    }

    #[test]
    fn none_is_the_whole_run() {
        assert_eq!("none".parse(), Ok(Choice::Whole));
        assert_eq!("1/1".parse(), Ok(Choice::Given(Shard { number: 1, of: 1 })));
    }
}
