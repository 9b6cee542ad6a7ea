//! The worker's main loop: read a job, walk up the cold-start ladder, carry out the steps, write events.

use std::{
    any::Any,
    fs::File,
    io::{BufRead, BufReader, Write},
    os::fd::FromRawFd,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    Describe, Failure, Runtime, Settings, Source,
    clock::{self, window},
    measures::{self, peak::Watch},
    probes,
    protocol::{self, Event, Job, Phase, Precompile, Task},
};

/// The `main` of every worker. Never returns: the process ends without running destructors, which are not part of
/// what is measured and are where engines crash.
pub fn main<R: Runtime + Describe>() -> ! {
    let main_ns = clock::wall_ns();
    probes::end_with_controller();
    probes::no_huge_pages();
    probes::all_descriptors();
    let work = move || {
        let mut events = match Events::open() {
            Ok(events) => events,
            Err(problem) => {
                eprintln!("failed to start the worker: {problem}; it is started by `wasmark`, not by hand");
                exit(2);
            }
        };
        events.emit(&Event::Hello { protocol: protocol::VERSION, main_ns, realtime: probes::realtime() });
        let outcome = catch_unwind(AssertUnwindSafe(|| run::<R>(&mut events)));
        let end = outcome.unwrap_or_else(|panic| Err(panicked("job", &*panic)));
        match end {
            Ok(()) => {}
            Err(Stop::Failed(during, failure)) => events.emit(&Event::Failed { during, failure }),
            Err(Stop::Wrong(event)) => events.emit(&event),
        }
        events.emit(&Event::Done);
        exit(0)
    };
    match R::STACK {
        None => work(),
        Some(bytes) => {
            let thread = std::thread::Builder::new().stack_size(bytes).spawn(work);
            if let Ok(thread) = thread {
                let _ = thread.join();
            }
            exit(2)
        }
    }
}

fn exit(code: i32) -> ! {
    // SAFETY: ends the process; nothing runs afterwards.
    unsafe { libc::_exit(code) }
}

/// Why a job ended early.
pub(crate) enum Stop {
    /// During a phase or a metric, something failed.
    Failed(String, Failure),
    /// An output was not right: the event that reports it.
    Wrong(Box<Event>),
}

impl Stop {
    /// The same with the place where it happened before a failure's message.
    pub(crate) fn at(self, place: &str) -> Stop {
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
    fn during(self, name: &str) -> Result<T, Stop>;
}

impl<T, E: Into<Failure>> During<T> for Result<T, E> {
    #[inline(always)]
    fn during(self, name: &str) -> Result<T, Stop> {
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
    fn open() -> Result<Events, String> {
        let job = inherited(protocol::JOB_FD)?;
        let to = inherited(protocol::EVENT_FD)?;
        Ok(Events { job: BufReader::new(job), to, line: Vec::with_capacity(4096) })
    }

    /// Writes one event. Where it is read no more, nothing is left to do and the process ends.
    pub(crate) fn emit(&mut self, event: &Event) {
        self.line.clear();
        let serialised = serde_json::to_writer(&mut self.line, event);
        self.line.push(b'\n');
        if serialised.is_err() || self.to.write_all(&self.line).is_err() {
            exit(3);
        }
    }
}

/// Takes the descriptor that a variable names, and keeps it from the engine's own children.
fn inherited(variable: &str) -> Result<File, String> {
    let value = std::env::var(variable).map_err(|_| format!("{variable} is not set"))?;
    let fd: i32 = value.parse().map_err(|_| format!("{variable}={value} is no descriptor"))?;
    // SAFETY: fcntl on any number is harmless, and returns whether it is open.
    if fd < 3 || unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) } != 0 {
        return Err(format!("{variable}={value} is not open"));
    }
    // SAFETY: the controller opened it for this process alone, and each variable is read once.
    Ok(unsafe { File::from_raw_fd(fd) })
}

fn run<R: Runtime + Describe>(events: &mut Events) -> Result<(), Stop> {
    let mut line = String::new();
    events.job.read_line(&mut line).during("job")?;
    let job: Job = serde_json::from_str(&line).map_err(Failure::engine).during("job")?;
    if job.protocol.major != protocol::VERSION.major {
        let text = format!(
            "the controller speaks protocol {}, this worker {}; build both from one revision",
            job.protocol.major,
            protocol::VERSION.major
        );
        return Err(Stop::Failed("job".into(), Failure::unsupported(text)));
    }
    match job.task {
        Task::Describe => {
            events.emit(&Event::Description(R::describe()));
            Ok(())
        }
        Task::Precompile(job) => precompile::<R>(&job, events),
        Task::Measure(job) => measures::measure::<R>(&job, events),
        Task::Peak(job) => measures::peak::measure::<R>(&job, events),
    }
}

/// The engine's settings, and the C library that this process runs with: workers may bring their own.
pub(crate) fn resolved<R: Runtime>(runtime: &R) -> Settings {
    let mut settings = runtime.resolved();
    settings.insert("libc".into(), probes::c_library());
    settings
}

fn precompile<R: Runtime>(job: &Precompile, events: &mut Events) -> Result<(), Stop> {
    let mut wasm = std::fs::read(&job.wasm).during(Phase::Compile.name())?;
    let (runtime, engine) = window(|| R::new(&job.configuration, Source::Wasm, &job.stubs));
    let runtime = runtime.during(Phase::Engine.name())?;
    events.emit(&engine.of(Phase::Engine));
    let peak = Watch::begin();
    let (module, compile) = window(|| runtime.compile(&mut wasm));
    let peak = peak.end(Phase::Compile);
    let module = module.during(Phase::Compile.name())?;
    events.emit(&compile.of(Phase::Compile));
    // Beside the times, and nothing that a time depends on: where the kernel does not report it, it is missing.
    if let Ok(event) = peak {
        events.emit(&event);
    }
    let peak = Watch::begin();
    let (saved, save) = window(|| runtime.save(&module, &job.artifact));
    let peak = peak.end(Phase::Save);
    saved.during(Phase::Save.name())?;
    events.emit(&save.of(Phase::Save));
    if let Ok(event) = peak {
        events.emit(&event);
    }
    events.emit(&Event::Resolved(resolved(&runtime)));
    std::mem::forget((module, runtime));
    Ok(())
}
