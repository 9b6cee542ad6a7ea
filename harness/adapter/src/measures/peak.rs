//! The most memory that a process has during each phase of the ladder: what starting, and above all compiling, needs.
//!
//! A process of its own goes through the phases. The kernel is asked before and after each of them, which would disturb
//! phases that are timed.

use super::{
    code,
    ladder::{self, Phases, Started},
    resolved,
    subject::{Check, wide},
};
use crate::{
    Failure, Host, Result, Runtime,
    events::{During, Events, Stop},
    probes,
    protocol::{Code, Event, Measure, Peak, Phase},
};

/// Goes through the phases to the first output, and reports the peak of each.
pub(crate) fn measure<R: Runtime>(job: &Measure, events: &mut Events) -> std::result::Result<(), Stop> {
    if let Code::Linked(_) = &job.code {
        let refused = Failure::unsupported("linked code has no phases before its call");
        return Err(Stop::Failed(METRIC.into(), refused));
    }
    let mut host = Host::new(&job.cold, &job.preopens).during("job")?;
    let mut check = Check::new(&job.entry, &job.cold);
    let generated = code::Before::read(&job.code).during("code")?;
    let mut watched = Watched(events);
    let Started { runtime, prepared, mut instance } = ladder::climb::<R>(job, &host, &mut watched)?;
    let returned = watched.phase(Phase::FirstCall, || Ok(R::call(&mut instance, job.cold.argument)))?;
    let results = wide::<R>(&job.entry, &instance);
    let output = check.check(returned, results, &mut host, Phase::FirstCall.name())?.clone();
    events.emit(&Event::Output(output));
    events.emit(&Event::Code { bytes: generated.generated().during("code")? });
    events.emit(&Event::Resolved(resolved(&runtime)));
    // As at the end of the ladder: nothing is dropped.
    std::mem::forget((instance, prepared, runtime));
    Ok(())
}

/// What a failure to read the kernel's numbers is attributed to.
const METRIC: &str = "peak";

/// Reports the most memory that the process had in each phase.
struct Watched<'a>(&'a mut Events);

impl Phases for Watched<'_> {
    fn phase<T>(&mut self, phase: Phase, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, Stop> {
        let watch = Watch::begin();
        let done = work().during(phase.name())?;
        self.0.emit(&watch.end(phase).during(METRIC)?);
        Ok(done)
    }
}

/// A phase whose peak is watched.
pub(crate) struct Watch {
    before: Result<u64>,
}

impl Watch {
    /// The phase begins.
    pub fn begin() -> Watch {
        Watch { before: probes::forget_peak() }
    }

    /// The phase has ended: the event that reports its peak.
    ///
    /// # Errors
    /// Where the kernel does not report it of this process.
    pub fn end(self, phase: Phase) -> Result<Event> {
        Ok(Event::Peak(Peak { phase, before: self.before?, peak: probes::peak()? }))
    }
}
