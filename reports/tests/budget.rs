//! What the page may weigh, and how soon it answers.

// In a test, a panic is the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../demo/demo.rs"]
mod demo;
mod look;

/// As many configurations and workloads as a quick run has, and a few more processes.
fn quick() -> String {
    let characters: Vec<_> = demo::LARGE.into_iter().chain(demo::LARGE.into_iter().take(7)).collect();
    let mut summary = demo::summary(&characters, &demo::MANY[..10]);
    // Configurations of their own.
    let names: Vec<String> =
        summary.run.configurations.iter().enumerate().map(|(at, one)| format!("{}-{at}", one.id)).collect();
    for (one, name) in summary.run.configurations.iter_mut().zip(&names) {
        one.id.clone_from(name);
    }
    let of = |row: usize| names[row / 10].clone();
    summary.cold_start.iter_mut().enumerate().for_each(|(row, one)| one.configuration = of(row));
    summary.compile.iter_mut().enumerate().for_each(|(row, one)| one.configuration = of(row));
    summary.memory.iter_mut().enumerate().for_each(|(row, one)| one.configuration = of(row));
    summary.throughput.rows.iter_mut().enumerate().for_each(|(row, one)| one.configuration = of(row));
    wasmark_reports::page(&demo::loaded(&summary, 14), &summary).unwrap()
}

#[test]
fn a_quick_run_weighs_at_most_1_5_mb() {
    let bytes = quick().len();
    assert!(bytes <= 1_500_000, "{bytes} bytes");
}

#[test]
fn the_page_answers_within_300_ms() {
    let Some(took) = look::until_interactive(&quick()) else { return };
    assert!(took < 300.0, "{took} ms");
}
