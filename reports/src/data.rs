//! The run's numbers for programs, compressed for inside the page: every value of the summary, as CSV and as Parquet. The
//! page's script makes JSON from the CSV. Single samples are in the run's files.

use std::io::Write;

use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use wasmark_results::summary::Summary;

use crate::{csv, summary_parquet};

/// What stands in the page's `script` elements, which no browser executes: gzip, in base64.
pub struct Embedded {
    /// Every value of the summary, as CSV.
    pub csv: String,
    /// The same rows as Parquet, where they fit. The records are not among them: they are the larger part of a run's
    /// folder, and a link to a file there would lead nowhere from a page that was sent.
    pub parquet: Option<String>,
}

/// The summary's rows, as Parquet too where that takes at most `room` bytes.
///
/// # Errors
/// Where Parquet cannot be written.
pub fn embed(summary: &Summary, room: usize) -> Result<Embedded> {
    let csv = csv::summary_csv(summary)?;
    let parquet = Some(packed(summary_parquet(&csv)?)?).filter(|one| one.len() <= room);
    Ok(Embedded { csv: packed(&csv)?, parquet })
}

/// Bytes as gzip, in base64.
///
/// # Errors
/// Where they cannot be compressed.
pub fn packed(bytes: impl AsRef<[u8]>) -> Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref())?;
    Ok(STANDARD.encode(encoder.finish()?))
}
