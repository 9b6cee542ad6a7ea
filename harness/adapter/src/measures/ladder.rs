//! The phases from nothing to an instance, for a process that times them and for one that watches its memory.

use crate::{
    Host, Result, Runtime,
    events::{During, Stop},
    protocol::{Code, Measure, Phase},
};

/// How the phases are looked at.
pub(super) trait Phases {
    /// Does the work of a phase.
    ///
    /// # Errors
    /// Where the work fails, or the look at it.
    fn phase<T>(&mut self, phase: Phase, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, Stop>;
}

/// What the phases made.
pub(super) struct Started<R: Runtime> {
    pub runtime: R,
    pub prepared: R::Prepared,
    pub instance: R::Instance,
}

/// Walks up to an instance. What was linked beforehand has no engine, no compilation and nothing to prepare, and what is
/// linked into the worker no instances, so these are no phases of it.
pub(super) fn climb<R: Runtime>(
    job: &Measure,
    host: &Host,
    phases: &mut impl Phases,
) -> std::result::Result<Started<R>, Stop> {
    let spec = job.engine();
    let linked = matches!(job.code, Code::Linked(_));
    let (runtime, module) = match &job.code {
        Code::Wasm(path) => {
            let mut wasm = std::fs::read(path).during(Phase::Compile.name())?;
            let runtime = phases.phase(Phase::Engine, || R::new(&spec))?;
            let module = phases.phase(Phase::Compile, || runtime.compile(&mut wasm))?;
            (runtime, module)
        }
        Code::Artifact(path) => {
            let runtime = phases.phase(Phase::Engine, || R::new(&spec))?;
            let module = phases.phase(Phase::Load, || runtime.load(path))?;
            (runtime, module)
        }
        Code::Linked(workload) => {
            let runtime = R::new(&spec).during(Phase::Engine.name())?;
            let module = runtime.linked(workload).during("linked")?;
            (runtime, module)
        }
    };
    let prepare = || runtime.prepare(module, &job.entry);
    let prepared = match linked {
        true => prepare().during(Phase::Prepare.name())?,
        false => phases.phase(Phase::Prepare, prepare)?,
    };
    let instantiate = || runtime.instantiate(&prepared, host);
    let instance = match job.has_instances() {
        true => phases.phase(Phase::Instantiate, instantiate)?,
        false => instantiate().during(Phase::Instantiate.name())?,
    };
    Ok(Started { runtime, prepared, instance })
}
