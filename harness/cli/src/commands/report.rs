//! `wasmark report`: the page of a run and its tables, from what was kept. Nothing is measured.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use wasmark_results::{
    history,
    join::Group,
    machine::Class,
    run::Run,
    store::{self, LoadedRun},
    summary::{self, Summary, Worst},
};
use wasmark_runner::{
    exit,
    options::Json,
    terminal::{self, print, print_json},
};

use super::joined::{self, Runs};
use crate::options::Report;

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

/// Writes the page of a run again: of shards, that of the run that they are together; of runs on machines of several
/// classes, one for each.
pub(super) fn report(options: &Report) -> Result<u8> {
    let form = if options.markdown { Form::Markdown } else { Form::of(&options.json) };
    let against = options.against.as_ref().map(joined::one).transpose()?;
    let Runs { groups, missing, page } = joined::read(&options.runs)?;
    let page = options.output.clone().unwrap_or(page);
    missing.iter().for_each(|sentence| eprintln!("{sentence}"));
    let several = groups.len() > 1;
    let (mut codes, mut classes) = (Vec::new(), Vec::new());
    for (number, Group { class, loaded }) in (1..).zip(groups) {
        let page = if number > 1 { numbered(&page, number) } else { page.clone() };
        if let Some(against) = &against {
            one_class(&loaded.run, &against.run)?;
        }
        let summary = write_loaded(&loaded, &page, against.as_ref())?;
        codes.push(code(&summary));
        if several && form == Form::Json {
            eprintln!("page: {}", page.display());
            classes.push(OfClass { class, summary });
            continue;
        }
        if several {
            print(&format!("machines of class {number}: {class}\n"));
        }
        print_all(summary, &page, form)?;
    }
    if !classes.is_empty() {
        print_json(&Classes { classes })?;
    }
    if !missing.is_empty() {
        codes.push(exit::FAILED);
    }
    Ok(exit::worst(codes))
}

/// What several classes of machines measured.
#[derive(Serialize)]
struct Classes {
    classes: Vec<OfClass>,
}

#[derive(Serialize)]
struct OfClass {
    class: Class,
    summary: Summary,
}

/// The file beside `page` for a further class of machines.
fn numbered(page: &Path, number: u32) -> PathBuf {
    let stem = page.file_stem().unwrap_or_default().to_string_lossy();
    let extension = page.extension().unwrap_or_default().to_string_lossy();
    page.with_file_name(format!("{stem}-{number}.{extension}"))
}

/// Refuses two runs on machines of different classes.
///
/// # Errors
/// Where they are.
fn one_class(one: &Run, other: &Run) -> Result<()> {
    let [class, its] = [one, other].map(|run| Class::of(&run.environment));
    ensure!(
        class == its,
        "failed to compare {} and {}: they ran on machines of different classes ({class}; {its}); name runs of one class",
        one.id,
        other.id
    );
    Ok(())
}

/// Summarises the run in `folder`, writes its page, keeps what the history needs of it, and prints the summary.
///
/// # Errors
/// Where `folder` is no run, or the page cannot be written.
pub fn show(folder: &Path, page: &Path, form: Form) -> Result<Summary> {
    let loaded = store::load(folder)?;
    history::keep(folder, &loaded);
    print_all(write_loaded(&loaded, page, None)?, page, form)
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
    write_loaded(&store::load(folder)?, page, against)
}

/// Summarises a run and writes its page.
fn write_loaded(loaded: &LoadedRun, page: &Path, against: Option<&LoadedRun>) -> Result<Summary> {
    let summary = summary::summarise(loaded);
    let html = wasmark_reports::page_against(loaded, &summary, against)?;
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
