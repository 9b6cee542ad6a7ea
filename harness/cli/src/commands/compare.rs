//! `wasmark compare`: stored runs, or configurations of one run, beside each other.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;
use wasmark_gate::{
    compare::{self, Relation, Row, Side},
    exact::Change,
    sign::Direction,
};
use wasmark_results::store::{self, LoadedRun};

use super::{print, print_json, table};
use crate::{exit, options::Compare, paths, suggest};

/// The version of the document that `--json` prints.
const SCHEMA: u32 = 1;
const HEADER: [&str; 6] = ["BASE", "AGAINST IT", "WORKLOAD", "METRIC", "RATIO", "WHAT"];

/// One side as it was named.
struct Named {
    run: LoadedRun,
    configuration: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    base: &'a str,
    comparisons: Vec<Comparison<'a>>,
}

#[derive(Serialize)]
struct Comparison<'a> {
    candidate: &'a str,
    rows: Vec<Row>,
    /// What only one side has.
    alone: Vec<String>,
}

/// Compares the first side with each of the others.
pub(super) fn compare(options: &Compare) -> Result<u8> {
    let sides = options.sides.iter().map(|name| named(name, options)).collect::<Result<Vec<Named>>>()?;
    let [base, candidates @ ..] = sides.as_slice() else {
        bail!("failed to compare: name two sides or more, runs or configurations");
    };
    let comparisons = candidates.iter().zip(&options.sides[1..]).map(|(candidate, name)| {
        let (rows, alone) = compare::compare(
            Side { run: &base.run, configuration: base.configuration.as_deref() },
            Side { run: &candidate.run, configuration: candidate.configuration.as_deref() },
        );
        Comparison { candidate: name, rows, alone }
    });
    let document = Document { schema: SCHEMA, base: &options.sides[0], comparisons: comparisons.collect() };
    if options.json.json {
        print_json(&document)?;
    } else if options.markdown {
        print(&markdown(&document));
    } else {
        print(&text(&document));
    }
    if document.comparisons.iter().all(|one| one.rows.is_empty()) {
        bail!("failed to compare: the sides have no cell in common; see `wasmark report` for what each has");
    }
    Ok(exit::OK)
}

/// A run's folder, or a configuration of the run that `--run` names.
fn named(name: &str, options: &Compare) -> Result<Named> {
    let path = Path::new(name);
    if path.join("run.json").is_file() {
        return Ok(Named { run: store::load(path)?, configuration: None });
    }
    let folder: PathBuf = match &options.run {
        Some(folder) => folder.clone(),
        None => store::latest(&paths::results())?,
    };
    let run = store::load(&folder)?;
    let known = || run.run.configurations.iter().map(|one| one.id.as_str());
    if !known().any(|id| id == name) {
        bail!(
            "failed to find {name:?}: it is no run's folder, and no configuration of {}; {}",
            folder.display(),
            suggest::nearest(name, known())
        );
    }
    Ok(Named { run, configuration: Some(name.to_string()) })
}

/// A row's ratio and what it means, in words.
fn words(relation: &Relation) -> (String, String) {
    match relation {
        Relation::Paired { ratio, change, .. } => {
            let word = match change {
                Some(Direction::Slower) => "takes more",
                Some(Direction::Faster) => "takes less",
                None => "no difference shown",
            };
            let shown = format!("{:.3} ({:.3} to {:.3})", ratio.value, ratio.low, ratio.high);
            (shown, format!("{word}, {} pairs", ratio.pairs))
        }
        Relation::Unpaired { ratio, low, high } => {
            (format!("{ratio:.3} ({low:.3} to {high:.3})"), "other runs: no verdict".to_string())
        }
        Relation::Counted(exact) => {
            let word = match exact.change {
                Change::Within => "the same",
                Change::Grew => "more",
                Change::Shrank => "less",
            };
            let ratio = exact.growth().map_or("-".to_string(), |growth| format!("{:.3}", 1.0 + growth));
            (ratio, format!("{word}: {} and {}", exact.base, exact.candidate))
        }
        Relation::NotComparable { reason } => ("-".to_string(), format!("not comparable: {reason}")),
    }
}

fn cells(row: &Row) -> [String; 6] {
    let (ratio, word) = words(&row.relation);
    [row.base.clone(), row.candidate.clone(), row.workload.clone(), row.metric.to_string(), ratio, word]
}

fn text(document: &Document<'_>) -> String {
    let mut text = String::new();
    for one in &document.comparisons {
        let mut table = table(HEADER);
        for row in &one.rows {
            table.add_row(cells(row));
        }
        text.push_str(&format!(
            "{} against {}; above 1 it takes more\n{table}\n",
            one.candidate, document.base
        ));
        text.push_str(&alone(one));
    }
    text
}

fn markdown(document: &Document<'_>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = String::new();
    for one in &document.comparisons {
        text.push_str(&format!("`{}` against `{}`; above 1 it takes more\n\n", one.candidate, document.base));
        text.push_str(&line(&HEADER.map(str::to_lowercase)));
        text.push_str(&line(&HEADER.map(|_| "---".to_string())));
        for row in &one.rows {
            text.push_str(&line(&cells(row)));
        }
        text.push_str(&format!("\n{}", alone(one)));
    }
    text
}

fn alone(comparison: &Comparison<'_>) -> String {
    match comparison.alone.as_slice() {
        [] => String::new(),
        names => format!("only one side has: {}\n", names.join(", ")),
    }
}
