//! The ladder from a bare process to a result: each phase timed once, then the steps.

use std::path::PathBuf;

use super::{
    code, concurrency, density, empty_window, fresh_instance,
    ladder::{self, Phases, Started},
    load, memory,
    repeat::Recorder,
    residue, resolved, reused_instance,
    subject::{Check, Subject, wide},
    tenants, throughput, time_to_trap,
};
use crate::{
    CallPath, Entry, Host, Runtime,
    clock::{self, window},
    events::{During, Events, Stop},
    marks, probes,
    protocol::{Code, Event, Measure, Phase, Step},
};

/// Measures one workload in one configuration.
pub(crate) fn measure<R: Runtime>(job: &Measure, events: &mut Events) -> Result<(), Stop> {
    let mut recorder = Recorder::new()?;
    let (subject, call_path) = start::<R>(job, events)?;
    let recorder = &mut recorder;
    for step in &job.steps {
        match step {
            Step::EmptyWindow(samples) => empty_window::measure(*samples, recorder, events)?,
            Step::FreshInstance(samples) => fresh_instance::measure(&subject, *samples, recorder, events)?,
            Step::ReusedInstance(samples) => reused_instance::measure(&subject, *samples, recorder, events)?,
            Step::TimeToTrap(samples) => time_to_trap::measure(&subject, *samples, recorder, events)?,
            Step::Throughput(step) => throughput::measure(&subject, step, events)?,
            Step::Sustained(step) => throughput::in_blocks(&subject, step, recorder, events)?,
            Step::Memory(step) => memory::measure(&subject, step, events)?,
            Step::Residue(step) => residue::measure(&subject, step, events)?,
            Step::Concurrency(step) => concurrency::measure(&subject, step, events)?,
            Step::Load(step) => load::measure(&subject, step, events)?,
            Step::Density(step) => density::measure(&subject, step, events)?,
            Step::Tenants(step) => tenants::measure(&subject, &job.code, step, events)?,
        }
    }
    let mut settings = resolved(&subject.runtime);
    settings.insert("call".into(), call_path.name().into());
    events.emit(&Event::Resolved(settings));
    events.emit(&Event::Loaded { files: shipped(&subject.runtime, &job.code).during("loaded_files")? });
    // The process ends: what is left is not dropped, so that an engine's exit cannot spoil what it measured.
    std::mem::forget(subject);
    Ok(())
}

/// The files that have to be there for this job to run, but for the module or the artifact itself.
fn shipped<R: Runtime>(runtime: &R, code: &Code) -> crate::Result<Vec<(PathBuf, u64)>> {
    let own = match code {
        Code::Wasm(path) | Code::Artifact(path) => path.canonicalize().ok(),
        Code::Linked(_) => None,
    };
    let mapped = probes::loaded_files()?.into_iter().map(|(path, _)| path);
    let files = mapped.chain(runtime.needs()).filter(|path| Some(path) != own.as_ref()).collect();
    Ok(probes::sizes(files))
}

/// The windows of the phases, until there is time to report them.
struct Windows(Vec<Event>);

impl Phases for Windows {
    #[inline(always)]
    fn phase<T>(&mut self, phase: Phase, work: impl FnOnce() -> crate::Result<T>) -> Result<T, Stop> {
        let (done, cost) = window(work);
        self.0.push(cost.of(phase));
        done.during(phase.name())
    }
}

/// From nothing to a module that was called twice.
///
/// Everything that the harness needs is made before the first window. From there until the first call has returned,
/// the harness reads clocks and counters and makes no other system call (`tests/ladder.rs` of the command line traces
/// that).
fn start<'a, R: Runtime>(job: &'a Measure, events: &mut Events) -> Result<(Subject<'a, R>, CallPath), Stop> {
    let mut windows = Windows(Vec::with_capacity(8));
    let mut host = Host::new(&job.cold, &job.preopens).during("job")?;
    let mut check = Check::new(&job.entry, &job.cold);
    let code = code::Before::read(&job.code).during("code")?;
    let single_use = job.fresh || job.entry == Entry::Command;

    let Started { runtime, prepared, mut instance } = ladder::climb::<R>(job, &host, &mut windows)?;
    let Windows(mut phases) = windows;
    marks::forget();
    let (returned, cost) = window(|| R::call(&mut instance, job.cold.argument));
    let at_ns = clock::wall_ns();
    if check.ends_well(&returned) {
        events.emit(&Event::FirstOutput { at_ns: Some(at_ns) });
    }
    phases.push(cost.of(Phase::FirstCall));
    let marked = marks::take();
    if let Ok(Some(cost)) = &marked {
        phases.push(cost.of(Phase::Execute));
    }
    for phase in phases {
        events.emit(&phase);
    }
    let trapped = returned.is_err();
    let results = wide::<R>(&job.entry, &instance);
    let output = check.check(returned, results, &mut host, Phase::FirstCall.name())?.clone();
    // A call that traps has no end to mark.
    if !trapped {
        marked.during(Phase::Execute.name())?;
    }
    events.emit(&Event::Output(output.clone()));

    // A command ends with its call: its second call is the first of a second instance, as where each call has its own.
    host.reset().during("job")?;
    if single_use {
        drop(instance);
        instance = runtime.instantiate(&prepared, &host).during(Phase::Instantiate.name())?;
    }
    let (returned, cost) = window(|| R::call(&mut instance, job.cold.argument));
    check.check(returned, wide::<R>(&job.entry, &instance), &mut host, Phase::SecondCall.name())?;
    events.emit(&cost.of(Phase::SecondCall));
    let call_path = R::call_path(&instance);
    events.emit(&Event::Code { bytes: code.generated().during("code")? });
    let ((), cost) = window(|| drop(instance));
    if job.has_instances() {
        events.emit(&cost.of(Phase::Teardown));
    }
    let Measure { entry, preopens, cold, .. } = job;
    let output = Some(output);
    let subject = Subject { prepared, runtime, entry, preopens, cold, single_use, output };
    Ok((subject, call_path))
}
