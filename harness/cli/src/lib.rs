//! The wasmark commands and their options. What measures is `wasmark-runner`, and what compares builds `wasmark-gate`.

// Its `eprintln!` is the one of every module.
#[macro_use]
extern crate wasmark_runner;

pub mod commands;
pub mod options;
mod tables;
