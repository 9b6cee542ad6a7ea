//! What the page's script does, in a real browser: what stands behind a cell, factors against another configuration or run,
//! filters, Chinese, files to save. See `browser.rs` for what it needs.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use wasmark_results::summary::Summary;

#[path = "../demo/demo.rs"]
mod demo;
mod look;
#[path = "../demo/more.rs"]
mod more;

use look::{WITH_SCRIPT, look};

fn summary() -> Summary {
    demo::summary(&demo::LARGE, &demo::MANY[..6])
}

fn page() -> String {
    let summary = summary();
    wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap()
}

#[test]
fn a_cell_opens_on_its_processes_and_closes_again() {
    let script = "const cell = doc.querySelector('#throughput tbody td.opens');
        cell.focus();
        cell.dispatchEvent(new win.KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        const dialog = doc.querySelector('dialog');
        await until(() => dialog.open);
        const seen = {
            dots: dialog.querySelectorAll('circle.dot').length, pictures: dialog.querySelectorAll('svg[role=img]').length,
            rows: dialog.querySelectorAll('tbody tr').length, text: dialog.innerText, command: dialog.querySelector('code').innerText,
            hash: win.location.hash };
        let copied = null;
        Object.defineProperty(win.navigator, 'clipboard', { value: { writeText: async (text) => { copied = text; } } });
        dialog.querySelector('code + button').click();
        await until(() => copied);
        dialog.close();
        await until(() => !win.location.hash.includes('cell='));
        return { ...seen, copied, back: doc.activeElement === cell, closed: win.location.hash };";
    let Some(seen) = look(&page(), 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(
        (&seen["dots"], &seen["rows"], &seen["pictures"]),
        (&7.into(), &7.into(), &2.into()),
        "{seen}"
    );
    let text = seen["text"].as_str().unwrap();
    // The worker's key and the module's hash in full, and the settings.
    for expected in [
        "0123456789abcdef0123456789abcdef",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pooling, copy-on-write",
        "1.2.3",
    ] {
        assert!(text.contains(expected), "{expected:?} in {text}");
    }
    assert_eq!(
        seen["command"],
        "wasmark run --configurations wasmedge/interpreter,native/release --metrics throughput --profile quick --seed 42"
    );
    assert_eq!(seen["copied"], seen["command"]);
    assert!(seen["hash"].as_str().unwrap().contains("cell=0:0:throughput"), "{seen}");
    assert!(!seen["closed"].as_str().unwrap().contains("cell"), "{seen}");
    assert_eq!(seen["back"], true, "the focus returns");
}

#[test]
fn a_link_opens_its_cell_in_its_language_and_arrows_lead_on() {
    let script = "win.location.hash = '#glance?cell=2:1:throughput&lang=zh';
        const dialog = doc.querySelector('dialog');
        await until(() => dialog.open);
        const seen = { title: dialog.querySelector('h2').innerText, text: dialog.innerText, lang: doc.documentElement.lang };
        dialog.close();
        await until(() => !win.location.hash.includes('cell='));
        const table = doc.querySelector('#throughput table');
        const cell = table.querySelector('tbody td.opens');
        cell.focus();
        const press = (key) => doc.activeElement.dispatchEvent(new win.KeyboardEvent('keydown', { key, bubbles: true }));
        press('ArrowRight'); press('ArrowDown');
        const at = doc.activeElement;
        return { ...seen, column: at.cellIndex - cell.cellIndex, row: at.parentElement.rowIndex - cell.parentElement.rowIndex,
            stops: table.querySelectorAll('td[tabindex=\"0\"]').length };";
    let Some(seen) = look(&page(), 1440, WITH_SCRIPT, script) else { return };
    assert_eq!((&seen["title"], &seen["lang"]), (&"v8/liftoff: throughput".into(), &"zh".into()), "{seen}");
    assert!(seen["text"].as_str().unwrap().contains("各进程按时间顺序排列"), "{seen}");
    assert_eq!((&seen["column"], &seen["row"]), (&1.into(), &1.into()), "{seen}");
    assert_eq!(seen["stops"], 1, "one stop of the tab key for a table");
}

#[test]
fn factors_are_against_what_the_reader_chooses() {
    let summary = summary();
    let mut other = demo::loaded(&summary, 3);
    other.run.id = "the-other".into();
    for record in &mut other.records {
        if let wasmark_results::record::Outcome::Measured { value, .. } = &mut record.outcome {
            *value *= 2.0;
        }
    }
    let page = wasmark_reports::page_against(&demo::loaded(&summary, 3), &summary, Some(&other)).unwrap();
    let script = "const baseline = doc.querySelector('#baseline');
        const pick = async (value) => {
            baseline.value = value;
            baseline.dispatchEvent(new win.Event('change'));
            await until(() => doc.querySelectorAll('small.by').length > 0 || value === 'best');
            const own = (id) => [...doc.querySelectorAll(`#throughput tbody tr:first-child td[data-c=\"${id}\"] small.by`)].map((one) => one.innerText);
            return { native: own(8), pooling: own(3), note: doc.querySelector('#against').innerText, hash: win.location.hash,
                heat: doc.querySelector('#glance td.heat').style.getPropertyValue('--heat') };
        };
        return { native: await pick('8'), run: await pick('run'), best: await pick('best'), left: doc.querySelectorAll('small.by').length };";
    let Some(seen) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(seen["native"]["native"][0], "1.00×", "{seen}");
    assert!(seen["native"]["note"].as_str().unwrap().contains("native/release"), "{seen}");
    assert!(seen["native"]["hash"].as_str().unwrap().contains("base=8"), "{seen}");
    assert_eq!(seen["native"]["heat"], "0", "no shade against something else: {seen}");
    assert_ne!(seen["best"]["heat"], "0", "{seen}");
    assert!(
        seen["run"]["pooling"][0].as_str().unwrap().starts_with("0.500×"),
        "half of the other run's: {seen}"
    );
    assert!(seen["run"]["note"].as_str().unwrap().contains("the-other"), "{seen}");
    assert_eq!((&seen["left"], &seen["best"]["hash"]), (&0.into(), &"".into()), "{seen}");
}

#[test]
fn filters_reach_charts_and_workloads() {
    let script = "const seen = (selector) => [...doc.querySelectorAll(selector)].filter((one) => one.getBoundingClientRect().height > 0).length;
        const ladder = doc.querySelector('#ladder .wide svg');
        const count = () => ({ bars: seen('#ladder .wide svg > g[data-c]'), marks: seen('#glance .wide svg g[data-at]'),
            rows: seen('#throughput > .scroll tbody tr'), height: ladder.viewBox.baseVal.height,
            front: doc.querySelector('#glance .wide .front polyline').getAttribute('points') });
        const before = count();
        doc.querySelector('details.filter').open = true;
        doc.querySelector('input[data-runtime=wasmtime]').click();
        const language = doc.querySelector('#code');
        language.value = 'C';
        language.dispatchEvent(new win.Event('change', { bubbles: true }));
        const options = [...doc.querySelector('#workload').options].filter((one) => !one.hidden).length;
        return { before, after: count(), options, hash: win.location.hash };";
    let summary = demo::summary(&demo::LARGE, &demo::MANY);
    let page = wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap();
    let Some(seen) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    let (before, after) = (&seen["before"], &seen["after"]);
    let number = |of: &serde_json::Value, name: &str| of[name].as_f64().unwrap();
    assert_eq!(number(before, "marks") - number(after, "marks"), 2.0, "{seen}");
    assert!(number(after, "height") < number(before, "height"), "no gaps: {seen}");
    assert_ne!(before["front"], after["front"], "{seen}");
    assert_eq!((&after["rows"], &seen["options"]), (&1.into(), &1.into()), "one workload in C: {seen}");
    let hash = seen["hash"].as_str().unwrap();
    assert!(hash.contains("language=C") && hash.contains("hide="), "{hash}");
}

/// The page's own texts are all in the catalogue: what is left of Latin letters are names, numbers and identifiers.
#[test]
fn every_text_has_its_chinese() {
    let script = r#"const skip = 'script, style, code, [translate=no], th[data-c], tr[data-c] > th, tr[data-w] > th, dl.facts dd, svg';
        const texts = () => { const list = []; const walker = doc.createTreeWalker(doc.body, 4);
            while (walker.nextNode()) { const node = walker.currentNode;
                if (node.data.trim() && !node.parentElement.closest(skip)) list.push(node); } return list; };
        const before = texts().map((node) => [node, node.data]);
        doc.querySelector('#language').click();
        await until(() => doc.documentElement.lang === 'zh');
        const name = /^([\w@.-]+\/[\w-]+(, |$))?[\W\d_]*((p\d+(\.\d+)?|SIMD|CPU|wasmark|sha256|Private_Dirty|vm\.max_map_count|RLIMIT_NOFILE|[a-z]+(_[a-z]+)+|[a-z]+ [a-z]+_[a-z]+|ns|µs|ms|s|B|KiB|MiB|GiB|k|M|MIT|Apache)[\W\d_]*)*$/;
        const left = before.filter(([node, text]) => node.data === text && /[A-Za-z]{2}/.test(text) && !name.test(text.trim())).map(([, text]) => text.trim());
        const labels = [...doc.querySelectorAll('[aria-label], [title]')].filter((one) => !one.closest('[translate=no]')).flatMap((one) => [one.getAttribute('aria-label'), one.getAttribute('title')])
            .filter((text) => text && !/[\u4e00-\u9fff]/.test(text));
        const chinese = doc.querySelector('#glance h2').innerText;
        doc.querySelector('#language').click();
        await until(() => doc.documentElement.lang === 'en');
        const back = before.filter(([node, text]) => node.isConnected && node.data !== text).length;
        return { left: [...new Set(left)], labels: [...new Set(labels)], chinese, back, title: doc.querySelector('#glance h2').innerText };"#;
    let characters: Vec<_> = demo::LARGE.into_iter().collect();
    let works: Vec<_> = demo::MANY.into_iter().take(4).chain(demo::SIZES).collect();
    let mut summary = demo::summary(&characters, &works);
    demo::disturb(&mut summary);
    more::everything(&mut summary);
    let page = wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap();
    let Some(seen) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    assert_eq!((&seen["chinese"], &seen["title"]), (&"概览".into(), &"At a glance".into()), "{seen}");
    assert_eq!(seen["back"], 0, "English comes back");
    assert_eq!(seen["left"], serde_json::json!([]), "texts without a translation in texts.toml");
    assert_eq!(seen["labels"], serde_json::json!([]), "labels without a translation in texts.toml");
}

#[test]
fn files_are_saved_by_the_script_alone() {
    let script = "const saved = [], files = [];
        const original = win.URL.createObjectURL;
        win.URL.createObjectURL = (blob) => { saved.push({ type: blob.type, size: blob.size }); files.push(blob); return original.call(win.URL, blob); };
        const names = [];
        win.HTMLAnchorElement.prototype.click = function () { names.push([this.download, this.href.slice(0, 5)]); };
        for (const button of doc.querySelectorAll('.saves button')) {
            const before = names.length;
            button.click();
            await until(() => names.length > before);
        }
        let text;
        files[2].text().then((read) => { text = read; });
        await until(() => text !== undefined);
        return { saved, names, rows: JSON.parse(text) };";
    let summary = summary();
    let page = wasmark_reports::page(&demo::loaded(&summary, 3), &summary).unwrap();
    let Some(seen) = look(&page, 1440, WITH_SCRIPT, script) else { return };
    assert_eq!(
        seen["names"],
        serde_json::json!([
            ["made-up.csv", "blob:"],
            ["made-up.parquet", "blob:"],
            ["made-up.json", "blob:"]
        ]),
        "{seen}"
    );
    let csv = wasmark_reports::summary_csv(&summary).unwrap();
    assert_eq!(
        (&seen["saved"][0]["size"], &seen["saved"][0]["type"]),
        (&csv.len().into(), &"text/csv".into()),
        "the file is every value: {seen}"
    );
    let parquet = wasmark_reports::summary_parquet(&csv).unwrap();
    assert_eq!(
        (&seen["saved"][1]["size"], &seen["saved"][1]["type"]),
        (&parquet.len().into(), &"application/vnd.apache.parquet".into()),
        "{seen}"
    );
    assert_eq!(seen["rows"], serde_json::Value::Array(objects(&csv)), "the JSON has the CSV's rows");
}

/// The rows of a CSV, with numbers where its column has numbers.
fn objects(csv: &str) -> Vec<serde_json::Value> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let value = |name: &str, text: &str| match name {
        "value" | "low" | "high" | "coverage" | "n" if text.is_empty() => serde_json::Value::Null,
        "value" | "low" | "high" | "coverage" | "n" => match text.parse::<f64>().unwrap() {
            // A browser writes 1.0 as 1.
            whole if whole.fract() == 0.0 => (whole as i64).into(),
            number => number.into(),
        },
        _ => text.into(),
    };
    let object = |row: csv::StringRecord| {
        names.iter().zip(&row).map(|(name, text)| (name.to_owned(), value(name, text))).collect()
    };
    reader.records().map(|row| object(row.unwrap())).collect()
}
