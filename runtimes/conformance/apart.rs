//! Promises that are kept in a process of their own.

use std::{env, process::Command};

/// Configurations whose engine crashes now and then in a process that starts it more than once. A worker starts its
/// engine once, and so does the process that each of their promises gets. WAMR's LLVM JIT: in one run of eight of all
/// promises in one process, the heap of LLVM's ORC is damaged while it compiles; never in a process with one engine.
const APART: [&str; 1] = ["llvm-jit"];

/// Marks the process that keeps a promise.
const MARK: &str = "WASMARK_PROMISE";

/// Keeps the promise that the test `name` is about: here, or where the configuration needs it in a process of its own.
pub fn kept(name: &str, configuration: &str, promise: impl FnOnce()) {
    if !APART.contains(&configuration) || env::var_os(MARK).is_some() {
        return promise();
    }
    let program = env::current_exe().expect("the test's program");
    let output = Command::new(program).args(["--exact", name]).env(MARK, name).output().expect("a process");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{}: {text}", output.status);
}
