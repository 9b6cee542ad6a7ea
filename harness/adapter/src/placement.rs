//! Where a process's memory lies. What an engine's system calls take depends on the mappings beside its own: the kernel
//! keeps the mappings of a process in nodes of 16, and a memory that is mapped and unmapped for each instance divides and
//! joins full nodes each time, or none (docs/FINDINGS.md). Which it is depends on the number of libraries and of other
//! mappings of the program, and is another in each embedder. So the controller gives each process another number of
//! mappings, and its stack and its heap another beginning.

use std::ptr;

use crate::{Failure, Result};

/// The environment variable with the number of mappings that a worker makes before it reads its job.
pub const MAPPINGS: &str = "WASMARK_MAPPINGS";

/// The size of each in bytes.
const PAGE: usize = 4096;

/// The environment variable whose length, in bytes, moves the beginning of the stack and of the heap.
pub const PADDING: &str = "WASMARK_PADDING";

/// Keeps as much of the heap as the padding takes, and makes as many mappings of one page as the environment states; none
/// where it states nothing. They are never touched.
///
/// # Errors
/// Where the variable is no number, or the kernel refuses.
pub(crate) fn occupy() -> Result<()> {
    std::mem::forget(std::env::var_os(PADDING));
    let Ok(text) = std::env::var(MAPPINGS) else { return Ok(()) };
    let failed = |problem: String| Failure::engine(format!("{MAPPINGS}: {problem}"));
    let number: u16 = text.parse().map_err(|problem| failed(format!("{text:?}: {problem}")))?;
    for page in 0..number {
        // Neighbours with the same protection would be one mapping.
        let protection = if page % 2 == 0 { libc::PROT_NONE } else { libc::PROT_READ };
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: new addresses that nothing else uses.
        let made = unsafe { libc::mmap(ptr::null_mut(), PAGE, protection, flags, -1, 0) };
        if made == libc::MAP_FAILED {
            return Err(failed(std::io::Error::last_os_error().to_string()));
        }
    }
    Ok(())
}
