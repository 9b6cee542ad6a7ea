//! The ladder from a bare process to a result: each phase timed once, then the steps.

use std::path::PathBuf;

use super::{
    code, concurrency, density, empty_window, fresh_instance, load, memory, residue, resolved,
    reused_instance,
    subject::{Check, Subject, wide},
    tenants, throughput, time_to_trap,
};
use crate::{
    CallPath, Entry, Host, Runtime, Tier,
    clock::{self, window},
    events::{During, Events, Stop},
    marks, probes,
    protocol::{Code, Event, Measure, Phase, Step},
};

/// Measures one workload in one configuration.
pub(crate) fn measure<R: Runtime>(job: &Measure, events: &mut Events) -> Result<(), Stop> {
    let (subject, call_path) = start::<R>(job, events)?;
    for step in &job.steps {
        match step {
            Step::EmptyWindow(samples) => empty_window::measure(*samples, events)?,
            Step::FreshInstance(samples) => fresh_instance::measure(&subject, *samples, events)?,
            Step::ReusedInstance(samples) => reused_instance::measure(&subject, *samples, events)?,
            Step::TimeToTrap(samples) => time_to_trap::measure(&subject, *samples, events)?,
            Step::Throughput(step) => throughput::measure(&subject, step, events)?,
            Step::Sustained(step) => throughput::in_blocks(&subject, step, events)?,
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

/// From nothing to a module that was called twice. What was linked beforehand has no engine, no compilation and nothing to
/// prepare, and what is linked into the worker no instances, so these phases are not timed.
///
/// Everything that the harness needs is made before the first window. From there until the first call has returned,
/// the harness reads clocks and counters and makes no other system call (`tests/ladder.rs` of the command line traces
/// that).
fn start<'a, R: Runtime>(job: &'a Measure, events: &mut Events) -> Result<(Subject<'a, R>, CallPath), Stop> {
    let mut phases = Vec::with_capacity(8);
    let mut host = Host::new(&job.cold, &job.preopens).during("job")?;
    let mut check = Check::new(&job.entry, &job.cold);
    let spec = job.engine();
    let code = code::Before::read(&job.code).during("code")?;
    let instances = job.tier.is_none_or(Tier::has_instances);
    let single_use = job.fresh || job.entry == Entry::Command;

    let (runtime, module) = match &job.code {
        Code::Wasm(path) => {
            let mut wasm = std::fs::read(path).during(Phase::Compile.name())?;
            let (runtime, cost) = window(|| R::new(&spec));
            let runtime = runtime.during(Phase::Engine.name())?;
            phases.push(cost.of(Phase::Engine));
            let (module, cost) = window(|| runtime.compile(&mut wasm));
            phases.push(cost.of(Phase::Compile));
            (runtime, module.during(Phase::Compile.name())?)
        }
        Code::Artifact(path) => {
            let (runtime, cost) = window(|| R::new(&spec));
            let runtime = runtime.during(Phase::Engine.name())?;
            phases.push(cost.of(Phase::Engine));
            let (module, cost) = window(|| runtime.load(path));
            phases.push(cost.of(Phase::Load));
            (runtime, module.during(Phase::Load.name())?)
        }
        Code::Linked(workload) => {
            let runtime = R::new(&spec).during(Phase::Engine.name())?;
            let module = runtime.linked(workload).during("linked")?;
            (runtime, module)
        }
    };
    let (prepared, cost) = window(|| runtime.prepare(module, &job.entry));
    let prepared = prepared.during(Phase::Prepare.name())?;
    if !matches!(job.code, Code::Linked(_)) {
        phases.push(cost.of(Phase::Prepare));
    }
    let (instance, cost) = window(|| runtime.instantiate(&prepared, &host));
    let mut instance = instance.during(Phase::Instantiate.name())?;
    if instances {
        phases.push(cost.of(Phase::Instantiate));
    }
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
    for phase in phases.drain(..) {
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
    if instances {
        events.emit(&cost.of(Phase::Teardown));
    }
    let Measure { entry, preopens, cold, .. } = job;
    let output = Some(output);
    let subject = Subject { prepared, runtime, entry, preopens, cold, single_use, output };
    Ok((subject, call_path))
}
