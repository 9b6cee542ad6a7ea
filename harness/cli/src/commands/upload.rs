//! `wasmark upload`: a run that has ended, or a gate, into an object store. It can be repeated.

use std::path::Path;

use anyhow::Result;
use wasmark_results::{history, store};
use wasmark_runner::{
    exit,
    remote::{self, Store, Uploaded, Url},
};

use crate::options::Upload;

/// Copies a run or a gate.
pub(super) fn upload(options: &Upload) -> Result<u8> {
    // What is neither is an error of the command line, and not of the store.
    if !options.run.join(history::GATE_FILE).is_file() {
        store::read_run(&options.run)?;
    }
    Ok(deliver(&options.run, &options.url))
}

/// Copies the run in `folder`, and prints what came of it: where the store did not take it, the command for later.
pub(super) fn deliver(folder: &Path, url: &Url) -> u8 {
    match Store::open(url).and_then(|store| remote::upload(folder, &store)) {
        Ok(Uploaded::Now) => eprintln!("uploaded to {url}"),
        Ok(Uploaded::Before) => eprintln!("{url} has it already"),
        Err(problem) => {
            let (folder, url) = (folder.display().to_string(), url.to_string());
            let [run, to] = [&folder, &url].map(|word| shlex::try_quote(word).unwrap_or_default());
            eprintln!("{problem:#}");
            eprintln!("the run is kept in {folder}; upload it later with `wasmark upload {run} {to}`");
            return exit::NOT_UPLOADED;
        }
    }
    exit::OK
}
