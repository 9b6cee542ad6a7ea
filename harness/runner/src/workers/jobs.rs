//! How many compilers run at the same time, over all builds that are under way: cargo, and what cargo starts, take their
//! turns from one jobserver.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
};

use jobserver::{Acquired, Client};
use procfs::{Current, Meminfo};

use crate::control_group;

/// The memory that one compiler may need, in bytes: optimising wasmer's largest crates takes about that much.
const MEMORY: u64 = 1_500 << 20;

/// What a build in this target folder holds while it is under way: cargo would wait for the folder, too, but with a
/// processor in its hands.
pub fn turn(target: &Path) -> Arc<Mutex<()>> {
    static TURNS: Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>> = Mutex::new(BTreeMap::new());
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(turns.entry(target.to_path_buf()).or_default())
}

/// Waits for a free processor, and makes `command`, a cargo, share all that are free with the others. The processor is
/// free again when the value is dropped.
///
/// # Errors
/// Where the system gives no pipe.
pub fn begin(command: &mut Command) -> io::Result<Acquired> {
    static JOBS: OnceLock<Client> = OnceLock::new();
    let jobs = match JOBS.get() {
        Some(jobs) => jobs,
        None => {
            let new = Client::new(number())?;
            JOBS.get_or_init(|| new)
        }
    };
    jobs.configure(command);
    jobs.acquire()
}

/// `CARGO_BUILD_JOBS`, else as many as there are processors and memory for.
fn number() -> usize {
    let set = std::env::var("CARGO_BUILD_JOBS").ok().and_then(|text| text.parse().ok());
    set.filter(|number| *number > 0).unwrap_or_else(|| {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let machine = Meminfo::current().ok().and_then(|memory| memory.mem_available);
        let group = control_group::memory_limit().map(control_group::Limit::available);
        fitting(processors, machine.into_iter().chain(group).min())
    })
}

fn fitting(processors: usize, memory: Option<u64>) -> usize {
    let room = memory.map_or(processors, |bytes| usize::try_from(bytes / MEMORY).unwrap_or(processors));
    processors.min(room).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_machine_compiles_less_at_the_same_time() {
        assert_eq!(fitting(16, Some(64 << 30)), 16);
        assert_eq!(fitting(16, Some(4 << 30)), 2);
        assert_eq!(fitting(2, Some(1 << 30)), 1);
        assert_eq!(fitting(2, None), 2);
    }
}
