//! The pages over many runs, in a real browser: they fit their windows without JavaScript, and any two runs can be compared. See
//! `browser.rs` for what it needs.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../demo/demo.rs"]
mod demo;
mod look;
#[path = "../demo/site.rs"]
mod site_demo;

use look::{WITH_SCRIPT, WITHOUT_SCRIPT, look};
use wasmark_reports::site::Site;

#[test]
fn pages_fit_their_windows_without_a_script() {
    let (history, pages) = site_demo::history();
    let site = Site::new(&history, pages);
    let cell = site.cell(&site.cells()[0]).unwrap();
    for page in [site.index(), cell, site.compare().unwrap()] {
        for width in [375, 1440] {
            let script = "for (const one of doc.querySelectorAll('details')) one.open = true;
                return { needs: doc.documentElement.scrollWidth, rows: doc.querySelectorAll('tbody tr').length,
                    charts: [...doc.querySelectorAll('figure svg')].filter((one) => one.getBoundingClientRect().height > 100).length };";
            let Some(seen) = look(&page, width, WITHOUT_SCRIPT, script) else { return };
            assert!(seen["needs"].as_u64().unwrap() <= u64::from(width), "{seen}");
            assert!(seen["rows"].as_u64().unwrap() > 5, "{seen}");
        }
    }
}

#[test]
fn a_reader_chooses_two_runs_and_machines_stay_apart() {
    let (history, pages) = site_demo::history();
    let page = Site::new(&history, pages).compare().unwrap();
    let script = "await until(() => !doc.querySelector('#choice').hidden);
        const [base, candidate, out] = ['base', 'candidate', 'compared'].map((id) => doc.getElementById(id));
        const pick = (one, other) => {
            base.value = String(one); candidate.value = String(other);
            candidate.dispatchEvent(new win.Event('change'));
            return { rows: out.querySelectorAll('tbody tr').length, first: out.querySelector('tbody tr')?.innerText ?? '',
                text: out.innerText, link: out.querySelector('a').getAttribute('href') };
        };
        return { options: base.options.length, step: pick(2, 12), same: pick(2, 3), apart: pick(2, 15), hash: win.location.hash,
            newest: doc.getElementById('newest').hidden };";
    let Some(seen) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(seen["options"], 16, "{seen}");
    let first = seen["step"]["first"].as_str().unwrap();
    assert!(first.contains("noop") && first.contains("1.2"), "{seen}");
    assert!(
        seen["same"]["text"].as_str().unwrap().contains("In no cell do the intervals lie apart"),
        "{seen}"
    );
    assert!(seen["apart"]["text"].as_str().unwrap().contains("different classes of machines"), "{seen}");
    assert_eq!((&seen["apart"]["rows"], &seen["step"]["link"]), (&0.into(), &"runs/2.html".into()), "{seen}");
    assert!(seen["hash"].as_str().unwrap().contains("base=run-2"), "{seen}");
    assert_eq!(seen["newest"], true);
}
