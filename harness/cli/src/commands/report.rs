//! `wasmark report`: the page of a run and its tables, from what was kept. Nothing is measured.

use std::path::Path;

use anyhow::{Context, Result};
use wasmark_results::{
    store::{self, LoadedRun},
    summary::{self, Summary, Worst},
};

use super::{print, print_json};
use crate::{
    exit,
    options::{Json, Report},
    paths, terminal,
};

/// How the summary is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Tables for a terminal.
    Text,
    /// Tables for a pull request.
    Markdown,
    /// Everything, for programs.
    Json,
}

impl Form {
    /// JSON where it was asked for, else text.
    #[must_use]
    pub fn of(options: &Json) -> Form {
        if options.json { Form::Json } else { Form::Text }
    }
}

/// Writes the page of a run again.
pub(super) fn report(options: &Report) -> Result<u8> {
    let folder = paths::run(options.run.as_deref())?;
    let page = options.output.clone().unwrap_or_else(|| folder.join("report.html"));
    let form = if options.markdown { Form::Markdown } else { Form::of(&options.json) };
    let against =
        options.against.as_deref().map(|other| store::load(&paths::run(Some(other))?)).transpose()?;
    Ok(code(&print_all(write(&folder, &page, against.as_ref())?, &page, form)?))
}

/// Summarises the run in `folder`, writes its page, and prints the summary.
///
/// # Errors
/// Where `folder` is no run, or the page cannot be written.
pub fn show(folder: &Path, page: &Path, form: Form) -> Result<Summary> {
    print_all(write(folder, page, None)?, page, form)
}

/// Prints a summary whose page was written to the file `page`.
fn print_all(summary: Summary, page: &Path, form: Form) -> Result<Summary> {
    match form {
        Form::Text => print(&wasmark_reports::text_table(&summary, terminal::width())),
        Form::Markdown => print(&wasmark_reports::markdown(&summary)),
        Form::Json => print_json(&summary)?,
    }
    let place = format!("page: {}", page.display());
    if form == Form::Json {
        eprintln!("{place}")
    } else {
        print(&format!("\n{place}"))
    }
    Ok(summary)
}

/// Summarises the run in `folder` and writes its page, with the cells of `against`, to the file `page`.
///
/// # Errors
/// As [`show`].
pub fn write(folder: &Path, page: &Path, against: Option<&LoadedRun>) -> Result<Summary> {
    let loaded = store::load(folder)?;
    let summary = summary::summarise(&loaded);
    let html = wasmark_reports::page_against(&loaded, &summary, against)?;
    std::fs::write(page, html)
        .with_context(|| format!("failed to write {}; choose another --output", page.display()))?;
    Ok(summary)
}

/// The exit code that a summary calls for.
pub(super) fn code(summary: &Summary) -> u8 {
    match summary.worst() {
        Worst::Clean => exit::OK,
        Worst::Failures => exit::FAILED,
        Worst::Damaged => exit::DAMAGED,
        Worst::WrongOutput => exit::WRONG_OUTPUT,
    }
}
