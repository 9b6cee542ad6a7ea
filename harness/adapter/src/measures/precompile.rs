//! Making an artifact: the phases `compile` and `save`, and the memory that they need.

use super::{peak::Watch, resolved};
use crate::{
    EngineSpec, Runtime, Source,
    clock::window,
    events::{During, Events, Stop},
    protocol::{Event, Phase, Precompile},
};

/// Compiles a module and writes its artifact.
pub(crate) fn precompile<R: Runtime>(job: &Precompile, events: &mut Events) -> Result<(), Stop> {
    let mut wasm = std::fs::read(&job.wasm).during(Phase::Compile.name())?;
    let spec = EngineSpec { stubs: &job.stubs, ..EngineSpec::new(&job.configuration, Source::Wasm) };
    let (runtime, engine) = window(|| R::new(&spec));
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
