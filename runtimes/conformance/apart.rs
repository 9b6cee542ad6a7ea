//! Promises that are kept in a process of their own.

use std::{
    env,
    os::unix::process::ExitStatusExt,
    process::{Command, Output},
};

/// Configurations whose engine crashes now and then in a process that starts it more than once. A worker starts its
/// engine once, and so does the process that each of their promises gets. WAMR's LLVM JIT: in one run of eight of all
/// promises in one process, the heap of LLVM's ORC is damaged while it compiles; in a process with one engine, in 4 of 260
/// while others competed for the CPUs, and in none of 15 alone.
const APART: [&str; 1] = ["llvm-jit"];

/// How often a promise is tried whose process a signal ends: that is the engine's crash, and no broken promise.
const TRIES: u32 = 3;

/// How long a process may take, in seconds: an engine that handles the signal of its own crash can crash without end.
const LIMIT: &str = "120";

/// Marks the process that keeps a promise.
const MARK: &str = "WASMARK_PROMISE";

/// Keeps the promise that the test `name` is about: here, or where the configuration needs it in a process of its own.
pub fn kept(name: &str, configuration: &str, promise: impl FnOnce()) {
    if !APART.contains(&configuration) || env::var_os(MARK).is_some() {
        return promise();
    }
    let program = env::current_exe().expect("the test's program");
    let attempt = || {
        let mut limited = Command::new("timeout");
        limited.args(["--signal=KILL", LIMIT]).arg(&program).args(["--exact", name]);
        limited.env(MARK, name).output().expect("a process")
    };
    // `timeout` ends as what it started, or by the signal that it sent.
    let crashed = |output: &Output| output.status.signal().is_some() || output.status.code() > Some(124);
    let mut output = attempt();
    for _ in 1..TRIES {
        if !crashed(&output) {
            break;
        }
        output = attempt();
    }
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{}: {text}", output.status);
}
