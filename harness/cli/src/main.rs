//! The program `wasmark`: parse, dispatch, exit code.

use std::process::ExitCode;

use clap::Parser;
use wasmark_cli::{commands, options::Options};
use wasmark_runner::{exit, terminal};

fn main() -> ExitCode {
    let options = Options::parse();
    ExitCode::from(commands::dispatch(&options.command).unwrap_or_else(|problem| {
        terminal::tell(&format!("wasmark: {problem:#}"));
        exit::USAGE
    }))
}
