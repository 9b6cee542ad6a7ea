//! The programs of both sides, in copies: where a file lies in memory can make what runs from it slower than the same
//! bytes elsewhere, and another copy takes each pair. Each copy may be another link, with its functions in another order.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result, copies,
    error::chain,
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

/// The programs by configuration, and the runtimes whose programs cannot be had, with the reason. What is not built yet is
/// built, and linked again with its functions in so many further orders where the linker can do that.
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
    let name = format!("{runtime}_by_hand");
    let example = |layout: Option<u32>| {
        let folder = home.join(layout.map_or("original".to_string(), |seed| format!("layout-{seed}")));
        build::example(package, &name, &folder, layout)
    };
    let mut by_hand = vec![example(None)?];
    let mut workers = vec![worker.to_path_buf()];
    let further: Result<Vec<PathBuf>> = (1..=layouts).map(|seed| example(Some(seed))).collect();
    match further.and_then(|loops| Ok((loops, build::relinked(runtime, package, worker, layouts)?))) {
        Ok((loops, links)) => {
            by_hand.extend(loops);
            workers.extend(links);
        }
        Err(problem) => eprintln!("{runtime}: the code of both sides has one layout: {}", chain(&problem)),
    }
    Ok(Programs {
        worker: copies::in_turns(&workers, &home.join("worker"))?,
        by_hand: copies::in_turns(&by_hand, &home.join("by_hand"))?,
    })
}
