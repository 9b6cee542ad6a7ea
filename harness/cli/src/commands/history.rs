//! `wasmark history`: the cells of stored runs over time. Nothing is measured, and nothing gates.

mod text;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use wasmark_results::history::{self, Cells, Folder, History, Since};
use wasmark_runner::{
    exit, paths,
    remote::{self, Copies, Place, Url},
    suggest,
    terminal::{print, print_json},
};

use crate::options;

/// Prints the history of a folder.
pub(super) fn history(options: &options::History) -> Result<u8> {
    let place = options.place.clone().unwrap_or_else(|| Place::Folder(paths::results()));
    let mut history = of(&read(&place)?, &place, options.since.as_deref())?;
    let cells = Cells::new(&options.cells);
    if let Some(name) = cells.without_series(&history.series).next() {
        let known: Vec<String> = history.series.iter().map(history::Series::name).collect();
        anyhow::bail!(
            "failed to find the cell {name:?} in {place}; {}",
            suggest::nearest(name, known.iter().map(String::as_str))
        );
    }
    history.series.retain(|series| cells.has(series));
    if options.json.json {
        print_json(&history)?;
    } else {
        print(&text::text(&history, &cells, options.all));
    }
    Ok(tell(&history))
}

/// Reads a folder, or what a store has. A run that began in the future was measured by another clock, and is named as odd.
///
/// # Errors
/// Where the place cannot be read, or holds no run.
pub fn read(place: &Place) -> Result<Folder> {
    let (mut read, copies) = match place {
        Place::Folder(folder) => (history::read(folder)?, Copies::default()),
        Place::Url(url) => in_store(url)?,
    };
    let now = Timestamp::now();
    read.odd.extend(read.runs.iter().filter(|run| run.began > now).map(|run| {
        format!(
            "{}: it began at {}, which is in the future: its clock, or this machine's, is wrong",
            run.directory.display(),
            run.digest.run.started
        )
    }));
    copies.name(&mut read.left_out);
    copies.name(&mut read.odd);
    ensure!(
        !(read.runs.is_empty() && read.gates.is_empty() && read.left_out.is_empty()),
        "failed to find a run in {place}: there is none; `wasmark run` makes one, and `wasmark upload` copies it"
    );
    Ok(read)
}

/// The runs and gates under a URL, and the copies that they were read from.
fn in_store(url: &Url) -> Result<(Folder, Copies)> {
    let mut copies = remote::copies(url)?;
    let folders: Vec<PathBuf> = copies.folders.iter().map(|(_, folder)| folder.clone()).collect();
    let mut read = history::read_each(&folders);
    read.left_out.append(&mut copies.warnings);
    Ok((read, copies))
}

/// The history of what was read from `place`, since a time.
///
/// # Errors
/// Where the time is none, or no run began since.
pub fn of(read: &Folder, place: &Place, since: Option<&str>) -> Result<History> {
    let since = since.map(Since::parse).transpose()?;
    let history = History::new(read, since);
    let newest = read.runs.last().map_or("", |run| &run.digest.run.started);
    (!history.runs.is_empty() || read.runs.is_empty()).then_some(history).with_context(|| {
        format!(
            "failed to find a run in {place} that began then or later: the newest began at {newest}; name an earlier --since"
        )
    })
}

/// Prints the sentences about runs that were left out or are odd; returns the exit code.
pub(super) fn tell(history: &History) -> u8 {
    for sentence in history.odd.iter().chain(&history.left_out) {
        eprintln!("wasmark: {sentence}");
    }
    if history.left_out.is_empty() { exit::OK } else { exit::DAMAGED }
}
