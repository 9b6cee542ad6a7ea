//! Real-time scheduling of workers: on a shared machine it keeps other programs out of a window.

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
    pub fn enter(self) -> Entered {
        if self == Scheduling::Normal {
            return Entered(None);
        }
        // SAFETY: 0 is the calling thread.
        let before = unsafe { libc::sched_getscheduler(0) };
        Entered(set(libc::SCHED_FIFO, 10).then_some(before))
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
    Scheduling::Fifo.enter().0.is_some()
}
