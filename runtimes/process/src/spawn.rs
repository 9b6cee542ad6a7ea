//! A process in the usual way: `posix_spawn`, which copies nothing of the worker.

use std::{
    io,
    mem::MaybeUninit,
    os::fd::{AsRawFd, BorrowedFd},
    ptr,
};

use libc::pid_t;
use wasmark_adapter::{Failure, FailureKind, Result};

use crate::program::{Program, WORDS};

/// Starts the program with these descriptors as its 0 and 1 and without an environment. It runs when this returns.
pub(crate) fn spawn(
    program: &Program,
    (questions, answers): (BorrowedFd<'_>, BorrowedFd<'_>),
) -> Result<pid_t> {
    let mut actions = Actions::new()?;
    actions.duplicate(questions, 0)?;
    actions.duplicate(answers, 1)?;
    let mut arguments = [ptr::null_mut(); WORDS + 1];
    for (argument, word) in arguments.iter_mut().zip(&program.words) {
        *argument = word.as_ptr().cast_mut();
    }
    let environment = [ptr::null_mut()];
    let mut pid = 0;
    // SAFETY: every pointer is to something that lives until the call returns; the arrays end in null.
    check(unsafe {
        libc::posix_spawn(
            &mut pid,
            program.path().as_ptr(),
            actions.0.as_ptr(),
            ptr::null(),
            arguments.as_ptr(),
            environment.as_ptr(),
        )
    })?;
    Ok(pid)
}

/// What is done between the process's beginning and its program.
struct Actions(MaybeUninit<libc::posix_spawn_file_actions_t>);

impl Actions {
    fn new() -> Result<Actions> {
        let mut actions = MaybeUninit::uninit();
        // SAFETY: initialises what it is given.
        check(unsafe { libc::posix_spawn_file_actions_init(actions.as_mut_ptr()) })?;
        Ok(Actions(actions))
    }

    fn duplicate(&mut self, from: BorrowedFd<'_>, to: i32) -> Result<()> {
        // SAFETY: `new` initialised it.
        check(unsafe { libc::posix_spawn_file_actions_adddup2(self.0.as_mut_ptr(), from.as_raw_fd(), to) })
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: `new` initialised it, and nothing uses it any more.
        unsafe { libc::posix_spawn_file_actions_destroy(self.0.as_mut_ptr()) };
    }
}

/// These functions return the error.
fn check(error: i32) -> Result<()> {
    match error {
        0 => Ok(()),
        error => {
            let error = io::Error::from_raw_os_error(error);
            let text = format!(
                "posix_spawn: {error}; see how many processes `ulimit -u` allows, and whether programs may be \
                 executed in the worker's folder"
            );
            Err(Failure::new(FailureKind::Resource, text))
        }
    }
}

/// Waits until the process has ended and nothing of it is left.
pub(crate) fn wait(pid: pid_t) {
    loop {
        // SAFETY: the status is of no interest, and null states it.
        let ended = unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) };
        if ended >= 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}
