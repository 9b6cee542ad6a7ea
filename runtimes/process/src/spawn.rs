//! A process in the usual way: by the standard library, which calls `posix_spawn`. That copies nothing of the worker.

use std::{
    ffi::{CStr, OsStr},
    io::{self, PipeReader, PipeWriter},
    os::unix::ffi::OsStrExt,
    process::Command,
};

use libc::pid_t;
use wasmark_adapter::{Failure, FailureKind, Result};

use crate::program::Program;

/// Starts the program with these as its descriptors 0 and 1 and without an environment. It runs when this returns.
pub(crate) fn spawn(program: &Program, questions: PipeReader, answers: PipeWriter) -> Result<pid_t> {
    let word = |word: &CStr| OsStr::from_bytes(word.to_bytes()).to_owned();
    let mut command = Command::new(word(program.path()));
    command.args(program.words.iter().skip(1).map(|one| word(one))).env_clear();
    let child = command.stdin(questions).stdout(answers).spawn().map_err(|error| {
        let text = format!(
            "posix_spawn: {error}; see how many processes `ulimit -u` allows, and whether programs may be executed in the \
             worker's folder"
        );
        Failure::new(FailureKind::Resource, text)
    })?;
    Ok(child.id().cast_signed())
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
