//! `wasmark build`: the workers, ahead of time.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use wasmark_runner::{
    exit,
    terminal::{print, print_json},
    workers::{Missing, Roster},
};

use crate::{options::Build, tables::Texts};

#[derive(Serialize)]
struct Document<'a> {
    workers: BTreeMap<&'a str, Worker<'a>>,
    unavailable: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Worker<'a> {
    version: &'a str,
    key: &'a str,
    program: &'a std::path::Path,
}

/// Builds what is not built yet.
pub(super) fn build(options: &Build) -> Result<u8> {
    let roster = Roster::gather(&options.runtimes.runtimes, &[], Missing::Build)?;
    let workers: BTreeMap<&str, Worker<'_>> = roster
        .workers
        .iter()
        .map(|(name, one)| {
            let worker = Worker {
                version: &one.description.version,
                key: &one.built.key,
                program: &one.built.program,
            };
            (name.as_str(), worker)
        })
        .collect();
    if options.json.json {
        print_json(&Document { workers, unavailable: &roster.unavailable })?;
    } else {
        let mut table = Texts::new(&["runtime", "version", "worker"]);
        for (name, worker) in &workers {
            table.row([*name, worker.version, &worker.program.display().to_string()]);
        }
        print(&table.to_string());
        for (name, reason) in &roster.unavailable {
            print(&format!("{name} is unavailable: {reason}"));
        }
    }
    let missing = options.strict && !roster.unavailable.is_empty();
    Ok(if missing { exit::FAILED } else { exit::OK })
}
