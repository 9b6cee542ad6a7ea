//! The page is quiet: driven through everything that a reader can do, it puts nothing into the console (`look` fails where it
//! does) and asks for nothing. See `browser.rs` for what it needs.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../demo/demo.rs"]
mod demo;
mod look;
#[path = "../demo/more.rs"]
mod more;

use look::{Scheme, WITH_SCRIPT, look, look_in};
use serde_json::json;

/// Does everything once, then goes back to how the page came, and then, by the address, to what was chosen.
const DRIVE: &str = "
    const press = (target, key) => target.dispatchEvent(new win.KeyboardEvent('keydown', { key, bubbles: true }));
    const pick = (selector, value) => {
        const select = doc.querySelector(selector);
        select.value = value;
        select.dispatchEvent(new win.Event('change', { bubbles: true }));
    };
    const state = () => ({
        hidden: [...doc.querySelectorAll('input[data-of]')].filter((box) => !box.checked).length,
        workload: doc.querySelector('#workload').value, base: doc.querySelector('#baseline').value,
        tag: doc.querySelector('#tag').value, sorts: doc.querySelectorAll('th[aria-sort]').length,
        lang: doc.documentElement.lang, by: doc.querySelectorAll('small.by').length > 0 });
    const came = state();
    for (const details of doc.querySelectorAll('details')) details.open = true;
    doc.querySelector('input[data-kind=interpreter]').click();
    doc.querySelector('input[data-runtime=wasmtime]').click();
    pick('#tag', 'integer');
    pick('#workload', 'sha256');
    const heads = [...doc.querySelectorAll('#throughput th button')].slice(0, 3);
    for (const turn of [1, 2, 3, 1]) for (const head of heads) head.click();
    pick('#baseline', '8');
    await until(() => doc.querySelectorAll('small.by').length > 0);
    const cell = [...doc.querySelectorAll('#throughput tbody td.opens')].find((one) => one.offsetParent);
    cell.focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'Enter']) press(doc.activeElement, key);
    const dialog = doc.querySelector('dialog');
    await until(() => dialog.open);
    dialog.querySelector('summary').click();
    dialog.querySelector('code + button').click();
    dialog.querySelector('.close').click();
    await until(() => !win.location.hash.includes('cell='));
    const language = doc.querySelector('#language');
    language.click();
    await until(() => doc.documentElement.lang === 'zh');
    const saved = [];
    win.HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };
    for (const button of doc.querySelectorAll('.saves button')) {
        const before = saved.length;
        button.click();
        await until(() => saved.length > before);
    }
    win.dispatchEvent(new win.Event('beforeprint'));
    win.dispatchEvent(new win.Event('afterprint'));
    const hash = win.location.hash;
    const chosen = state();
    win.location.hash = '#glance?';
    await until(() => state().lang === 'en' && !state().by);
    const bare = state();
    win.location.hash = hash;
    await until(() => state().lang === 'zh' && state().by);
    const asked = win.performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !name.startsWith('blob:'));
    return { came, chosen, bare, again: state(), saved: saved.length, asked };";

#[test]
fn driven_through_everything_it_is_quiet_and_its_address_brings_it_back() {
    let mut summary = demo::summary(&demo::LARGE, &demo::MANY[..6]);
    more::everything(&mut summary);
    let page = wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap();
    for scheme in [Scheme::Light, Scheme::Dark] {
        let Some(seen) = look_in(scheme, &[], &page, 1440, WITH_SCRIPT, DRIVE) else { return };
        assert_eq!(seen["asked"], json!([]), "requests: {seen}");
        assert_eq!(seen["saved"], 3, "CSV, Parquet, JSON: {seen}");
        assert_ne!(seen["came"], seen["chosen"], "{seen}");
        assert_eq!(seen["came"], seen["bare"], "an address without a choice is the page as it came: {seen}");
        assert_eq!(seen["chosen"], seen["again"], "the address has everything: {seen}");
    }
}

/// What the two tests of the console and of requests rest on.
#[test]
#[should_panic(expected = "in the console")]
fn a_request_is_refused_and_seen() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let page = wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap();
    let image = "<img src=\"https://example.org/x.png\"></body>";
    let seen = look(&page.replace("</body>", image), 1440, WITH_SCRIPT, "return 1;");
    // Without a browser there is nothing to see.
    assert!(seen.is_some(), "in the console");
}
