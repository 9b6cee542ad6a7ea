//! `wasmark completions` and `wasmark man`: what a shell and `man` know of the command line.

use std::{
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use wasmark_runner::exit;

use crate::options::Options;

/// Prints the completions for a shell.
pub(super) fn completions(shell: Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "wasmark", &mut script);
    // A reader may stop reading.
    io::stdout().write_all(&script).ok();
    exit::OK
}

/// Writes a manual page for wasmark and one for each command into `folder`.
pub(super) fn manuals(folder: &Path) -> Result<u8> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Options::command(), folder))
        .with_context(|| format!("failed to write to {}; name another folder", folder.display()))?;
    Ok(exit::OK)
}
