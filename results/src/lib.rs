//! What was measured: record types with their schema version, the store that keeps them, and the statistics that
//! summarise them. Nothing here reads a clock, starts a process or writes HTML.

pub mod capabilities;
pub mod cost;
pub mod coverage;
mod document;
pub mod error;
#[cfg(test)]
mod example;
pub mod group;
pub mod history;
pub mod join;
pub mod machine;
pub mod parallel;
pub mod parquet;
pub mod provenance;
pub mod record;
pub mod run;
pub mod source;
pub mod statistics;
pub mod store;
pub mod summary;

pub use error::{Error, Result};

/// Builds this crate again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");
