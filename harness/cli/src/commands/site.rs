//! `wasmark site`: a folder of pages over stored runs, for any web server or none. Pages of runs that are the same are kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use wasmark_reports::site::{COMPARE, FEED, INDEX, Site, names};
use wasmark_results::{
    history::{Folder, Stored},
    parallel, store, summary,
};
use wasmark_runner::terminal::print;

use super::history;
use crate::options;

/// The file in a site's folder that lists what `wasmark site` wrote there.
const LIST: &str = "site.json";

/// The page in a run's folder.
const PAGE: &str = "report.html";

/// What a site's folder holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Written {
    /// The version that wrote it; pages of another one are written anew.
    wasmark: String,
    /// The pages of runs, each with the identity of what it shows.
    runs: BTreeMap<String, String>,
    /// The pages of cells.
    cells: BTreeSet<String>,
}

/// How many pages of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// Runs whose page was made.
    pub made: usize,
    /// Runs whose page was copied from their folder.
    pub copied: usize,
    /// Runs whose page was there.
    pub kept: usize,
    /// Configurations and workloads.
    pub cells: usize,
}

/// Writes the site of a folder.
pub(super) fn site(options: &options::Site) -> Result<u8> {
    let read = history::read(&options.place)?;
    let history = history::of(&read, &options.place, options.since.as_deref())?;
    let pages = write(&read, &history, &options.out)?;
    print(&format!(
        "{}; pages of runs: {} made, {} copied from their folders, {} kept; pages of cells: {}\nsite: {}",
        wasmark_reports::site::words::scope(&history),
        pages.made,
        pages.copied,
        pages.kept,
        pages.cells,
        options.out.join(INDEX).display()
    ));
    Ok(history::tell(&history))
}

/// Writes the pages of `history`, which is of `read`, into `out`.
///
/// # Errors
/// Where `out` holds something else, or cannot be written to.
pub fn write(read: &Folder, history: &wasmark_results::history::History, out: &Path) -> Result<Pages> {
    let before = earlier(out)?;
    for folder in ["runs", "cells"].map(|name| out.join(name)) {
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to make {}: choose another --out", folder.display()))?;
    }
    // Runs of before --since come first and are not in the history.
    let runs = &read.runs[read.runs.len() - history.runs.len()..];
    let paths: Vec<String> = runs.iter().map(path).collect();
    let current = before.wasmark == version();
    let sources: Vec<Source> = runs.iter().map(Source::of).collect();
    let same = |at: usize| {
        let shown = &sources[at].shows;
        current
            && !shown.is_empty()
            && before.runs.get(&paths[at]).is_some_and(|one| one == shown)
            && out.join(&paths[at]).is_file()
    };
    let new: Vec<usize> = (0..runs.len()).filter(|at| !same(*at)).collect();
    let mut written = Written { wasmark: version(), ..Written::default() };
    written.runs =
        sources.iter().zip(&paths).map(|(source, path)| (path.clone(), source.shows.clone())).collect();

    let site = Site::new(history, paths.clone());
    written.cells = site.cells().iter().map(|page| page.path.clone()).collect();
    let made = parallel::each(&new, |at| match &sources[*at].page {
        Some(page) => copy(page, &out.join(&paths[*at])),
        None => file(out, &paths[*at], &page(&runs[*at])?),
    });
    made.into_iter().collect::<Result<Vec<()>>>()?;
    let cells = parallel::each(site.cells(), |page| file(out, &page.path, &site.cell(page)?));
    cells.into_iter().collect::<Result<Vec<()>>>()?;
    file(out, COMPARE, &site.compare()?)?;
    file(out, FEED, &site.feed()?)?;
    file(out, INDEX, &site.index())?;
    remove(out, &before, &written)?;
    let list = serde_json::to_string(&written).context("failed to write the list of the site's pages")?;
    file(out, LIST, &list)?;
    let copied = new.iter().filter(|at| sources[**at].page.is_some()).count();
    Ok(Pages { made: new.len() - copied, copied, kept: runs.len() - new.len(), cells: written.cells.len() })
}

/// Where the page of a run is from.
struct Source {
    /// The one in the run's folder, where it is not older than the run's files: a run writes it at its end.
    page: Option<PathBuf>,
    /// What the page shows: it changes with the run, and with the page that is copied.
    shows: String,
}

impl Source {
    fn of(run: &Stored) -> Source {
        let modified =
            |name: &str| fs::metadata(run.directory.join(name)).and_then(|file| file.modified()).ok();
        let newest = [store::RUN, store::RECORDS, store::PARTS].into_iter().filter_map(modified).max();
        let page = modified(PAGE).filter(|page| newest.is_some_and(|newest| *page >= newest));
        let identity = run.digest.identity();
        match page.and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
            Some(time) => Source {
                page: Some(run.directory.join(PAGE)),
                shows: format!("{identity} page of {}", time.as_nanos()),
            },
            None => Source { page: None, shows: identity.to_owned() },
        }
    }
}

fn copy(page: &Path, to: &Path) -> Result<()> {
    fs::copy(page, to).with_context(|| {
        format!("failed to copy {} to {}: choose another --out", page.display(), to.display())
    })?;
    Ok(())
}

fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn path(run: &Stored) -> String {
    let name = run.directory.file_name().unwrap_or_default().to_string_lossy();
    names::run(&name)
}

/// The page of a run, as `wasmark report` writes it.
fn page(run: &Stored) -> Result<String> {
    let loaded = store::load(&run.directory)?;
    wasmark_reports::page(&loaded, &summary::summarise(&loaded))
}

fn file(out: &Path, path: &str, content: &str) -> Result<()> {
    let path = out.join(path);
    fs::write(&path, content)
        .with_context(|| format!("failed to write {}: choose another --out", path.display()))
}

/// What an earlier site in `out` wrote. Nothing of anything else is overwritten.
fn earlier(out: &Path) -> Result<Written> {
    let list = out.join(LIST);
    if let Ok(text) = fs::read(&list) {
        // One that is damaged lists nothing, and every page is made anew.
        return Ok(serde_json::from_slice(&text).unwrap_or_default());
    }
    let holds_something = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some());
    ensure!(
        !holds_something,
        "failed to write a site into {}: it holds other files, and no {LIST}; choose another --out",
        out.display()
    );
    Ok(Written::default())
}

/// Removes pages of runs and cells that are there no more.
fn remove(out: &Path, before: &Written, now: &Written) -> Result<()> {
    let gone = before.runs.keys().filter(|path| !now.runs.contains_key(*path));
    let gone = gone.chain(before.cells.difference(&now.cells));
    for path in gone {
        // The list may have been written by anyone.
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let page = out.join(path);
        if inside && page.is_file() {
            fs::remove_file(&page)
                .with_context(|| format!("failed to remove {}: remove it by hand", page.display()))?;
        }
    }
    Ok(())
}
