//! Real-time scheduling of workers: on a shared machine it keeps other programs out of a window.

use crate::pinning::Pinning;

/// What workers are scheduled by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduling {
    /// The system's default.
    Normal,
    /// SCHED_FIFO, where the system permits it; the worker reports whether it got it.
    Fifo,
}

impl From<bool> for Scheduling {
    /// From the command line's `--realtime`.
    fn from(realtime: bool) -> Self {
        if realtime { Scheduling::Fifo } else { Scheduling::Normal }
    }
}

/// Restores the thread's scheduling when dropped.
#[must_use]
pub struct Entered(Option<libc::c_int>);

impl Scheduling {
    /// Puts the calling thread under this policy, for the processes that it starts until the guard is dropped:
    /// policies are inherited, so a worker runs under its policy from its first instruction.
    ///
    /// A worker that is pinned gets SCHED_RR, which is SCHED_FIFO with turns: the thread that starts it is on its CPU then,
    /// and under SCHED_FIFO would not come to leave it before the worker waits for something.
    pub fn enter(self, pinning: Pinning) -> Entered {
        if self == Scheduling::Normal {
            return Entered(None);
        }
        let policy = if pinning.is_free() { libc::SCHED_FIFO } else { libc::SCHED_RR };
        // SAFETY: 0 is the calling thread.
        let before = unsafe { libc::sched_getscheduler(0) };
        Entered(set(policy, 10).then_some(before))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(policy) = self.0 {
            set(policy, 0);
        }
    }
}

fn set(policy: libc::c_int, priority: libc::c_int) -> bool {
    let parameters = libc::sched_param { sched_priority: priority };
    // SAFETY: the parameters are valid for the call; where they are refused, nothing changes.
    unsafe { libc::sched_setscheduler(0, policy, &raw const parameters) == 0 }
}

/// Whether the system permits SCHED_FIFO to this user.
#[must_use]
pub fn permitted() -> bool {
    Scheduling::Fifo.enter(Pinning::FREE).0.is_some()
}
