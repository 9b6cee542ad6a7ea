//! `wasmark list`: what there is to choose from.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use wasmark_adapter::Description;
use wasmark_workloads::manifest::{Boundary, MemoryUse};

use super::{coverage, features, print, print_json, table, versions};

use crate::{
    exit, metrics,
    options::{List, Own},
    profile::{self, Usual},
    select,
    workers::Missing,
};

#[derive(Serialize)]
struct Document<'a> {
    runtimes: Vec<&'a Description>,
    unavailable: &'a BTreeMap<String, String>,
    workloads: Vec<Workload<'a>>,
    /// Why, by the names of the workloads whose modules are not here.
    absent: BTreeMap<&'a str, &'a str>,
    metrics: BTreeMap<&'static str, &'static [&'static str]>,
    profiles: Vec<&'static str>,
}

#[derive(Serialize)]
struct Workload<'a> {
    name: &'a str,
    about: &'a str,
    why: &'a str,
    kind: &'static str,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<MemoryUse>,
    unit: &'a str,
    tags: &'a [String],
    proposals: &'a [String],
    wasm_bytes: u64,
}

/// Lists runtimes, configurations, workloads, metrics and profiles.
pub(super) fn list(options: &List) -> Result<u8> {
    if options.profile {
        return coverage::show(&options.selection, &options.json);
    }
    if options.versions {
        return versions::show(options);
    }
    let selected = select::select(&options.selection, &Own::default(), Usual::All, Missing::Leave)?;
    if options.features {
        return features::show(&selected.targets, &options.json);
    }
    let workloads: Vec<Workload<'_>> = selected
        .workloads
        .iter()
        .map(|one| Workload {
            name: one.name(),
            about: one.about(),
            why: one.why(),
            kind: one.kind(),
            language: one.language(),
            program: one.program(),
            variant: one.variant(),
            boundary: one.boundary(),
            memory: one.memory(),
            unit: one.unit(),
            tags: one.tags(),
            proposals: one.proposals(),
            wasm_bytes: one.wasm_bytes(),
        })
        .collect();
    let document = Document {
        runtimes: selected.roster.workers.values().map(|worker| &worker.description).collect(),
        unavailable: &selected.roster.unavailable,
        workloads,
        absent: selected.absent.iter().map(|one| (one.name.as_str(), one.reason.as_str())).collect(),
        metrics: metrics::GROUPS.iter().map(|group| (group.name, group.metrics)).collect(),
        profiles: profile::Name::value_variants().iter().map(|name| name.profile().name).collect(),
    };
    if options.json.json {
        print_json(&document)?;
    } else {
        print(&text(&document));
    }
    for reason in &selected.rejected {
        eprintln!("wasmark: {reason}");
    }
    Ok(if selected.rejected.is_empty() { exit::OK } else { exit::USAGE })
}

fn text(document: &Document<'_>) -> String {
    let mut configurations = table(["CONFIGURATION", "TIER", "BEST FOR", "VERSION", "LICENCE", "WHAT"]);
    for runtime in &document.runtimes {
        for one in &runtime.configurations {
            let id = format!("{}/{}", runtime.runtime, one.name);
            let best: Vec<&str> = one.purposes.iter().map(|purpose| purpose.name()).collect();
            let licence = one.licence.as_ref().unwrap_or(&runtime.licence);
            let row = [&id, one.tier.name(), &best.join(" "), &runtime.version, licence, &one.about];
            configurations.add_row(row);
        }
    }
    let mut workloads = table(["WORKLOAD", "KIND", "LANGUAGE", "BYTES", "NEEDS", "TAGS", "WHAT"]);
    for one in &document.workloads {
        let (bytes, needs, tags) = (one.wasm_bytes.to_string(), one.proposals.join(" "), one.tags.join(" "));
        workloads.add_row([one.name, one.kind, one.language, &bytes, &needs, &tags, one.about]);
    }
    let mut text = format!("{configurations}\n");
    for (name, reason) in document.unavailable {
        text.push_str(&format!("{name} is unavailable: {reason}\n"));
    }
    text.push_str(&format!("\n{workloads}\n"));
    for (name, reason) in &document.absent {
        text.push_str(&format!("{name} is unavailable: {reason}\n"));
    }
    for group in metrics::GROUPS {
        text.push_str(&format!("\n{}: {}\n  {}\n", group.name, group.about, group.metrics.join(" ")));
    }
    text.push_str(&format!("\nprofiles: {}\n", document.profiles.join(" ")));
    text
}
