//! The runtimes' workers: where they come from, how they are built, what they say of themselves.

pub mod build;
pub mod find;
mod key;
mod roster;
mod setup;

pub use roster::{Missing, Roster, Worker};
