//! Runs as they should not be: names of any kind, thousands of cells, one configuration, nothing but failures, old files, and two
//! runs that have nothing in common. See `browser.rs` for what the browser's part needs.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use wasmark_reports::{markdown, page, page_against, summary_csv, text_table};
use wasmark_results::{
    record::{Outcome, Record},
    store,
    summary::{Summary, summarise},
};

#[path = "../demo/demo.rs"]
mod demo;
mod look;

use look::{WITH_SCRIPT, look};

/// Each form in which a run is shown.
fn shown(run: &store::LoadedRun, summary: &Summary) -> [String; 4] {
    let page = page(run, summary).unwrap();
    assert!(page.len() <= 5_000_000, "{} bytes", page.len());
    [page, text_table(summary, 80), markdown(summary), summary_csv(summary).unwrap()]
}

/// The run of `summary`, shown.
fn made_up(summary: &Summary) -> [String; 4] {
    shown(&demo::loaded(summary, 3), summary)
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// The small run with these names behind those of runtimes and of workloads.
fn named(name: &str) -> Summary {
    let characters = demo::SMALL.into_iter().chain([demo::LARGE[1]]);
    let characters: Vec<demo::Character> = characters
        .map(|(id, tier, fresh, compile, factor, bytes)| {
            (leaked(format!("{id}{name}")), tier, fresh, compile, factor, bytes)
        })
        .collect();
    let works: Vec<demo::Work> = demo::MANY[..3]
        .iter()
        .chain(&demo::SIZES[..3])
        .map(|(work, unit, size, time)| (leaked(format!("{work}{name}")), *unit, *size, *time))
        .collect();
    let mut summary = demo::summary(&characters, &works);
    summary.run.id = name.into();
    summary
}

#[test]
fn long_and_strange_names_fit_their_window_and_the_page_still_works() {
    let script = "for (const one of doc.querySelectorAll('details')) one.open = true;
        const root = doc.documentElement;
        const needs = root.scrollWidth;
        const outside = [...doc.querySelectorAll('figure svg text')].filter((text) => {
            const [own, box] = [text, text.ownerSVGElement].map((one) => one.getBoundingClientRect());
            return own.width > 0 && (own.left < box.left - 1 || own.right > box.right + 1);
        }).map((text) => text.textContent);
        doc.querySelector('#throughput tbody td.opens').click();
        const dialog = doc.querySelector('dialog');
        await until(() => dialog.open);
        return { needs, outside, drawer: dialog.scrollWidth <= dialog.clientWidth };";
    // 200 characters in one word; writing from right to left, with a sign that turns all that follows around; markup.
    for name in ["x".repeat(200), "-שלום-\u{202e}مرحبا".into(), "<b onclick=alert(1)>\"&amp;'".into()]
    {
        let summary = named(&name);
        let [page, text, ..] = made_up(&summary);
        assert!(!page.contains('\u{202e}') && !text.contains('\u{202e}'), "{name}");
        for width in [375, 1440] {
            let Some(seen) = look(&page, width, WITH_SCRIPT, script) else { return };
            assert!(seen["needs"].as_u64().unwrap() <= width.into(), "{name} in {width}: {seen}");
            assert_eq!(seen["outside"], serde_json::json!([]), "{name} in {width}");
            assert_eq!(seen["drawer"], true, "{name} in {width}: {seen}");
        }
    }
}

#[test]
fn two_thousand_cells_are_a_page() {
    let characters: Vec<demo::Character> = (0..40)
        .map(|number| {
            let (id, tier, fresh, compile, factor, bytes) = demo::LARGE[number % demo::LARGE.len()];
            (leaked(format!("{id}-{number}")), tier, fresh, compile, factor, bytes)
        })
        .collect();
    let works: Vec<demo::Work> = (0..50)
        .map(|number| {
            let (name, unit, size, time) = demo::MANY[number % demo::MANY.len()];
            (leaked(format!("{name}-{number}")), unit, size, time)
        })
        .collect();
    let summary = demo::summary(&characters, &works);
    let page = page(&demo::loaded(&summary, 1), &summary).unwrap();
    assert!(page.len() <= 5_000_000, "{} bytes", page.len());
    assert!(page.contains("The tables of the other workloads are left out of this page"));
    for (id, ..) in &characters {
        assert!(page.contains(&id.replace('/', "/<wbr>")), "{id}");
    }
    for (name, ..) in &works {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn one_configuration_workload_and_round_are_compared_with_nothing() {
    let mut run = demo::loaded(&demo::summary(&demo::SMALL, &demo::TWO), 3);
    run.run.rounds = 1;
    run.run.environment.cpus = 1;
    run.run.configurations.retain(|one| one.id == "wasmtime/pooling");
    run.run.workloads.retain(|one| one.name == "sha256");
    let only = |record: &Record| record.configuration == "wasmtime/pooling" && record.workload == "sha256";
    run.records.retain(|record| only(record) && record.round == 0);
    let [page, text, markdown, _] = shown(&run, &summarise(&run));
    assert!(page.contains("1\u{a0}configuration ran the same 1\u{a0}workload"));
    assert!(page.contains("quick, 1\u{a0}round<") && page.contains("1\u{a0}CPU of x86_64"));
    assert!(page.contains("No configuration of this run is native"));
    for form in [&page, &text, &markdown] {
        let form = form.replace('\u{a0}', " ");
        for many in ["configurations", "workloads", "rounds", "processes", "CPUs", "points", "windows"] {
            assert!(
                !form.contains(&format!(" 1 {many}")) && !form.contains(&format!(">1 {many}")),
                "1 {many}"
            );
        }
        assert!(!form.contains("of its kind; "), "a place of one");
    }
}

#[test]
fn a_run_of_failures_alone_shows_their_reasons() {
    let mut run = demo::loaded(&demo::summary(&demo::SMALL, &demo::TWO), 3);
    for record in &mut run.records {
        record.outcome = Outcome::Failed(format!("failed to start {}: no such thing", record.workload));
    }
    let summary = summarise(&run);
    let all = shown(&run, &summary);
    for form in &all {
        assert!(form.contains("failed to start sha256: no such thing"), "{form}");
    }
    assert!(!all[0].contains(">NaN") && !all[1].contains("NaN"), "no number is made of nothing");
    let script = "return { text: doc.querySelector('#problems').innerText, cells: doc.querySelectorAll('td.opens').length };";
    let Some(seen) = look(&all[0], 375, WITH_SCRIPT, script) else { return };
    assert!(seen["text"].as_str().unwrap().contains("no such thing"), "{seen}");
    assert_eq!(seen["cells"], 0, "nothing stands behind a cell without a value");
}

#[test]
fn runs_of_the_first_schema_are_shown() {
    for name in ["finished", "killed"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/tests/data/v1").join(name);
        let run = store::load(&folder).unwrap();
        let [page, ..] = shown(&run, &summarise(&run));
        assert_eq!(page.contains("This run did not end"), name == "killed");
        let script = "return doc.querySelectorAll('tbody tr').length;";
        let Some(rows) = look(&page, 375, WITH_SCRIPT, script) else { return };
        assert!(rows.as_u64().unwrap() > 0, "{name}");
    }
}

#[test]
fn against_a_run_that_has_nothing_in_common_no_cell_has_a_factor() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let other = named("-of-another");
    let page = page_against(&demo::loaded(&summary, 3), &summary, Some(&demo::loaded(&other, 3))).unwrap();
    let script = "const baseline = doc.querySelector('#baseline');
        baseline.value = 'run';
        baseline.dispatchEvent(new win.Event('change'));
        await until(() => doc.querySelector('#against').innerText.includes('of the run'));
        await until(() => false);
        return doc.querySelectorAll('small.by').length;";
    let Some(factors) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(factors, 0);
}
