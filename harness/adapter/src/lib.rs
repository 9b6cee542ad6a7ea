//! The traits that a runtime implements, and the worker that measures it.
//!
//! A runtime's package implements [`Runtime`] and [`Describe`], and its `main` is one line, `wasmark_adapter::worker::main::<R>()`.
//! The worker reads one [`protocol::Job`], runs the phases, times each around a direct call, and writes
//! [`protocol::Event`]s between the windows. Nothing here knows a particular runtime, computes a statistic or
//! stores a result.

pub mod clock;
pub mod describe;
mod engine_spec;
pub mod entry;
mod events;
pub mod failure;
mod few;
pub mod host;
pub mod marks;
mod measures;
mod pipe;
pub mod placement;
pub mod probes;
pub mod protocol;
pub mod runtime;
mod signature;
pub mod stub;
pub mod value;
pub mod worker;

pub use describe::{Configuration, Description, Limits, Purpose, Settings, Source, Tier};
pub use engine_spec::EngineSpec;
pub use entry::Entry;
pub use failure::{Failure, FailureKind, Result, TrapKind};
pub use host::Host;
pub use runtime::{CallPath, Describe, Runtime};
pub use stub::{GlobalType, MemoryType, Stub, StubItem, TableType};
pub use value::{Right, Value, ValueType};

/// Builds this crate again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");
