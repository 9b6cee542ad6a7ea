//! Native commands: programs that see what a guest would.

use std::{os::unix::process::ExitStatusExt, path::Path, process::Command};

use wasmark_adapter::{Failure, Host, Result, TrapKind};

/// The program with the host's arguments, environment, stdin, stdout and stderr. A guest finds a folder where it was
/// put; a program gets the host's path as its last argument.
///
/// # Errors
/// Where the process has no descriptor left.
pub(crate) fn new(program: &Path, host: &Host) -> Result<Command> {
    let mut command = Command::new(program);
    command.args(host.args.iter().skip(1)).args(host.preopens.iter().map(|preopen| &preopen.host));
    command.env_clear().envs(host.env.iter().map(|(name, value)| (name, value)));
    command.stdin(host.stdin.try_clone()?).stdout(host.stdout.try_clone()?).stderr(host.stderr.try_clone()?);
    Ok(command)
}

/// Runs the program to its end: its exit code.
///
/// # Errors
/// Where it cannot be started, or a signal ends it.
pub(crate) fn run(command: &mut Command) -> Result<i64> {
    let ended = command.status()?;
    match (ended.code(), ended.signal()) {
        (Some(code), _) => Ok(i64::from(code)),
        (None, signal) => {
            let text = format!("the native program was ended by signal {}", signal.unwrap_or_default());
            Err(Failure::trap(TrapKind::Other, text))
        }
    }
}
