//! The measurements of one process: the cold-start ladder that every process walks up, then one file per kind of step.

mod code;
mod cold_start;
mod concurrency;
mod crew;
mod density;
mod empty_window;
mod fresh_instance;
mod load;
mod memory;
pub(crate) mod peak;
mod repeat;
mod residue;
mod reused_instance;
mod subject;
mod tenants;
mod throughput;
mod time_to_trap;

pub(crate) use cold_start::measure;
