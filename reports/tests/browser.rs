//! The page in a real browser: it fits its window, it is complete without JavaScript, and its script does its work.
//! Needs Chromium (`WASMARK_BROWSER`, or one on PATH); `WASMARK_SKIP_BROWSER=1` leaves these tests out.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../demo/demo.rs"]
mod demo;

mod look;

use look::{WITH_SCRIPT, WITHOUT_SCRIPT, look};

fn page() -> String {
    let summary = demo::summary(&demo::LARGE, &demo::MANY);
    wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap()
}

#[test]
fn never_scrolls_sideways() {
    for width in [375, 1440] {
        let script = "for (const one of doc.querySelectorAll('details')) one.open = true;
            const root = doc.documentElement;
            const scrolls = [...doc.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth).length;
            return { inner: win.innerWidth, needs: root.scrollWidth, scrolls };";
        for sandbox in [WITHOUT_SCRIPT, WITH_SCRIPT] {
            let Some(seen) = look(&page(), width, sandbox, script) else { return };
            assert_eq!(seen["inner"], width);
            assert!(seen["needs"].as_u64().unwrap() <= u64::from(width), "{seen}");
            if width == 375 {
                assert!(
                    seen["scrolls"].as_u64().unwrap() > 0,
                    "wide tables scroll in their own boxes: {seen}"
                );
            }
        }
    }
}

#[test]
fn the_first_column_stays_in_place() {
    let script = "const box = doc.querySelector('#throughput .scroll'); box.scrollLeft = 300;
        const heading = box.querySelector('tbody th');
        return { moved: box.scrollLeft, left: heading.getBoundingClientRect().left - box.getBoundingClientRect().left };";
    let Some(seen) = look(&page(), 375, WITHOUT_SCRIPT, script) else { return };
    assert!(seen["moved"].as_f64().unwrap() > 100.0, "{seen}");
    assert_eq!(seen["left"].as_f64().unwrap(), 0.0, "{seen}");
}

#[test]
fn is_complete_without_javascript() {
    let script = "for (const one of doc.querySelectorAll('details')) one.open = true;
        return { text: doc.body.innerText, form: doc.querySelector('form').offsetHeight,
        charts: [...doc.querySelectorAll('figure svg')].filter((one) => one.getBoundingClientRect().height > 100).length };";
    let Some(seen) = look(&page(), 1440, WITHOUT_SCRIPT, script) else { return };
    let text = seen["text"].as_str().unwrap();
    for expected in [
        "At a glance",
        "Cold start is a ladder",
        "Throughput",
        "geometric mean",
        "Compile time against throughput",
        "Memory",
        "Without a value",
        "out of bounds memory access",
        "install gcc",
        "as resolved",
        "pooling, copy-on-write",
        "A made-up CPU",
        "The harness’s own price",
        "What the numbers mean",
        "What is not comparable",
        "every value of the summary as CSV",
    ] {
        assert!(text.contains(expected), "{expected:?} is not seen");
    }
    assert_eq!(seen["form"], 0, "controls that do nothing are not shown");
    assert_eq!(seen["charts"], 5, "start against speed, two ladders, compiling, memory: each once");
}

#[test]
fn filters_and_sorts_and_keeps_both_in_the_address() {
    let script = "const seen = (selector) => [...doc.querySelectorAll(selector)].filter((one) => one.offsetWidth > 0).length;
        const before = seen('#throughput thead th[data-c]');
        doc.querySelector('input[data-kind=interpreter]').click();
        const after = seen('#throughput thead th[data-c]');
        const groups = seen('#throughput thead th[data-group]');
        const table = doc.querySelector('#glance table');
        const heading = table.querySelectorAll('thead th')[1];
        heading.querySelector('button').click();
        const own = (body) => [...body.rows].filter((row) => !row.classList.contains('kind'));
        const values = [...table.tBodies].map((body) => own(body).map((row) => row.cells[1].dataset.v ?? null));
        return { before, after, groups, sort: heading.getAttribute('aria-sort'), values, hash: win.location.hash };";
    let Some(seen) = look(&page(), 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(
        (&seen["before"], &seen["after"]),
        (&18.into(), &14.into()),
        "two of nine configurations, in two tables: {seen}"
    );
    assert_eq!(seen["groups"], 8, "{seen}");
    assert_eq!(seen["sort"], "ascending");
    let mut measured = 0;
    for kind in seen["values"].as_array().unwrap() {
        let values = kind.as_array().unwrap().iter();
        let values: Vec<Option<f64>> =
            values.map(|one| one.as_str().map(|text| text.parse().unwrap())).collect();
        let known: Vec<f64> = values.iter().map_while(|one| *one).collect();
        assert!(
            known.is_sorted() && values[known.len()..].iter().all(Option::is_none),
            "each kind apart: {seen}"
        );
        measured += known.len();
    }
    assert_eq!(measured, 8, "{seen}");
    let hash = seen["hash"].as_str().unwrap();
    assert!(hash.contains("hide=0,1") && hash.contains("sort=0:1:a"), "{hash}");
}

#[test]
fn restores_the_state_of_the_address() {
    // The outside page opens it again with the state, as somebody who was sent the link does.
    let script = "win.location.hash = '#throughput?hide=0,2&workload=noop&sort=1:1:d';
        win.dispatchEvent(new win.HashChangeEvent('hashchange'));
        const panel = doc.querySelector('#glance details.panel[open]');
        const kinds = [...panel.querySelectorAll('tbody')].map((body) => body.rows[1].cells[0].textContent);
        return { hidden: [...doc.querySelectorAll('input[data-of]')].filter((box) => !box.checked).map((box) => box.dataset.of),
                 workload: panel.dataset.workload, seen: [...doc.querySelectorAll('details.panel')].filter((one) => one.offsetHeight > 0).length,
                 kinds };";
    let Some(seen) = look(&page(), 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(seen["hidden"], serde_json::json!(["0", "2"]), "{seen}");
    assert_eq!(
        (&seen["workload"], &seen["seen"]),
        (&"noop".into(), &1.into()),
        "one workload at a time: {seen}"
    );
    assert_eq!(seen["kinds"][2], "wasmtime/on-demand", "the slowest of its kind comes first: {seen}");
}

#[test]
fn runs_no_markup_of_a_name() {
    let mut summary = demo::summary(&demo::SMALL, &demo::TWO);
    let attack =
        "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
    summary.run.id = attack.into();
    summary.warnings.push(attack.into());
    summary.problems.list[0].reason = attack.into();
    summary.run.configurations[0].id = attack.into();
    for row in &mut summary.cold_start {
        row.configuration = attack.into();
    }
    let page = wasmark_reports::page(&demo::loaded(&summary, 1), &summary).unwrap();
    let script = "return { title: doc.title, images: doc.images.length, scripts: doc.scripts.length };";
    let Some(seen) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    assert_eq!((&seen["images"], &seen["scripts"]), (&0.into(), &5.into()), "{seen}");
    assert!(seen["title"].as_str().unwrap().starts_with("wasmark: </script>"), "{seen}");
}
