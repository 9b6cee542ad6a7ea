//! Handles Ctrl-C and the signal that ends a job: no new process starts, results so far are kept, and a message is
//! printed at once. It depends on the command whether running processes are left to finish.

use std::sync::atomic::{AtomicU8, Ordering};

use rustix::stdio;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    low_level,
};

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

    /// The number of the last signal that does not end wasmark.
    const fn last(self) -> u8 {
        match self {
            Upon::Finish => 1,
            Upon::FinishThenStop | Upon::Stop => self.stops_at(),
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
    STOPS_AT.store(upon.stops_at(), Ordering::Relaxed);
    for signal in [SIGINT, SIGTERM] {
        // SAFETY: the handler counts, writes to a descriptor and may end the process: all of it may be done in one.
        let installed = unsafe { low_level::register(signal, move || note(upon, signal)) };
        // The kernel takes a handler of either.
        debug_assert!(installed.is_ok());
    }
}

/// Runs in a signal's handler: nothing here allocates or locks.
fn note(upon: Upon, signal: i32) {
    let number = SIGNALS.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    // Whatever the first signal was, the last one of either kind ends wasmark.
    if number > upon.last() {
        let _ = low_level::emulate_default_handler(signal);
    }
    // A closed stderr changes nothing.
    let _ = rustix::io::write(stdio::stderr(), upon.line(number).as_bytes());
}
