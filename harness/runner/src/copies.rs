//! Copies of the workers. Where a file lies in memory can make what runs from it slower than the same bytes elsewhere, for
//! as long as the file is there; so every round runs from other copies, and no side has a place of its own.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    Result,
    error::failed_to,
    plan::Plan,
    process::ROOT,
    workers::{build::LAYOUT, find::PREFIX},
};

/// How many copies there are of each: one that lies badly is then in too few pairs to move their median.
pub const COPIES: usize = 4;

/// The copy that the side of this number runs from in a round. Sides of one program never share one.
#[must_use]
pub fn turn(round: u32, side: usize) -> usize {
    (round as usize + side) % COPIES
}

/// Copies of the program of every target of the plan, by target; targets of one program share theirs.
///
/// # Errors
/// Where the disk does not take them.
pub fn make(plan: &Plan, home: &Path) -> Result<Vec<Vec<PathBuf>>> {
    let mut made: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    let mut by_target = Vec::new();
    for target in &plan.targets {
        let known =
            made.iter().find(|(program, _)| *program == target.program).map(|(_, copies)| copies.clone());
        let copies = match known {
            Some(copies) => copies,
            None => {
                let copies = of(&target.program, &home.join(made.len().to_string()))?;
                made.push((target.program.clone(), copies.clone()));
                copies
            }
        };
        by_target.push(copies);
    }
    Ok(by_target)
}

/// Copies of one program in this folder, each with what travels with it.
///
/// # Errors
/// As [`make`].
pub fn of(program: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    in_turns(&[program.to_path_buf()], folder)
}

/// Copies of these programs in turns, each with what travels with it.
///
/// # Errors
/// As [`make`].
pub fn in_turns(programs: &[PathBuf], folder: &Path) -> Result<Vec<PathBuf>> {
    let programs = programs.iter().cycle().take(COPIES).enumerate();
    programs.map(|(number, program)| copy(program, &folder.join(number.to_string()))).collect()
}

fn copy(program: &Path, folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(failed_to("write to", folder, "set TMPDIR"))?;
    for file in std::iter::once(program.to_path_buf()).chain(libraries(program)) {
        let to = folder.join(file.file_name().unwrap_or_default());
        // Read and written, not cloned: the system could let a clone share the original's place.
        std::fs::read(&file)
            .and_then(|bytes| std::fs::write(&to, bytes))
            .and_then(|()| std::fs::set_permissions(&to, std::fs::metadata(&file)?.permissions()))
            .map_err(failed_to("copy", &file, "free some space or set TMPDIR"))?;
    }
    // The libraries of a worker that brings its own C library are large, and serve all copies.
    let root = program.with_file_name(ROOT);
    let link = folder.join(ROOT);
    if root.is_dir() && !link.exists() {
        symlink(&root, &link).map_err(failed_to("write", &link, "set TMPDIR"))?;
    }
    Ok(folder.join(program.file_name().unwrap_or_default()))
}

/// The hash of a worker: of the program and of what travels with it.
///
/// # Errors
/// Where a file cannot be read.
pub fn digest(program: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut files = libraries(program);
    files.sort();
    for file in std::iter::once(program.to_path_buf()).chain(files) {
        let bytes = std::fs::read(&file).map_err(failed_to("read", &file, "make it readable"))?;
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// More files than any worker's bundle has: native code has two for each kernel.
const MANY: usize = 400;

/// What travels with a worker: shared libraries and snapshots in its folder, of workers in a folder of their own.
fn libraries(program: &Path) -> Vec<PathBuf> {
    let parent = program.parent().unwrap_or(Path::new("/"));
    let files: Vec<PathBuf> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && path != program && worker(path) != worker(program))
        .collect();
    let others = |path: &PathBuf| {
        let name = worker(path);
        name.starts_with(PREFIX) || name.ends_with(".d")
    };
    // A folder with several workers, with what cargo notes beside its own, or with a great many files is not this
    // one's bundle.
    if files.len() > MANY || files.iter().any(others) { Vec::new() } else { files }
}

/// A file's name; of a worker that was linked again, that of the worker.
fn worker(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let again = name.strip_prefix(LAYOUT).and_then(|rest| rest.split_once('-'));
    again.map_or(name.clone(), |(_, worker)| worker.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_of_a_worker_has_its_libraries_and_no_other_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().join("home");
        std::fs::create_dir(&home).expect("a folder");
        let names = ["wasmark-worker-wamr", "layout-1-wasmark-worker-wamr", "libiwasm-fast.so"];
        for name in names {
            std::fs::write(home.join(name), name).expect("a file");
        }
        for (name, to) in [(names[0], "one"), (names[1], "two")] {
            let to = folder.path().join(to);
            copy(&home.join(name), &to).expect("a copy");
            let mut copied: Vec<_> =
                std::fs::read_dir(&to).expect("a folder").flatten().map(|file| file.file_name()).collect();
            copied.sort();
            let mut whole = [name, names[2]];
            whole.sort_unstable();
            assert_eq!(copied, whole);
        }
        let whole = digest(&home.join(names[0])).expect("a hash");
        std::fs::remove_file(home.join(names[1])).expect("a file");
        assert_eq!(digest(&home.join(names[0])).expect("a hash"), whole, "other links are no part of it");
    }

    #[test]
    fn sides_of_one_round_never_share_a_copy_and_each_has_all_in_turn() {
        for round in 0..9 {
            let [base, candidate, copy] = [0, 1, 2].map(|side| turn(round, side));
            assert!(base != candidate && base != copy && candidate != copy);
        }
        let of_base: std::collections::BTreeSet<usize> = (0..4).map(|round| turn(round, 0)).collect();
        assert_eq!(of_base.len(), COPIES);
    }
}
