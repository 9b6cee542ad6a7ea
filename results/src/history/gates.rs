//! Gates in the history: which verdict each had, and on which cells.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Result, document, error::cannot, machine::Class, run::Environment};

/// The file of a gate's folder (FORMAT.md).
pub const FILE: &str = "gate.json";

/// The newest schema of it that this version reads.
const SCHEMA: u32 = 1;

/// A gate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Its name.
    pub id: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// The base, in words.
    pub base: String,
    /// The candidate.
    pub candidate: String,
    /// The verdict on all, by its name in `gate.json`.
    pub overall: String,
    /// The machine.
    pub machine: Class,
    /// The cells that have a verdict.
    pub cells: Vec<GateCell>,
}

/// A cell of a gate that has a verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateCell {
    /// The configuration.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The metric.
    pub metric: String,
    /// The verdict, by its name in `gate.json`.
    pub verdict: String,
    /// The candidate against the base, above 1 where it takes more.
    pub ratio: Option<f64>,
}

/// A gate's verdict on a cell that has a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfGate {
    /// The gate's name.
    pub gate: String,
    /// When it began.
    pub started: String,
    /// As [`GateCell::verdict`].
    pub verdict: String,
    /// As [`GateCell::ratio`].
    pub ratio: Option<f64>,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    started: String,
    base: String,
    candidate: String,
    overall: String,
    environment: Environment,
    cells: Vec<Timed>,
}

#[derive(Deserialize)]
struct Timed {
    configuration: String,
    workload: String,
    metric: String,
    outcome: Value,
}

/// The gate in `folder`.
///
/// # Errors
/// Where its file cannot be read, or is of a newer schema.
pub fn read(folder: &Path) -> Result<Gate> {
    let path = folder.join(FILE);
    let text = fs::read(&path).map_err(cannot("read", &path, "make it readable"))?;
    let name = path.display().to_string();
    let document: Document = document::read(&text, &name, "no gate's document", SCHEMA)?;
    Ok(Gate {
        id: document.id,
        started: document.started,
        base: document.base,
        candidate: document.candidate,
        overall: document.overall,
        machine: Class::of(&document.environment),
        cells: document.cells.into_iter().filter_map(judged).collect(),
    })
}

fn judged(cell: Timed) -> Option<GateCell> {
    let verdict = cell.outcome.get("judged")?;
    Some(GateCell {
        verdict: verdict.get("verdict")?.as_str()?.to_owned(),
        ratio: verdict.pointer("/ratio/value").and_then(Value::as_f64),
        configuration: cell.configuration,
        workload: cell.workload,
        metric: cell.metric,
    })
}
