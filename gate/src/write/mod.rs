//! What a gate found, for people and for the systems that they look at. Each of these shows the document; none decides.

mod github;
mod headline;
mod junit;
mod markdown;
mod words;

use std::path::Path;

use anyhow::{Context, Result};

use crate::document::Document;

pub use github::announce;
pub use words::text;

/// Writes `gate.json`, `gate.md` and `junit.xml` into the gate's folder.
///
/// # Errors
/// Where the disk does not take it.
pub fn files(document: &Document, folder: &Path) -> Result<()> {
    let json = serde_json::to_string_pretty(document).context("failed to write JSON")?;
    for (name, text) in [
        ("gate.json", json + "\n"),
        ("gate.md", markdown::markdown(document)),
        ("junit.xml", junit::junit(document)?),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text)
            .with_context(|| format!("failed to write {}; free some space", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
