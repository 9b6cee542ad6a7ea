//! `wasmark compare`: stored runs, or configurations of one run, beside each other.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;
use wasmark_gate::{
    compare::{self, Clock, Relation, Row, Side},
    exact::Change,
    flip::ALPHA,
    ratio::Ratio,
    sign::Direction,
};
use wasmark_results::store::{self, LoadedRun};

use super::{print, print_json, table};
use crate::{exit, options::Compare, paths, suggest};

/// The version of the document that `--json` prints.
const SCHEMA: u32 = 1;
const HEADER: [&str; 7] = ["BASE", "AGAINST IT", "WORKLOAD", "METRIC", "RAN FROM", "RATIO", "WHAT"];

/// One side as it was named.
struct Named {
    run: LoadedRun,
    configuration: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    base: &'a str,
    /// The probability of one or more false differences among the rows of a comparison.
    alpha: f64,
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
    let document = Document {
        schema: SCHEMA,
        base: &options.sides[0],
        alpha: ALPHA,
        comparisons: comparisons.collect(),
    };
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
    let mut damaged: Vec<&String> = sides.iter().flat_map(|side| &side.run.warnings).collect();
    damaged.sort_unstable();
    damaged.dedup();
    damaged.iter().for_each(|warning| eprintln!("{warning}"));
    Ok(if damaged.is_empty() { exit::OK } else { exit::DAMAGED })
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

/// How many pairs or processes an interval rests on, and how often such an interval covers the true ratio.
#[derive(Clone, Copy, PartialEq)]
struct Basis {
    number: usize,
    of: &'static str,
    coverage: f64,
}

impl Basis {
    fn of(relation: &Relation) -> Option<Basis> {
        match relation {
            Relation::Paired { ratio, .. } if ratio.low < ratio.high => {
                Some(Basis { number: ratio.pairs, of: "pairs", coverage: ratio.coverage })
            }
            Relation::Unpaired { low, high, n, coverage, .. } if low < high => {
                Some(Basis { number: *n, of: "processes", coverage: *coverage })
            }
            _ => None,
        }
    }

    /// The one that most of these rows share.
    fn usual(rows: &[Row]) -> Option<Basis> {
        let all: Vec<Basis> = rows.iter().filter_map(|row| Basis::of(&row.relation)).collect();
        let count = |basis: &Basis| all.iter().filter(|other| *other == basis).count();
        all.iter().copied().max_by_key(|basis| (count(basis), basis.number))
    }

    fn words(self) -> String {
        format!("{} {}, {:.0} %", self.number, self.of, (self.coverage * 100.0).floor())
    }
}

/// A row's ratio and what it means, in words; what its interval rests on, where that is not the `usual`.
fn words(relation: &Relation, usual: Option<Basis>) -> (String, String) {
    let basis = Basis::of(relation);
    let beside = basis
        .filter(|basis| Some(*basis) != usual)
        .map_or(String::new(), |basis| format!("; {}", basis.words()));
    let shown = |value: f64, low: f64, high: f64, number: usize, of: &str| {
        if low < high {
            format!("{value:.3} ({low:.3} to {high:.3}{beside})")
        } else if number > 1 {
            format!("{value:.3} ({number} {of}, all equal)")
        } else {
            format!("{value:.3} (one of the {of})")
        }
    };
    match relation {
        Relation::Paired { ratio, change, needed, .. } => {
            let word = match (change, needed) {
                (_, Some(needed)) => too_few(ratio, *needed),
                (Some(Direction::Slower), None) => "takes more".to_string(),
                (Some(Direction::Faster), None) => "takes less".to_string(),
                (None, None) => "no difference shown".to_string(),
            };
            (shown(ratio.value, ratio.low, ratio.high, ratio.pairs, "pairs"), word)
        }
        Relation::Unpaired { ratio, low, high, n, .. } => {
            (shown(*ratio, *low, *high, *n, "processes"), "other runs: no verdict".to_string())
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

/// What a row with too few pairs for a verdict shows all the same.
fn too_few(ratio: &Ratio, needed: usize) -> String {
    let every = match (ratio.low > 1.0, ratio.high < 1.0) {
        (true, _) => "the interval is above 1",
        (_, true) => "the interval is below 1",
        _ => "the interval has 1 in it",
    };
    format!("too few pairs ({} of at least {needed}): --rounds {needed}; {every}", ratio.pairs)
}

/// What both sides ran from, once where it is the same.
fn ran_from(row: &Row) -> String {
    match (row.base_source, row.candidate_source) {
        (Some(base), Some(candidate)) if base == candidate => base.name().to_string(),
        (Some(base), Some(candidate)) => format!("{}, {}", base.name(), candidate.name()),
        _ => "-".to_string(),
    }
}

fn cells(row: &Row, usual: Option<Basis>) -> [String; 7] {
    let (ratio, word) = words(&row.relation, usual);
    let metric = match row.relation {
        Relation::Paired { clock: Clock::Cpu, .. } | Relation::Unpaired { clock: Clock::Cpu, .. } => {
            format!("{} (CPU)", row.metric)
        }
        _ => row.metric.to_string(),
    };
    [row.base.clone(), row.candidate.clone(), row.workload.clone(), metric, ran_from(row), ratio, word]
}

/// What holds for all rows of a table.
fn about(usual: Option<Basis>) -> String {
    let intervals = usual.map_or(String::new(), |basis| {
        format!(
            "Intervals rest on {} (how often they cover the true ratio), where nothing else stands in them. ",
            basis.words()
        )
    });
    format!(
        "{intervals}A difference is named with a chance of at most {:.0} % of one or more false ones among all rows.\n",
        ALPHA * 100.0
    )
}

fn text(document: &Document<'_>) -> String {
    let mut text = String::new();
    for one in &document.comparisons {
        let usual = Basis::usual(&one.rows);
        let mut table = table(HEADER);
        for row in &one.rows {
            table.add_row(cells(row, usual));
        }
        text.push_str(&format!(
            "{} against {}; above 1 it takes more\n{table}\n{}",
            one.candidate,
            document.base,
            about(usual)
        ));
        text.push_str(&alone(one));
    }
    text
}

fn markdown(document: &Document<'_>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = String::new();
    for one in &document.comparisons {
        let usual = Basis::usual(&one.rows);
        text.push_str(&format!("`{}` against `{}`; above 1 it takes more\n\n", one.candidate, document.base));
        text.push_str(&line(&HEADER.map(str::to_lowercase)));
        text.push_str(&line(&HEADER.map(|_| "---".to_string())));
        for row in &one.rows {
            text.push_str(&line(&cells(row, usual)));
        }
        text.push_str(&format!("\n{}{}", about(usual), alone(one)));
    }
    text
}

fn alone(comparison: &Comparison<'_>) -> String {
    match comparison.alone.as_slice() {
        [] => String::new(),
        names => format!("only one side has: {}\n", names.join(", ")),
    }
}
