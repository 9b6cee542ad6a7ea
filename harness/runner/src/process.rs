//! One worker process: started, given its job, listened to, and ended if it does not end itself.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::process::{CommandExt, ExitStatusExt},
    },
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use rustix::{
    io::{FdFlags, fcntl_setfd},
    process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid},
};
use wasmark_adapter::{
    clock,
    placement::{MAPPINGS, PADDING},
    protocol::{EVENT_FD, Event, JOB_FD, Job, Step, Task, VERSION},
};

use crate::{control_group, interrupt, pinning::Pinning, placement::Placement, realtime};

/// What a worker may write, in bytes: hundreds of times what a right one does.
const MOST_WRITTEN: u64 = 16 << 20;

/// The folder beside a worker with the libraries, libc included, that it is started with.
pub const ROOT: &str = "root";

/// How long a worker that is done usually has to end by itself.
pub const PATIENCE: Duration = Duration::from_millis(10);

/// How long a process of a run may take: far longer than a right one does, so that one that hangs costs little.
pub const RUN_TIME: Duration = Duration::from_secs(60);

/// What a worker may use before it is ended.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Resident memory in bytes. Address space is not limited: engines reserve terabytes.
    pub resident: u64,
}

/// How a process starts.
#[derive(Clone, Copy, Debug)]
pub struct Launch {
    /// Where its memory lies.
    pub placement: Placement,
    /// Whether SCHED_FIFO is asked for.
    pub scheduling: realtime::Scheduling,
    /// The CPU that it gets.
    pub pinning: Pinning,
    /// How long it may take to end by itself once it is done.
    pub patience: Duration,
}

/// What a worker reported, and how it ended.
#[derive(Debug)]
pub struct Conversation {
    /// CLOCK_MONOTONIC in nanoseconds just before the process was made.
    pub started_ns: u64,
    /// Each event with the time of its arrival by the same clock. Events of kinds that this version does not know
    /// are left out.
    pub events: Vec<(u64, Event)>,
    /// How it ended.
    pub end: End,
}

/// How a worker ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It reported that it was done.
    Done,
    /// It ended without that, or wrote what is not an event: the reason, for people.
    Broken(String),
    /// It ran into the time limit and was killed.
    TimedOut(Duration),
    /// It ran into the memory limit and was killed.
    TooLarge(u64),
    /// An interrupt ended it: what it measured so far counts for nothing.
    Interrupted,
}

/// Runs `program` with `job` until it ends or is ended.
///
/// Call it from the thread that lives as long as the run: the kernel ends a worker together with the thread that
/// started it.
///
/// # Errors
/// Where the process cannot be started at all.
pub fn converse(program: &Path, job: &Job, limits: Limits, launch: Launch) -> io::Result<Conversation> {
    let (job_reader, job_writer) = io::pipe()?;
    let (event_reader, event_writer) = io::pipe()?;
    let mut printed = tempfile::tempfile()?;
    let mut command = in_environment(program, launch.placement);
    command
        .envs(arenas(job))
        .env(JOB_FD, job_reader.as_raw_fd().to_string())
        .env(EVENT_FD, event_writer.as_raw_fd().to_string())
        .stdout(printed.try_clone()?)
        .stderr(printed.try_clone()?);
    let (job_reader, event_writer) = (OwnedFd::from(job_reader), OwnedFd::from(event_writer));
    // Inherited by number and not mapped by code between fork and exec, which would forbid posix_spawn: a fork
    // copies the controller's page tables, and its size would show in `process_to_result`.
    inherit(&job_reader)?;
    inherit(&event_writer)?;
    send(job_writer, job)?;

    control_group::watch();
    let _off = launch.pinning.keep_off();
    // Before the process, with which the start of a thread would compete.
    let listener = listen(event_reader);
    let pinned = launch.pinning.enter();
    let scheduling = launch.scheduling.enter(launch.pinning);
    let started_ns = clock::wall_ns();
    let child = command.spawn();
    drop(pinned);
    drop(scheduling);
    drop((job_reader, event_writer));
    let mut child = child?;

    let (events, ended) = collect_events(&listener, &mut child, job, limits);
    let status = finish(&mut child, launch.patience);
    let end = match ended {
        Some(end) => end,
        None => End::Broken(describe(status, &mut printed)),
    };
    Ok(Conversation { started_ns, events, end })
}

/// The command that starts a worker. A program names its loader by an absolute path. Where its libraries are of a newer
/// system than this one, an archive carries them, and their loader, in a folder beside it (`packaging/install.sh`).
fn starting(program: &Path) -> Command {
    let libraries = program.with_file_name(ROOT);
    let loader = libraries.join("ld-linux-x86-64.so.2");
    if !loader.is_file() {
        return Command::new(program);
    }
    let mut command = Command::new(loader);
    command.arg("--library-path").arg(libraries).arg(program);
    command
}

/// A program that is to be measured, in the environment of all such programs.
pub(crate) fn in_environment(program: &Path, placement: Placement) -> Command {
    let mut command = starting(program);
    command
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME" || name == "TMPDIR"))
        .env(PADDING, "x".repeat(placement.padding))
        .env(MAPPINGS, placement.mappings.to_string())
        .stdin(Stdio::null())
        .process_group(0);
    command
}

/// Of what is measured on one thread.
pub(crate) const ONE_ARENA: (&str, &str) = ("MALLOC_ARENA_MAX", "1");

/// One allocator arena: with several, memory depends on which thread asked first. Where threads serve beside each other it
/// would be one lock for all, which no embedder has.
fn arenas(job: &Job) -> Option<(&'static str, &'static str)> {
    let serves = |step: &Step| matches!(step, Step::Concurrency(_) | Step::Load(_));
    let several = matches!(&job.task, Task::Measure(measure) if measure.steps.iter().any(serves));
    (!several).then_some(ONE_ARENA)
}

fn inherit(fd: &OwnedFd) -> io::Result<()> {
    Ok(fcntl_setfd(fd, FdFlags::empty())?)
}

/// Writes the job before the process exists, so that it never waits for it. A job is far smaller than a pipe.
fn send(mut to: io::PipeWriter, job: &Job) -> io::Result<()> {
    let mut line = serde_json::to_vec(job)?;
    line.push(b'\n');
    if line.len() > 60_000 {
        return Err(io::Error::other("the job is larger than a pipe; pass fewer arguments"));
    }
    to.write_all(&line)
}

/// What a worker wrote instead of events.
#[derive(Debug, thiserror::Error)]
enum Garbage {
    #[error("the worker wrote more than {} MiB of events", MOST_WRITTEN >> 20)]
    TooMuch,
    #[error("the worker wrote what is no event of the protocol: {0:?}")]
    NoEvent(String),
}

type Line = (u64, Result<Option<Event>, Garbage>);

/// Reads events on a thread of its own, so that each is stamped when it arrives, whatever else is done. The thread ends with the pipe.
fn listen(events: io::PipeReader) -> mpsc::Receiver<Line> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(events.take(MOST_WRITTEN));
        let mut line = Vec::new();
        loop {
            line.clear();
            let ended = matches!(reader.read_until(b'\n', &mut line), Ok(0) | Err(_));
            let arrived = clock::wall_ns();
            if reader.get_ref().limit() == 0 {
                sender.send((arrived, Err(Garbage::TooMuch))).ok();
                return;
            }
            if ended || sender.send((arrived, parse(&line))).is_err() {
                return;
            }
        }
    });
    receiver
}

/// One line: an event, an event of a kind that a newer worker knows (`None`), or garbage.
fn parse(line: &[u8]) -> Result<Option<Event>, Garbage> {
    let garbage = || {
        let start = String::from_utf8_lossy(&line[..line.len().min(80)]);
        Garbage::NoEvent(start.trim_end().to_string())
    };
    let value: serde_json::Value = serde_json::from_slice(line).map_err(|_| garbage())?;
    let known = value.get("event").and_then(|name| name.as_str()).is_some();
    match serde_json::from_value(value) {
        Ok(event) => Ok(Some(event)),
        Err(problem) if known && problem.to_string().contains("unknown variant") => Ok(None),
        Err(_) => Err(garbage()),
    }
}

/// Collects events until the worker is done (`Some(Done)`), has to be ended (`Some`), or went silent (`None`).
fn collect_events(
    lines: &mpsc::Receiver<Line>,
    child: &mut Child,
    job: &Job,
    limits: Limits,
) -> (Vec<(u64, Event)>, Option<End>) {
    let deadline = Instant::now() + limits.time;
    let mut events = Vec::new();
    loop {
        let wait = deadline.saturating_duration_since(Instant::now()).min(Duration::from_millis(100));
        match lines.recv_timeout(wait) {
            Ok((_, Ok(Some(Event::Done)))) => return (events, Some(End::Done)),
            Ok((arrived, Ok(Some(event)))) => {
                if let Some(end) = first(&events, &event, job) {
                    return (events, Some(end));
                }
                events.push((arrived, event));
            }
            Ok((_, Ok(None))) => {}
            Ok((_, Err(garbage))) => return (events, Some(End::Broken(garbage.to_string()))),
            Err(RecvTimeoutError::Disconnected) => return (events, None),
            Err(RecvTimeoutError::Timeout) => {
                if interrupt::stops() {
                    return (events, Some(End::Interrupted));
                }
                if Instant::now() >= deadline {
                    return (events, Some(End::TimedOut(limits.time)));
                }
                if resident(child.id()) > limits.resident {
                    return (events, Some(End::TooLarge(limits.resident)));
                }
            }
        }
    }
}

/// The first event must be a greeting in a version that we understand, and in which the job is complete.
fn first(events: &[(u64, Event)], event: &Event, job: &Job) -> Option<End> {
    // A worker of 1.0 would keep one instance, and its numbers would be taken for those of fresh ones.
    let fresh = matches!(&job.task, Task::Measure(measure) | Task::Peak(measure) if measure.fresh);
    match event {
        _ if !events.is_empty() => None,
        Event::Hello { protocol, .. } if fresh && (protocol.major, protocol.minor) == (1, 0) => {
            Some(End::Broken(
                "the worker speaks protocol 1.0, which has no fresh instances; leave --fresh out".into(),
            ))
        }
        Event::Hello { protocol, .. } if protocol.major == VERSION.major => None,
        Event::Hello { protocol, .. } => Some(End::Broken(format!(
            "the worker speaks protocol {}.{}, this wasmark {}.{}; build both from one revision",
            protocol.major, protocol.minor, VERSION.major, VERSION.minor
        ))),
        _ => Some(End::Broken("the worker did not greet; it is no wasmark worker".into())),
    }
}

/// Resident memory of a process in bytes; 0 where it is gone.
fn resident(pid: u32) -> u64 {
    let memory = procfs::process::Process::new(pid.cast_signed()).and_then(|process| process.statm());
    memory.map_or(0, |memory| memory.resident * procfs::page_size())
}

/// Ends the worker's process group and collects its status. A worker that is done has a moment to end by itself; what
/// it started and left behind has not.
fn finish(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    let pid = Pid::from_child(child);
    while !ended(pid) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_micros(500));
    }
    // The group was made for this child, which was not waited for yet, so the number is still its. It may be gone.
    let _ = kill_process_group(pid, Signal::KILL);
    child.wait().ok()
}

/// Whether the child has ended. It is not waited for: its number stays taken.
fn ended(pid: Pid) -> bool {
    let how = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    matches!(waitid(WaitId::Pid(pid), how), Ok(Some(_)))
}

/// How a process that did not finish its job ended, with the end of what it printed.
fn describe(status: Option<ExitStatus>, printed: &mut File) -> String {
    let how = match status.map(|status| (status.signal(), status.code())) {
        Some((Some(signal), _)) => {
            format!("the worker was ended by signal {signal} ({})", signal_text(signal))
        }
        Some((_, Some(code))) => format!("the worker ended with exit code {code} before its job was done"),
        _ => "the worker ended before its job was done".into(),
    };
    let mut bytes = Vec::new();
    let read = printed.seek(SeekFrom::Start(0)).and_then(|_| printed.read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    let last: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
    match read {
        Ok(_) if !last.is_empty() => {
            let lines: Vec<&str> = last.into_iter().rev().collect();
            format!("{how}; it printed: {}", lines.join(" / "))
        }
        _ => how,
    }
}

/// What a signal means.
fn signal_text(signal: i32) -> String {
    let text = match Signal::from_named_raw(signal) {
        Some(Signal::SEGV) => "SIGSEGV: invalid memory reference, or its stack was used up",
        Some(Signal::ABORT) => "SIGABRT: it gave up",
        Some(Signal::ILL) => "SIGILL: illegal instruction",
        Some(Signal::BUS) => "SIGBUS: invalid memory access",
        Some(Signal::FPE) => "SIGFPE: arithmetic error",
        Some(Signal::KILL) => return killed(),
        _ => "a signal that it did not handle",
    };
    text.to_string()
}

/// What ended a worker by SIGKILL: the control group's own count shows whether that was its limit.
fn killed() -> String {
    match control_group::memory_limit().filter(|_| control_group::ended_a_process()) {
        Some(limit) => {
            let mib = limit.bytes >> 20;
            format!("SIGKILL: its control group may have {mib} MiB of memory, and the kernel ended it there")
        }
        None => "SIGKILL: killed from outside, perhaps for lack of memory".to_string(),
    }
}
