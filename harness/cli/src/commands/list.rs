//! `wasmark list`: what there is to choose from.

mod runs;
mod text;

use std::collections::BTreeMap;

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use wasmark_adapter::Description;
use wasmark_workloads::manifest::{Boundary, MemoryUse};

use text::{Detail, Listing};
use wasmark_runner::{
    exit, metrics,
    options::{Own, Selection},
    plan::Target,
    profile::{self, Usual},
    select,
    terminal::{self, print, print_json},
    workers::Missing,
};

use super::{coverage, features, versions};

use crate::options::List;

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
    if let Some(place) = &options.runs {
        return runs::show(place.as_ref(), &options.json);
    }
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
        metrics: metrics::GROUPS.iter().map(|group| (group.group.name(), group.metrics)).collect(),
        profiles: profile::Name::value_variants().iter().map(|name| name.profile().name).collect(),
    };
    if options.json.json {
        print_json(&document)?;
    } else {
        print(&text(options, &document, &selected.targets));
    }
    for reason in &selected.rejected {
        eprintln!("wasmark: {reason}");
    }
    Ok(if selected.rejected.is_empty() { exit::OK } else { exit::USAGE })
}

fn text(options: &List, document: &Document<'_>, targets: &[Target]) -> String {
    let Selection { runtimes, configurations, all_configurations, tiers, workloads, .. } = &options.selection;
    let chosen = !configurations.is_empty() || !tiers.is_empty();
    let detail = |each: bool| if each { Detail::Each } else { Detail::Names };
    Listing {
        document,
        lists: &|id| !chosen || targets.iter().any(|target| target.id == id),
        configurations: detail(options.all || chosen || *all_configurations || !runtimes.runtimes.is_empty()),
        workloads: detail(options.all || !workloads.is_empty()),
        width: terminal::width().into(),
    }
    .text()
}
