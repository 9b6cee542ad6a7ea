//! Ctrl-C, and the signal by which a job is ended: what was begun is finished, what was found is shown, and nothing new
//! begins. The second one ends everything at once.

use std::sync::atomic::{AtomicBool, Ordering};

static PENDING: AtomicBool = AtomicBool::new(false);

/// Whether somebody wants an end.
#[must_use]
pub fn pending() -> bool {
    PENDING.load(Ordering::Relaxed)
}

/// From now on the first signal is noted, and the second does what it did before.
pub fn heed() {
    extern "C" fn note(signal: libc::c_int) {
        PENDING.store(true, Ordering::Relaxed);
        // SAFETY: restoring the default is safe in a handler.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let handler: extern "C" fn(libc::c_int) = note;
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handler does nothing but store and restore.
        unsafe { libc::signal(signal, handler as libc::sighandler_t) };
    }
}
