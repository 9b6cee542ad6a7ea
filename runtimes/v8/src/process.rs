//! V8 in this process: started once, with one set of flags.

use std::{
    ffi::CString,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use wasmark_adapter::{Failure, Result};

use crate::{configuration::Start, shim};

/// The only version whose layouts the shim knows.
const VERSION: &str = "14.4.258.23";

/// Starts V8, or has started it the same way before.
pub fn start(how: Start) -> Result<()> {
    static STARTED: OnceLock<(Start, Result<()>)> = OnceLock::new();
    let (started, outcome) = STARTED.get_or_init(|| (how, first(how)));
    if *started != how {
        return Err(Failure::engine(
            "start V8 with other flags than those that this process started it with: start another worker",
        ));
    }
    outcome.clone()
}

fn first(how: Start) -> Result<()> {
    let version = shim::version();
    if version != VERSION {
        return Err(Failure::engine(format!(
            "use V8 {version}: this adapter knows {VERSION} alone; run ./setup.sh without MINI_RACER_DIR and build again"
        )));
    }
    let icu =
        icu().ok_or_else(|| Failure::engine("find V8's icudtl.dat beside the worker: build it again"))?;
    let text = |bytes: &[u8]| CString::new(bytes).map_err(Failure::engine);
    let (flags, icu) = (text(how.flags().as_bytes())?, text(icu.as_os_str().as_bytes())?);
    // SAFETY: the first and only start.
    unsafe { shim::wasmark_v8_start(flags.as_ptr(), icu.as_ptr(), how.guard_pages()) }
    Ok(())
}

/// ICU's data beside the worker, else where its build left it (so that tests and `cargo run` work).
pub fn icu() -> Option<PathBuf> {
    let worker = std::env::current_exe().ok();
    let beside = worker.as_deref().and_then(Path::parent).map(|folder| folder.join("icudtl.dat"));
    let built = Path::new(env!("OUT_DIR")).join("bundle/icudtl.dat");
    beside.into_iter().chain([built]).find(|path| path.exists())
}
