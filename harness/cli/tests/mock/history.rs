//! Stored runs over time: what changed comes first, machines are kept apart, damage is named, and the site is a folder of
//! plain files whose names nothing in a run decides.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::common::{
    World,
    runs::{Planted, noise},
};

const CPU: &str = "a CPU";

/// 24 runs on one machine, with another version and a step of 30 % from run 14 on, and 3 runs on another machine.
fn planted() -> World {
    let world = World::with_mock();
    for number in 0..24 {
        let mut run = Planted::number(number, CPU);
        run.workloads.push("sha256".into());
        let after = number >= 14;
        run.version = if after { "2.0.0" } else { "1.0.0" }.into();
        let step = |workload: usize| if after && workload == 0 { 1.3 } else { 1.0 };
        run.store(&world.path("results"), 3, |_, workload, process| noise(number, process) * step(workload));
    }
    for number in 24..27 {
        Planted::number(number, "another CPU").store(&world.path("results"), 3, |_, _, _| 2.0);
    }
    world
}

#[test]
fn what_changed_comes_first_and_the_rest_is_a_number() {
    let world = planted();
    let (text, _) = world.expect(&["history"], 0);
    let change =
        text.lines().find(|line| line.contains("fib throughput")).unwrap_or_else(|| panic!("{text}"));
    assert!(change.contains("1.3") && change.contains("run-00014"), "{text}");
    assert!(text.contains("version 1.0.0 to 2.0.0"), "{text}");
    assert!(text.contains("series without a significant change: --all lists them"), "{text}");
    assert!(!text.contains("sha256 throughput"), "{text}");
    let (text, _) = world.expect(&["history", "--all"], 0);
    assert!(text.contains("sha256 throughput") && !text.contains("--all"), "{text}");

    let history = world.json(&["history"], 0);
    assert_eq!(history["machines"].as_array().map(Vec::len), Some(2), "{}", history["machines"]);
    let first = &history["series"][0];
    assert_eq!((&first["workload"], &first["metric"]), (&"fib".into(), &"throughput".into()), "{first}");
    let change = &first["changes"][0];
    assert_eq!(change["at"], 14, "{change}");
    let ratio = change["ratio"]["value"].as_f64().expect("a ratio");
    assert!((1.28..1.32).contains(&ratio), "{change}");
    // No series has runs of two machines.
    for series in history["series"].as_array().expect("series") {
        let machine =
            |point: &Value| &history["runs"][point["run"].as_u64().expect("an index") as usize]["machine"];
        let own = &history["machines"][series["machine"].as_u64().expect("an index") as usize];
        assert!(series["points"].as_array().expect("points").iter().all(|point| machine(point) == own));
    }
    assert_eq!(world.json(&["history"], 0), history, "the same again, from what was kept");
}

#[test]
fn cells_and_times_are_chosen_by_words() {
    let world = planted();
    let (text, _) =
        world.expect(&["history", "--cell", "wasmtime throughput fib", "--since", "2000-02-10"], 0);
    assert!(
        text.contains("CHANGE 1.") && text.contains("run-00010") && !text.contains("run-00007"),
        "{text}"
    );
    let (_, error) = world.expect(&["history", "--cell", "fib troughput"], 2);
    assert!(error.contains("fib troughput"), "{error}");
    let (_, error) = world.expect(&["history", "--since", "yesterday"], 2);
    assert!(error.contains("2026-11-29"), "{error}");
    let (_, error) = world.expect(&["history", "--since", "2099-01-01"], 2);
    assert!(error.contains("newest began at"), "{error}");
    let (_, error) = world.expect(&["history", "nowhere"], 2);
    assert!(error.contains("nowhere"), "{error}");
    fs::create_dir(world.path("empty")).expect("a folder");
    let (_, error) = world.expect(&["history", "empty"], 2);
    assert!(error.contains("there is none"), "{error}");
}

/// The folder of a gate beside the runs.
fn gate(world: &World) -> PathBuf {
    let gate = world.path("results/gates/g1");
    fs::create_dir_all(&gate).expect("a folder");
    let environment = Planted::number(0, CPU).document()["environment"].clone();
    let cell = json!({
        "configuration": "wasmtime/pooling", "workload": "fib", "metric": "throughput", "lane": "gate",
        "outcome": { "judged": { "verdict": "regressed", "ratio": { "value": 1.29 }, "p": 0.001 } },
    });
    let document = json!({
        "schema": 1, "id": "g1", "started": "2000-02-15T00:00:00Z", "base": "v1", "candidate": "v2", "overall": "regressed",
        "environment": environment, "cells": [cell],
    });
    fs::write(gate.join("gate.json"), document.to_string()).expect("a file");
    gate
}

#[test]
fn gates_stand_beside_the_cells_that_they_judged() {
    let world = planted();
    let gate = gate(&world);
    let (text, _) = world.expect(&["history", "--cell", "fib throughput"], 0);
    assert!(text.contains("gate g1 of 2000-02-15: regressed 1.290×"), "{text}");
    assert!(text.lines().any(|line| line.trim_start().starts_with("g1") && line.contains("v2")), "{text}");

    fs::write(gate.join("gate.json"), "{}").expect("a file");
    let (_, error) = world.expect(&["history"], 6);
    assert!(error.contains("gate.json"), "{error}");
}

/// The contents of a site's pages, by their paths.
fn pages(site: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let pages = ["", "runs", "cells"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(site.join(folder)).expect("a folder"));
    let pages = pages
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "html"));
    let pages = pages.map(|path| {
        let content = fs::read(&path).expect("a page");
        (path.strip_prefix(site).expect("inside").to_path_buf(), content)
    });
    let pages: BTreeMap<PathBuf, Vec<u8>> = pages.collect();
    assert!(pages.len() > 10, "{:?}", pages.keys());
    pages
}

#[test]
fn a_store_has_the_history_of_the_folders_that_were_uploaded() {
    let world = planted();
    let gate = gate(&world);
    let url = format!("file://{}", world.path("store").display());
    for name in (10..18).map(|number| format!("run-{number:05}")) {
        let here = world.path("results").join(&name);
        world.expect(&["upload", here.to_str().expect("a path"), &url], 0);
        fs::create_dir_all(world.path("some")).expect("a folder");
        fs::rename(&here, world.path("some").join(&name)).expect("a folder");
    }
    world.expect(&["upload", gate.to_str().expect("a path"), &url], 0);
    fs::create_dir_all(world.path("some/gates")).expect("a folder");
    fs::rename(&gate, world.path("some/gates/g1")).expect("a folder");

    let there = world.json(&["history", &url], 0);
    assert_eq!(there, world.json(&["history", "some"], 0));
    assert_eq!(there["gates"].as_array().map(Vec::len), Some(1), "{there}");
    assert_eq!(world.json(&["history", &url], 0), there, "from the cache");
    for (place, out) in [(url.as_str(), "there"), ("some", "here")] {
        world.expect(&["site", place, "--out", out], 0);
    }
    assert_eq!(pages(&world.path("there")), pages(&world.path("here")));
    // A gate is no run.
    let listed = world.json(&["list", "--runs", &url], 0);
    assert_eq!(listed["runs"].as_array().map(Vec::len), Some(8), "{listed}");
    assert_eq!(listed["warnings"].as_array().map(Vec::len), Some(0), "{listed}");

    let ahead = format!("file://{}", world.path("ahead").display());
    let run = world.path("results/run-00021");
    let text = fs::read_to_string(run.join("run.json")).expect("a run");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    for name in ["started", "finished"] {
        document[name] = "2999-01-01T00:00:00Z".into();
    }
    fs::write(run.join("run.json"), document.to_string()).expect("a file");
    world.expect(&["upload", run.to_str().expect("a path"), &ahead], 0);
    let (_, odd) = world.expect(&["history", &ahead], 0);
    assert!(odd.contains(&format!("{ahead}/run-00021: it began at 2999-01-01")), "{odd}");

    let damaged = format!("file://{}", world.path("damaged").display());
    let run = world.path("results/run-00020");
    world.expect(&["upload", run.to_str().expect("a path"), &damaged], 0);
    fs::write(world.path("damaged/run-00020/records.parquet"), b"PAR1").expect("a file");
    let (_, error) = world.expect(&["history", &damaged], 6);
    assert!(error.contains("run-00020/records.parquet is not what was uploaded"), "{error}");
}

#[test]
fn what_is_damaged_is_named_and_left_out() {
    let world = planted();
    let results = world.path("results");
    let records = results.join("run-00003/records.parquet");
    let bytes = fs::read(&records).expect("a file");
    fs::write(&records, &bytes[..bytes.len() / 2]).expect("a file");
    let edit = |run: &str, from: &str, to: &str| {
        let path = results.join(run).join("run.json");
        let text = fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replace(from, to)).expect("a file");
    };
    edit("run-00004", "\"schema\": 1", "\"schema\": 9");
    edit("run-00005", "\"finished\": \"2000", "\"finished\": \"1999");
    edit("run-00006", "\"started\": \"2000", "\"started\": \"2999");
    edit("run-00007", "\"started\": \"2000-02-08T03:00:00Z\"", "\"started\": \"now\"");
    fs::remove_file(results.join("run-00008/run.json")).expect("removed");
    for command in [&["history"][..], &["site", "results"]] {
        let (out, error) = world.expect(command, 6);
        for (run, why) in [
            ("run-00003", "records.parquet cannot be read"),
            ("run-00004", "schema 9"),
            ("run-00005", "clock went back"),
            ("run-00006", "in the future"),
            ("run-00007", "no time"),
            ("run-00008", "restore"),
        ] {
            let named = error.lines().any(|line| line.contains(run) && line.contains(why));
            assert!(named, "{run} {why}: {error}");
        }
        assert!(out.contains("23 runs"), "{out}");
    }
    let index = fs::read_to_string(world.path("site/index.html")).expect("a page");
    assert!(index.contains("schema 9") && index.contains("records.parquet cannot be read"));
}

/// Every file beneath a folder, relative to it.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).expect("inside").to_path_buf());
            }
        }
    }
    found
}

/// Follows each link of each page, and expects its file and its anchor.
fn follow(site: &Path) {
    for file in
        files(site).iter().filter(|file| file.extension().is_some_and(|one| one == "html" || one == "xml"))
    {
        let text = fs::read_to_string(site.join(file)).expect("a page");
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let known_elsewhere = file.starts_with("runs") && link.starts_with("http");
            if known_elsewhere {
                continue;
            }
            assert!(!link.contains(':') && !link.starts_with('/'), "{link} of {}", file.display());
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { site.join(file) } else { site.join(file).with_file_name("").join(path) };
            let found = fs::read_to_string(&target)
                .unwrap_or_else(|error| panic!("{link} of {}: {error}", file.display()));
            assert!(
                anchor.is_empty() || found.contains(&format!("id=\"{anchor}\"")),
                "{link} of {}",
                file.display()
            );
        }
    }
}

#[test]
fn a_site_is_plain_files_with_relative_links_and_pages_of_old_runs_are_kept() {
    let world = planted();
    let (text, _) = world.expect(&["site", "results", "--out", "pages"], 0);
    assert!(text.contains("pages of runs: 27 made, 0 copied from their folders, 0 kept"), "{text}");
    let site = world.path("pages");
    follow(&site);
    let index = fs::read_to_string(site.join("index.html")).expect("a page");
    assert!(
        index.contains("fib throughput") && index.contains("1.3") && index.contains("version 1.0.0 to 2.0.0")
    );
    assert!(!index.contains("<script"), "the index needs no script");
    let feed = fs::read_to_string(site.join("feed.xml")).expect("a feed");
    assert!(
        feed.contains("<entry>") && feed.contains("urn:uuid:") && feed.contains("from the run run-00014 on"),
        "{feed}"
    );
    let compare = fs::read_to_string(site.join("compare.html")).expect("a page");
    assert!(compare.contains("script-src 'sha256-") && compare.contains("run-00023"));
    for page in files(&site).iter().filter(|page| page.extension().is_some_and(|one| one == "html")) {
        let text = fs::read_to_string(site.join(page)).expect("a page");
        assert!(text.contains("default-src 'none'"), "{}", page.display());
    }

    let before = fs::read(site.join("index.html")).expect("a page");
    let (text, _) = world.expect(&["site", "results", "--out", "pages"], 0);
    assert!(text.contains("pages of runs: 0 made, 0 copied from their folders, 27 kept"), "{text}");
    assert_eq!(
        fs::read(site.join("index.html")).expect("a page"),
        before,
        "the same runs give the same pages"
    );
    Planted::number(30, CPU).store(&world.path("results"), 3, |_, _, _| 1.3);
    fs::remove_dir_all(world.path("results/run-00000")).expect("removed");
    let (text, _) = world.expect(&["site", "results", "--out", "pages"], 0);
    assert!(text.contains("pages of runs: 1 made, 0 copied from their folders, 26 kept"), "{text}");
    let runs = files(&site).into_iter().filter(|page| page.starts_with("runs")).count();
    assert_eq!(runs, 27, "no page of a run that is gone");
    follow(&site);

    // The page that a run has itself, while it is not older than the run.
    world.expect(&["report", "results/run-00005"], 0);
    let (text, _) = world.expect(&["site", "results", "--out", "pages"], 0);
    assert!(text.contains("pages of runs: 0 made, 1 copied from their folders, 26 kept"), "{text}");
    let touched = fs::File::options().append(true).open(world.path("results/run-00005/records.parquet"));
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    touched.and_then(|file| file.set_modified(later)).expect("a file");
    let (text, _) = world.expect(&["site", "results", "--out", "pages"], 0);
    assert!(text.contains("pages of runs: 1 made, 0 copied from their folders, 26 kept"), "{text}");

    fs::create_dir(world.path("other")).expect("a folder");
    fs::write(world.path("other/index.html"), "mine").expect("a file");
    let (_, error) = world.expect(&["site", "results", "--out", "other"], 2);
    assert!(
        error.contains("--out")
            && fs::read_to_string(world.path("other/index.html")).expect("a file") == "mine"
    );
}

#[test]
fn names_decide_no_path_and_are_no_markup() {
    let world = World::with_mock();
    let evil = "../../<script>alert(1)</script>\"'&\u{1b}[31m";
    for number in 0..20 {
        let mut run = Planted::number(number, "<b>CPU</b>");
        run.id = format!("..<img src=x onerror=alert({number})>&\"");
        run.workloads = vec![evil.into()];
        run.configurations = vec!["../<i>runtime/..\"".into()];
        run.version = if number < 10 { "</title><script>1" } else { "../2" }.into();
        run.store(&world.path("results"), 1, |_, _, _| if number < 10 { 1.0 } else { 2.0 });
    }
    let before = files(world.folder.path());
    world.expect(&["site", "results", "--out", "a/pages"], 0);
    let written: Vec<PathBuf> = files(world.folder.path()).difference(&before).cloned().collect();
    let kept = |path: &PathBuf| path.ends_with("history.json") && path.starts_with("results");
    assert!(written.iter().all(|path| path.starts_with("a/pages") || kept(path)), "{written:?}");
    let site = world.path("a/pages");
    follow(&site);
    for page in files(&site) {
        let name = page.to_str().expect("a name");
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || "-/.".contains(c)) && !name.contains(".."),
            "{name}"
        );
        let text = fs::read_to_string(site.join(&page)).expect("a page");
        if page.ends_with("site.json") {
            continue;
        }
        for markup in ["<script>alert", "<img", "<b>CPU", "<i>runtime", "<script>1", "\u{1b}"] {
            assert!(!text.contains(markup), "{markup:?} in {name}");
        }
    }
    let (text, _) = world.expect(&["history"], 0);
    assert!(!text.contains('\u{1b}') && text.contains("<script>alert(1)"), "{text}");
}

#[test]
fn ten_thousand_runs_are_a_history() {
    let world = World::with_mock();
    let results = world.path("results");
    let first = Planted::number(0, CPU).store(&results, 1, |_, _, _| 1.0);
    let records = fs::read(first.join("records.parquet")).expect("a file");
    // Without the syncs of a run that must not be lost.
    for number in 1..10_000 {
        let run = Planted::number(number, CPU);
        let folder = results.join(&run.id);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("run.json"), run.document().to_string()).expect("a file");
        fs::write(folder.join("records.parquet"), &records).expect("a file");
    }
    let (text, _) = world.expect(&["history", "results"], 0);
    assert!(text.contains("10000 runs"), "{text}");
    let (again, _) = world.expect(&["history", "results"], 0);
    assert_eq!(again, text);
}
