//! What measures: from what is asked for to the rows of a run. The commands, Criterion's benchmarks, the gate and the
//! measurements of load are built on it. It knows none of them, links no engine and computes no statistics of a run.
//!
//! In the order of a run:
//!
//! 1. [`options`] has what is asked for. [`select`] finds the configurations and workloads that it names; [`workers`] finds
//!    and builds their programs; [`profile`] and [`metrics`] decide how much is measured.
//! 2. [`plan`] has the processes and their order, and for what a configuration cannot do, the reason. [`session`] holds
//!    all of this and describes the run; [`shard`] divides it among machines.
//! 3. [`runner::run`] carries the plan out, one process after the other; where no time is read, [`parallel`] does, on every
//!    core. [`executor::Workers`] runs one: [`job`] is what the worker is to do, [`process`] the conversation with it, and
//!    [`collect`] makes rows of that.
//! 4. Beside it: [`costs`], [`promise`] and [`progress`] (how long it takes), [`disturbance`] (how quiet the machine is),
//!    [`consensus`] (the right output where nothing states it), [`probing`] (what a configuration can do),
//!    [`pinning`], [`realtime`] and [`interrupt`].
//! 5. [`remote`] copies what was measured into an object store, and reads it there. [`fidelity`] holds the workers against
//!    loops without wasmark's code.
//!
//! One process without a plan's order is [`executor::Workers::carry_out`] with a job of one's own; `harness/cli/benches/goals.rs`
//! has an example in twenty lines.

// First: its `eprintln!` is the one of every module that follows.
#[macro_use]
pub mod terminal;

mod build_record;
mod code_cache;
pub mod collect;
pub mod consensus;
pub mod control_group;
pub mod copies;
pub mod costs;
pub mod disturbance;
pub mod environment;
pub mod error;
pub mod executor;
pub mod exit;
pub mod fidelity;
pub mod interrupt;
mod io_error;
pub mod job;
pub mod metrics;
pub mod options;
mod page_cache;
pub mod parallel;
pub mod paths;
pub mod pinning;
pub mod placement;
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
mod starts;
pub mod suggest;
pub mod workers;

pub use error::{Error, Result};
