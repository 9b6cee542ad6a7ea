//! The runtimes' workers: where they come from, how they are built, what they report of themselves.

pub mod build;
mod cargo;
mod compilation;
mod error;
mod external;
pub mod find;
pub mod fits;
mod jobs;
mod key;
mod recipe;
mod roster;
mod setup;
mod variant;
pub mod version;

pub use error::{Error, NoDescription, NoPair};
pub use recipe::Recipe;
pub use roster::{Layouts, Missing, Roster, Worker};
