//! Published claims, as data: `claims.toml` has them, with what wasmark measures of the same meaning.

use anyhow::{Context, Result};
use serde::Deserialize;
use wasmark_results::{
    record::metric,
    summary::{Estimate, Unit},
};

use crate::{
    format,
    view::{View, YARDSTICKS},
};

const DATA: &str = include_str!("../claims.toml");

#[derive(Deserialize)]
struct File {
    claim: Vec<Claim>,
}

/// A claim as its source has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Who or what it is about.
    pub who: String,
    /// The figure; `None` where none was found.
    pub figure: Option<String>,
    /// What it measures.
    pub measures: Option<String>,
    /// Whether a network is in it.
    pub network: Network,
    /// When it was published or read.
    pub year: String,
    /// Where it stands.
    pub source: Option<String>,
    /// Whether the source is a third party.
    #[serde(default)]
    pub secondary: bool,
    /// The metric of the same meaning, where there is one.
    pub rung: Option<Rung>,
    /// Prefix of the ids of the configurations that it refers to; every engine where there is none.
    #[serde(rename = "of")]
    pub configurations: Option<String>,
    /// What still differs, or why there is no rung.
    pub differs: Option<String>,
}

/// Whether a figure includes a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Network {
    /// It does not.
    #[serde(rename = "no")]
    No,
    /// It does.
    #[serde(rename = "yes")]
    Yes,
    /// One within the machine.
    #[serde(rename = "loopback")]
    Loopback,
    /// One between machines of one place.
    #[serde(rename = "cluster")]
    Cluster,
    /// The source does not state it.
    #[serde(rename = "not stated")]
    NotStated,
}

impl Network {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Network::No => "no",
            Network::Yes => "yes",
            Network::Loopback => "loopback",
            Network::Cluster => "cluster",
            Network::NotStated => "not stated",
        }
    }
}

/// A metric that a claim can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    ReusedInstance,
    FreshInstance,
    Load,
    ProcessToResult,
}

impl Rung {
    /// The metric's name.
    pub fn name(self) -> &'static str {
        match self {
            Rung::ReusedInstance => metric::REUSED_INSTANCE,
            Rung::FreshInstance => metric::FRESH_INSTANCE,
            Rung::Load => metric::LOAD,
            Rung::ProcessToResult => metric::PROCESS_TO_RESULT,
        }
    }
}

/// The claims.
///
/// # Errors
/// Where `claims.toml` is not what this version reads, which a test excludes.
pub fn claims() -> Result<Vec<Claim>> {
    let file: File = toml::from_str(DATA).context("failed to read claims.toml; correct it")?;
    Ok(file.claim)
}

/// What a run measured of a claim's rung: the least and the most over the configurations that it means, for one workload.
#[derive(Debug, PartialEq)]
pub struct Found<'a> {
    /// The workload.
    pub workload: &'a str,
    /// The configuration with the least, and its median in nanoseconds.
    pub least: (&'a str, f64),
    /// The same of the most.
    pub most: (&'a str, f64),
}

impl Found<'_> {
    /// In words.
    pub fn words(&self) -> String {
        let time = |value| format::value(value, Unit::Nanoseconds);
        let Found { workload, least, most } = self;
        if least.0 == most.0 {
            return format!("{} ({}), of {workload}", time(least.1), least.0);
        }
        format!("{} ({}) to {} ({}), of {workload}", time(least.1), least.0, time(most.1), most.0)
    }
}

/// What the run of `view` measured of the claim's rung, of the first workload of `names` for which it measured any.
pub fn found<'a>(view: &View<'a>, claim: &Claim, names: &[&'a str]) -> Option<Found<'a>> {
    let rung = claim.rung?;
    names.iter().find_map(|workload| of_workload(view, claim, rung, workload))
}

fn of_workload<'a>(view: &View<'a>, claim: &Claim, rung: Rung, workload: &'a str) -> Option<Found<'a>> {
    let meant = |id: &str, tier: &str| match &claim.configurations {
        Some(prefix) => id.starts_with(prefix.as_str()),
        None => !YARDSTICKS.contains(&tier),
    };
    let values = view.summary.cold_start.iter().filter(|row| row.workload == workload).filter_map(|row| {
        let estimate: Option<&Estimate> = match rung {
            Rung::ReusedInstance => row.reused_instance.measured().map(|one| &one.typical),
            Rung::FreshInstance => row.fresh_instance.measured().map(|one| &one.typical),
            Rung::ProcessToResult => row.process_to_result.measured(),
            Rung::Load => {
                let mut phases = row.starts.iter().flat_map(|start| &start.phases);
                let load = phases.find(|phase| phase.phase == rung.name());
                load.and_then(|phase| phase.time.measured()).map(|window| &window.wall)
            }
        };
        let value = (row.configuration.as_str(), estimate?.median);
        meant(value.0, &row.tier).then_some(value)
    });
    let mut values: Vec<(&str, f64)> = values.collect();
    values.sort_by(|one, other| one.1.total_cmp(&other.1));
    Some(Found { workload, least: *values.first()?, most: *values.last()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_has_what_a_reader_needs() {
        let claims = claims().expect("the file");
        assert!(claims.len() > 40, "{}", claims.len());
        for claim in &claims {
            let who = &claim.who;
            assert!(claim.figure.is_none() || (claim.source.is_some() && claim.measures.is_some()), "{who}");
            assert!(claim.rung.is_some() || claim.differs.is_some(), "{who}: why there is no rung");
            assert!(claim.rung.is_some() || claim.configurations.is_none(), "{who}: configurations of what?");
            let year = claim.year.contains("20") || claim.year == "not stated";
            assert!(year, "{who}: {}", claim.year);
            assert!(claim.source.as_ref().is_none_or(|source| !source.contains("://")), "{who}");
        }
    }

    #[test]
    fn a_network_is_in_no_rung() {
        for claim in claims().expect("the file").iter().filter(|claim| claim.rung.is_some()) {
            assert_eq!(claim.network, Network::No, "{}: wasmark measures without a network", claim.who);
        }
    }
}
