//! One file per command. Each returns the exit code.

mod build;
mod check;
mod compare;
mod cost;
mod coverage;
mod doctor;
mod features;
mod fidelity;
mod gate;
pub mod history;
mod init;
mod inspect;
mod joined;
mod list;
mod matrix;
pub mod report;
mod run;
mod semantics;
mod shell;
pub mod site;
mod upload;
mod versions;

use anyhow::Result;

use crate::options::Command;

/// Carries a command out.
///
/// # Errors
/// What keeps the command from beginning: a wrong option, a folder that cannot be written.
pub fn dispatch(command: &Command) -> Result<u8> {
    match command {
        Command::Run(options) => run::run(options),
        Command::List(options) => list::list(options),
        Command::Check(options) => check::check(options),
        Command::Report(options) => report::report(options),
        Command::Compare(options) => compare::compare(options),
        Command::Upload(options) => upload::upload(options),
        Command::Matrix(options) => matrix::matrix(options),
        Command::Cost(options) => cost::cost(options),
        Command::History(options) => history::history(options),
        Command::Site(options) => site::site(options),
        Command::Gate(options) => gate::gate(options),
        Command::Fidelity(options) => fidelity::fidelity(options),
        Command::Init(options) => init::init(options),
        Command::Doctor(options) => doctor::doctor(options),
        Command::Build(options) => build::build(options),
        Command::Inspect(options) => inspect::inspect(options),
        Command::Completions { shell } => Ok(shell::completions(*shell)),
        Command::Man { folder } => shell::manuals(folder),
    }
}
