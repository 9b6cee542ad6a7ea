//! The worker's main loop: read a job, walk up the cold-start ladder, carry out the steps, write events.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    Describe, Failure, Runtime, clock,
    events::{During, Events, Stop, exit, panicked},
    measures, placement, probes,
    protocol::{self, Event, Job, Task},
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

fn run<R: Runtime + Describe>(events: &mut Events) -> Result<(), Stop> {
    placement::occupy().during("job")?;
    let job: Job = events.job()?;
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
        Task::Precompile(job) => measures::precompile::<R>(&job, events),
        Task::Measure(job) => measures::measure::<R>(&job, events),
        Task::Peak(job) => measures::peak::<R>(&job, events),
    }
}
