//! `wasmark compare`: stored runs, or configurations of one run, beside each other.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, bail};
use serde::Serialize;
use wasmark_decision::{
    compare::{self, Clock, Relation, Row, Side},
    exact::Change,
    flip::ALPHA,
    ratio::Ratio,
    sign::Direction,
};
use wasmark_reports::{format, marked};
use wasmark_results::store::LoadedRun;
use wasmark_runner::{
    exit,
    remote::Place,
    suggest,
    terminal::{print, print_json},
};

use super::joined;
use crate::{options::Compare, tables::Texts};

/// The version of the document that `--json` prints.
const SCHEMA: u32 = 1;
/// The columns; those of the configurations are left out where the title names them.
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
    /// The configurations whose engine is no build that its maintainers would release, and why.
    distribution_builds: BTreeMap<&'a str, &'a str>,
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

impl Document<'_> {
    /// A side's name, with its mark where it is a configuration that has one.
    fn name(&self, side: &str) -> String {
        if self.distribution_builds.contains_key(side) { marked::with(side) } else { side.to_string() }
    }
}

impl Comparison<'_> {
    /// Whether the sides are configurations, which then are the same in every row.
    fn of_configurations(&self, base: &str) -> bool {
        self.rows.iter().all(|row| row.base == base && row.candidate == self.candidate)
    }
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
        distribution_builds: sides.iter().flat_map(distribution_builds).collect(),
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
    let mut damaged: Vec<&String> = sides.iter().flat_map(|side| &side.run.warnings).collect();
    damaged.sort_unstable();
    damaged.dedup();
    if !damaged.is_empty() {
        damaged.iter().for_each(|warning| eprintln!("{warning}"));
        return Ok(exit::DAMAGED);
    }
    if document.comparisons.iter().all(|one| one.rows.is_empty()) {
        bail!("failed to compare: the sides have no cell in common; see `wasmark report` for what each has");
    }
    Ok(exit::OK)
}

fn distribution_builds(side: &Named) -> impl Iterator<Item = (&str, &str)> {
    let all = side.run.run.configurations.iter();
    all.filter_map(|one| Some((one.id.as_str(), one.distribution_build.as_deref()?)))
}

/// A run's folder, or a configuration of the run that `--run` names.
fn named(name: &str, options: &Compare) -> Result<Named> {
    if name.contains("://") || Path::new(name).join("run.json").is_file() {
        let place = name.parse()?;
        return Ok(Named { run: joined::one(&place)?, configuration: None });
    }
    let folder = Place::or_here(options.run.as_ref())?;
    let run = joined::one(&folder)?;
    let known = || run.run.configurations.iter().map(|one| one.id.as_str());
    if !known().any(|id| id == name) {
        bail!(
            "failed to find {name:?}: it is no run's folder, and no configuration of {folder}; {}",
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
    let shown = |value: f64, ends: [f64; 2], number: usize, [one, many]: [&str; 2]| {
        let [low, high] = ends.map(digits);
        let value = digits(value);
        match number {
            1 => format!("{value} (1 {one})"),
            _ if ends[0] == ends[1] => format!("{value} ({number} {many}, all equal)"),
            _ if low == high => format!("{value} ({number} {many}, equal to these digits)"),
            _ => format!("{value} ({low} to {high}{beside})"),
        }
    };
    match relation {
        Relation::Paired { ratio, change, needed, p, .. } => {
            let beyond = ratio.low > 1.0 || ratio.high < 1.0;
            let word = match (change, needed, p) {
                (_, Some(needed), _) => too_few(ratio, *needed),
                (Some(Direction::Slower), ..) => "takes more".to_string(),
                (Some(Direction::Faster), ..) => "takes less".to_string(),
                (None, None, Some(p)) if beyond => format!("not sure among all rows (p = {:.2})", p.get()),
                (None, None, _) => "no difference shown".to_string(),
            };
            (shown(ratio.value, [ratio.low, ratio.high], ratio.pairs, ["pair", "pairs"]), word)
        }
        Relation::Unpaired { ratio, low, high, n, relative_to, .. } => {
            let shown = shown(*ratio, [*low, *high], *n, ["process", "processes"]);
            let relative = relative_to.as_ref().map_or(String::new(), |id| format!(", relative to {id}"));
            (shown, format!("other runs{relative}: no verdict"))
        }
        Relation::Counted(exact) => {
            let word = match exact.change {
                Change::Within => "the same",
                Change::Grew => "more",
                Change::Shrank => "less",
            };
            let ratio = exact.growth().map_or("-".to_string(), |growth| digits(1.0 + growth));
            (ratio, format!("{word}: {} and {}", exact.base, exact.candidate))
        }
        Relation::NotComparable { reason } => ("-".to_string(), format!("not comparable: {reason}")),
    }
}

/// A ratio with three decimals, and with three digits where it is small: 1/166 is 0.00602.
fn digits(ratio: f64) -> String {
    let small = if ratio > 0.0 { (-ratio.log10()).ceil().clamp(1.0, 12.0) as usize } else { 1 };
    format!("{ratio:.*}", small + 2)
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

fn cells(document: &Document<'_>, row: &Row, usual: Option<Basis>) -> [String; 7] {
    let (ratio, word) = words(&row.relation, usual);
    let metric = match row.relation {
        Relation::Paired { clock: Clock::Cpu, .. } | Relation::Unpaired { clock: Clock::Cpu, .. } => {
            format!("{} (CPU)", row.metric)
        }
        _ => row.metric.to_string(),
    };
    let [base, candidate] = [&row.base, &row.candidate].map(|side| document.name(side));
    [base, candidate, row.workload.clone(), metric, ran_from(row), ratio, word]
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
        let named = 2 * usize::from(one.of_configurations(document.base));
        let mut table = Texts::new(&HEADER[named..]);
        for row in &one.rows {
            table.row(&cells(document, row, usual)[named..]);
        }
        text.push_str(&format!(
            "{} against {}; above 1 it takes more\n{table}\n{}",
            document.name(one.candidate),
            document.name(document.base),
            about(usual)
        ));
        text.push_str(&agreement(&one.rows));
        text.push_str(&alone(one));
    }
    text
}

fn markdown(document: &Document<'_>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = String::new();
    for one in &document.comparisons {
        let usual = Basis::usual(&one.rows);
        text.push_str(&format!(
            "`{}` against `{}`; above 1 it takes more\n\n",
            document.name(one.candidate),
            document.name(document.base)
        ));
        text.push_str(&line(&HEADER.map(str::to_lowercase)));
        text.push_str(&line(&HEADER.map(|_| "---".to_string())));
        for row in &one.rows {
            text.push_str(&line(&cells(document, row, usual)));
        }
        text.push_str(&format!("\n{}{}{}", about(usual), agreement(&one.rows), alone(one)));
    }
    text
}

/// Of runs of different hours: how many intervals contain 1, as those of a run and its repetition should. Where times are
/// relative to native code, those that are not do not count.
fn agreement(rows: &[Row]) -> String {
    let unpaired = |row: &Row| match &row.relation {
        Relation::Unpaired { low, high, relative_to, .. } if low < high => {
            Some((*low..=*high, relative_to.clone()))
        }
        _ => None,
    };
    let all: Vec<_> = rows.iter().filter_map(unpaired).collect();
    let yardstick = all.iter().find_map(|(_, relative_to)| relative_to.clone());
    let counted: Vec<_> = all.iter().filter(|(_, relative_to)| *relative_to == yardstick).collect();
    if counted.is_empty() {
        return String::new();
    }
    let inside = counted.iter().filter(|(ends, _)| ends.contains(&1.0)).count();
    let about = match yardstick {
        Some(id) => format!(
            "Each of these times is divided by that of {id} in its round, so that a change of the machine's speed that slows \
             both alike cancels; {} are not relative to it.",
            format::counted(all.len() - counted.len(), "further row", "further rows")
        ),
        None => "Intervals contain what varies within a run, and not what varies from run to run. Where both runs measure the \
                 throughput of native code by the same build, times are relative to it."
            .to_string(),
    };
    format!("The interval contains 1 in {inside} of {} rows. {about}\n", counted.len())
}

fn alone(comparison: &Comparison<'_>) -> String {
    match comparison.alone.as_slice() {
        [] => String::new(),
        names => format!("only one side has: {}\n", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ratios_keep_their_digits() {
        let texts = [166.0, 1.0, 0.999, 0.31, 0.038_04, 1.0 / 166.0, 0.0].map(digits);
        assert_eq!(texts, ["166.000", "1.000", "0.999", "0.310", "0.0380", "0.00602", "0.000"]);
    }

    #[test]
    fn too_few_pairs_state_how_many_are_needed_and_what_the_interval_shows() {
        let ratio = Ratio { value: 166.0, low: 165.2, high: 167.0, coverage: 0.75, pairs: 3 };
        let paired = Relation::Paired { ratio, clock: Clock::Wall, change: None, p: None, needed: Some(6) };
        let (shown, word) = words(&paired, None);
        assert_eq!(shown, "166.000 (165.200 to 167.000; 3 pairs, 75 %)");
        assert_eq!(word, "too few pairs (3 of at least 6): --rounds 6; the interval is above 1");
        let (shown, _) = words(&paired, Basis::of(&paired));
        assert_eq!(shown, "166.000 (165.200 to 167.000)");
    }

    #[test]
    fn an_interval_without_width_is_no_certainty() {
        let ratio = Ratio { value: 1.5, low: 1.5, high: 1.5, coverage: 0.97, pairs: 6 };
        let paired = Relation::Paired { ratio, clock: Clock::Wall, change: None, p: None, needed: None };
        assert_eq!(words(&paired, None).0, "1.500 (6 pairs, all equal)");
    }

    #[test]
    fn runs_of_different_hours_have_the_share_of_intervals_that_contain_1() {
        let row = |low, high, relative_to: Option<&str>| Row {
            base: "a/x".into(),
            candidate: "a/x".into(),
            workload: "fib".into(),
            metric: "spawn",
            base_source: None,
            candidate_source: None,
            relation: Relation::Unpaired {
                ratio: 1.1,
                low,
                high,
                coverage: 0.95,
                n: 6,
                clock: Clock::Wall,
                relative_to: relative_to.map(str::to_string),
            },
        };
        let mut rows = vec![row(0.9, 1.2, None), row(1.05, 1.2, None), row(1.1, 1.1, None)];
        let text = agreement(&rows);
        assert!(text.starts_with("The interval contains 1 in 1 of 2 rows. Intervals"), "{text}");
        rows.push(row(0.9, 1.1, Some("native/o2")));
        let text = agreement(&rows);
        assert!(text.starts_with("The interval contains 1 in 1 of 1 rows. Each of these"), "{text}");
        assert_eq!(agreement(&[]), "");
    }
}
