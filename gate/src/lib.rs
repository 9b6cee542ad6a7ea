//! The regression gate: measures two sides in pairs of fresh processes and asks `wasmark-decision` what they show.
//!
//! `spec` reads what the sides are and `sides` finds their workers and modules; `subjects` puts the two beside each
//! other; `pilot` looks at each once, `outputs` compares what they compute, and what was found is `ready`; `schedule`
//! draws the order; `measure` carries it out through `bench` and keeps everything in a [`journal`]; `counts` compares what
//! is counted; `verdict` makes the [`document`] of it. [`run::Gate`] does all of it, and [`write`] shows it.

// Its `eprintln!` is the one of every module.
#[macro_use]
extern crate wasmark_runner;

pub mod accepted;
mod arm;
mod baseline;
mod bench;
pub mod calibrate;
mod control;
mod counts;
pub mod document;
mod ended;
mod error;
pub mod journal;
mod measure;
mod metric;
pub mod options;
mod outputs;
mod pilot;
pub mod policy;
mod ready;
mod request;
mod revision;
pub mod run;
mod schedule;
mod sides;
mod spec;
mod subjects;
mod valgrind;
mod verdict;
pub mod write;

pub use error::{Error, Result};
