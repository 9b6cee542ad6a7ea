//! `wasmark list --runs`: the stored runs of a folder or a store, oldest first.

use anyhow::Result;
use serde::Serialize;
use wasmark_results::machine::Class;
use wasmark_runner::{
    exit,
    options::Json,
    remote::{self, Place, Stored},
    terminal::{print, print_json},
};

use crate::tables::Texts;

const HEADER: [&str; 6] = ["RUN", "BEGAN", "ENDED", "SHARD", "WORKLOADS", "MACHINE"];

#[derive(Serialize)]
struct Document {
    runs: Vec<Row>,
    /// What looks like a run and cannot be read.
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    /// Its folder or its URL.
    name: String,
    started: String,
    finished: Option<String>,
    /// As `--shard` takes it, with the job.
    shard: Option<String>,
    workloads: usize,
    class: Class,
}

/// Lists the runs at a place, or here.
pub(super) fn show(place: Option<&Place>, json: &Json) -> Result<u8> {
    let (found, warnings) = remote::all(&Place::or_here(place)?)?;
    let row = |Stored { name, run, .. }: Stored| Row {
        name,
        class: Class::of(&run.environment),
        workloads: run.workloads.len() + run.operations.len(),
        shard: run.shard.map(|shard| format!("{}/{} of {}", shard.number, shard.of, shard.job)),
        started: run.started,
        finished: run.finished,
    };
    let document = Document { runs: found.into_iter().map(row).collect(), warnings };
    if json.json {
        print_json(&document)?;
        return Ok(exit::OK);
    }
    let mut table = Texts::new(&HEADER);
    for Row { name, started, finished, shard, workloads, class } in &document.runs {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_string());
        let number = workloads.to_string();
        table.row(&[name.clone(), started.clone(), or(finished), or(shard), number, class.to_string()]);
    }
    print(&table.to_string());
    document.warnings.iter().for_each(|warning| eprintln!("{warning}"));
    Ok(exit::OK)
}
