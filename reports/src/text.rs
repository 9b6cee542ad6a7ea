//! The tables and the problems of a run for a terminal.

use std::fmt::Write;

use wasmark_results::{
    group::Group,
    run::WorkloadRecord,
    summary::{Cell, Summary, ThroughputRow},
};

use crate::{
    answers::{Scope, Words, of_workload},
    basis::Usual,
    crossings::{Crossings, TITLE},
    grid::{Grid, Heading, Line, Section, broken, length},
    marked::{self, mark},
    overview::{Bounds, Choice, Column, Glance, Row, factor_of, glance, is_empty, show},
    printable::printable,
    reasons::{Reason, gather},
    rendered::{Rendered, WAITED_NOTE, absence, first_note, status, wide_note},
    view::View,
};

/// Up to so many workloads, the tables show each: its start, and its factor beside the mean. That is as many as are named
/// on a command line; of a whole suite, the page has each.
const MOST: usize = 6;

/// A version that stands in one line in any table.
const SHORT_VERSION: usize = 20;

/// The summary for a terminal that is `width` characters wide: the at-a-glance table, the throughput of each workload,
/// then everything that has a reason instead of a value.
#[must_use]
pub fn text_table(summary: &Summary, width: u16) -> String {
    let view = View::new(summary);
    let width = usize::from(width);
    let (glance, works) = (glance(&view, &choice(&view)), works(&view));
    let crossings = Crossings::of(&view);
    let mut notes = Notes::of(&glance, works.as_ref().map(|(_, works)| works.as_slice()), crossings.as_ref());
    let mut text = at_a_glance(&glance, width, &mut notes);
    if let Some((title, rows)) = works {
        let _ = write!(text, "\n{title}\n\n{}", of_works(&view, &rows, width, &mut notes));
    }
    if let Some(crossings) = crossings {
        let _ = write!(text, "\n{TITLE}\n\n{}", crossings.text(width, |cell| lines(cell, &mut notes)));
    }
    for line in notes.lines().into_iter().chain(left_out(&view)) {
        for part in broken(&line, width) {
            let _ = writeln!(text, "{part}");
        }
    }
    for Words { question, kinds, .. } in answers(&view) {
        let _ = writeln!(text, "\n{question}:");
        for (kind, first) in kinds {
            let line = format!("{kind}: {first}");
            for (number, part) in broken(&line, width.saturating_sub(4)).iter().enumerate() {
                let _ = writeln!(text, "{}{part}", if number == 0 { "  " } else { "    " });
            }
        }
    }
    let _ = writeln!(text, "\nNoise: {}", summary.noise.line());
    for (title, lines) in texts(summary) {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{title}:");
            for line in lines {
                let _ = writeln!(text, "  {}", one_line(&line));
            }
        }
    }
    printable(&text.replace(['\u{a0}', '\u{202f}'], " "))
}

/// What the tables of a terminal and of Markdown show apart.
pub fn choice<'a>(view: &View<'a>) -> Choice<'a> {
    let all: Vec<&WorkloadRecord> = view.summary.run.workloads.iter().collect();
    let few = all.len() <= MOST;
    let starts = if few { all.clone() } else { view.headline() };
    let memory = if few { view.remembered() } else { view.memory_workloads() };
    // Several have a table of their own.
    let times = if all.len() == 1 { all.clone() } else { Vec::new() };
    let serving = if few { all.clone() } else { view.headline() };
    Choice { starts, times, memory, serving, work: None, bounds: Bounds::Beside }
}

/// Who is first, of the workload with the most answers.
pub fn answers(view: &View) -> Vec<Words> {
    let first = view.opening();
    first.map_or_else(Vec::new, |workload| of_workload(view, &workload.name, Scope::Common))
}

/// A row of throughput by configuration and workload, as it is shown.
pub struct Work<'a> {
    /// `runtime/configuration`.
    pub configuration: &'a str,
    /// The workload.
    pub workload: &'a str,
    /// The factor against the reference; the time per unit where there is none.
    pub cell: Cell<Rendered>,
}

/// The throughput of each workload with its title, where there are several and each is to be shown.
pub fn works<'a>(view: &View<'a>) -> Option<(String, Vec<Work<'a>>)> {
    let throughput = &view.summary.throughput;
    let workloads = view.summary.run.workloads.len();
    let most = if throughput.reference.is_some() { MOST } else { usize::MAX };
    if !view.chosen(Group::Throughput) || workloads < 2 || workloads > most {
        return None;
    }
    let cell = |row: &ThroughputRow| match &throughput.reference {
        Some(_) => factor_of(throughput, row),
        None => show(&row.time).map(|shown| shown.beside_cpu(row.waited())),
    };
    let works: Vec<Work<'_>> = throughput
        .rows
        .iter()
        .map(|row| Work { configuration: &row.configuration, workload: &row.workload, cell: cell(row) })
        .collect();
    let ended = view.summary.run.finished.is_some();
    if ended && works.iter().all(|work| is_empty(&work.cell)) {
        return None;
    }
    let title = match &throughput.reference {
        Some(reference) => format!("Time per unit of work against {reference}"),
        None => "Time per unit of work".to_owned(),
    };
    Some((title, works))
}

/// What the tables leave out, in a sentence for each.
fn left_out(view: &View) -> Vec<String> {
    let all = view.summary.run.workloads.len();
    let mut lines = Vec::new();
    let shown = choice(view).starts;
    if view.chosen(Group::Start) && shown.len() < all {
        let names: Vec<&str> = shown.iter().map(|one| one.name.as_str()).collect();
        lines.push(format!("Starts are shown of {}; the page has all {all} workloads.", names.join(" and ")));
    }
    if view.chosen(Group::Throughput) && view.summary.throughput.reference.is_some() && all > MOST {
        lines.push(format!("Throughput is shown as a mean; the page has each of the {all} workloads."));
    }
    lines
}

/// The marks and words that the tables used, which are explained beneath them.
pub struct Notes {
    first: bool,
    wide: bool,
    waited: bool,
    /// What most intervals rest on: stated once.
    pub usual: Usual,
}

impl Notes {
    /// Of these tables.
    pub fn of(glance: &Glance<'_>, works: Option<&[Work<'_>]>, crossings: Option<&Crossings<'_>>) -> Notes {
        let cells = glance.rows.iter().flat_map(|row| &row.cells);
        let works = works.into_iter().flatten().map(|work| &work.cell);
        let crossings = crossings.into_iter().flat_map(Crossings::cells);
        let usual =
            Usual::new(cells.chain(works).chain(crossings).filter_map(|cell| cell.measured()?.rests_on));
        Notes { first: false, wide: false, waited: false, usual }
    }

    /// Remembers what a cell uses.
    pub fn see(&mut self, cell: &Cell<Rendered>) {
        if let Some(shown) = cell.measured() {
            self.first |= shown.is_first();
            self.wide |= shown.wide;
            self.waited |= shown.waited;
        }
    }

    /// The explanations.
    pub fn lines(&self) -> Vec<String> {
        let first = self.usual.once().into_iter().chain(self.first.then(first_note));
        first.chain(self.wide.then(wide_note)).chain(self.waited.then(|| WAITED_NOTE.to_owned())).collect()
    }
}

fn at_a_glance(glance: &Glance<'_>, width: usize, notes: &mut Notes) -> String {
    let ids: Vec<&str> = glance.rows.iter().map(|row| row.configuration).collect();
    let heads = Heads::of(&ids, width);
    let columns = glance.columns.iter().map(heading).collect();
    let rows = glance.rows.chunk_by(|one, next| one.tier == next.tier);
    let sections = rows.map(|rows| Section {
        title: Some(rows[0].tier.to_owned()),
        rows: rows.iter().map(|row| line(row, heads, notes)).collect(),
    });
    Grid { corner: "configuration", columns, sections: sections.collect() }.render(width)
}

fn heading(column: &Column) -> Heading {
    Heading { text: format!("{}\n{}", column.name, column.of), group: column.group }
}

fn line(row: &Row<'_>, heads: Heads, notes: &mut Notes) -> Line {
    let mut head = heads.lines(row.configuration);
    // Some versions are a sentence, which must not take the place of the numbers.
    head.extend(broken(row.version, heads.version).into_iter().map(|line| format!("    {line}")));
    head.extend(row.mark.map(|word| format!("    {word}")));
    Line { head, cells: row.cells.iter().map(|cell| lines(cell, notes)).collect() }
}

/// A row for each configuration, or for each workload where these are more.
fn of_works(view: &View, works: &[Work<'_>], width: usize, notes: &mut Notes) -> String {
    let ids: Vec<&str> = view.of_work().configurations.iter().map(|one| one.id.as_str()).collect();
    let run = &view.summary.run;
    // One that does no work, or that nothing runs, has its reason beneath the tables.
    let works_somewhere =
        |one: &&WorkloadRecord| works.iter().any(|work| work.workload == one.name && !is_empty(&work.cell));
    let workloads: Vec<&WorkloadRecord> = view.summary.run.workloads.iter().filter(works_somewhere).collect();
    let mut cell = |id: &str, workload: &str| {
        let work = works.iter().find(|one| one.configuration == id && one.workload == workload);
        lines(work.map_or(&Cell::NotMeasured, |work| &work.cell), notes)
    };
    if workloads.len() >= ids.len() {
        let columns = ids.iter().map(|id| Heading { text: marked::name(run, id), group: 0 }).collect();
        let mut row = |one: &&WorkloadRecord| Line {
            head: vec![format!("  {}", one.name), format!("    {}", one.unit)],
            cells: ids.iter().map(|id| cell(id, &one.name)).collect(),
        };
        let rows = workloads.iter().map(&mut row).collect();
        return Grid {
            corner: "workload, unit of work",
            columns,
            sections: vec![Section { title: None, rows }],
        }
        .render(width);
    }
    let heads = Heads::of(&ids, width);
    let text = |one: &&WorkloadRecord| format!("{}\na {}", one.name, one.unit);
    let columns = workloads.iter().map(|one| Heading { text: text(one), group: 0 }).collect();
    let mut row = |id: &&str| Line {
        head: heads
            .lines(id)
            .into_iter()
            .chain(mark(run, id).map(|(word, _)| format!("    {word}")))
            .collect(),
        cells: workloads.iter().map(|one| cell(id, &one.name)).collect(),
    };
    let rows = ids.iter().map(&mut row).collect();
    Grid { corner: "configuration", columns, sections: vec![Section { title: None, rows }] }.render(width)
}

/// How the names of configurations stand before their rows.
#[derive(Clone, Copy)]
struct Heads {
    name: Name,
    /// How many characters of a version stand in a line.
    version: usize,
}

#[derive(Clone, Copy)]
enum Name {
    /// In one line.
    Whole,
    /// The runtime above the configuration: the names are long and the terminal is narrow.
    Broken,
}

impl Heads {
    fn of(ids: &[&str], width: usize) -> Heads {
        let longest = ids.iter().map(|id| length(id)).max().unwrap_or(0);
        let name = if longest * 10 > width * 3 { Name::Broken } else { Name::Whole };
        let heads = Heads { name, version: 0 };
        let lines = ids.iter().flat_map(|id| heads.lines(id)).map(|line| length(&line));
        let longest = lines.max().unwrap_or(0);
        Heads { version: longest.saturating_sub(4).max(SHORT_VERSION), ..heads }
    }

    fn lines(self, id: &str) -> Vec<String> {
        match (self.name, id.split_once('/')) {
            (Name::Broken, Some((runtime, name))) => vec![format!("  {runtime}/"), format!("  {name}")],
            _ => vec![format!("  {id}")],
        }
    }
}

/// A cell's value, its interval beneath it, and what else belongs there.
fn lines(cell: &Cell<Rendered>, notes: &mut Notes) -> Vec<String> {
    notes.see(cell);
    match cell.measured() {
        Some(shown) => std::iter::once(shown.marked()).chain(shown.beside(notes.usual)).collect(),
        None => absence(cell).map(|(word, _)| word.to_owned()).into_iter().collect(),
    }
}

/// What stands beneath the table, each with its title.
pub fn texts(summary: &Summary) -> [(&'static str, Vec<String>); 3] {
    [
        ("Mind", summary.warnings.clone()),
        ("Not available", unavailable(summary)),
        ("Without a value", problems(summary)),
    ]
}

fn unavailable(summary: &Summary) -> Vec<String> {
    summary
        .run
        .unavailable
        .iter()
        .map(|(runtime, reason)| format!("{runtime}: {}", one_line(reason)))
        .collect()
}

fn problems(summary: &Summary) -> Vec<String> {
    let line = |ones: &[Reason<'_>]| {
        let configurations: Vec<&str> = ones.iter().map(|one| one.configuration).collect();
        let one = &ones[0];
        format!(
            "{}: {}: {} ({}; {})",
            configurations.join(", "),
            status(one.status),
            one_line(one.reason),
            one.metrics.join(", "),
            one.of_workloads(summary)
        )
    };
    alike(gather(summary)).iter().map(|ones| line(ones)).collect()
}

/// The same reason for the same cells, once for all configurations that give it.
fn alike(reasons: Vec<Reason<'_>>) -> Vec<Vec<Reason<'_>>> {
    let mut groups: Vec<Vec<Reason<'_>>> = Vec::new();
    for one in reasons {
        let same = |group: &&mut Vec<Reason<'_>>| {
            let first = &group[0];
            (first.status, first.reason, &first.metrics, &first.workloads)
                == (one.status, one.reason, &one.metrics, &one.workloads)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// Messages of engines may have line breaks, which would break a table.
fn one_line(text: &str) -> String {
    text.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
