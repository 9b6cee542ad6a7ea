//! What a gate found, for people and for the systems that they look at. Each of these shows the document; none decides.

mod github;
mod headline;
mod junit;
mod markdown;
mod words;

use std::path::Path;

use wasmark_runner::error::failed_to;

use crate::{Result, document::Document, error::unwritten};

pub use github::announce;
pub use words::text;

/// Writes `gate.json`, `gate.md` and `junit.xml` into the gate's folder.
///
/// # Errors
/// Where the disk does not take it.
pub fn files(document: &Document, folder: &Path) -> Result<()> {
    let json = serde_json::to_string_pretty(document).map_err(unwritten("JSON"))?;
    for (name, text) in [
        ("gate.json", json + "\n"),
        ("gate.md", markdown::markdown(document)),
        ("junit.xml", junit::junit(document)?),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(failed_to("write", &path, "free some space"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
