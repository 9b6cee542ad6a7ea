//! The regression gate: measures two sides in pairs of fresh processes and asks `wasmark-gate` what they show.
//!
//! [`spec`] reads what the sides are and [`sides`] finds their workers and modules; [`subjects`] puts the two beside each
//! other; [`outputs`] compares what they compute; [`pilot`] finds out how
//! much work makes a window; [`schedule`] draws the order; [`measure`] carries it out and
//! keeps everything in a [`journal`]; [`counts`] compares what is counted; [`verdict`] makes the [`document`] of it.

pub mod accepted;
pub mod baseline;
pub mod bench;
pub mod calibrate;
pub mod control;
pub mod copies;
pub mod counts;
pub mod document;
pub mod ended;
pub mod journal;
pub mod measure;
pub mod metric;
pub mod outputs;
pub mod pilot;
pub mod policy;
pub mod request;
pub mod revision;
pub mod run;
pub mod schedule;
pub mod sides;
pub mod spec;
pub mod subjects;
pub mod valgrind;
pub mod verdict;
pub mod write;
