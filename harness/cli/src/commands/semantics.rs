//! `wasmark check --semantics`: whether each configuration does what the specification requires, case by case.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use wasmark_results::capabilities::{Conformity, together};
use wasmark_runner::{
    exit,
    probing::semantics::{self, Cases, Conformities},
    profile::Usual,
    select::{self, Selected},
    terminal::{print, print_json},
    workers::Missing,
};

use crate::{
    options::Check,
    tables::{heading, matrix},
};

#[derive(Serialize)]
struct Document<'a> {
    /// What each case shows and what is right, by name.
    cases: BTreeMap<&'a str, About<'a>>,
    /// What came of each case, by configuration.
    semantics: &'a BTreeMap<String, Conformities>,
    /// Known deviations that did not show, as sentences.
    outdated: &'a [String],
    unavailable: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct About<'a> {
    about: &'a str,
    expected: String,
}

/// Tries the cases in the configurations that are chosen, and shows what came of them.
pub(super) fn check(options: &Check) -> Result<u8> {
    let Selected { roster, targets, .. } =
        select::select(&options.selection, &options.own, Usual::All, Missing::Build)?;
    let cases = Cases::read()?;
    let shown = semantics::probe(&cases, &targets, &mut |id| eprintln!("trying the cases in {id}"))?;
    let outdated = outdated(&cases, &shown);
    let document = Document {
        cases: cases
            .iter()
            .map(|case| (case.name, About { about: &case.about, expected: case.expectation() }))
            .collect(),
        semantics: &shown,
        outdated: &outdated,
        unavailable: &roster.unavailable,
    };
    if options.json.json {
        print_json(&document)?;
    } else {
        print(&text(&cases, &document));
    }
    Ok(code(&document, options.strict))
}

/// The known deviations that no longer show, as sentences: the file must not name them any more.
fn outdated(cases: &Cases, shown: &BTreeMap<String, Conformities>) -> Vec<String> {
    let of = |(id, conformities): (&String, &Conformities)| -> Vec<String> {
        let right = conformities.iter().filter(|(_, one)| **one == Conformity::Right);
        let known = right.filter(|(case, _)| cases.known(case, id).is_some());
        let sentence = |(case, _)| {
            format!(
                "{case} is right in {id}, though the suite's known_issues.toml names it; take it out there"
            )
        };
        known.map(sentence).collect()
    };
    shown.iter().flat_map(of).collect()
}

fn words(conformities: &Conformities) -> Vec<&str> {
    conformities.values().map(Conformity::word).collect()
}

fn text(cases: &Cases, document: &Document<'_>) -> String {
    let groups = together(document.semantics.iter().map(|(id, one)| (id.as_str(), one)), words);
    let mut rows = Vec::new();
    let columns = groups.iter().map(|(ids, _)| heading(ids)).collect();
    let mut reasons: BTreeMap<String, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for case in cases.iter() {
        let words = groups.iter().map(|(_, one)| one.get(case.name).map_or("", Conformity::word));
        rows.push((case.name.to_string(), words.map(str::to_string).collect()));
        for (id, one) in document.semantics {
            let found = one.get(case.name).filter(|one| !matches!(one, Conformity::Unsupported(_)));
            if let Some((word, reason)) = found.and_then(|one| Some((one.word(), one.reason()?))) {
                let line = format!("{word}: {}", reason.lines().next().unwrap_or_default());
                reasons.entry(line).or_default().entry(case.name).or_default().push(id);
            }
        }
    }
    let mut text = matrix("CASE", columns, rows);
    for (reason, cases) in reasons {
        text.push_str(&format!("\n{reason}\n"));
        for (case, ids) in cases {
            text.push_str(&format!("  {case}: {}\n", ids.join(", ")));
        }
    }
    for sentence in document.outdated {
        text.push_str(&format!("\nFAILED: {sentence}\n"));
    }
    for (name, reason) in document.unavailable {
        text.push_str(&format!("\n{name} is unavailable: {reason}\n"));
    }
    text
}

fn code(document: &Document<'_>, strict: bool) -> u8 {
    let all = || document.semantics.values().flat_map(BTreeMap::values);
    match () {
        () if all().any(|one| matches!(one, Conformity::Deviates(_))) => exit::WRONG_OUTPUT,
        () if !document.outdated.is_empty() => exit::FAILED,
        () if strict && !document.unavailable.is_empty() => exit::FAILED,
        () => exit::OK,
    }
}
