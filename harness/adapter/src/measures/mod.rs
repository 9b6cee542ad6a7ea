//! What a process measures: the way up the ladder that every process takes, then one file per kind of step.

mod code;
mod cold_start;
mod concurrency;
mod crew;
mod density;
mod empty_window;
mod fresh_instance;
mod load;
mod memory;
mod repeat;
mod residue;
mod reused_instance;
mod subject;
mod tenants;
mod throughput;
mod time_to_trap;

pub(crate) use cold_start::measure;
