//! `wasmark gate`: two sides in pairs, a verdict for each cell, and an exit code for all.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Parser;
use wasmark_gate::{
    accepted::{self, One},
    calibrate, journal,
    options::{Accept, Action, Gate as Arguments, What},
    run::Gate,
    write,
};
use wasmark_runner::{
    exit, paths, session,
    terminal::{print, print_json},
};

use crate::options::{Command, Options};

/// Gates, or does what else was asked for.
pub(super) fn gate(options: &Arguments) -> Result<u8> {
    match &options.action {
        None => measure(&options.what),
        Some(Action::Accept(options)) => accept(options),
        Some(Action::Calibrate(options)) => {
            let shown = calibrate::calibrate(options, &gates(options.what.output.as_deref()))?;
            if options.what.json.json {
                print_json(&shown)?;
            } else {
                print(&calibrate::text(&shown));
            }
            Ok(exit::OK)
        }
    }
}

/// Where gates are kept.
fn gates(named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| paths::results().with_file_name("gates"), Path::to_path_buf)
}

fn measure(what: &What) -> Result<u8> {
    let gates = gates(what.output.as_deref());
    let measured = match &what.resume {
        None => Gate::begin(what, &gates, None, session::command_line()?)?.finish(),
        Some(name) => {
            let folder = if name == Path::new("latest") { latest(&gates)? } else { name.clone() };
            let (header, _, _) = journal::read(&folder.join(journal::FILE))?;
            let words = shlex::split(&header.command).unwrap_or_default();
            let Command::Gate(first) = Options::try_parse_from(words)?.command else {
                bail!("failed to resume {}: `wasmark gate` did not make it", folder.display());
            };
            let first = What { json: what.json.clone(), ..first.what };
            Gate::begin(&first, &gates, Some(&folder), header.command)?.finish()
        }
    };
    let document = match measured {
        Ok(document) => document,
        // It began, so that this is no matter of usage.
        Err(problem) => {
            eprintln!("wasmark: {problem:#}");
            return Ok(exit::FAILED);
        }
    };
    if what.json.json {
        print_json(&document)?;
    } else {
        print(&write::text(&document));
    }
    write::announce(&document);
    Ok(document.exit_code)
}

/// The newest gate's folder.
fn latest(gates: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(gates).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path()).filter(|path| path.join(journal::FILE).is_file());
    folders.max().with_context(|| format!("failed to find a gate in {}; name its folder", gates.display()))
}

/// Records that a regression is wanted.
fn accept(options: &Accept) -> Result<u8> {
    let folder = match &options.gate {
        Some(folder) => folder.clone(),
        None => latest(&gates(options.output.as_deref()))?,
    };
    let path = folder.join("gate.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("failed to read {}; let the gate end first", path.display()))?;
    let document: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("failed to understand {}", path.display()))?;
    let found = accepted::regressions(&document);
    let Some((_, up_to)) = found.iter().find(|(cell, _)| *cell == options.cell) else {
        let known = found.iter().map(|(cell, _)| cell);
        bail!(
            "failed to find the regression {:?} in {}; {}",
            options.cell,
            path.display(),
            wasmark_runner::suggest::nearest(&options.cell, known)
        );
    };
    let one = One {
        cell: options.cell.clone(),
        base: document["base"].as_str().unwrap_or_default().to_string(),
        up_to: *up_to,
        reason: options.reason.clone(),
        date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
    };
    accepted::add(&options.accepted, one)?;
    eprintln!("accepted in {}; commit it", options.accepted.display());
    Ok(exit::OK)
}
