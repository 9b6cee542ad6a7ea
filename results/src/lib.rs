//! What was measured: record types with their schema version, the store that keeps them, and the statistics that
//! summarise them. Nothing here reads a clock, starts a process or writes HTML.

pub mod record;
pub mod run;
pub mod statistics;
pub mod summary;
