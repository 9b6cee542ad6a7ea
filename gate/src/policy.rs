//! The policy file: what gates, how strictly, and what is only reported.

use std::{
    collections::BTreeMap,
    num::ParseFloatError,
    path::Path,
    time::{Duration, TryFromFloatSecsError},
};

use serde::Deserialize;
use wasmark_decision::{
    exact::Tolerance,
    rules::{Design, Rules},
};
use wasmark_runner::{error::failed_to, suggest};

use crate::metric::{Counted, Timed};

/// The file's usual name.
pub const FILE: &str = "wasmark.toml";
/// The schema that this version reads.
const SCHEMA: u32 = 1;
/// A commented one: every default, as a comment.
pub const TEMPLATE: &str = include_str!("wasmark.toml");

/// Why a policy is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum Error {
    #[error("{place}{message}")]
    Form { place: String, message: String },
    #[error("{place}unknown key or name {name:?}; {instead}")]
    Unknown { place: String, name: String, instead: String },
    #[error("it has schema {0} and this wasmark reads up to {SCHEMA}; use a newer wasmark")]
    Newer(u32),
    #[error("run.alpha is a probability in percent: above 0, below 50")]
    Alpha,
    #[error("run.screen_rounds is below 5, which can clear nothing")]
    ScreenRounds,
    #[error("run.confirm_pairs is not between 8 and 1000")]
    ConfirmPairs,
    #[error("timed.rules.{0}: margin <= screen <= tolerable, in percent from 0")]
    Rules(&'static str),
    #[error("counted.tolerances.{0}: a tolerance is not below zero")]
    Tolerance(&'static str),
    #[error(transparent)]
    Budget(#[from] NoDuration),
    #[error("it selects nothing: name metrics in timed.gate or counted.gate")]
    Nothing,
}

/// Why a text is no duration.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum NoDuration {
    #[error("failed to understand the duration {text:?}; write 90s, 10m or 2h")]
    Form { text: String, source: Option<ParseFloatError> },
    #[error("failed to use the duration {text:?}")]
    Size { text: String, source: TryFromFloatSecsError },
}

/// A policy as written. Everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The schema of the file.
    pub schema: Option<u32>,
    /// What is compared.
    pub select: Select,
    /// How much is measured.
    pub run: Run,
    /// What is timed.
    pub timed: TimedPolicy,
    /// What is counted.
    pub counted: CountedPolicy,
}

/// What is compared, where the command line does not state it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Select {
    /// Runtimes, by name.
    pub runtimes: Vec<String>,
    /// Configurations.
    pub configurations: Vec<String>,
    /// Workloads.
    pub workloads: Vec<String>,
}

/// How much is measured.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// How long the gate may take.
    pub budget: Option<String>,
    /// Pairs of the screen.
    pub screen_rounds: Option<u32>,
    /// Fresh pairs of each flagged cell, at most.
    pub confirm_pairs: Option<u32>,
    /// Percent.
    pub alpha: Option<f64>,
    /// Whether what stays inconclusive fails the gate.
    pub require_conclusive: bool,
}

/// What is timed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimedPolicy {
    /// What can fail the gate.
    pub gate: Option<Vec<Timed>>,
    /// What is only shown.
    pub report: Vec<Timed>,
    /// By metric.
    pub rules: BTreeMap<Timed, Percents>,
}

/// The rules of a timed metric, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Percents {
    /// What is tested for.
    pub margin: Option<f64>,
    /// What the screen lets pass.
    pub screen: Option<f64>,
    /// What `ok` stays below.
    pub tolerable: Option<f64>,
}

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CountedPolicy {
    /// What can fail the gate.
    pub gate: Option<Vec<Counted>>,
    /// What is only shown.
    pub report: Option<Vec<Counted>>,
    /// By metric.
    pub tolerances: BTreeMap<Counted, Growth>,
}

/// A tolerated growth: the larger of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Growth {
    /// Of the base.
    pub percent: f64,
    /// In the metric's unit.
    pub absolute: f64,
}

impl Policy {
    /// The file's policy; the defaults where the usual file is not there and no other is named.
    ///
    /// # Errors
    /// Where the file cannot be read, or states what cannot be meant, with the line.
    pub fn read(named: Option<&Path>) -> crate::Result<Policy> {
        let path = named.unwrap_or(Path::new(FILE));
        if named.is_none() && !path.exists() {
            return Ok(Policy::default());
        }
        let text =
            std::fs::read_to_string(path).map_err(failed_to("read", path, "`wasmark init` writes one"))?;
        Policy::parse(&text).map_err(|source| crate::Error::Policy { path: path.to_path_buf(), source })
    }

    fn parse(text: &str) -> Result<Policy, Error> {
        let policy: Policy = toml::from_str(text).map_err(|problem| complaint(text, &problem))?;
        let schema = policy.schema.unwrap_or(SCHEMA);
        if schema > SCHEMA {
            return Err(Error::Newer(schema));
        }
        policy.check()?;
        Ok(policy)
    }

    fn check(&self) -> Result<(), Error> {
        let require = |sound: bool, error: Error| if sound { Ok(()) } else { Err(error) };
        let design = self.design();
        require(design.alpha > 0.0 && design.alpha < 0.5, Error::Alpha)?;
        require(design.screen_rounds >= 5, Error::ScreenRounds)?;
        require((8..=1000).contains(&design.confirm_pairs), Error::ConfirmPairs)?;
        for metric in Timed::ALL {
            let Rules { margin, screen, tolerable } = self.rules(metric);
            let sound = (0.0..10.0).contains(&margin) && margin <= screen && screen <= tolerable;
            require(sound, Error::Rules(metric.name()))?;
        }
        for (metric, growth) in &self.counted.tolerances {
            let sound = growth.percent >= 0.0 && growth.absolute >= 0.0;
            require(sound, Error::Tolerance(metric.name()))?;
        }
        self.budget()?;
        require(!(self.timed().is_empty() && self.counted().is_empty()), Error::Nothing)
    }

    /// How much is measured.
    #[must_use]
    pub fn design(&self) -> Design {
        let usual = Design::default();
        Design {
            screen_rounds: self.run.screen_rounds.unwrap_or(usual.screen_rounds),
            confirm_pairs: self.run.confirm_pairs.unwrap_or(usual.confirm_pairs),
            alpha: self.run.alpha.map_or(usual.alpha, |percent| percent / 100.0),
        }
    }

    /// The rules of a metric.
    #[must_use]
    pub fn rules(&self, metric: Timed) -> Rules {
        let usual = Rules::default();
        let stated = self.timed.rules.get(&metric).copied().unwrap_or_default();
        let share = |percent: Option<f64>, usual: f64| percent.map_or(usual, |percent| percent / 100.0);
        Rules {
            margin: share(stated.margin, usual.margin),
            screen: share(stated.screen, usual.screen),
            tolerable: share(stated.tolerable, usual.tolerable),
        }
    }

    /// The tolerance of a metric.
    #[must_use]
    pub fn tolerance(&self, metric: Counted) -> Tolerance {
        let stated = self.counted.tolerances.get(&metric);
        stated.map_or(metric.tolerance(), |growth| Tolerance {
            relative: growth.percent / 100.0,
            absolute: growth.absolute,
        })
    }

    /// What is timed, and whether it can fail the gate.
    #[must_use]
    pub fn timed(&self) -> BTreeMap<Timed, Lane> {
        let gate = self.timed.gate.clone().unwrap_or_else(|| vec![Timed::Throughput, Timed::FreshInstance]);
        lanes(&gate, &self.timed.report)
    }

    /// What is counted, and whether it can fail the gate.
    #[must_use]
    pub fn counted(&self) -> BTreeMap<Counted, Lane> {
        let gate = [Counted::LoadedSize, Counted::ArtifactSize, Counted::PerInstancePrivate];
        let report = [Counted::CustomSize, Counted::Code, Counted::WorkerSize, Counted::InstantiateFaults];
        let gate = self.counted.gate.clone().unwrap_or_else(|| gate.to_vec());
        lanes(&gate, &self.counted.report.clone().unwrap_or_else(|| report.to_vec()))
    }

    /// How long the gate may take.
    ///
    /// # Errors
    /// Where it is no duration.
    pub fn budget(&self) -> Result<Option<Duration>, NoDuration> {
        self.run.budget.as_deref().map(duration).transpose()
    }
}

/// Whether a cell can fail the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// It can.
    Gate,
    /// It is only shown.
    Report,
}

fn lanes<M: Copy + Ord>(gate: &[M], report: &[M]) -> BTreeMap<M, Lane> {
    let shown = report.iter().map(|metric| (*metric, Lane::Report));
    shown.chain(gate.iter().map(|metric| (*metric, Lane::Gate))).collect()
}

/// `90s`, `10m`, `2h`.
///
/// # Errors
/// Where it is none of these.
pub fn duration(text: &str) -> Result<Duration, NoDuration> {
    let form = |source| NoDuration::Form { text: text.to_string(), source };
    let split = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit.trim() {
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(form(None)),
    };
    let number: f64 = number.parse().map_err(|problem| form(Some(problem)))?;
    Duration::try_from_secs_f64(number * seconds)
        .map_err(|source| NoDuration::Size { text: text.to_string(), source })
}

/// What is wrong, in which line, and what may be meant.
fn complaint(text: &str, problem: &toml::de::Error) -> Error {
    let line = problem.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let place = line.map_or(String::new(), |line| format!("line {line}: "));
    let message = problem.message();
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(unknown) if message.starts_with("unknown ") => {
            let instead = suggest::nearest(unknown, quoted);
            Error::Unknown { place, name: unknown.to_string(), instead }
        }
        _ => Error::Form { place, message: message.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        wasmark_runner::error::chain(&Policy::parse(text).expect_err(text))
    }

    #[test]
    fn the_template_is_a_policy_and_its_comments_are_the_defaults() {
        let defaults = Policy { schema: Some(1), ..Policy::default() };
        assert_eq!(Policy::parse(TEMPLATE).expect("a policy"), defaults);
        let key = |line: &&str| line.contains(" = ") || line.starts_with("# [");
        let uncommented: String = TEMPLATE
            .lines()
            .map(|line| {
                line.strip_prefix("# ").filter(|_| key(&line) && !line.contains("Percent")).unwrap_or(line)
            })
            .filter(|line| {
                !["runtimes", "configurations", "workloads", "budget"].iter().any(|key| line.starts_with(key))
            })
            .map(|line| format!("{line}\n"))
            .collect();
        let stated = Policy::parse(&uncommented).expect("a policy");
        assert_eq!(
            (stated.design(), stated.timed(), stated.counted()),
            (defaults.design(), defaults.timed(), defaults.counted())
        );
        assert_eq!(stated.rules(Timed::Throughput), Rules::default());
        assert_eq!(stated.tolerance(Counted::ArtifactSize), Counted::ArtifactSize.tolerance());
    }

    #[test]
    fn unknown_keys_are_refused_with_the_line_and_the_nearest_name() {
        assert_eq!(
            problem("[timed]\ngates = []\n"),
            "line 2: unknown key or name \"gates\"; did you mean \"gate\"?"
        );
        let metric = problem("[timed]\ngate = [\"thruput\"]\n");
        assert!(metric.starts_with("line 2: ") && metric.contains("throughput"), "{metric}");
        assert!(problem("[timed.rules.throughput]\nmargn = 1\n").contains("did you mean \"margin\"?"));
        assert!(problem("[run]\nbudget = 5\n").starts_with("line 2: "));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(problem("schema = 2").contains("use a newer wasmark"));
        assert!(problem("[run]\nalpha = 60.0").contains("a probability in percent"));
        assert!(problem("[run]\nscreen_rounds = 2").contains("can clear nothing"));
        assert!(problem("[run]\nbudget = \"soon\"").contains("write 90s, 10m or 2h"));
        assert!(problem("[timed.rules.compile]\nmargin = 9").contains("margin <= screen"));
        assert!(
            problem("[timed]\ngate = []\n[counted]\ngate = []\nreport = []").contains("it selects nothing")
        );
    }

    #[test]
    fn durations_are_read() {
        assert_eq!(duration("90s").expect("a duration"), Duration::from_secs(90));
        assert_eq!(duration("1.5 m").expect("a duration"), Duration::from_secs(90));
        assert!(duration("10").is_err() && duration("s").is_err() && duration("-1s").is_err());
    }
}
