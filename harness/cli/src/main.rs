//! The program `wasmark`: parse, dispatch, exit code.

use std::process::ExitCode;

use clap::Parser;
use wasmark_harness::{commands, exit, options::Options, terminal};

fn main() -> ExitCode {
    let options = Options::parse();
    ExitCode::from(commands::dispatch(&options.command).unwrap_or_else(|problem| {
        terminal::tell(&format!("wasmark: {problem:#}"));
        exit::USAGE
    }))
}
