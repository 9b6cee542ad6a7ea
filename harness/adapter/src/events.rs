//! The worker's way to its controller: it reads the job and writes events, and a job that ends early states why.

use std::{
    any::Any,
    fs::File,
    io::{BufRead, BufReader, Write},
    os::fd::FromRawFd,
};

use crate::{
    Failure, Result,
    protocol::{self, Event, Job},
};

/// Why a job ended early.
pub(crate) enum Stop {
    /// During a phase or a metric, something failed.
    Failed(String, Failure),
    /// An output was not right: the event that reports it.
    Wrong(Box<Event>),
}

impl Stop {
    /// The same with the place where it happened before a failure's message.
    pub fn at(self, place: &str) -> Stop {
        match self {
            Stop::Failed(during, mut failure) => {
                failure.message = format!("{place}: {}", failure.message);
                Stop::Failed(during, failure)
            }
            wrong @ Stop::Wrong(_) => wrong,
        }
    }
}

/// What a panic ends a job with.
pub(crate) fn panicked(during: &str, panic: &(dyn Any + Send)) -> Stop {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Stop::Failed(during.into(), Failure::engine(format!("the engine panicked: {text}")))
}

/// Attaches what was going on to a failure.
pub(crate) trait During<T> {
    /// On failure, ends the job with the phase's or the metric's name.
    fn during(self, name: &str) -> std::result::Result<T, Stop>;
}

impl<T, E: Into<Failure>> During<T> for std::result::Result<T, E> {
    #[inline(always)]
    fn during(self, name: &str) -> std::result::Result<T, Stop> {
        self.map_err(|failure| Stop::Failed(name.into(), failure.into()))
    }
}

/// The way to the controller.
pub(crate) struct Events {
    job: BufReader<File>,
    to: File,
    line: Vec<u8>,
}

impl Events {
    pub fn open() -> Result<Events> {
        let job = inherited(protocol::JOB_FD)?;
        let to = inherited(protocol::EVENT_FD)?;
        Ok(Events { job: BufReader::new(job), to, line: Vec::with_capacity(4096) })
    }

    /// The one job of this process.
    pub fn job(&mut self) -> std::result::Result<Job, Stop> {
        let mut line = String::new();
        self.job.read_line(&mut line).during("job")?;
        serde_json::from_str(&line).map_err(Failure::engine).during("job")
    }

    /// Writes one event. Where it is read no more, nothing is left to do and the process ends.
    pub fn emit(&mut self, event: &Event) {
        self.line.clear();
        let serialised = serde_json::to_writer(&mut self.line, event);
        self.line.push(b'\n');
        if serialised.is_err() || self.to.write_all(&self.line).is_err() {
            exit(3);
        }
    }
}

/// Ends the process without running destructors.
pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: ends the process; nothing runs afterwards.
    unsafe { libc::_exit(code) }
}

/// Takes the descriptor that a variable names, and keeps it from the engine's own children.
fn inherited(variable: &str) -> Result<File> {
    let value = std::env::var(variable).map_err(|_| Failure::engine(format!("{variable} is not set")))?;
    let fd: i32 =
        value.parse().map_err(|_| Failure::engine(format!("{variable}={value} is no descriptor")))?;
    // SAFETY: fcntl on any number is harmless, and returns whether it is open.
    if fd < 3 || unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) } != 0 {
        return Err(Failure::engine(format!("{variable}={value} is not open")));
    }
    // SAFETY: the controller opened it for this process alone, and each variable is read once.
    Ok(unsafe { File::from_raw_fd(fd) })
}
