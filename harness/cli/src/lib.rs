//! The wasmark commands: planning, scheduling, worker processes, worker builds and progress output. This crate links no
//! engine and computes no statistics.

// First: its `eprintln!` is the one of every module that follows.
#[macro_use]
pub mod terminal;

pub mod build_record;
pub mod collect;
pub mod commands;
pub mod consensus;
pub mod costs;
pub mod disturbance;
pub mod environment;
pub mod exit;
pub mod fidelity;
pub mod gate;
pub mod interrupt;
pub mod job;
pub mod metrics;
pub mod options;
pub mod page_cache;
pub mod parallel;
pub mod paths;
pub mod pinning;
pub mod plan;
pub mod probing;
pub mod process;
pub mod profile;
pub mod progress;
pub mod promise;
pub mod realtime;
pub mod remote;
pub mod runner;
pub mod select;
pub mod session;
pub mod shard;

pub mod suggest;
pub mod tables;
pub mod workers;
