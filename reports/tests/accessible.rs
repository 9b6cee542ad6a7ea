//! axe-core finds nothing on the page, in light and in dark, with everything open. Needs Chromium and axe-core, which
//! `./setup.sh --test` gets; `WASMARK_SKIP_BROWSER=1` leaves it out, `WASMARK_AXE` names another `axe.min.js`.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{env, fs, path::PathBuf};

#[path = "../demo/demo.rs"]
mod demo;
mod look;
#[path = "../demo/site.rs"]
mod site_demo;

use look::{Scheme, WITH_SCRIPT, look_in};

/// The file that the set-up leaves in wasmark's cache folder.
fn axe() -> String {
    let setup = include_str!("../../setup.sh");
    let version = setup.split("\nAXE=").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let base = || {
        let home = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        home.unwrap_or_else(|| PathBuf::from(env::var_os("HOME").unwrap()).join(".cache")).join("wasmark")
    };
    let cache = env::var_os("WASMARK_CACHE").map_or_else(base, PathBuf::from);
    let file = env::var_os("WASMARK_AXE")
        .map_or_else(|| cache.join(format!("axe-{version}")).join("axe.min.js"), PathBuf::from);
    fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("failed to read {}: {error}; ./setup.sh --test fetches it", file.display())
    })
}

fn finds_nothing(scheme: Scheme) {
    if look::skipped() {
        return;
    }
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let page = wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap();
    // The page's own policy refuses every other script.
    let (head, rest) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let rest = rest.split_once('>').unwrap().1;
    let page = format!("{head}{rest}").replace("</body>", "<script src=\"axe.min.js\"></script></body>");
    let script = "for (const one of doc.querySelectorAll('details')) one.open = true;
        const run = async (of) => (await win.axe.run(of, { resultTypes: ['violations'] })).violations
            .map((one) => ({ id: one.id, help: one.help, nodes: one.nodes.slice(0, 5).map((node) => node.html.slice(0, 200) + ' ' + node.any.map((any) => any.message).join('; ')) }));
        const page = await run(doc);
        doc.querySelector('td.opens').click();
        const dialog = doc.querySelector('dialog');
        await until(() => dialog.open);
        return { page, drawer: await run(dialog), dark: win.matchMedia('(prefers-color-scheme: dark)').matches };";
    let Some(seen) = look_in(scheme, &[("axe.min.js", &axe())], &page, 1440, WITH_SCRIPT, script) else {
        return;
    };
    assert_eq!(seen["dark"], scheme == Scheme::Dark, "the scheme is the reader's");
    assert_eq!(seen["page"], serde_json::json!([]), "{scheme:?}: {seen:#}");
    assert_eq!(seen["drawer"], serde_json::json!([]), "{scheme:?}: {seen:#}");
}

#[test]
fn axe_finds_nothing_in_light() {
    finds_nothing(Scheme::Light);
}

#[test]
fn axe_finds_nothing_in_dark() {
    finds_nothing(Scheme::Dark);
}

#[test]
fn axe_finds_nothing_on_the_pages_over_many_runs() {
    if look::skipped() {
        return;
    }
    let (history, pages) = site_demo::history();
    let site = wasmark_reports::site::Site::new(&history, pages);
    let cell = site.cell(&site.cells()[0]).unwrap();
    for page in [site.index(), cell, site.compare().unwrap()] {
        // The page's own policy refuses every other script.
        let (head, rest) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
        let rest = rest.split_once('>').unwrap().1;
        let page = format!("{head}{rest}").replace("</body>", "<script src=\"axe.min.js\"></script></body>");
        let script = "for (const one of doc.querySelectorAll('details')) one.open = true;
            return (await win.axe.run(doc, { resultTypes: ['violations'] })).violations
                .map((one) => ({ id: one.id, nodes: one.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)) }));";
        let Some(seen) = look_in(Scheme::Light, &[("axe.min.js", &axe())], &page, 1440, WITH_SCRIPT, script)
        else {
            return;
        };
        assert_eq!(seen, serde_json::json!([]), "{seen:#}");
    }
}
