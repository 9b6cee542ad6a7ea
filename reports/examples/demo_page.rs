//! Writes a page of made-up numbers to the file that is named, to look at while working on the page:
//! `cargo run -p wasmark-reports --example demo_page -- page.html`.

use anyhow::{Context, Result};

#[path = "../demo/demo.rs"]
mod demo;

fn main() -> Result<()> {
    let path = std::env::args().nth(1).context("failed to write a page: name the file")?;
    let works: Vec<_> = demo::MANY.into_iter().chain(demo::SIZES).collect();
    let summary = demo::summary(&demo::LARGE, &works);
    let began = std::time::Instant::now();
    let page = wasmark_reports::page(&demo::loaded(&summary, 14), &summary)?;
    println!("{} bytes in {:?}", page.len(), began.elapsed());
    std::fs::write(&path, page)
        .with_context(|| format!("failed to write {path}: check that the folder is there"))?;
    println!("{}", wasmark_reports::text_table(&summary, 120));
    Ok(())
}
