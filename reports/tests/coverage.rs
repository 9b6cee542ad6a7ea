//! The sections on what the workloads are and on languages, with what they show where something is missing.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use wasmark_reports::page;
use wasmark_results::{
    coverage::{AbsentLanguage, Coverage, Profile},
    summary::{Cell, Form, FormRow, LanguageRow, Program, Programs, QuickRow, Ratio, Summary},
};

#[path = "../demo/demo.rs"]
mod demo;

fn ratio(value: f64) -> Ratio {
    Ratio { value, low: value * 0.99, high: value * 1.01, coverage: 0.95, n: 7 }
}

/// The made-up run with its two workloads as two forms of one program, the second one alone where it fails.
fn summary() -> Summary {
    let mut summary = demo::summary(&demo::SMALL, &demo::TWO);
    let rows = summary.throughput.rows.clone();
    let fails = Cell::Failed("no such instruction".into());
    let rows = rows.into_iter().map(|row| {
        let c = row.workload == "noop";
        let interpreter = row.tier == "interpreter";
        let factor = match (c, interpreter) {
            (true, true) => fails.clone(),
            (false, true) => Cell::NotMeasured,
            (true, false) => Cell::Measured(ratio(1.0)),
            (false, false) => Cell::Measured(ratio(2.5)),
        };
        let time = if c && interpreter { Cell::Failed("no such instruction".into()) } else { row.time };
        FormRow { configuration: row.configuration, workload: row.workload, time, factor }
    });
    let form = |workload: &str, language: &str, variant: Option<&str>| Form {
        workload: workload.into(),
        language: language.into(),
        variant: variant.map(str::to_owned),
    };
    let forms = vec![form("noop", "C", None), form("sha256", "Rust", Some("simd"))];
    let list = vec![Program { name: "hash".into(), forms, rows: rows.collect() }];
    let languages = summary.run.configurations.iter().map(|one| LanguageRow {
        configuration: one.id.clone(),
        language: "C".into(),
        factor: Cell::Measured(ratio(1.75)),
    });
    summary.programs = Programs { list, languages: languages.collect() };
    let reason = "no package of its compiler <was reached>".to_owned();
    summary.run.absent_languages.push(AbsentLanguage { name: "Swift".into(), reason });
    let profile = Profile {
        engine: "an engine".into(),
        functions: 12,
        instructions: Some(2.5e6),
        mix: [("integer", 75.0), ("loads", 25.0)].map(|(class, share)| (class.to_owned(), share)).into(),
        ..Profile::default()
    };
    summary.run.workloads[0].coverage = Coverage {
        why: "nothing else does nothing".into(),
        boundary: Some("none".into()),
        memory: Some("registers".into()),
        size: Some("tiny".into()),
        profile: Some(profile),
    };
    summary.quick.push(QuickRow {
        configuration: "wasmtime/pooling".into(),
        tier: "optimizing".into(),
        reference: "wasmer/cranelift".into(),
        quick: ratio(1.2),
        full: ratio(1.0),
        deviation: 0.2,
        stands: false,
        quick_workloads: 8,
        full_workloads: 40,
    });
    summary
}

fn part<'a>(page: &'a str, id: &str) -> &'a str {
    page.split(&format!("<section id=\"{id}\"")).nth(1).unwrap().split("</section>").next().unwrap()
}

#[test]
fn languages_have_factors_times_and_reasons() {
    let summary = summary();
    let page = page(&demo::loaded(&summary, 3), &summary).unwrap();
    let languages = part(&page, "languages");
    for expected in [
        "C<small>noop</small>",
        "Rust simd<small>sha256</small>",
        "2.50×<small>",
        " alone</small>",
        "<li>no such instruction</li>",
        "Swift",
        "no package of its compiler &lt;was reached&gt;",
        "1.75×",
    ] {
        assert!(languages.contains(expected), "{expected:?} in {languages}");
    }
}

#[test]
fn coverage_states_why_and_what_was_not_measured() {
    let summary = summary();
    let page = page(&demo::loaded(&summary, 3), &summary).unwrap();
    let coverage = part(&page, "coverage");
    for expected in [
        "nothing else does nothing",
        "(by an engine)",
        "2.50\u{a0}M",
        ">75.0<",
        "not measured",
        "+20.0\u{a0}%",
        "in 0 of 1\u{a0}configuration.",
    ] {
        assert!(coverage.contains(expected), "{expected:?} in {coverage}");
    }
}

#[test]
fn a_run_without_either_states_it() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let page = page(&demo::loaded(&summary, 3), &summary).unwrap();
    assert!(part(&page, "languages").contains("no program in two languages"));
    assert!(part(&page, "coverage").contains("has no description of them"));
}
