//! A small made-up run as text, as Markdown and as the outline of the page, against files.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use wasmark_reports::{markdown, page, records_csv, summary_csv, text_table};

#[path = "../demo/demo.rs"]
mod demo;

#[test]
fn the_terminal_s_table() {
    for width in [80, 120] {
        let text = text_table(&demo::summary(&demo::SMALL, &demo::TWO), width);
        fits(&text, width.into());
        insta::assert_snapshot!(format!("the_terminal_s_table_{width}"), text);
    }
}

/// Many configurations and workloads without anything native, of which some waited: every number is whole.
#[test]
fn the_terminal_s_table_of_a_busy_machine() {
    let characters: Vec<_> = demo::LARGE.into_iter().filter(|one| one.1 != "native").collect();
    let works: Vec<_> = demo::MANY.into_iter().take(4).collect();
    let mut summary = demo::summary(&characters, &works);
    demo::disturb(&mut summary);
    for width in [80, 120] {
        let text = text_table(&summary, width);
        fits(&text, width.into());
        for workload in &works {
            assert!(text.contains(workload.0), "{} in {width} columns:\n{text}", workload.0);
        }
        assert!(!text.contains("not measured") && !text.contains("no reference"), "{text}");
        insta::assert_snapshot!(format!("the_terminal_s_table_of_a_busy_machine_{width}"), text);
    }
}

/// Whether the tables, which end where the messages begin, are within `width` columns.
fn fits(text: &str, width: usize) {
    let tables = text.split("\nNoise: ").next().unwrap();
    let notes = ["† ", "waited: ", "Starts are shown", "Throughput is shown"];
    for line in tables.lines().filter(|line| !notes.iter().any(|note| line.starts_with(note))) {
        assert!(line.chars().count() <= width, "{} of {width} columns: {line}", line.chars().count());
    }
}

#[test]
fn markdown_s_table() {
    insta::assert_snapshot!(markdown(&demo::summary(&demo::SMALL, &demo::TWO)));
}

#[test]
fn the_summary_as_csv() {
    insta::assert_snapshot!(summary_csv(&demo::summary(&demo::SMALL, &demo::TWO)).unwrap());
}

#[test]
fn the_records_as_csv() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let text = records_csv(&demo::loaded(&summary, 3).records).unwrap();
    let head: Vec<_> = text.lines().take(4).collect();
    insta::assert_snapshot!(head.join("\n"));
}

#[test]
fn the_page_s_outline() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    insta::assert_snapshot!(outline(&text));
}

/// Headings, captions, the headings of columns and rows, and the cells: what a reader gets, without the markup.
fn outline(page: &str) -> String {
    let body = page.split("<body>").nth(1).unwrap().split("<script>").next().unwrap();
    let mut outline = String::new();
    for (tag, rest) in body.split('<').skip(1).filter_map(|piece| piece.split_once('>')) {
        let name = tag.split([' ', '/']).next().unwrap();
        let label = tag.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next());
        match (name, label) {
            ("h1" | "h2" | "h3", _) => outline.push_str(&format!("\n\n{name}: ")),
            ("tr", _) => outline.push_str("\n   "),
            ("th" | "td", _) => outline.push_str(" | "),
            ("caption" | "summary", _) => outline.push_str("\n  - "),
            ("svg", Some(label)) => outline.push_str(&format!("\n  [{label}]")),
            ("p" | "li" | "dt" | "figcaption", _) => outline.push_str("\n  "),
            ("dd", _) => outline.push_str(": "),
            _ => {}
        }
        // What charts and the embedded data contain is tested elsewhere.
        if !matches!(name, "text" | "script" | "svg") && !tag.starts_with("/text") {
            outline.push_str(rest.trim_matches('\n'));
        } else if name == "script" {
            outline.push_str("\n  (script)");
        }
    }
    outline.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
