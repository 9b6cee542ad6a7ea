//! What is remembered of probings, beside the worker that they are of.

use std::{fs, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use wasmark_adapter::Source;

use crate::{
    paths,
    plan::{self, Target},
};

/// Whether there is anything to probe: what is linked into a worker takes no modules.
pub fn runs_modules(target: &&Target) -> bool {
    plan::preferred(&target.configuration) != Source::Linked
}

/// The file of a configuration: the name of a worker's folder has what it was built from.
fn file(target: &Target, what: &str) -> Option<PathBuf> {
    let worker = target.program.parent()?.file_name()?.to_string_lossy().into_owned();
    let name = format!("{worker}--{}{what}.json", target.configuration.name);
    Some(paths::cache().ok()?.join("probed").join(name))
}

/// What was seen, of a worker that was built here.
pub fn remembered<T: DeserializeOwned>(target: &Target, what: &str) -> Option<T> {
    // A worker that is not built here may change under its name.
    let built = target.program.starts_with(paths::cache().ok()?);
    let text = built.then(|| fs::read(file(target, what)?).ok()).flatten()?;
    serde_json::from_slice(&text).ok()
}

/// Keeps what was seen; where that is not possible, it is seen again next time.
pub fn remember<T: Serialize>(target: &Target, what: &str, seen: &T) {
    let Some(file) = file(target, what) else { return };
    let Ok(text) = serde_json::to_vec_pretty(seen) else { return };
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(&file, text)).ok();
}
