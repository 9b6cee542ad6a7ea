//! A table for a terminal: as many columns side by side as fit, the others in further tables beneath. A cell is never
//! broken, so that no number is.

use std::fmt::Write;

/// What is between two columns.
const GAP: usize = 2;

/// A table.
pub struct Grid {
    /// What the rows are.
    pub corner: &'static str,
    /// The columns.
    pub columns: Vec<Heading>,
    /// The rows.
    pub sections: Vec<Section>,
}

/// A column's heading.
pub struct Heading {
    /// Broken where it has line breaks; may be broken at spaces and after slashes, too, and becomes as narrow as the cells beneath it permit.
    pub text: String,
    /// Columns of one group stand side by side where that is possible.
    pub group: usize,
}

/// Rows that belong together.
pub struct Section {
    /// Stands above the rows; none where all rows are alike.
    pub title: Option<String>,
    /// The rows.
    pub rows: Vec<Line>,
}

/// A row. Each part has lines of its own, the first ones beside each other.
pub struct Line {
    /// What the row is.
    pub head: Vec<String>,
    /// A cell for each column.
    pub cells: Vec<Vec<String>>,
}

impl Grid {
    /// The tables for a terminal of `width` columns. A line is longer than that only where a single column beside the
    /// heads of the rows is.
    pub fn render(&self, width: usize) -> String {
        let heads = self.rows().flat_map(|row| row.head.iter().map(|line| length(line)));
        let head = heads.chain([length(self.corner)]).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(|column| self.width(column)).collect();
        let parts = self.parts(&widths, width.saturating_sub(head));
        let tables: Vec<String> = parts.iter().map(|part| self.table(part, head, &widths)).collect();
        tables.join("\n")
    }

    fn rows(&self) -> impl Iterator<Item = &Line> {
        self.sections.iter().flat_map(|section| &section.rows)
    }

    /// What the cells of a column need, and the longest word of its heading.
    fn width(&self, column: usize) -> usize {
        let cells = self.rows().flat_map(|row| row.cells[column].iter().map(|line| length(line)));
        let words = words(&self.columns[column].text);
        cells.chain(words.iter().map(|(word, _)| length(word))).max().unwrap_or(0)
    }

    /// The columns of each table.
    fn parts(&self, widths: &[usize], room: usize) -> Vec<Vec<usize>> {
        let needs = |columns: &[usize]| columns.iter().map(|column| widths[*column] + GAP).sum::<usize>();
        let all: Vec<usize> = (0..widths.len()).collect();
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for group in all.chunk_by(|a, b| self.columns[*a].group == self.columns[*b].group) {
            match parts.last_mut() {
                Some(last) if needs(last) + needs(group) <= room => last.extend(group),
                _ if needs(group) <= room => parts.push(group.to_vec()),
                // Not even alone: as many of its columns as fit, beginning in a table of their own.
                _ => {
                    parts.push(Vec::new());
                    for column in group {
                        match parts.last_mut() {
                            Some(last) if last.is_empty() || needs(last) + needs(&[*column]) <= room => {
                                last.push(*column);
                            }
                            _ => parts.push(vec![*column]),
                        }
                    }
                }
            }
        }
        parts
    }

    fn table(&self, columns: &[usize], head: usize, widths: &[usize]) -> String {
        let mut text = String::new();
        let headings: Vec<Vec<String>> =
            columns.iter().map(|column| broken(&self.columns[*column].text, widths[*column])).collect();
        let lines = headings.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..lines {
            let corner = if line + 1 == lines { self.corner } else { "" };
            let cells: Vec<&str> = headings
                .iter()
                // The last line of a heading stands right above the numbers.
                .map(|heading| {
                    (line + heading.len()).checked_sub(lines).map_or("", |at| heading[at].as_str())
                })
                .collect();
            write_line(&mut text, corner, head, &cells, columns, widths);
        }
        let all = head + columns.iter().map(|column| widths[*column] + GAP).sum::<usize>();
        let _ = writeln!(text, "{}", "─".repeat(all));
        for section in &self.sections {
            if let Some(title) = &section.title {
                let _ = writeln!(text, "{title}");
            }
            for row in &section.rows {
                let cells: Vec<&Vec<String>> = columns.iter().map(|column| &row.cells[*column]).collect();
                let lines = cells.iter().map(|cell| cell.len()).chain([row.head.len()]).max().unwrap_or(0);
                for line in 0..lines {
                    let at = |cell: &Vec<String>| cell.get(line).cloned().unwrap_or_default();
                    let texts: Vec<String> = cells.iter().map(|cell| at(cell)).collect();
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    write_line(&mut text, &at(&row.head), head, &texts, columns, widths);
                }
            }
        }
        text
    }
}

/// Heads are at the left, cells at the right; nothing is left at a line's end.
fn write_line(
    text: &mut String,
    head: &str,
    room: usize,
    cells: &[&str],
    columns: &[usize],
    widths: &[usize],
) {
    let mut line = padded(head, room);
    for (cell, column) in cells.iter().zip(columns) {
        line.push_str(&" ".repeat(GAP + widths[*column] - length(cell).min(widths[*column])));
        line.push_str(cell);
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

/// `text` with spaces up to `width`.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(length(text))))
}

/// Characters, each as wide as the others: what the tables are made of is.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// What is before a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// A line break.
    Break,
    /// A space, where it is in the same line as the word before it.
    Space,
    /// Nothing: the word before it ends in a slash.
    Nothing,
}

/// The words of a heading.
fn words(text: &str) -> Vec<(String, Before)> {
    let mut words = Vec::new();
    for line in text.split('\n') {
        for (number, word) in line.split(' ').filter(|word| !word.is_empty()).enumerate() {
            for (index, part) in word.split_inclusive('/').enumerate() {
                let before = match (number, index) {
                    (_, 1..) => Before::Nothing,
                    (0, 0) => Before::Break,
                    _ => Before::Space,
                };
                words.push((part.to_owned(), before));
            }
        }
    }
    words
}

/// A text in lines of at most `width`, but for a word that is longer.
pub fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (word, before) in words(text) {
        let space = if before == Before::Space { " " } else { "" };
        match lines.last_mut() {
            Some(line) if before != Before::Break && length(line) + space.len() + length(&word) <= width => {
                line.push_str(space);
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(values: &[&str]) -> Grid {
        let columns = values
            .iter()
            .enumerate()
            .map(|(index, _)| Heading { text: format!("heading of number {index}"), group: index / 2 })
            .collect();
        let cells = values.iter().map(|value| vec![(*value).to_owned()]).collect();
        let row = Line { head: vec!["a/row".to_owned(), "  1.2.3".to_owned()], cells };
        Grid { corner: "row", columns, sections: vec![Section { title: None, rows: vec![row] }] }
    }

    #[test]
    fn no_width_breaks_a_cell() {
        let values = ["68.5–72.0 KiB", "1 234 567", "21.0 µs", "20.6–21.6 µs", "9"];
        for width in 20..140 {
            let text = grid(&values).render(width);
            for value in values {
                assert!(text.contains(value), "{value} in {width} columns:\n{text}");
            }
            let longest = text.lines().map(length).max().unwrap_or(0);
            assert!(longest <= width.max(7 + GAP + 13), "{longest} in {width} columns:\n{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_in_another_table_with_its_group() {
        let text = grid(&["1", "2", "3", "4"]).render(7 + 4 * (GAP + 7));
        assert_eq!(text.matches("a/row").count(), 1, "{text}");
        let text = grid(&["1", "2", "3", "4"]).render(7 + 3 * (GAP + 7));
        assert_eq!(text.matches("a/row").count(), 2, "two groups of two:\n{text}");
        let text = grid(&["1", "2", "3", "4"]).render(10);
        assert_eq!(text.matches("a/row").count(), 4, "{text}");
    }

    #[test]
    fn headings_break_at_words_and_after_slashes() {
        assert_eq!(broken("against native/release, all", 8), ["against", "native/", "release,", "all"]);
        assert_eq!(broken("against native/release", 15), ["against native/", "release"]);
        assert_eq!(broken("from_wasm\nof noop", 40), ["from_wasm", "of noop"]);
    }
}
