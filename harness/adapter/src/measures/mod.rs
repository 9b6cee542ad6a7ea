//! The measurements of one process: the cold-start ladder that every process walks up, then one file per kind of step.

mod code;
mod cold_start;
mod concurrency;
mod crew;
mod density;
mod empty_window;
mod fresh_instance;
mod ladder;
mod load;
mod memory;
mod peak;
mod precompile;
mod repeat;
mod residue;
mod reused_instance;
mod subject;
mod tenants;
mod throughput;
mod time_to_trap;

pub(crate) use cold_start::measure;
pub(crate) use peak::measure as peak;
pub(crate) use precompile::precompile;

use crate::{Runtime, Settings, probes};

/// The engine's settings, and the C library that this process runs with, and its allocator: workers may bring their own.
fn resolved<R: Runtime>(runtime: &R) -> Settings {
    let mut settings = runtime.resolved();
    settings.insert("libc".into(), probes::c_library());
    settings.insert("malloc".into(), probes::allocator());
    settings
}
