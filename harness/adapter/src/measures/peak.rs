//! The most memory that a process has during each phase of the ladder: what starting, and above all compiling, needs.
//!
//! A process of its own goes through the phases. The kernel is asked before and after each of them, which would disturb
//! phases that are timed.

use super::{
    code, resolved,
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
    let mut host = Host::new(&job.cold, &job.preopens).during("job")?;
    let mut check = Check::new(&job.entry, &job.cold);
    let spec = job.engine();
    let generated = code::Before::read(&job.code).during("code")?;
    let (runtime, module) = match &job.code {
        Code::Wasm(path) => {
            let mut wasm = std::fs::read(path).during(Phase::Compile.name())?;
            let runtime = during(Phase::Engine, events, || R::new(&spec))?;
            let module = during(Phase::Compile, events, || runtime.compile(&mut wasm))?;
            (runtime, module)
        }
        Code::Artifact(path) => {
            let runtime = during(Phase::Engine, events, || R::new(&spec))?;
            let module = during(Phase::Load, events, || runtime.load(path))?;
            (runtime, module)
        }
        Code::Linked(_) => {
            let refused = Failure::unsupported("linked code has no phases before its call");
            return Err(Stop::Failed(METRIC.into(), refused));
        }
    };
    let prepared = during(Phase::Prepare, events, || runtime.prepare(module, &job.entry))?;
    let mut instance = during(Phase::Instantiate, events, || runtime.instantiate(&prepared, &host))?;
    let returned = during(Phase::FirstCall, events, || Ok(R::call(&mut instance, job.cold.argument)))?;
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

/// Does the work of a phase, and reports the most memory that the process had meanwhile.
fn during<T>(
    phase: Phase,
    events: &mut Events,
    work: impl FnOnce() -> Result<T>,
) -> std::result::Result<T, Stop> {
    let watch = Watch::begin();
    let done = work().during(phase.name())?;
    events.emit(&watch.end(phase).during(METRIC)?);
    Ok(done)
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
