//! Tables for the terminal that never exceed its width. Text tables wrap cells between words; a matrix continues in
//! further tables below. Words and numbers are never broken.

use std::fmt;

use comfy_table::{ColumnConstraint, ContentArrangement, Width, presets};
use wasmark_reports::grid::{Grid, Heading, Line, Section};
use wasmark_runner::terminal;

/// A table whose cells are texts.
pub struct Texts {
    table: comfy_table::Table,
    /// The longest word of each column, in characters.
    words: Vec<u16>,
}

impl Texts {
    /// A table without rows. A header of no columns is none.
    #[must_use]
    pub fn new(header: &[&str]) -> Texts {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_header(header.iter().copied());
        let mut texts = Texts { table, words: Vec::new() };
        texts.widen(header);
        texts
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<T> = cells.into_iter().collect();
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        self.widen(&cells);
        self.table.add_row(cells);
    }

    fn widen(&mut self, cells: &[&str]) {
        self.words.resize(self.words.len().max(cells.len()), 0);
        for (longest, cell) in self.words.iter_mut().zip(cells) {
            let words = cell.split_whitespace().map(|word| word.chars().count());
            *longest = (*longest).max(u16::try_from(words.max().unwrap_or(0)).unwrap_or(u16::MAX));
        }
    }

    /// The table in lines of at most `width` characters, where the longest words permit that.
    fn render(&self, width: u16) -> String {
        let mut table = self.table.clone();
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        for (column, longest) in table.column_iter_mut().zip(&self.words) {
            let longest = longest.saturating_add(column.padding_width());
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(longest)));
        }
        table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

impl fmt::Display for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(terminal::width()).trim_end_matches('\n'))
    }
}

/// A matrix of words or numbers, of which each row is a head and its cells.
#[must_use]
pub fn matrix(corner: &'static str, columns: Vec<String>, rows: Vec<(String, Vec<String>)>) -> String {
    let heading = |text| Heading { text, group: 0 };
    let line = |(head, cells): (String, Vec<String>)| Line {
        head: vec![head],
        cells: cells.into_iter().map(|one| vec![one]).collect(),
    };
    let rows = rows.into_iter().map(line).collect();
    let columns = columns.into_iter().map(heading).collect();
    Grid { corner, columns, sections: vec![Section { title: None, rows }] }.render(terminal::width().into())
}

/// A matrix's heading for configurations of one runtime that share a column.
#[must_use]
pub fn heading(ids: &[&str]) -> String {
    let runtime = ids.first().and_then(|id| id.split('/').next()).unwrap_or_default();
    let names = ids.iter().filter_map(|id| id.split_once('/')).map(|(_, name)| name);
    format!("{runtime}\n{}", names.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_break_between_words_and_never_within_a_number() {
        let mut table = Texts::new(&["WORKLOAD", "RATIO", "WHAT"]);
        let what = "too few pairs (3 of at least 6): --rounds 6; the interval is above 1";
        table.row(["quicksort", "166.000 (165.200 to 167.000)", what]);
        for width in 45..160 {
            let text = table.render(width);
            for word in what.split(' ').chain(["165.200", "167.000)", "quicksort"]) {
                assert!(text.contains(word), "{word} in {width} columns:\n{text}");
            }
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(longest <= width.into(), "{longest} in {width} columns:\n{text}");
        }
        assert_eq!(table.render(140).lines().count(), 2);
    }

    #[test]
    fn what_cannot_be_broken_is_longer_than_the_terminal() {
        let mut table = Texts::new(&[]);
        table.row(["a".repeat(50)]);
        assert!(table.render(40).contains(&"a".repeat(50)));
    }
}
