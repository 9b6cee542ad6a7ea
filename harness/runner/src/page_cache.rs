//! Starts with files in the page cache and without them: the cost on a host that has not run this runtime for a while.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    ptr::null_mut,
};

use rustix::{
    fs::{Advice, fadvise},
    mm::{MapFlags, ProtFlags, mmap, munmap},
    param::page_size,
};
use wasmark_adapter::Source;
use wasmark_results::record::{Outcome, metric};

use crate::{
    collect::Collected,
    executor::Workers,
    job,
    plan::{Plan, Slot},
    starts::{Lost, Starts, bytes, row, value},
};

/// Starts the worker three times from `source`: so that all of its files are in the page cache, then to measure, then to
/// measure after its files were dropped from the cache. A start whose files did not go has no value, and the reason.
pub fn measure(workers: &mut Workers, plan: &Plan, slot: Slot, source: Source) -> Collected {
    let (target, workload) = plan.subject(slot.item);
    let code = match source {
        Source::Wasm => Some(workload.wasm_path().to_path_buf()),
        Source::Artifact => Some(job::artifact(&workers.artifacts, target, workload)),
        Source::Linked => None,
    };
    // Without these, nothing was started cold. A library may be in use by another program.
    let needed: Vec<PathBuf> =
        code.into_iter().chain([target.program_of(slot.round).to_path_buf()]).collect();
    measured(Starts::new(workers, plan, slot, source), &needed).unwrap_or_else(|lost| *lost)
}

fn measured(mut starts: Starts, needed: &[PathBuf]) -> Result<Collected, Box<Lost>> {
    let first = starts.next(None)?;
    let warm = starts.next(None)?;
    let Some(like) = value(&warm, metric::PROCESS_TO_RESULT, metric::PAGE_CACHE_WARM) else {
        return Ok(Collected { records: Vec::new(), ..first });
    };
    let mut records = vec![like.clone()];
    match drop_all(needed, &first.files) {
        Ok(Dropped { before, kept }) => {
            let cold = starts.next(None)?;
            records.extend(value(&cold, metric::PROCESS_TO_RESULT, metric::PAGE_CACHE_COLD));
            records.extend(value(&cold, metric::SPAWN, metric::PAGE_CACHE_COLD_SPAWN));
            records.push(row(&like, metric::PAGE_CACHE_DROPPED, bytes(before - kept)));
            records.push(row(&like, metric::PAGE_CACHE_KEPT, bytes(kept)));
        }
        Err(reason) => {
            let reason = Outcome::Unsupported(reason.to_string());
            records.push(row(&like, metric::PAGE_CACHE_COLD, reason));
        }
    }
    Ok(Collected { records, ..first })
}

/// A number of bytes in the page cache, before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Dropped {
    before: u64,
    kept: u64,
}

/// Why a file stays in the page cache.
#[derive(Debug, thiserror::Error)]
enum Stays {
    #[error("failed to drop {path} from the page cache: {problem}")]
    Refused { path: PathBuf, problem: io::Error },
    #[error(
        "{0} stays in the page cache: it is in use, is not on a disk, or belongs to another user, who alone sees it \
         go; run as its owner, with the cache folder and --output on a disk"
    )]
    Kept(PathBuf),
}

/// Drops these files; the reason where one that is `needed` did not go.
fn drop_all(needed: &[PathBuf], files: &[PathBuf]) -> Result<Dropped, Stays> {
    let mut sum = Dropped::default();
    let others = files.iter().filter(|file| !needed.contains(file));
    for file in needed.iter().chain(others) {
        let one = drop_file(file).map_err(|problem| Stays::Refused { path: file.clone(), problem })?;
        if one.kept > 0 && needed.contains(file) {
            return Err(Stays::Kept(file.clone()));
        }
        sum = Dropped { before: sum.before + one.before, kept: sum.kept + one.kept };
    }
    Ok(sum)
}

/// Writes what is not written yet of a file to the disk, and has the kernel drop all of it. It keeps pages that a process
/// maps, and a file that is in memory alone. To a user who may not write to the file, it reports all of it as kept
/// (mincore(2)).
fn drop_file(path: &Path) -> io::Result<Dropped> {
    let file = File::open(path)?;
    let before = resident(&file)?;
    // Pages that are not written yet would be kept. A file system that cannot do this has none.
    file.sync_data().ok();
    fadvise(&file, 0, None, Advice::DontNeed)?;
    Ok(Dropped { before, kept: resident(&file)?.min(before) })
}

/// How many bytes of a file are in the page cache, by whole pages.
fn resident(file: &File) -> io::Result<u64> {
    let size = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    if size == 0 {
        return Ok(0);
    }
    let page = page_size();
    let mut pages = vec![0_u8; size.div_ceil(page)];
    // SAFETY: a new mapping of an open file, which nothing reads; `pages` has a byte for each of its pages.
    let known = unsafe {
        let at = mmap(null_mut(), size, ProtFlags::READ, MapFlags::SHARED, file, 0)?;
        let known = libc::mincore(at, size, pages.as_mut_ptr());
        let problem = io::Error::last_os_error();
        munmap(at, size)?;
        if known == 0 { Ok(()) } else { Err(problem) }
    };
    known?;
    Ok((pages.iter().filter(|one| **one & 1 == 1).count() * page) as u64)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const SIZE: usize = 1 << 20;

    /// A folder on a disk: the system's own for temporary files may be in memory alone.
    fn folder() -> tempfile::TempDir {
        let program = std::env::current_exe().expect("a program");
        tempfile::tempdir_in(program.parent().expect("its folder")).expect("a folder")
    }

    #[test]
    fn a_file_is_dropped_and_comes_back_when_it_is_read() {
        let folder = folder();
        let path = folder.path().join("file");
        fs::write(&path, vec![7_u8; SIZE]).expect("a file");
        let all = SIZE as u64;
        assert_eq!(drop_file(&path).expect("a file"), Dropped { before: all, kept: 0 });
        assert_eq!(drop_file(&path).expect("a file"), Dropped { before: 0, kept: 0 });
        fs::read(&path).expect("a file");
        assert_eq!(drop_file(&path).expect("a file").before, all);
    }

    #[test]
    fn what_is_in_use_is_named_where_it_is_needed_and_counted_where_it_is_not() {
        let folder = folder();
        let [mapped, free] = ["mapped", "free"].map(|name| folder.path().join(name));
        for path in [&mapped, &free] {
            fs::write(path, vec![7_u8; SIZE]).expect("a file");
        }
        let file = File::open(&mapped).expect("a file");
        let flags = MapFlags::SHARED | MapFlags::POPULATE;
        // SAFETY: a new mapping of an open file, which stays.
        unsafe { mmap(null_mut(), SIZE, ProtFlags::READ, flags, &file, 0) }.expect("a mapping");
        let reason = drop_all(std::slice::from_ref(&mapped), &[]).expect_err("in use").to_string();
        assert!(reason.contains("mapped stays in the page cache"), "{reason}");
        let sum = drop_all(std::slice::from_ref(&free), &[mapped, free.clone()]).expect("dropped");
        assert_eq!(sum, Dropped { before: 2 * SIZE as u64, kept: SIZE as u64 });
        let reason = drop_all(&[folder.path().join("none")], &[]).expect_err("no file").to_string();
        assert!(reason.contains("failed to drop"), "{reason}");
    }
}
