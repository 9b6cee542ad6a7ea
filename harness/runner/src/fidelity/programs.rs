//! The programs of both sides, in copies: where a file lies in memory can make what runs from it slower than the same
//! bytes elsewhere, and another copy takes each pair. Each copy may be another link, with its functions in another order.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result, copies,
    error::{chain, failed_to},
    paths,
    plan::Target,
    workers::{
        build,
        find::{self, Origin},
    },
};

/// The copies of a configuration's programs.
pub struct Programs {
    pub worker: Vec<PathBuf>,
    pub by_hand: Vec<PathBuf>,
}

/// Programs by configuration, and what has none by name, with the reason.
type Gathered = (BTreeMap<String, Programs>, Vec<(String, String)>);

/// The programs by configuration, and the runtimes without hand-written loops, with the reason. What is not built yet is
/// built.
///
/// # Errors
/// Where the disk does not take the copies.
pub fn gather(targets: &[Target], home: &Path, layouts: u32) -> Result<Gathered> {
    let found = find::runtimes(paths::runtimes().as_deref())?;
    let mut of_runtimes: BTreeMap<&str, Result<Programs>> = BTreeMap::new();
    let (mut programs, mut unavailable) = (BTreeMap::new(), Vec::new());
    for target in targets {
        let runtime = target.id.split('/').next().unwrap_or_default();
        let made = of_runtimes
            .entry(runtime)
            .or_insert_with(|| of_runtime(runtime, &target.program, &found, &home.join(runtime), layouts));
        match made {
            Ok(Programs { worker, by_hand }) => {
                let copies = Programs { worker: worker.clone(), by_hand: by_hand.clone() };
                programs.insert(target.id.clone(), copies);
            }
            Err(problem) => unavailable.push((target.id.clone(), chain(problem))),
        }
    }
    Ok((programs, unavailable))
}

fn of_runtime(
    runtime: &str,
    worker: &Path,
    found: &BTreeMap<String, Origin>,
    home: &Path,
    layouts: u32,
) -> Result<Programs> {
    let Some(Origin::Package(package)) = found.get(runtime) else {
        return Err(Error::NoLoops(runtime.to_string()));
    };
    let original = home.join("original");
    std::fs::create_dir_all(&original).map_err(failed_to("write to", &original, "set TMPDIR"))?;
    let name = format!("{runtime}_by_hand");
    let mut by_hand = vec![build::example(package, &name, &original)?];
    by_hand.extend(build::examples(package, &name, home, layouts)?);
    let mut workers = vec![worker.to_path_buf()];
    workers.extend(build::relinked(runtime, package, worker, layouts)?);
    Ok(Programs {
        worker: copies::in_turns(&workers, &home.join("worker"))?,
        by_hand: copies::in_turns(&by_hand, &home.join("by_hand"))?,
    })
}
