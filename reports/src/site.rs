//! The pages over many runs: an index, a page for each configuration and workload with the history of its cells, one that
//! compares any two runs, and a feed of changes. Files that any server, or none, serves as they are: all links are relative,
//! and no name of a run or cell is part of a path ([`names`]).

mod cell;
mod chart;
mod compare;
mod document;
mod feed;
mod index;
pub mod names;
pub mod words;

use std::collections::BTreeMap;

use anyhow::Result;
use wasmark_results::history::{History, Series};

/// The file of the index.
pub const INDEX: &str = "index.html";
/// The file of the comparison.
pub const COMPARE: &str = "compare.html";
/// The file of the feed.
pub const FEED: &str = "feed.xml";

/// The pages over many runs.
pub struct Site<'a> {
    history: &'a History,
    /// The path of each run's own page, from the index.
    pages: Vec<String>,
    cells: Vec<CellPage<'a>>,
}

/// The page of a configuration and workload.
pub struct CellPage<'a> {
    /// Its path, from the index.
    pub path: String,
    configuration: &'a str,
    workload: &'a str,
    series: Vec<&'a Series>,
}

impl<'a> Site<'a> {
    /// The pages of a history, of whose runs the own pages are at `pages`, relative to the index.
    #[must_use]
    pub fn new(history: &'a History, pages: Vec<String>) -> Site<'a> {
        let mut cells: BTreeMap<(&str, &str), Vec<&Series>> = BTreeMap::new();
        for series in &history.series {
            cells.entry((&series.configuration, &series.workload)).or_default().push(series);
        }
        let cells = cells.into_iter().map(|((configuration, workload), series)| CellPage {
            path: names::cell(configuration, workload),
            configuration,
            workload,
            series,
        });
        Site { history, pages, cells: cells.collect() }
    }

    /// The pages of cells.
    #[must_use]
    pub fn cells(&self) -> &[CellPage<'a>] {
        &self.cells
    }

    /// The index.
    #[must_use]
    pub fn index(&self) -> String {
        index::page(self)
    }

    /// One of [`Site::cells`].
    ///
    /// # Errors
    /// Where a chart cannot be drawn.
    pub fn cell(&self, page: &CellPage) -> Result<String> {
        cell::page(self, page)
    }

    /// The comparison of two runs.
    ///
    /// # Errors
    /// Where what it embeds cannot be compressed.
    pub fn compare(&self) -> Result<String> {
        compare::page(self)
    }

    /// The feed of changes, Atom 1.0.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn feed(&self) -> Result<String> {
        feed::document(self)
    }
}
