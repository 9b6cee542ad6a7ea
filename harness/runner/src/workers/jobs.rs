//! How many compilers run at the same time, over all builds that are under way: cargo, and what cargo starts, take their
//! turns from one jobserver.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jobserver::{Acquired, Client};

use crate::environment;

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
    set.filter(|number| *number > 0).unwrap_or_else(|| environment::room(MEMORY))
}
