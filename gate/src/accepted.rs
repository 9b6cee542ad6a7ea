//! Regressions that somebody wanted: a file to be committed, in which each has its reason, its date, and its limit.

use std::{io::Write, path::Path};

use serde::{Deserialize, Serialize};
use wasmark_runner::error::failed_to;

use crate::{Error, Result, error::unwritten};

/// The file's usual name, beside the policy's.
pub const FILE: &str = "wasmark-accepted.toml";

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// One by one.
    #[serde(default, rename = "accepted")]
    pub all: Vec<One>,
}

/// One accepted regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct One {
    /// The cell: configuration, workload, metric.
    pub cell: String,
    /// The base against which it was accepted, in the gate's words. Against another base it is a regression again.
    pub base: String,
    /// The largest ratio that is accepted.
    pub up_to: f64,
    /// Why.
    pub reason: String,
    /// When, as YYYY-MM-DD.
    pub date: String,
}

impl Accepted {
    /// The file's; none where it is not there.
    ///
    /// # Errors
    /// Where it cannot be understood.
    pub fn read(path: &Path) -> Result<Accepted> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|source| Error::Toml { path: path.to_path_buf(), source })
            }
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(Accepted::default()),
            Err(problem) => Err(failed_to("read", path, "")(problem).into()),
        }
    }

    /// Why a cell may have this ratio, if it may.
    #[must_use]
    pub fn reason(&self, cell: &str, base: &str, ratio: f64) -> Option<String> {
        let fits = |one: &&One| one.cell == cell && one.base == base && ratio <= one.up_to;
        self.all.iter().find(fits).map(|one| format!("{} ({})", one.reason, one.date))
    }
}

/// Adds one to the file, after what is there.
///
/// # Errors
/// Where the reason is empty, or the file cannot be written.
pub fn add(path: &Path, one: One) -> Result<()> {
    if one.reason.trim().is_empty() {
        return Err(Error::NoReason(one.cell));
    }
    // What is there must stay readable.
    Accepted::read(path)?;
    let text = toml::to_string(&Accepted { all: vec![one] }).map_err(unwritten("TOML"))?;
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        let gap = if file.metadata()?.len() > 0 { "\n" } else { "" };
        file.write_all(format!("{gap}{text}").as_bytes())
    };
    Ok(write().map_err(failed_to("write", path, "name another file with --accepted"))?)
}

/// The regressions in a `gate.json`, with the largest ratio that each may have to be the same one: the upper end of its
/// interval, or the ratio of its counts.
#[must_use]
pub fn regressions(document: &serde_json::Value) -> Vec<(String, f64)> {
    let name = |cell: &serde_json::Value| -> Option<String> {
        let part = |key: &str| cell[key].as_str();
        Some(format!("{} {} {}", part("configuration")?, part("workload")?, part("metric")?))
    };
    let timed = |cell: &serde_json::Value| {
        let verdict = &cell["outcome"]["judged"];
        (verdict["verdict"] == "regressed").then_some(())?;
        Some((name(cell)?, verdict["ratio"]["high"].as_f64()?))
    };
    let counted = |cell: &serde_json::Value| {
        let exact = &cell["outcome"]["Ok"];
        (exact["change"] == "grew").then_some(())?;
        Some((name(cell)?, exact["candidate"].as_f64()? / exact["base"].as_f64()?.max(f64::MIN_POSITIVE)))
    };
    let of = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let cells = of("cells").iter().filter_map(timed).collect::<Vec<_>>();
    cells.into_iter().chain(of("counts").iter().filter_map(counted)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_regression_is_one_of_this_cell_against_this_base_and_no_larger() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        for (cell, up_to) in [("a b throughput", 1.08), ("a c throughput", 2.0)] {
            let one = One {
                cell: cell.into(),
                base: "v1".into(),
                up_to,
                reason: "a safer \"check\"".into(),
                date: "2026-01-01".into(),
            };
            add(&path, one).expect("added");
        }
        let accepted = Accepted::read(&path).expect("a file");
        assert_eq!(accepted.all.len(), 2);
        assert_eq!(
            accepted.reason("a b throughput", "v1", 1.07).as_deref(),
            Some("a safer \"check\" (2026-01-01)")
        );
        assert_eq!(accepted.reason("a b throughput", "v1", 1.09), None);
        assert_eq!(accepted.reason("a b throughput", "v2", 1.01), None);
        assert_eq!(accepted.reason("a d throughput", "v1", 1.01), None);
        let silent = One { reason: " ".into(), ..accepted.all[0].clone() };
        assert!(add(&path, silent).expect_err("no reason").to_string().contains("state why"));
    }
}
