//! Starts from a module with an engine's own code cache: off, on and empty, and on in the next process. The cache is in a
//! folder of each measurement's own, so that nothing that an earlier process compiled is found.

use std::path::Path;

use tempfile::TempDir;
use walkdir::WalkDir;
use wasmark_adapter::Source;
use wasmark_results::record::{Outcome, metric};

use crate::{
    collect::Collected,
    error::failed_to,
    executor::Workers,
    plan::{Plan, Slot},
    starts::{Lost, Starts, bytes, row, value},
};

/// Starts the worker three times from the module: without the cache, with an empty one, and with what is in it then. A first
/// use that left no file has no later use: nothing was cached.
pub fn measure(workers: &mut Workers, plan: &Plan, slot: Slot) -> Collected {
    // Beside the artifacts, on the file system that they are on.
    let failed = failed_to("make a folder for the code cache in", &workers.artifacts, "free some space");
    match tempfile::tempdir_in(&workers.artifacts).map_err(failed) {
        Ok(folder) => {
            let starts = Starts::new(workers, plan, slot, Source::Wasm);
            measured(starts, &folder).unwrap_or_else(|lost| *lost)
        }
        Err(problem) => workers.carry_out(plan, slot, Err(problem.into())),
    }
}

fn measured(mut starts: Starts, folder: &TempDir) -> Result<Collected, Box<Lost>> {
    let off = starts.next(None)?;
    let first = starts.next(Some(folder.path()))?;
    let kept = size(folder.path());
    let mut records: Vec<_> =
        value(&off, metric::PROCESS_TO_RESULT, metric::CODE_CACHE_OFF).into_iter().collect();
    records.extend(value(&first, metric::PROCESS_TO_RESULT, metric::CODE_CACHE_FIRST));
    let Some(like) = records.first().cloned() else { return Ok(Collected { records, ..off }) };
    if kept == 0 {
        let reason = Outcome::Unsupported("the engine stored no code in its cache".into());
        records.push(row(&like, metric::CODE_CACHE_LATER, reason));
    } else {
        let later = starts.next(Some(folder.path()))?;
        records.extend(value(&later, metric::PROCESS_TO_RESULT, metric::CODE_CACHE_LATER));
        records.push(row(&like, metric::CODE_CACHE_BYTES, bytes(kept)));
    }
    Ok(Collected { records, ..off })
}

/// The bytes of all files below a folder.
fn size(folder: &Path) -> u64 {
    let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    files.filter_map(|one| one.metadata().ok()).filter(|of| of.is_file()).map(|of| of.len()).sum()
}
