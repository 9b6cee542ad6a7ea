//! `wasmark init`: a commented policy file.

use std::io::Write;

use anyhow::{Context, Result};
use wasmark_gate::{options::Init, policy};
use wasmark_runner::exit;

/// Writes the file, where it is not there yet.
pub(super) fn init(options: &Init) -> Result<u8> {
    let path = &options.file;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(policy::TEMPLATE.as_bytes())).with_context(|| {
        format!("failed to write {}: it may be there already; name another file", path.display())
    })?;
    eprintln!(
        "{} states what `wasmark gate` gates here; every line in it is a comment that shows a default",
        path.display()
    );
    Ok(exit::OK)
}
