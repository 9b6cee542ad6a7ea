//! `wasmark list --profile`: what the workloads are like, so that it is seen what the suite covers.

use anyhow::Result;
use serde::Serialize;
use wasmark_runner::{
    exit,
    options::{Json, Selection},
    profile::Usual,
    select,
    terminal::{print, print_json},
};
use wasmark_workloads::{
    Profile, Workload,
    manifest::{Boundary, MemoryUse},
    profile::Class,
};

use crate::tables::matrix;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    why: &'a str,
    language: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<MemoryUse>,
    size: &'static str,
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
}

/// Shows the selected workloads; a profile that cannot be used costs itself only.
pub(super) fn show(selection: &Selection, json: &Json) -> Result<u8> {
    let (workloads, absent, mut rejected) = select::of_suite(selection, Usual::All)?;
    let mut row = |workload| row(workload, &mut rejected);
    let rows: Vec<Row<'_>> = workloads.iter().map(&mut row).collect();
    if json.json {
        print_json(&rows)?;
    } else {
        print(&text(&rows));
    }
    for absent in &absent {
        eprintln!("wasmark: {absent}");
    }
    for reason in &rejected {
        eprintln!("wasmark: {reason}");
    }
    Ok(if rejected.is_empty() { exit::OK } else { exit::USAGE })
}

fn row<'a>(workload: &'a Workload, rejected: &mut Vec<String>) -> Row<'a> {
    let profile = workload.profile().unwrap_or_else(|error| {
        rejected.push(error.to_string());
        None
    });
    Row {
        name: workload.name(),
        why: workload.why(),
        language: workload.language(),
        kind: workload.kind(),
        boundary: workload.boundary(),
        memory: workload.memory(),
        size: workload.size_class(),
        tags: workload.tags(),
        profile,
    }
}

/// The columns of what was measured, each with where it is in a profile.
const MEASURED: [(&str, Of); 9] = [
    ("FUNCTIONS", |one| Some(one.module.functions.to_string())),
    ("CODE", |one| Some(one.module.code_bytes.to_string())),
    ("DATA", |one| Some(one.module.data_bytes.to_string())),
    ("TABLE", |one| Some(one.module.table_entries.to_string())),
    ("INSTRUCTIONS", |one| Some(whole(one.unit.as_ref()?.instructions))),
    ("CALLS", |one| Some(whole(one.unit.as_ref()?.calls))),
    ("TOUCHED", |one| Some(one.memory.as_ref()?.touched_bytes.to_string())),
    ("HOST CALLS", |one| Some(format!("{:.2}", one.host.as_ref()?.calls))),
    ("HOST TIME %", |one| Some(format!("{:.1}", one.host.as_ref()?.time))),
];

type Of = fn(&Profile) -> Option<String>;

fn text(rows: &[Row<'_>]) -> String {
    let stated = ["LANGUAGE", "KIND", "BOUNDARY", "MEMORY", "SIZE"].map(str::to_owned);
    // Everything has some of the last class, by which a reader does not choose.
    let classes = &Class::ALL[..Class::ALL.len() - 1];
    let measured = MEASURED.iter().map(|(title, _)| (*title).to_owned());
    let shares = classes.iter().map(|class| format!("{} %", class.name().to_uppercase()));
    let columns = stated.into_iter().chain(measured).chain(shares).collect();
    let line = |row: &Row<'_>| {
        let boundary = row.boundary.map_or("", Boundary::name);
        let memory = row.memory.map_or("", MemoryUse::name);
        let stated = [row.language, row.kind, boundary, memory, row.size].map(str::to_owned);
        let profile = row.profile.as_ref();
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let measured = MEASURED.iter().map(|(_, of)| or_dash(profile.and_then(of)));
        let mix = profile.and_then(|one| Some(&one.unit.as_ref()?.mix));
        let share = |class| format!("{:.1}", mix.and_then(|mix| mix.get(class)).unwrap_or(&0.0));
        let shares = classes.iter().map(|class| or_dash(mix.map(|_| share(class))));
        (row.name.to_owned(), stated.into_iter().chain(measured).chain(shares).collect())
    };
    let rows = rows.iter().map(line).collect();
    format!(
        "{}\nCODE and DATA in bytes; INSTRUCTIONS, CALLS, HOST CALLS and the shares of instructions are what one unit of \
         work executes; TOUCHED is the bytes of memory that a call touched; - where it was not measured. What the module's \
         bytes say of its instructions is in --json.",
        matrix("WORKLOAD", columns, rows)
    )
}

fn whole(number: f64) -> String {
    format!("{number:.0}")
}
