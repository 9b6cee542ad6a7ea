//! One document with a cell of each kind, in every form.

use wasmark_decision::{
    exact::{self, Tolerance},
    judge::{self, Timed as Evidence},
    pair::LogRatio,
    rules::Design,
    validity::{self, Validity},
};

use super::{github, headline::headline, junit, markdown, words};
use crate::{
    document::{Cell, Count, Demand, Document, Outcome, Overall},
    ended::Ended,
    metric::{Counted, Timed},
    policy::Lane,
};

fn pairs(ratio: f64, n: usize) -> Vec<LogRatio> {
    vec![LogRatio::from_ratio(ratio).expect("a ratio"); n]
}

fn document(ratios: &[f64], grown: f64, ended: Option<Ended>) -> Document {
    let design = Design::default();
    let evidence = |ratio: &f64| Evidence {
        screen: pairs(*ratio, design.screen_rounds as usize),
        confirm: pairs(*ratio, design.confirm_pairs as usize),
        ..Evidence::default()
    };
    let evidence: Vec<Evidence> = ratios.iter().map(evidence).collect();
    let validity = validity::check(&[], &[]);
    let verdicts = judge::judge(&evidence, design, &validity);
    let cell = |(number, outcome): (usize, Outcome)| Cell {
        configuration: "wasmtime/default".into(),
        workload: format!("w{number}"),
        metric: Timed::Throughput,
        lane: Lane::Gate,
        outcome,
        demand: Demand::Nothing,
        accepted: None,
        again: format!("wasmark gate --workloads w{number}"),
    };
    let outcomes = verdicts.into_iter().map(Outcome::Judged).chain(ended.map(Outcome::Ended));
    let tolerance = Tolerance { relative: 0.005, absolute: 0.0 };
    let count = Count {
        configuration: "wasmtime/default".into(),
        workload: "a|b<c>".into(),
        metric: Counted::ArtifactSize,
        lane: Lane::Gate,
        outcome: Ok(exact::compare(1000.0, grown, tolerance).expect("counts")),
        demand: Demand::Nothing,
        accepted: None,
    };
    let mut document = Document {
        schema: 1,
        id: "one".into(),
        started: "2026-01-01T00:00:00Z".into(),
        finished: "2026-01-01T00:05:00Z".into(),
        command: "wasmark gate --base a --candidate b".into(),
        seed: 7,
        base: "a".into(),
        candidate: "b".into(),
        overall: Overall::Passed,
        exit_code: 0,
        design,
        validity,
        cells: outcomes.enumerate().map(cell).collect(),
        counts: vec![count],
        identical: 0,
        left_out: vec!["c: too slow for the budget".into()],
        notes: vec![],
        environment: wasmark_runner::environment::fingerprint(),
    };
    document.overall = document.overall();
    document.exit_code = document.overall.exit_code();
    document
}

#[test]
fn the_worst_cell_decides_the_exit_code() {
    let code = |ratios: &[f64], grown, ended| document(ratios, grown, ended).exit_code;
    assert_eq!(code(&[1.0, 0.5], 1000.0, None), 0);
    assert_eq!(code(&[1.0, 1.5], 1000.0, None), 1);
    assert_eq!(code(&[1.0], 1010.0, None), 1);
    assert_eq!(code(&[1.0], 1000.0, Some(Ended::Failed("x".into()))), 4);
    assert_eq!(code(&[1.5], 1000.0, Some(Ended::WrongOutput("x".into()))), 5);
    assert_eq!(code(&[1.0], 1000.0, Some(Ended::Unsupported("x".into()))), 0);
}

#[test]
fn an_invalid_run_is_no_regression_and_no_pass() {
    let mut document = document(&[1.5], 1000.0, None);
    document.validity = validity::check(&pairs(1.2, 20), &[]);
    assert!(matches!(document.validity, Validity::Invalid { .. }));
    document.cells[0].outcome = Outcome::Judged(judge::Verdict::Invalid);
    assert_eq!(document.overall().exit_code(), 4);
}

#[test]
fn what_is_accepted_or_only_reported_fails_nothing() {
    let mut document = document(&[1.5], 1010.0, None);
    document.cells[0].accepted = Some("wanted (2026-01-01)".into());
    document.counts[0].lane = Lane::Report;
    assert_eq!(document.overall(), Overall::Passed);
    assert!(words::text(&document).contains("accepted: wanted (2026-01-01)"));
}

#[test]
fn the_verdict_comes_first_and_what_does_not_matter_is_folded() {
    let text = markdown::markdown(&document(&[1.0, 1.5], 1010.0, None));
    assert!(text.starts_with("## wasmark gate: REGRESSED\n"), "{text}");
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in {text}"));
    assert!(at("w1 throughput | REGRESSED | +50.0 %") < at("<details><summary>1 cell without"));
    assert!(at("wasmark gate --workloads w1") < at("w0 throughput | ok"));
    assert!(text.contains("a\\|b&lt;c>"), "markup is escaped: {text}");
    assert!(text.contains("too slow for the budget"));
}

#[test]
fn junit_and_annotations_name_what_failed() {
    let document = document(&[1.0, 1.5], 1000.0, Some(Ended::Failed("50% of <x>".into())));
    let xml = junit::junit(&document).expect("XML");
    assert!(
        xml.contains("failures=\"1\"") && xml.contains("errors=\"1\"") && xml.contains("&lt;x&gt;"),
        "{xml}"
    );
    let lines = github::annotations(&document);
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains("::error title=wasmtime/default w2 throughput::FAILED - 50%25 of <x>"), "{lines}");
}

/// One cell that ended so, and nothing else.
fn alone(ended: Ended, demand: Demand) -> Document {
    let mut document = document(&[], 1000.0, Some(ended));
    document.cells[0].demand = demand;
    document.counts = vec![];
    document.overall = document.overall();
    document.exit_code = document.overall.exit_code();
    document
}

#[test]
fn without_evidence_nothing_has_passed() {
    let reason = || "no time in the budget".to_string();
    for (ended, demand, overall, code) in [
        (Ended::LeftOut(reason()), Demand::Nothing, Overall::Unmeasured, 4),
        (Ended::LeftOut(reason()), Demand::Measurement, Overall::Unmeasured, 4),
        (Ended::Unsupported(reason()), Demand::Nothing, Overall::Unmeasured, 4),
        (Ended::TimedOut(reason()), Demand::Nothing, Overall::Failed, 4),
        (Ended::Unrepeatable(reason()), Demand::Nothing, Overall::Failed, 4),
        (Ended::TooSlow(reason()), Demand::Nothing, Overall::Regressed, 1),
        (Ended::WrongOutput(reason()), Demand::Nothing, Overall::WrongOutput, 5),
    ] {
        let document = alone(ended.clone(), demand);
        assert_eq!((document.overall, document.exit_code), (overall, code), "{ended:?}");
        assert!(!words::text(&document).contains("PASSED"), "{ended:?}");
    }
    let mut empty = alone(Ended::LeftOut(reason()), Demand::Nothing);
    empty.cells = vec![];
    assert_eq!(empty.overall(), Overall::Unmeasured);
    empty.identical = 1;
    assert_eq!(empty.overall(), Overall::Passed);
}

#[test]
fn what_the_budget_left_out_fails_by_name_and_is_in_the_verdict_line_otherwise() {
    let left_out = |demand| {
        let mut document = document(&[1.0], 1000.0, Some(Ended::LeftOut("no time in the budget".into())));
        document.cells[1].demand = demand;
        document.overall = document.overall();
        document
    };
    let line = "PARTLY DECIDED: nothing became slower or larger in what was decided; \
                not measured: wasmtime/default w1 throughput (no time in the budget)";
    assert_eq!(headline(&left_out(Demand::Nothing)), line);
    assert_eq!(left_out(Demand::Nothing).overall.exit_code(), 0);
    assert_eq!(left_out(Demand::Measurement).overall, Overall::Inconclusive);
    assert_eq!(left_out(Demand::Measurement).overall.exit_code(), 3);
}
