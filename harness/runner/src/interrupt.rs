//! Handles Ctrl-C and the signal that ends a job: no new process starts, results so far are kept, and a message is
//! printed at once. It depends on the command whether running processes are left to finish.

use std::sync::atomic::{AtomicU8, Ordering};

/// What the signals mean, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upon {
    /// First: the processes under way end by themselves. Second: wasmark ends.
    Finish,
    /// First: the processes under way end by themselves. Second: they are ended. Third: wasmark ends.
    FinishThenStop,
    /// First: the processes under way are ended. Second: wasmark ends.
    Stop,
}

impl Upon {
    /// The number of the signal upon which the processes under way are ended.
    const fn stops_at(self) -> u8 {
        match self {
            Upon::Finish => u8::MAX,
            Upon::FinishThenStop => 2,
            Upon::Stop => 1,
        }
    }

    /// What is printed upon the signal of this number.
    const fn line(self, number: u8) -> &'static str {
        match (self, number) {
            (Upon::Finish, _) => {
                "\nwasmark: interrupted; it waits for what was begun (a second signal ends it at once)\n"
            }
            (Upon::FinishThenStop, 1) => {
                "\nwasmark: interrupted; it waits for what was begun and shows what it found \
                 (a second signal ends what was begun)\n"
            }
            (Upon::FinishThenStop | Upon::Stop, _) => "\nwasmark: interrupted; it ends what was begun\n",
        }
    }
}

static SIGNALS: AtomicU8 = AtomicU8::new(0);
static STOPS_AT: AtomicU8 = AtomicU8::new(u8::MAX);

/// Whether a signal came: nothing new begins.
#[must_use]
pub fn pending() -> bool {
    SIGNALS.load(Ordering::Relaxed) > 0
}

/// Whether the processes under way are to be ended, too.
#[must_use]
pub fn stops() -> bool {
    SIGNALS.load(Ordering::Relaxed) >= STOPS_AT.load(Ordering::Relaxed)
}

/// From now on SIGINT and SIGTERM are noted, and mean what `upon` describes.
pub fn install(upon: Upon) {
    let note: extern "C" fn(libc::c_int) = match upon {
        Upon::Finish => finish,
        Upon::FinishThenStop => finish_then_stop,
        Upon::Stop => stop,
    };
    STOPS_AT.store(upon.stops_at(), Ordering::Relaxed);
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handlers only store, write to a descriptor, and restore a handler.
        unsafe { libc::signal(signal, note as libc::sighandler_t) };
    }
}

extern "C" fn finish(_: libc::c_int) {
    note(Upon::Finish);
}

extern "C" fn finish_then_stop(_: libc::c_int) {
    note(Upon::FinishThenStop);
}

extern "C" fn stop(_: libc::c_int) {
    note(Upon::Stop);
}

/// Runs in a signal's handler: nothing here allocates or locks.
fn note(upon: Upon) {
    let number = SIGNALS.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    let line = upon.line(number);
    // SAFETY: the line is valid for its length; write and signal may be called in a handler.
    unsafe {
        libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len());
        // Whatever the first signal was, the last one of either kind ends wasmark.
        if upon == Upon::Finish || number >= upon.stops_at() {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            libc::signal(libc::SIGTERM, libc::SIG_DFL);
        }
    }
}
