//! What the page promises: nothing of it is fetched, nothing that was measured becomes markup, and it stays small.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;
use wasmark_reports::{markdown, page, summary_csv, summary_parquet, text_table};
use wasmark_results::summary::{Problem, Status, Summary, summarise};

#[path = "../demo/demo.rs"]
mod demo;

const HOSTILE: &str = "</script><script>alert(1)</script><!--\"'&<img src=x onerror=alert(2)>";

fn hostile() -> Summary {
    let mut summary = demo::summary(&demo::SMALL, &demo::TWO);
    let name = |text: &mut String| *text = format!("{HOSTILE}/{text}");
    summary.run.id = HOSTILE.into();
    summary.run.command = HOSTILE.into();
    summary.warnings.push(HOSTILE.into());
    summary.run.unavailable.insert(HOSTILE.into(), HOSTILE.into());
    summary.run.environment.cpu = HOSTILE.into();
    for one in &mut summary.run.configurations {
        name(&mut one.id);
        one.about = HOSTILE.into();
        one.settings.insert(HOSTILE.into(), HOSTILE.into());
    }
    for one in &mut summary.run.workloads {
        name(&mut one.name);
        one.unit = HOSTILE.into();
    }
    for row in &mut summary.cold_start {
        name(&mut row.configuration);
        name(&mut row.workload);
    }
    for row in &mut summary.compile {
        name(&mut row.configuration);
        name(&mut row.workload);
    }
    for row in &mut summary.memory {
        name(&mut row.configuration);
        name(&mut row.workload);
    }
    for row in &mut summary.throughput.rows {
        name(&mut row.configuration);
        name(&mut row.workload);
    }
    for problem in &mut summary.problems.list {
        problem.reason = format!("{HOSTILE}\n| a new row |\u{1b}[31m");
    }
    summary
}

/// What an element holds as gzip in base64.
fn opened(page: &str, id: &str) -> Vec<u8> {
    let packed = page.split(&format!("id=\"{id}\">")).nth(1).unwrap().split("</script>").next().unwrap();
    let packed = STANDARD.decode(packed).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

fn unpacked(page: &str, id: &str) -> String {
    String::from_utf8(opened(page, id)).unwrap()
}

#[test]
fn every_value_is_in_the_page_as_csv_and_as_parquet() {
    let summary = demo::summary(&demo::LARGE, &demo::MANY);
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    let csv = summary_csv(&summary).unwrap();
    assert_eq!(unpacked(&text, "csv"), csv);
    assert_eq!(opened(&text, "parquet"), summary_parquet(&csv).unwrap());
}

#[test]
fn names_and_reasons_never_become_markup() {
    let summary = hostile();
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    assert_eq!(text.matches("<script").count(), 5, "the data, four times, and the script, and no other");
    assert_eq!(text.matches("</script").count(), 5);
    assert!(!text.contains("<!--"), "a comment");
    assert!(!text.contains("<img"), "an element out of a name");
    assert!(unpacked(&text, "csv").contains(&HOSTILE.replace('"', "\"\"")), "the data has the very name");
}

#[test]
fn what_only_starts_is_left_out_where_it_does_not_run_and_stated_once() {
    const STARTS: [demo::Character; 2] = [
        ("process/static", "process", 120_000.0, f64::NAN, f64::NAN, f64::NAN),
        ("process/dynamic", "process", 600_000.0, f64::NAN, f64::NAN, f64::NAN),
    ];
    let characters: Vec<_> = demo::SMALL.into_iter().chain(STARTS).collect();
    let mut summary = demo::summary(&characters, &demo::TWO);
    summary.problems.list.retain(|one| !one.configuration.starts_with("process/"));
    for (id, ..) in STARTS {
        let (configuration, workload) = (id.to_owned(), "sha256".to_owned());
        let (metric, reason) = ("all".to_owned(), "measures the start only".to_owned());
        let status = Status::Unsupported;
        summary.problems.list.push(Problem { configuration, workload, metric, status, reason, processes: 1 });
    }
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    let part = |from: &str, to: &str| text.split(from).nth(1).unwrap().split(to).next().unwrap();
    let heading = "process/<wbr>static";
    assert!(part("<span>noop: the rungs", "</table>").contains(heading));
    assert!(!part("<span>sha256: the rungs", "</table>").contains(heading));
    for section in ["throughput", "compile"] {
        let section = part(&format!("<section id=\"{section}\""), "</section>");
        assert!(section.contains("native/<wbr>release") && !section.contains(heading));
    }
    let problems = part("<section id=\"problems\"", "</section>");
    assert!(problems.contains(heading) && problems.contains("measures the start only"));

    let line = "process/static, process/dynamic: unsupported: measures the start only (all; sha256)";
    assert!(text_table(&summary, 200).contains(line), "both configurations in one line");
}

#[test]
fn cost_against_size_is_shown_where_there_are_three_sizes_along_an_axis() {
    let section = |works: &[demo::Work]| {
        let summary = demo::summary(&demo::SMALL, works);
        let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
        let link = text.contains("href=\"#size\"");
        let section =
            text.split("<section id=\"size\"").nth(1).map(|rest| rest.split("</section>").next().unwrap());
        assert_eq!(link, section.is_some(), "the contents say what there is");
        section.map(str::to_owned)
    };
    let all = section(&demo::SIZES).unwrap();
    assert!(all.contains("<h3>More functions</h3>") && all.contains("<h3>More data</h3>"));
    assert!(!all.contains("A larger table"), "two sizes are no line");
    assert!(all.contains("size_functions_10000, the largest, of 2.83\u{a0}MiB"));
    assert!(all.contains("this configuration has no artifacts"), "why an interpreter loads nothing");
    assert!(section(&demo::SIZES[..3]).is_some());
    assert!(section(&demo::SIZES[..2]).is_none());
    assert!(section(&demo::MANY).is_none());
}

#[test]
fn what_the_specification_requires_is_a_matrix_with_the_cause_of_each_deviation() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    let table = text.split("<span>Whether each does what the specification requires").nth(1).unwrap();
    let (matrix, notes) = table.split_once("</table>").unwrap();
    let row = matrix.split("<tr>").find(|row| row.contains("dead-load")).expect("a row for each case");
    assert!(row.contains("✓") && row.contains("✗ DEVIATES"), "{row}");
    assert!(matrix.contains(">–<") || matrix.contains("–<sup>"), "what a configuration does not run");
    assert!(notes.contains("returned 7 instead of trap: memory out of bounds"));

    let mut summary = summary;
    for one in &mut summary.run.configurations {
        one.capabilities.as_mut().unwrap().semantics.clear();
    }
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    assert!(!text.contains("what the specification requires"), "nothing was tried");
}

#[test]
fn reasons_never_break_a_table_or_a_terminal() {
    let summary = hostile();
    assert!(!markdown(&summary).contains("<script"));
    assert!(!markdown(&summary).lines().any(|line| line.starts_with("| a new row")));
    assert!(!text_table(&summary, 100).contains('\u{1b}'));
}

#[test]
fn nothing_is_fetched() {
    let summary = demo::summary(&demo::LARGE, &demo::MANY);
    let text = page(&demo::loaded(&summary, 3), &summary).unwrap();
    assert!(!text.contains("http://") && !text.contains("https://"), "an address");
    assert!(!text.contains("@import") && !text.contains("url("), "a style from elsewhere");
    assert!(!text.contains(" src="), "a file from elsewhere");
    for link in text.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..link.len().min(80)]);
    }
    assert!(text.contains("default-src 'none'"), "the policy that makes browsers refuse");
    assert!(!text.contains("script-src 'unsafe-inline'"), "no script but the page's own");
}

#[test]
fn a_large_run_keeps_to_the_limit() {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let large = page(&demo::loaded(&summary, 4000), &summary).unwrap();
    assert!(large.len() <= 5_000_000, "{} bytes", large.len());
    assert!(large.contains("every value of the summary as CSV"));
}

#[test]
fn more_tables_than_fit_are_left_out_with_a_word() {
    let many: Vec<_> = (0..8).flat_map(|_| demo::LARGE).collect();
    let mut summary = demo::summary(&many, &demo::MANY);
    // 72 configurations of their own.
    for (number, one) in summary.run.configurations.iter_mut().enumerate() {
        one.id = format!("{}-{number}", one.id);
    }
    let names: Vec<_> = summary.run.configurations.iter().map(|one| one.id.clone()).collect();
    let works = demo::MANY.len();
    for (at, row) in summary.cold_start.iter_mut().enumerate() {
        row.configuration = names[at / works].clone();
    }
    let text = page(&demo::loaded(&summary, 14), &summary).unwrap();
    assert!(text.len() <= 5_000_000, "{} bytes", text.len());
    assert!(text.contains("left out of this page"));
}

#[test]
fn an_empty_run_is_a_page_too() {
    let mut summary = demo::summary(&demo::SMALL, &demo::TWO);
    summary.cold_start.clear();
    summary.compile.clear();
    summary.memory.clear();
    summary.sizes.clear();
    summary.throughput.rows.clear();
    summary.throughput.overall.clear();
    summary.throughput.common.clear();
    summary.throughput.reference = None;
    summary.run.finished = None;
    let mut run = demo::loaded(&summary, 0);
    let text = page(&run, &summary).unwrap();
    assert!(text.contains("This run did not end"));
    assert!(text.contains("No memory was measured"));
    summary.run.configurations.clear();
    summary.run.workloads.clear();
    run.run = summary.run.clone();
    page(&run, &summary).unwrap();
    assert!(text_table(&summary, 20).contains("Not available"));
}

#[test]
fn a_run_that_was_killed_early_shows_what_it_has() {
    let made_up = demo::summary(&demo::SMALL, &demo::TWO);
    let mut run = demo::loaded(&made_up, 5);
    run.run.finished = None;
    run.records.truncate(40);
    let summary = summarise(&run);
    let text = page(&run, &summary).unwrap();
    assert!(text.contains("This run did not end"));
    assert!(text.contains("not measured"));
    assert!(text.contains("n = 7"), "the first cell's seven processes");
    assert!(text_table(&summary, 140).contains("not measured"));
}

/// WCAG's contrast for text, in both colour schemes.
#[test]
fn text_can_be_read_in_both_schemes() {
    let style = include_str!("../src/style.css");
    let schemes: Vec<_> =
        style.split(":root {").skip(1).take(2).map(|scheme| scheme.split('}').next().unwrap()).collect();
    for scheme in schemes {
        let colour = |name: &str| {
            let value = scheme.split(&format!("--{name}: #")).nth(1).unwrap_or_else(|| panic!("no --{name}"));
            luminance(&value[..6])
        };
        for name in ["ink", "muted", "accent", "bad"] {
            for ground in ["paper", "panel"] {
                let (text, ground) = (colour(name), colour(ground));
                let contrast = (text.max(ground) + 0.05) / (text.min(ground) + 0.05);
                assert!(contrast >= 4.5, "--{name}: {contrast:.2} in {scheme}");
            }
        }
    }
}

fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}
